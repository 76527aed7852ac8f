"""`router demo`: a simulated retailer's orders through a real server in another process, and one of them explained."""

import tempfile
from pathlib import Path

import click

from router.cli.failures import CommandFailed, Exit
from router.settings import ADDRESS

BATCH_SIZE = 50
SERVER_FLAGS = ("--carriers", "fake")
"""The demonstration has a carrier to book with; it moves nothing."""


@click.command()
@click.option("--orders", "order_count", default=1_000, show_default=True, type=click.IntRange(1, 50_000))
@click.option("--seed", default=7, show_default=True, help="Another seed is another retailer.")
@click.option(
    "--rules",
    default="rules/baseline",
    show_default=True,
    type=click.Path(path_type=Path),
    help="Rule files.",
)
@click.option("--keep", is_flag=True, help="Leave the server running until Ctrl-C.")
@click.option(
    "--address",
    envvar="ROUTER_ADDRESS",
    default=ADDRESS,
    show_default=True,
    metavar="HOST:PORT",
    help="Where the server listens with --keep; otherwise on any free port.",
)
@click.option("--json", "as_json", is_flag=True, help="One JSON object instead of tables.")
def demo(order_count: int, seed: int, rules: Path, keep: bool, address: str, as_json: bool) -> None:
    """Route a simulated retailer's orders through a real server and explain one of them."""
    if not rules.exists():
        raise click.UsageError(
            f"no rules at `{rules}`; run this in the project's folder or name them with --rules"
        )
    from router.cli.demo.run import run_demo
    from router.simulation.server_process import ServerDidNotStart, running_server

    if not as_json:
        click.echo("starting a server (the very first start compiles the solver: up to a minute)", err=True)
    with tempfile.TemporaryDirectory(prefix="router-demo-") as folder:
        try:
            listen = address if keep else "127.0.0.1:0"
            with running_server(Path(folder) / "demo.sqlite", rules, listen, SERVER_FLAGS) as server:
                is_sound = run_demo(server, order_count, seed, BATCH_SIZE, as_json=as_json, keep=keep)
        except ServerDidNotStart as error:
            raise CommandFailed(Exit.UNREACHABLE, str(error)) from error
    if not is_sound:
        raise CommandFailed(Exit.FINDINGS, "the ledger's audit found faults")
