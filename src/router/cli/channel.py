"""`router channel`: where orders are captured."""

import uuid

import click

from router.cli.connection import TIMEOUT_SECONDS, client_options, connected
from router.cli.groups import Group
from router.cli.output import as_dict, console, enum_word, plain_table, print_json

KINDS = ("WEB", "MOBILE", "MARKETPLACE", "STORE", "EDI", "OTHER")


@click.group(cls=Group)
def channel() -> None:
    """Sales channels: once any is put, an order must name one of them."""


@channel.command("list")
@client_options
def list_channels(address: str, tls_ca: str | None, as_json: bool) -> None:
    """List all channels."""
    from router.api.v1.channels_pb2 import ListChannelsRequest
    from router.api.v1.channels_pb2_grpc import ChannelsServiceStub

    with connected(address, tls_ca) as connection:
        found = ChannelsServiceStub(connection).ListChannels(ListChannelsRequest(), timeout=TIMEOUT_SECONDS)
    if as_json:
        print_json(channels=[as_dict(one) for one in found.channels])
        return
    if not found.channels:
        console().print("no channels were put: every name is one")
        return
    table = plain_table("channel", "kind", "orders", "payment", "name")
    for one in found.channels:
        table.add_row(
            one.channel_id,
            enum_word(one, "kind"),
            "closed" if one.closed else "open",
            "required" if one.payment_required else "–",
            one.name or "–",
        )
    console().print(table)


@channel.command()
@click.argument("channel_id", metavar="ID")
@click.option("--kind", type=click.Choice(KINDS), default="OTHER", show_default=True)
@click.option("--name", default="", help="For people.")
@click.option("--closed", is_flag=True, help="Takes no new orders.")
@click.option("--payment-required", is_flag=True, help="Nothing leaves that payments here do not cover.")
@client_options
def put(
    channel_id: str,
    kind: str,
    name: str,
    closed: bool,
    payment_required: bool,
    address: str,
    tls_ca: str | None,
    as_json: bool,
) -> None:
    """Add a channel, or replace it whole."""
    from router.api.v1.channels_pb2 import Channel, ChannelKind, PutChannelsRequest
    from router.api.v1.channels_pb2_grpc import ChannelsServiceStub

    one = Channel(
        channel_id=channel_id,
        name=name,
        kind=ChannelKind.Value(f"CHANNEL_KIND_{kind}"),
        closed=closed,
        payment_required=payment_required,
    )
    request = PutChannelsRequest(channels=[one], request_id=f"cli/{uuid.uuid4()}")
    with connected(address, tls_ca) as connection:
        answer = ChannelsServiceStub(connection).PutChannels(request, timeout=TIMEOUT_SECONDS)
    if as_json:
        print_json(put=as_dict(answer))
        return
    console().print(f"{channel_id} put")
