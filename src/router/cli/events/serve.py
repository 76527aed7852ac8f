"""`router events serve`: events to follow, from a process of their own."""

from pathlib import Path

import click

from router.cli.failures import CommandFailed, Exit

ADDRESS = "127.0.0.1:50052"


@click.command()
@click.option(
    "--db",
    "database",
    envvar="ROUTER_DB",
    required=True,
    metavar="FILE",
    help="The ledger, or postgresql://…",
)
@click.option("--address", default=ADDRESS, show_default=True, metavar="HOST:PORT", help="Where to listen.")
@click.option("--tls-cert", "certificate", metavar="FILE", type=click.Path(path_type=Path), help="PEM.")
@click.option("--tls-key", "private_key", metavar="FILE", type=click.Path(path_type=Path), help="PEM.")
@click.option("--insecure-anywhere", is_flag=True, help="Serve other machines without TLS.")
def serve(
    database: str,
    address: str,
    certificate: Path | None,
    private_key: Path | None,
    insecure_anywhere: bool,
) -> int:
    """Let clients follow events until stopped, at no cost to the server that writes them."""
    from router.cli.logs import set_up_logs
    from router.cli.server.serve import say_ready
    from router.service.server import Listen
    from router.wiring.following import follow_until_stopped
    from router.wiring.refused import ServerRefused

    set_up_logs("")
    listen = Listen(
        address=address,
        certificate=certificate,
        private_key=private_key,
        insecure_anywhere=insecure_anywhere,
    )
    try:
        return follow_until_stopped(database, listen, on_ready=say_ready)
    except ServerRefused as error:
        raise CommandFailed(Exit(error.exit_code), str(error), reason=error.reason) from error
