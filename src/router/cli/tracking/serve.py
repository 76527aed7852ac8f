"""`router tracking serve`: webhooks of carriers over HTTP, checked by their signatures and recorded."""

import asyncio
from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from router.cli.connection import client_options, connected, read_file
from router.cli.failures import CommandFailed, Exit
from router.cli.webhooks import listen_option, serve_webhooks, webhooks_missing

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
@listen_option(LISTEN)
@client_options
def serve(sources: tuple[str, ...], listen: str, address: str, tls_ca: str | None, as_json: bool) -> None:
    """Take webhooks at http://HOST:PORT/NAME until stopped."""
    try:
        from router.connectors.tracking.endpoint import tracking_app
    except ImportError as error:
        raise webhooks_missing(error) from error
    found = dict(map(source_of, sources))
    with connected(address, tls_ca) as channel:
        serve_webhooks(tracking_app(found, recorder(channel)), listen, found)


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

    from router.cli.tracking.record import record

    def call(told: "Sequence[ToldReport]") -> list[str] | None:
        try:
            return record(channel, told)
        except grpc.RpcError:
            return None

    async def run(told: "Sequence[ToldReport]") -> list[str] | None:
        return await asyncio.to_thread(call, told)

    return run
