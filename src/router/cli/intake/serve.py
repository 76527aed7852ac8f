"""`router intake serve`: webhooks of shops over HTTP, checked by their signatures and routed."""

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING

import click

from router.cli.connection import client_options, connected, read_file
from router.cli.failures import CommandFailed, Exit
from router.cli.intake.terms import customer_key_option, terms_of
from router.cli.webhooks import listen_option, serve_webhooks, webhooks_missing

if TYPE_CHECKING:
    import grpc

    from router.connectors.intake.captured import Captured, Withdrawn
    from router.connectors.intake.endpoint import Send, Sent, Source

LISTEN = "127.0.0.1:8450"
PARTS = "FORMAT:CHANNEL:KEYFILE"


@click.command()
@click.option(
    "--source",
    "sources",
    required=True,
    multiple=True,
    metavar=PARTS,
    help="A shop: shopify, woocommerce or magento; its channel, which is its path; the file of its key.",
)
@listen_option(LISTEN)
@customer_key_option
@client_options
def serve(
    sources: tuple[str, ...],
    listen: str,
    customer_key: str | None,
    address: str,
    tls_ca: str | None,
    as_json: bool,
) -> None:
    """Take webhooks at http://HOST:PORT/CHANNEL until stopped."""
    from router.cli.orders.order import currency_of

    try:
        from router.connectors.intake.endpoint import webhook_app
    except ImportError as error:
        raise webhooks_missing(error) from error
    with connected(address, tls_ca) as channel:
        currency = currency_of(channel)
        found = dict(source_of(text, currency, customer_key) for text in sources)
        serve_webhooks(webhook_app(found, sender(channel)), listen, found)


def source_of(text: str, currency: str, customer_key: str | None) -> "tuple[str, Source]":
    """`shopify:web:/run/secrets/web` as a source and the channel that is its path."""
    from router.connectors.intake.endpoint import Source
    from router.connectors.intake.signatures import SCHEMES, KeyRefused

    format_name, _, rest = text.partition(":")
    channel_name, _, file = rest.partition(":")
    if format_name not in SCHEMES or not channel_name or not file:
        raise CommandFailed(
            Exit.USAGE, f"--source is `{text}`, must be {PARTS} with one of {', '.join(SCHEMES)} as FORMAT"
        )
    try:
        key = SCHEMES[format_name].key_of(read_file(file))
    except KeyRefused as error:
        raise CommandFailed(Exit.USAGE, f"{Path(file).name}: {error}") from error
    return channel_name, Source(
        format=format_name, terms=terms_of(channel_name, currency, "", False, customer_key), key=key
    )


def sender(channel: "grpc.Channel") -> "Send":
    """Routes or cancels one order by a call that blocks a thread, never the loop."""
    import grpc

    from router.cli.intake.send import send_all
    from router.cli.intake.withdraw import withdraw_all
    from router.connectors.intake.captured import Captured
    from router.connectors.intake.endpoint import Sent

    def call(one: "Captured | Withdrawn") -> "Sent":
        try:
            if isinstance(one, Captured):
                return next(send_all(channel, [one]))
            return next(withdraw_all(channel, [one]))
        except grpc.RpcError as error:
            return Sent(
                order_id=one.order_id,
                reason="UNREACHABLE",
                message=f"the router does not answer: {error}",
                may_retry=True,
            )

    async def send(one: "Captured | Withdrawn") -> "Sent":
        return await asyncio.to_thread(call, one)

    return send
