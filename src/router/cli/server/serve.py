"""`router serve`: the server in the foreground."""

import json
import os
import sys
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import click

from router.cli.failures import CommandFailed, Exit

if TYPE_CHECKING:
    from router.settings import Settings


@click.command()
@click.option(
    "--db",
    "database",
    metavar="FILE",
    help="Ledger file, postgresql://… for a database, or :memory:.  [default: :memory:]",
)
@click.option(
    "--address",
    metavar="HOST:PORT",
    help="Where to listen; port 0 takes a free one.  [default: 127.0.0.1:50051]",
)
@click.option(
    "--processes",
    metavar="N",
    help="So many servers behind the address; needs a PostgreSQL database.  [default: 1]",
)
@click.option(
    "--pin",
    metavar="CORE,...",
    help="Stay on these cores; of several processes each takes one.  [default: wherever the system likes]",
)
@click.option(
    "--one-core/--no-one-core",
    default=None,
    help="Let the threads that take turns anyway share a core, the quietest.  [default: yes]",
)
@click.option(
    "--rules",
    "rules",
    metavar="PATH",
    multiple=True,
    help="Rule files or folders to put in force at the start.",
)
@click.option("--sinks", metavar="FILE", help="Tell events to the sinks that this YAML file names.")
@click.option(
    "--payments", metavar="URL", help="Who takes payments; `fake` moves no money.  [default: cash only]"
)
@click.option("--payments-key", metavar="FILE", help="The key of that provider's API.")
@click.option(
    "--collect/--no-collect",
    default=None,
    help="Capture payments by itself when goods leave, release what is not needed, renew what runs out before.",
)
@click.option("--chart", metavar="FILE", help="The chart of accounts, YAML.  [default: one that is built in]")
@click.option(
    "--metrics-address", metavar="HOST:PORT", help="Where Prometheus finds the metrics.  [default: nowhere]"
)
@click.option(
    "--check-addresses/--no-check-addresses",
    default=None,
    help="Look at the address of every order that comes with one; rules decide what is done about it.",
)
@click.option(
    "--carriers",
    metavar="URL",
    help="Who takes bookings of shipments; `fake` moves nothing.  [default: nobody]",
)
@click.option("--carriers-key", metavar="FILE", help="The key of that API.")
@click.option(
    "--book-when-picked/--no-book-when-picked",
    default=None,
    help="Book every shipment with its carrier as soon as it is picked.",
)
@click.option(
    "--delays/--no-delays",
    default=None,
    help="Find what misses its day, tell its customers, and cancel by date what they do not agree to.  [default: off]",
)
@click.option(
    "--verify/--no-verify", default=None, help="Judge every plan independently before it is booked."
)
@click.option(
    "--model-effort",
    metavar="SECONDS",
    help="What OR-Tools may spend on one order left open.  [default: 0.05]",
)
@click.option(
    "--clock-jump",
    metavar="SECONDS",
    help="A clock that leaps ahead by more is not believed; nothing expires by it.  [default: 300]",
)
@click.option(
    "--queue-wait",
    metavar="MILLISECONDS",
    help="Orders that would wait longer for their turn are refused with QUEUE_FULL.  [default: 5000]",
)
@click.option(
    "--look-ahead",
    metavar="history|FILE",
    help="Price scarce stock by what is expected: from the ledger's own orders, or a CSV file.  [default: off]",
)
@click.option(
    "--look-ahead-days", metavar="DAYS", help="How far, about until stock is filled up again.  [default: 7]"
)
@click.option(
    "--look-ahead-sells",
    metavar="PERCENT",
    help="Stock is laid in for a season: so much of it is meant to be sold.  [default: as the forecast says]",
)
@click.option(
    "--look-ahead-laid-in",
    metavar="DAY",
    help="Since that day stock came to the nodes nearest to who wants it (YYYY-MM-DD).  [default: it lies anywhere]",
)
@click.option(
    "--reroute",
    metavar="SECONDS",
    help="Decide again what can still move: after receipts, outages and shortfalls, and all of it so often.",
)
@click.option(
    "--move-price",
    metavar="MINOR",
    help="What each shipment that changes must save when orders are decided again.  [default: 0]",
)
@click.option(
    "--acknowledge",
    metavar="SECONDS",
    help="What a supplier did not acknowledge so long after its release is rejected, and ships from elsewhere.",
)
@click.option(
    "--tiers",
    metavar="TIER,...",
    help="Which tiers get goods first of orders that wait for them and were promised the same day.",
)
@click.option("--tls-cert", "tls_certificate", metavar="FILE", help="Certificate chain (PEM).")
@click.option("--tls-key", "tls_private_key", metavar="FILE", help="Private key (PEM).")
@click.option("--insecure-anywhere", is_flag=True, default=None, help="Serve other machines without TLS.")
@click.option(
    "--reflection/--no-reflection",
    default=None,
    help="Let clients ask for the contract.  [default: on loopback]",
)
@click.option(
    "--log-format", type=click.Choice(["text", "json"]), help="[default: text on a terminal, else json]"
)
def serve(**flags: Any) -> int:
    """Serve the contract until told to stop (SIGTERM, Ctrl-C); what was accepted is finished first."""
    from router.cli.logs import set_up_logs
    from router.cli.server.cores import refuse_strange_cores, stay_on
    from router.collector import look_less_often
    from router.setting_texts import SettingsRefused
    from router.settings import read_settings

    try:
        settings = read_settings(texts_of(flags), os.environ)
    except SettingsRefused as error:
        raise CommandFailed(Exit.USAGE, str(error)) from error
    set_up_logs(settings.log_format)
    if settings.processes > 1:
        refuse_strange_cores(settings.pin)
        return serve_many(settings, texts_of(flags))
    # Before any thread is there: each has the cores of whoever started it.
    stay_on(settings.pin)
    look_less_often()
    # Solver and gRPC are loaded once it is known that there is something to serve.
    from router.wiring.refused import ServerRefused
    from router.wiring.serving import serve_until_stopped

    try:
        return serve_until_stopped(settings, on_ready=say_ready)
    except ServerRefused as error:
        raise CommandFailed(
            Exit(error.exit_code), str(error), reason=error.reason, lines=error.lines
        ) from error


def serve_many(settings: "Settings", texts: Mapping[str, str | None]) -> int:
    from router.cli.server.processes import Processes, environment_of
    from router.settings import VARIABLES
    from router.stores.addresses import is_address

    if not is_address(settings.database):
        raise CommandFailed(
            Exit.USAGE,
            f"--processes {settings.processes} needs a PostgreSQL database, for a file has one server; "
            "name one with --db postgresql://…",
        )
    if settings.address.startswith("unix:"):
        raise CommandFailed(Exit.USAGE, "processes share a port, not a unix socket; give --address HOST:PORT")
    processes = Processes(
        environment_of(texts, VARIABLES), settings.address, settings.processes, settings.pin
    )
    return processes.serve(say_ready)


def texts_of(flags: Mapping[str, Any]) -> dict[str, str | None]:
    """Flags as the environment would write them."""
    texts: dict[str, str | None] = {}
    for name, value in flags.items():
        if isinstance(value, bool):
            texts[name] = "yes" if value else "no"
        elif isinstance(value, tuple):
            texts[name] = os.pathsep.join(value) if value else None
        else:
            texts[name] = value
    return texts


def say_ready(facts: Mapping[str, Any]) -> None:
    """One line on standard output, for people on a terminal and as JSON for everybody else."""
    if sys.stdout.isatty():
        rules = f"  {facts['rule_count']} rules {facts['rules_digest'][:8]}" if "rule_count" in facts else ""
        print(f"ready on {facts['address']}  ledger {facts['database']}{rules}", flush=True)
    else:
        print(json.dumps({"schema_version": 1, "event": "ready", **facts}), flush=True)
