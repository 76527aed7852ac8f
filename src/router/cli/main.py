"""The `router` command: its groups, and how any of its commands ends.

Nothing heavy is imported here or by the command modules at their top: `router --help` must feel instant.
"""

import errno
import os
import sys
import tempfile
import traceback
from collections.abc import Sequence
from pathlib import Path

import click

from router import __version__
from router.cli.accounting import accounting
from router.cli.backtest.backtest import backtest
from router.cli.backtest.front import backtest_trade_offs
from router.cli.bench import bench
from router.cli.call import call
from router.cli.carrier import carrier
from router.cli.channel import channel
from router.cli.customer import customer
from router.cli.delay import delay
from router.cli.demo.demo import demo
from router.cli.doctor.doctor import doctor
from router.cli.events.events import events
from router.cli.explain import explain
from router.cli.export import export
from router.cli.failures import CommandFailed, Exit
from router.cli.groups import Group
from router.cli.import_ import import_
from router.cli.intake.intake import intake
from router.cli.ledger.backup import backup, restore
from router.cli.ledger.ledger import ledger
from router.cli.ledger.migrate import migrate
from router.cli.metrics import metrics
from router.cli.orders.cancel import cancel
from router.cli.orders.certificate import certificate, verify
from router.cli.orders.edit import edit
from router.cli.orders.hold import hold, release
from router.cli.orders.order import order
from router.cli.orders.promise import promise
from router.cli.orders.reject import exceptions, reject
from router.cli.orders.reroute import reroute
from router.cli.orders.trade_offs import trade_offs
from router.cli.orders.wave import wave
from router.cli.payment import payment
from router.cli.pick import pick
from router.cli.purchases.purchase import purchase
from router.cli.purchases.suggest import promisable, suggest
from router.cli.purchases.waiting import limit, list_limits, waiting
from router.cli.returns.return_ import return_
from router.cli.rules.rules import rules
from router.cli.server.serve import serve
from router.cli.stock.reservations import reservation
from router.cli.stock.stock import stock
from router.cli.tracking.tracking import tracking


@click.group(cls=Group, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="router")
def router() -> None:
    """Order routing and allocation: which node ships which units, by which service level, and why."""


for command in (
    *(serve, demo, order, promise, wave, intake, channel, customer, payment, return_, pick, carrier),
    *(accounting, tracking, delay, stock, purchase, reservation, ledger, metrics, rules, events),
    *(backtest, bench, backup, restore, migrate, export, import_, verify, doctor, explain, call),
):
    router.add_command(command)
backtest.add_command(backtest_trade_offs)
order.add_command(certificate)
order.add_command(trade_offs)
order.add_command(reroute)
order.add_command(reject)
order.add_command(edit)
order.add_command(cancel)
order.add_command(hold)
order.add_command(release)
order.add_command(exceptions)
purchase.add_command(suggest)
purchase.add_command(promisable)
purchase.add_command(waiting)
purchase.add_command(limit)
purchase.add_command(list_limits)


NO_ROOM = (errno.ENOSPC, errno.EDQUOT)


def run(arguments: Sequence[str]) -> int:
    """Run one command line; gives its exit code and never lets an exception out."""
    try:
        result = router.main(list(arguments), prog_name="router", standalone_mode=False)
        sys.stdout.flush()
        return result if isinstance(result, int) else Exit.DONE
    except click.exceptions.Exit as error:
        return error.exit_code
    except (click.Abort, KeyboardInterrupt):
        return Exit.INTERRUPTED
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except CommandFailed as error:
        return show_failure(error)
    except BrokenPipeError:
        # The reader went away (`router … | head`): nothing is wrong, and nothing more can be said.
        say_no_more()
        return Exit.DONE
    except OSError as error:
        if error.errno not in NO_ROOM:
            return show_bug(arguments)
        say_no_more()
        return show_failure(CommandFailed(Exit.USAGE, f"cannot write what there is to say: {error.strerror}"))
    except Exception:
        return show_bug(arguments)


def say_no_more() -> None:
    """What was not written yet goes nowhere: Python would try it again at the end."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def show_failure(error: CommandFailed) -> int:
    reason = f"[{error.reason}]" if error.reason else ""
    click.echo(f"error{reason}: {error.message}", err=True)
    for line in error.lines:
        click.echo(f"  - {line}", err=True)
    return error.code


def show_bug(arguments: Sequence[str]) -> int:
    """Leave the whole story in a file: a person can send it, and the terminal stays readable."""
    with tempfile.NamedTemporaryFile("w", prefix="router-bug-", suffix=".txt", delete=False) as report:
        report.write(f"router {__version__}\nrouter {' '.join(arguments)}\n\n{traceback.format_exc()}")
    click.echo(f"error: a bug in router; please report it with {Path(report.name)}", err=True)
    return Exit.BUG
