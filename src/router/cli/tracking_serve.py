"""`router tracking serve`: webhooks of carriers over HTTP, checked by their signatures and recorded."""

import asyncio
import os
from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from router.cli.connection import client_options, connected, read_file
from router.cli.failures import CommandFailed, Exit

if TYPE_CHECKING:
    import grpc

    from router.connectors.tracking.endpoint import Record, Source
    from router.connectors.tracking.told_reports import ToldReport

LISTEN = "127.0.0.1:8451"
PARTS = "SHAPE:NAME:SECRETFILE"


@click.command()
@click.option(
    "--source",
    "sources",
    required=True,
    multiple=True,
    metavar=PARTS,
    help="Who sends: easypost, aftership or own; its name, which is its path; the file of its secret.",
)
@click.option(
    "--listen", default=LISTEN, show_default=True, metavar="HOST:PORT", help="Put TLS in front of it."
)
@client_options
def serve(sources: tuple[str, ...], listen: str, address: str, tls_ca: str | None, as_json: bool) -> None:
    """Take webhooks at http://HOST:PORT/NAME until stopped."""
    from router.cli.logs import set_up_logs

    try:
        import uvicorn

        from router.connectors.tracking.endpoint import tracking_app
    except ImportError as error:
        raise CommandFailed(
            Exit.USAGE,
            f"webhooks need what is not here ({error}); install it with: pip install 'router[intake]'",
        ) from error
    host, _, port = listen.rpartition(":")
    if not (host and port.isascii() and port.isdigit() and int(port) < 65_536):
        raise CommandFailed(Exit.USAGE, f"--listen is `{listen}`, must be HOST:PORT such as {LISTEN}")
    set_up_logs(os.environ.get("ROUTER_LOG", ""))
    found = dict(map(source_of, sources))
    with connected(address, tls_ca) as channel:
        click.echo(f"webhooks at http://{listen}/ of {', '.join(found)}")
        config = uvicorn.Config(
            tracking_app(found, recorder(channel)),
            host=host,
            port=int(port),
            access_log=False,
            log_config=None,
        )
        uvicorn.Server(config).run()


def source_of(text: str) -> "tuple[str, Source]":
    """`easypost:ups:/run/secrets/ups` as a source and the name that is its path."""
    from router.connectors.tracking.endpoint import SCHEMES, Source

    shape, _, rest = text.partition(":")
    name, _, file = rest.partition(":")
    if shape not in SCHEMES or not name or not file:
        raise CommandFailed(
            Exit.USAGE, f"--source is `{text}`, must be {PARTS} with one of {', '.join(SCHEMES)} as SHAPE"
        )
    secret = read_file(file).strip()
    if not secret:
        raise CommandFailed(Exit.USAGE, f"`{file}` is empty; it must hold the secret of the webhook")
    return name, Source(shape, secret)


def recorder(channel: "grpc.Channel") -> "Record":
    """Records by a call that blocks a thread, never the loop."""
    import grpc

    from router.cli.tracking_record import record

    def call(told: "Sequence[ToldReport]") -> list[str] | None:
        try:
            return record(channel, told)
        except grpc.RpcError:
            return None

    async def run(told: "Sequence[ToldReport]") -> list[str] | None:
        return await asyncio.to_thread(call, told)

    return run
