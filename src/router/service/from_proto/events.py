"""What is asked about events and sinks."""

from router.api.v1 import events_pb2 as pb
from router.app.commands.events import ReplayEvents, SettleDeliveries
from router.app.records.sinks import HeldEvent, HeldState
from router.connectors.event_types import KINDS
from router.domain.limits import HELD_PER_REPORT_MAX, ID_LENGTH_MAX, LEASE_SECONDS_MAX
from router.ledger.event_kinds import EventKind
from router.service.faults import Faults
from router.service.from_proto.keys import request_id_of
from router.service.from_proto.orders import POSITION_MAX
from router.service.parse import digest_of

ATTEMPTS_MAX = 1_000_000


def event_filter(request: pb.WatchEventsRequest) -> tuple[int, str, frozenset[EventKind]]:
    """The position to start behind, the order to follow or nothing, and the kinds wanted, none meaning all."""
    faults = Faults()
    after = faults.whole(request.after_position, "", "after_position", 0, POSITION_MAX)
    order_id = faults.text(request.order_id, "", "order_id", ID_LENGTH_MAX)
    if faults.count_of(request.types, "", "types", 0, len(KINDS)):
        for index, name in enumerate(request.types):
            faults.choice(name, "", f"types[{index}]", tuple(KINDS))
    faults.raise_if_any()
    return after, order_id, frozenset(KINDS[name] for name in request.types)


def held_filter(request: pb.ListHeldEventsRequest) -> tuple[str, HeldState | None]:
    """The sink, and the one state wanted or None."""
    faults = Faults()
    sink = faults.identifier(request.sink, "", "sink")
    state = _state(request.state, "", faults) if request.state else None
    faults.raise_if_any()
    return sink, state


def replay_events(request: pb.ReplayEventsRequest) -> ReplayEvents:
    faults = Faults()
    after = None
    if request.HasField("after_position"):
        after = faults.whole(request.after_position, "", "after_position", 0, POSITION_MAX)
    if request.order_id and not request.with_dead_letters:
        faults.add(
            "order_id",
            "NOT_ALLOWED",
            "order_id narrows dead letters only; set with_dead_letters or leave it out",
        )
    command = ReplayEvents(
        request_id=request_id_of(request.request_id, faults),
        body_digest=digest_of(request),
        sink=faults.identifier(request.sink, "", "sink"),
        after_position=after,
        with_dead_letters=request.with_dead_letters,
        order_id=faults.text(request.order_id, "", "order_id", ID_LENGTH_MAX),
    )
    faults.raise_if_any()
    return command


def settle_deliveries(request: pb.SettleDeliveriesRequest) -> SettleDeliveries:
    faults = Faults()
    held: tuple[HeldEvent, ...] = ()
    if faults.count_of(request.held_events, "", "held_events", 0, HELD_PER_REPORT_MAX):
        held = tuple(
            _held(one, request.sink, f"held_events[{index}].", faults)
            for index, one in enumerate(request.held_events)
        )
    command = SettleDeliveries(
        sink=faults.identifier(request.sink, "", "sink"),
        holder=faults.identifier(request.holder, "", "holder"),
        epoch=faults.whole(request.epoch, "", "epoch", 0, POSITION_MAX),
        cursor=faults.whole(request.cursor, "", "cursor", 0, POSITION_MAX),
        lease_seconds=faults.whole(request.lease_seconds, "", "lease_seconds", 0, LEASE_SECONDS_MAX),
        held=held,
        is_disabled=request.disabled,
        trouble=faults.text(request.trouble, "", "trouble"),
    )
    faults.raise_if_any()
    return command


def _held(message: pb.HeldEvent, sink: str, at: str, faults: Faults) -> HeldEvent:
    return HeldEvent(
        sink=sink,
        position=faults.whole(message.position, at, "position", 1, POSITION_MAX),
        order_id=faults.text(message.order_id, at, "order_id", ID_LENGTH_MAX),
        state=_state(message.state, at, faults),
        attempts=faults.whole(message.attempts, at, "attempts", 0, ATTEMPTS_MAX),
        error=faults.text(message.error, at, "error"),
    )


def _state(value: int, at: str, faults: Faults) -> HeldState:
    if value not in tuple(HeldState):
        faults.add(
            at + "state",
            "UNKNOWN_VALUE",
            f"state is {value}, must be one of {', '.join(pb.HeldState.keys()[1:])}",
        )
        return HeldState.HELD
    return HeldState(value)
