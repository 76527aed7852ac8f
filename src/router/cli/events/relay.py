"""`router events relay`: the relay as a process of its own, which asks a server for all that it needs."""

import asyncio
import os
import signal
import socket
import uuid
from collections.abc import Callable, Sequence
from functools import partial
from itertools import islice
from pathlib import Path
from threading import Event as Flag
from threading import Thread
from typing import TYPE_CHECKING, Any, TypeVar

import click

from router.cli.connection import TIMEOUT_SECONDS, address_options, connected
from router.cli.events.told import called_told
from router.cli.failures import CommandFailed, Exit

if TYPE_CHECKING:
    from router.api.v1 import events_pb2 as pb
    from router.app.answers.events import DeliveriesSettled
    from router.app.commands.events import SettleDeliveries
    from router.app.records.events import Event
    from router.app.records.sinks import HeldEvent, SinkRecord
    from router.connectors.notices.told import Told
    from router.connectors.relay import Relay

T = TypeVar("T")


@click.command()
@click.option(
    "--sinks", "path", required=True, metavar="FILE", type=click.Path(path_type=Path), help="Whom to tell."
)
@click.option(
    "--name",
    metavar="NAME",
    help="Of this relay; one that is restarted under its name goes on at once.  [default: made up]",
)
@address_options
def relay(path: Path, name: str | None, address: str, tls_ca: str | None) -> None:
    """Tell events to the sinks of FILE until stopped, apart from the server and at no cost to its orders."""
    from router.cli.logs import set_up_logs
    from router.connectors.relay import Relay
    from router.connectors.sinks_file import SinksRefused, read_sinks

    holder = name or f"{socket.gethostname()}/{uuid.uuid4().hex[:8]}"
    try:
        plans = read_sinks(path, os.environ)
        set_up_logs(os.environ.get("ROUTER_LOG", ""))
        ended = ended_by_signal()
        with connected(address, tls_ca) as channel:
            serving = Relay(plans, CallingPost(channel), holder)
            serving.start()
            Thread(target=listen, args=(channel, serving, ended), name="listen", daemon=True).start()
            click.echo(f"relay {holder} tells {', '.join(plan.name for plan in plans)}")
            ended.wait()
            serving.stop()
    except SinksRefused as error:
        raise CommandFailed(Exit.USAGE, str(error), reason="SINKS_REFUSED", lines=error.lines) from error


def ended_by_signal() -> Flag:
    """Set by SIGTERM or Ctrl-C."""
    ended = Flag()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: ended.set())
    return ended


def listen(channel: Any, serving: "Relay", ended: Flag) -> None:
    """Let the relay hear of every event at once; without this it would look once in a while."""
    import grpc

    from router.api.v1 import events_pb2 as pb
    from router.api.v1.events_pb2_grpc import EventsServiceStub

    events = EventsServiceStub(channel)
    while not ended.is_set():
        try:
            last = events.ListSinks(pb.ListSinksRequest(), timeout=TIMEOUT_SECONDS).last_position
            for _ in events.WatchEvents(pb.WatchEventsRequest(after_position=last)):
                serving.hear()
        except (grpc.RpcError, ValueError):
            # A closed channel is a ValueError.
            ended.wait(1.0)


class CallingPost:
    """The post of a relay that is not in the server. Calls block a thread each, never the relay's loop."""

    def __init__(self, channel: Any) -> None:
        from router.api.v1.events_pb2_grpc import EventsServiceStub

        self._events = EventsServiceStub(channel)
        self._channel = channel

    async def last_position(self) -> int:
        from router.api.v1 import events_pb2 as pb

        found = await _called(lambda: self._events.ListSinks(pb.ListSinksRequest(), timeout=TIMEOUT_SECONDS))
        return int(found.last_position)

    async def find_sink(self, name: str) -> "SinkRecord | None":
        from router.api.v1 import events_pb2 as pb

        found = await _called(lambda: self._events.ListSinks(pb.ListSinksRequest(), timeout=TIMEOUT_SECONDS))
        return next((record_of(one) for one in found.sinks if one.name == name), None)

    async def list_held(self, sink: str) -> "Sequence[HeldEvent]":
        from router.api.v1 import events_pb2 as pb

        rows: list[HeldEvent] = []
        for state in (pb.HELD_STATE_HELD, pb.HELD_STATE_DEAD):
            token, is_first = "", True
            while token or is_first:
                is_first = False
                request = pb.ListHeldEventsRequest(sink=sink, state=state, page_size=1_000, page_token=token)
                page = await _called(partial(self._events.ListHeldEvents, request, timeout=TIMEOUT_SECONDS))
                rows += [held_of(sink, one) for one in page.held_events]
                token = page.next_page_token
        return sorted(rows, key=lambda row: row.position)

    async def list_events(self, after: int, limit: int) -> "Sequence[Event]":
        from router.api.v1 import events_pb2 as pb

        def read() -> "list[Event]":
            request = pb.WatchEventsRequest(after_position=after, no_follow=True)
            stream = self._events.WatchEvents(request, timeout=TIMEOUT_SECONDS)
            try:
                return [event_of(one) for one in islice(stream, limit)]
            finally:
                stream.cancel()

        return await _called(read)

    async def find_order(self, order_id: str, shipment_id: str, return_id: str) -> "Told | None":
        return await _called(lambda: called_told(self._channel, order_id, shipment_id, return_id))

    async def settle(self, command: "SettleDeliveries") -> "DeliveriesSettled":
        from router.api.v1 import events_pb2 as pb
        from router.app.answers.events import DeliveriesSettled

        request = pb.SettleDeliveriesRequest(
            sink=command.sink,
            holder=command.holder,
            epoch=command.epoch,
            cursor=command.cursor,
            lease_seconds=command.lease_seconds,
            held_events=[
                pb.HeldEvent(
                    position=held.position,
                    order_id=held.order_id,
                    state=pb.HeldState.ValueType(int(held.state)),
                    attempts=held.attempts,
                    error=printable(held.error),
                )
                for held in command.held
            ],
            disabled=command.is_disabled,
            trouble=printable(command.trouble),
        )
        settled = await _called(lambda: self._events.SettleDeliveries(request, timeout=TIMEOUT_SECONDS))
        return DeliveriesSettled(record=record_of(settled.sink), is_accepted=settled.accepted)


async def _called(call: Callable[[], T]) -> T:
    """What a call gives; however it fails, the relay waits and asks again."""
    import grpc

    from router.connectors.post import PostUnavailable

    try:
        return await asyncio.to_thread(call)
    except grpc.RpcError as error:
        said = error.details() if isinstance(error, grpc.Call) else str(error)
        raise PostUnavailable(said or "the server does not answer") from error


def printable(text: str) -> str:
    return "".join(one if one.isprintable() else " " for one in text)


def record_of(message: "pb.SinkStatus") -> "SinkRecord":
    from router.app.records.sinks import SinkRecord
    from router.domain.identifiers import Instant

    return SinkRecord(
        name=message.name,
        cursor=message.cursor,
        epoch=message.epoch,
        holder=message.holder,
        lease_end=Instant(message.lease_end_time.ToMicroseconds()),
        is_disabled=message.disabled,
        trouble=message.trouble,
    )


def held_of(sink: str, message: "pb.HeldEvent") -> "HeldEvent":
    from router.app.records.sinks import HeldEvent, HeldState

    return HeldEvent(
        sink=sink,
        position=message.position,
        order_id=message.order_id,
        state=HeldState(message.state),
        attempts=message.attempts,
        error=message.error,
    )


def event_of(message: "pb.WatchEventsResponse") -> "Event":
    from router.app.records.events import Event
    from router.connectors.event_types import KINDS
    from router.domain.identifiers import Instant, NodeId

    return Event(
        position=message.position,
        time=Instant(message.book_time.ToMicroseconds()),
        kind=KINDS[message.type],
        order_id=message.order_id,
        subject=message.subject,
        text=message.text,
        state=message.state,
        node_ids=tuple(map(NodeId, message.node_ids)),
    )
