"""`router events`: what happened, who is told of it, and what they did not take."""

import time
import uuid
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import click

from router.cli.connection import TIMEOUT_SECONDS, client_options, connected
from router.cli.events.relay import relay
from router.cli.events.resend import resend
from router.cli.events.serve import serve
from router.cli.groups import Group
from router.cli.output import as_dict, console, enum_word, plain_table, print_json

if TYPE_CHECKING:
    from router.api.v1.events_pb2 import HeldEvent, SinkStatus, WatchEventsRequest, WatchEventsResponse
    from router.app.records.events import Event

LISTENED_SECONDS = 1.0
"""A stream that lasted so long was one of a server, even if it told nothing."""
AGAIN_SECONDS = 0.5


@click.group(cls=Group)
def events() -> None:
    """Events, and the sinks that are told of them."""


events.add_command(relay)
events.add_command(serve)


@events.command()
@click.option("--from-position", default=0, metavar="N", help="Only what came after this position.")
@click.option("--order", "order_id", default="", metavar="ID", help="Only events of this order.")
@click.option("--type", "types", multiple=True, metavar="TYPE", help="Only this type, such as order.routed.")
@click.option("--follow", is_flag=True, help="Wait for more until Ctrl-C.")
@client_options
def tail(
    from_position: int,
    order_id: str,
    types: tuple[str, ...],
    follow: bool,
    address: str,
    tls_ca: str | None,
    as_json: bool,
) -> None:
    """Print events, one a line; as JSON one object a line. With --follow over restarts of the server, too."""
    from google.protobuf.json_format import MessageToJson

    from router.api.v1.events_pb2 import WatchEventsRequest

    request = WatchEventsRequest(
        after_position=from_position,
        order_id=order_id,
        types=list(map(type_of, types)),
        no_follow=not follow,
    )
    with connected(address, tls_ca) as channel:
        for event in followed(channel, request):
            click.echo(MessageToJson(event, indent=None) if as_json else line_of(event))


def followed(channel: Any, request: "WatchEventsRequest") -> "Iterator[WatchEventsResponse]":
    """Each once and in order. Who follows waits for a server that was there and goes on behind the last one."""
    import grpc

    from router.api.v1.events_pb2_grpc import EventsServiceStub

    was_there = False
    while True:
        begun = time.monotonic()
        try:
            for event in EventsServiceStub(channel).WatchEvents(request):
                was_there = True
                request.after_position = event.position
                yield event
            return
        except grpc.RpcError as error:
            was_there |= time.monotonic() - begun > LISTENED_SECONDS
            if request.no_follow or not was_there or error.code() is not grpc.StatusCode.UNAVAILABLE:
                raise
        time.sleep(AGAIN_SECONDS)


def line_of(event: "WatchEventsResponse") -> str:
    """`1,234  2026-11-16T12:00:00Z  order.routed  A-1  ALLOCATED: 1 shipment from LYON`."""
    name = event.type.removeprefix("router.").removesuffix(".v1")
    about = event.order_id or event.subject[:32]
    return "  ".join(
        (f"{event.position:>9,}", event.book_time.ToJsonString(), f"{name:<20}", about, event.text)
    )


@events.command()
@client_options
def sinks(address: str, tls_ca: str | None, as_json: bool) -> None:
    """Show how far each sink has come, and what troubles it."""
    from router.api.v1.events_pb2 import ListSinksRequest
    from router.api.v1.events_pb2_grpc import EventsServiceStub

    with connected(address, tls_ca) as channel:
        found = EventsServiceStub(channel).ListSinks(ListSinksRequest(), timeout=TIMEOUT_SECONDS)
    if as_json:
        print_json(sinks=[as_dict(one) for one in found.sinks], last_position=found.last_position)
        return
    table = plain_table("sink", "state", ">cursor", ">behind", ">held", ">dead", "trouble")
    for one in found.sinks:
        figures = (one.cursor, found.last_position - one.cursor, one.held_count, one.dead_count)
        table.add_row(one.name, state_of(one), *(f"{figure:,}" for figure in figures), one.trouble)
    console().print(table)


def state_of(sink: "SinkStatus") -> str:
    """A sink that nobody serves now may simply have nothing to do."""
    if sink.disabled:
        return "disabled"
    is_served = sink.holder and sink.lease_end_time.ToSeconds() >= time.time()
    return f"served by {sink.holder}" if is_served else "idle"


@events.command()
@click.argument("sink")
@click.option(
    "--all", "with_all", is_flag=True, help="Also what is tried again by itself or has arrived after all."
)
@client_options
def dead(sink: str, with_all: bool, address: str, tls_ca: str | None, as_json: bool) -> None:
    """List the events that SINK did not take."""
    from router.api.v1.events_pb2 import HELD_STATE_DEAD, HELD_STATE_UNSPECIFIED

    state = HELD_STATE_UNSPECIFIED if with_all else HELD_STATE_DEAD
    with connected(address, tls_ca) as channel:
        rows = list(held_events(channel, sink, state))
    if as_json:
        print_json(held_events=[as_dict(row) for row in rows])
        return
    for row in rows:
        tries = f"{row.attempts} tries" if row.attempts else "behind"
        word = enum_word(row, "state").lower()
        click.echo("  ".join((f"{row.position:>9,}", f"{word:<9}", row.order_id or "–", tries, row.error)))
    if not rows:
        click.echo("nothing")


def held_events(channel: Any, sink: str, state: Any) -> "Iterator[HeldEvent]":
    """Page by page."""
    from router.api.v1.events_pb2 import ListHeldEventsRequest
    from router.api.v1.events_pb2_grpc import EventsServiceStub

    token = ""
    while True:
        request = ListHeldEventsRequest(sink=sink, state=state, page_size=1_000, page_token=token)
        page = EventsServiceStub(channel).ListHeldEvents(request, timeout=TIMEOUT_SECONDS)
        yield from page.held_events
        if not (token := page.next_page_token):
            return


@events.command()
@click.argument("sink", required=False)
@click.option(
    "--to", metavar="FILE|URL", help="Tell a range of events there instead, whatever sinks there are."
)
@click.option("--from-position", type=int, metavar="N", help="Tell everything after this position again.")
@click.option("--until-position", type=int, metavar="N", help="With --to: nothing after this position.")
@click.option("--dead", "with_dead", is_flag=True, help="Try the dead letters again.")
@click.option(
    "--order",
    "order_id",
    default="",
    metavar="ID",
    help="Only of this order.",
)
@click.option(
    "--type", "types", multiple=True, metavar="TYPE", help="With --to: only this type, such as order.routed."
)
@click.option(
    "--source", default="", metavar="URI", help="With --to: `source` of the envelopes, as in the sinks file."
)
@click.option(
    "--secret-env",
    default="",
    metavar="NAME",
    help="With --to a URL: the variable with its secret.",
)
@client_options
def replay(
    sink: str | None,
    to: str | None,
    from_position: int | None,
    until_position: int | None,
    with_dead: bool,
    order_id: str,
    types: tuple[str, ...],
    source: str,
    secret_env: str,
    address: str,
    tls_ca: str | None,
    as_json: bool,
) -> None:
    """Let SINK begin again, or tell a range of events to FILE or URL; SINK alone: one that was disabled goes on."""
    if (sink is None) == (to is None):
        raise click.UsageError("name a SINK of the server, or with --to a FILE or URL; one of the two")
    if sink is not None:
        if until_position is not None or types or source or secret_env:
            raise click.UsageError("--until-position, --type, --source and --secret-env go with --to")
        replay_sink(sink, from_position, order_id, address, tls_ca, with_dead=with_dead, as_json=as_json)
        return
    assert to is not None, "one of the two is given"
    if with_dead:
        raise click.UsageError("--dead goes with a SINK; with --to all events of the range are told")
    with connected(address, tls_ca) as channel:
        found = events_between(channel, from_position or 0, until_position, order_id, types)
        done = resend(found, to, source, secret_env)
    if as_json:
        print_json(resent={"to": to, "count": done.count, "last_position": done.position})
        return
    click.echo(
        f"{done.count:,} events told to {to}" + (f", up to position {done.position}" if done.count else "")
    )


def events_between(
    channel: Any, after: int, until: int | None, order_id: str, types: tuple[str, ...]
) -> "Iterator[Event]":
    """Those that are there, in their order."""
    from router.api.v1.events_pb2 import WatchEventsRequest
    from router.api.v1.events_pb2_grpc import EventsServiceStub
    from router.cli.events.relay import event_of

    request = WatchEventsRequest(
        after_position=after, order_id=order_id, types=list(map(type_of, types)), no_follow=True
    )
    stream = EventsServiceStub(channel).WatchEvents(request)
    try:
        for message in stream:
            if until is not None and message.position > until:
                return
            yield event_of(message)
    finally:
        stream.cancel()


def type_of(name: str) -> str:
    """`router.order.routed.v1`, of which the ends may be left out."""
    return name if name.startswith("router.") else f"router.{name}.v1"


def replay_sink(
    sink: str,
    from_position: int | None,
    order_id: str,
    address: str,
    tls_ca: str | None,
    *,
    with_dead: bool,
    as_json: bool,
) -> None:
    from router.api.v1.events_pb2 import ReplayEventsRequest
    from router.api.v1.events_pb2_grpc import EventsServiceStub

    request = ReplayEventsRequest(
        sink=sink,
        after_position=from_position,
        with_dead_letters=with_dead,
        order_id=order_id,
        request_id=f"cli/{uuid.uuid4()}",
    )
    with connected(address, tls_ca) as channel:
        done = EventsServiceStub(channel).ReplayEvents(request, timeout=TIMEOUT_SECONDS)
    if as_json:
        print_json(replay=as_dict(done))
        return
    letters = f", {done.revived_count:,} dead letters are tried again" if with_dead else ""
    click.echo(f"{sink} goes on behind position {done.cursor:,}{letters}")
