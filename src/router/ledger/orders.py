"""What became of the units of an order, line by line, and how cancellation and dispatch change it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from msgspec import Struct, field
from msgspec.structs import replace

from router.domain.identifiers import LineId, OrderId, Sku
from router.domain.limits import REJECTIONS_MAX
from router.domain.order import OrderLine
from router.ledger.lifecycle import ORDER_TRANSITIONS, WAITING_STATES, OrderEvent, OrderState, state_of
from router.ledger.reservations import Reservation


class LineQuantities(Struct, frozen=True, kw_only=True, gc=False):
    """ordered = reserved + dispatched + backordered + canceled; `delivered` are of those dispatched."""

    line_id: LineId
    sku: Sku
    ordered: int
    reserved: int
    dispatched: int
    backordered: int
    canceled: int
    delivered: int = 0

    def __post_init__(self) -> None:
        if (
            self.ordered
            == self.reserved
            >= 0
            == self.dispatched
            == self.backordered
            == self.canceled
            == self.delivered
        ):
            return  # Of most lines that are booked, in half of the time.
        reserved, dispatched, backordered, canceled = (
            self.reserved,
            self.dispatched,
            self.backordered,
            self.canceled,
        )
        assert reserved >= 0 <= dispatched, "no part of a line is negative"
        assert backordered >= 0 <= canceled, "no part of a line is negative"
        assert reserved + dispatched + backordered + canceled == self.ordered, (
            "the parts of a line add up to what was ordered"
        )
        assert 0 <= self.delivered <= dispatched, "only what left can arrive"


class AllReserved(Struct, frozen=True, eq=False, gc=False):
    """The lines of an order of which every unit is reserved, as they were asked for. They equal those that they are."""

    asked: tuple[OrderLine, ...]

    @property
    def lines(self) -> tuple[LineQuantities, ...]:
        return tuple(
            [
                LineQuantities(
                    line_id=line.id,
                    sku=line.sku,
                    ordered=line.quantity,
                    reserved=line.quantity,
                    dispatched=0,
                    backordered=0,
                    canceled=0,
                )
                for line in self.asked
            ]
        )

    def __eq__(self, other: object) -> bool:
        return self.lines == (other.lines if isinstance(other, AllReserved) else other)

    __hash__ = None  # type: ignore[assignment]


Counted = tuple[LineQuantities, ...] | AllReserved
"""What became of each line of an order: as numbers, or nothing but that all of it is reserved."""


class OrderAccount(Struct, frozen=True, kw_only=True, gc=False):
    """An order as the ledger knows it. Most are routed and written without anybody asking for their `lines`.

    `number` is unique and rises in the order of routing; `decision_number` names the decision in force;
    `position` is the ledger position after its booking. `rejection_count`: shipments of it, each once, that nodes
    rejected or found too little for.
    """

    number: int
    order_id: OrderId
    channel: str
    customer_id: str
    state: OrderState
    counted: Counted = field(name="lines")
    decision_number: int
    position: int
    dispatched_shipments: tuple[int, ...] = ()
    rejection_count: int = 0

    @property
    def lines(self) -> tuple[LineQuantities, ...]:
        return self.counted.lines if isinstance(self.counted, AllReserved) else self.counted


def is_exception(order: OrderAccount) -> bool:
    """Whether units of it wait that only a person has decided again: nodes rejected it too often."""
    return order.state in WAITING_STATES and order.rejection_count >= REJECTIONS_MAX


@dataclass(frozen=True, slots=True, kw_only=True)
class Release:
    """What a cancellation takes back: waiting units of lines, and units of reservations."""

    backordered: tuple[tuple[LineId, int], ...]
    reserved: tuple[tuple[Reservation, int], ...]


def total_state(lines: Iterable[LineQuantities], *, is_held: bool = False) -> OrderState:
    """The state of an order with these lines; `is_held`: what waits of them may wait for a person."""
    reserved = dispatched = backordered = delivered = 0
    for line in lines:
        reserved += line.reserved
        dispatched += line.dispatched
        backordered += line.backordered
        delivered += line.delivered
    return state_of(
        reserved=reserved,
        dispatched=dispatched,
        backordered=backordered,
        delivered=delivered,
        is_held=is_held,
    )


def plan_release(
    order: OrderAccount, reservations: Sequence[Reservation], wanted: Mapping[LineId, int]
) -> Release:
    """Choose what to take back for `wanted` units of lines: waiting units first, then the youngest shipment's.

    Of one shipment it is the lots that would leave last.
    """
    backordered: list[tuple[LineId, int]] = []
    reserved: list[tuple[Reservation, int]] = []
    youngest_first = sorted(reservations, key=lambda r: (-r.shipment, -r.position))
    for line in order.lines:
        missing = wanted.get(line.line_id, 0)
        assert missing <= line.backordered + line.reserved, "checked by the caller"
        if waiting := min(missing, line.backordered):
            backordered.append((line.line_id, waiting))
            missing -= waiting
        for reservation in youngest_first:
            if reservation.line_id == line.line_id and (units := min(missing, reservation.left)):
                reserved.append((reservation, units))
                missing -= units
    return Release(backordered=tuple(backordered), reserved=tuple(reserved))


def after_release(order: OrderAccount, release: Release) -> OrderAccount:
    """The order with `release` canceled."""
    waiting = dict(release.backordered)
    held: dict[LineId, int] = {}
    for reservation, units in release.reserved:
        held[reservation.line_id] = held.get(reservation.line_id, 0) + units
    lines = tuple(
        replace(
            line,
            backordered=line.backordered - waiting.get(line.line_id, 0),
            reserved=line.reserved - held.get(line.line_id, 0),
            canceled=line.canceled + waiting.get(line.line_id, 0) + held.get(line.line_id, 0),
        )
        for line in order.lines
    )
    return _moved(order, OrderEvent.CANCEL, lines, order.dispatched_shipments)


def after_dispatch(order: OrderAccount, shipment: int, posted: Sequence[Reservation]) -> OrderAccount:
    """The order with the units left of `posted` gone in `shipment`."""
    gone: dict[LineId, int] = {}
    for reservation in posted:
        gone[reservation.line_id] = gone.get(reservation.line_id, 0) + reservation.left
    lines = tuple(
        replace(
            line,
            reserved=line.reserved - gone.get(line.line_id, 0),
            dispatched=line.dispatched + gone.get(line.line_id, 0),
        )
        for line in order.lines
    )
    return _moved(order, OrderEvent.DISPATCH, lines, (*order.dispatched_shipments, shipment))


def after_shortage(
    order: OrderAccount, missing: Mapping[LineId, int], event: OrderEvent = OrderEvent.SHORTEN
) -> OrderAccount:
    """The order with reserved units of lines that a node does not ship: they wait again."""
    lines = tuple(
        replace(
            line,
            reserved=line.reserved - missing.get(line.line_id, 0),
            backordered=line.backordered + missing.get(line.line_id, 0),
        )
        for line in order.lines
    )
    return _moved(order, event, lines, order.dispatched_shipments)


def after_delivery(order: OrderAccount, arrived: Mapping[LineId, int]) -> OrderAccount:
    """The order with units of lines at its customer."""
    lines = tuple(
        replace(line, delivered=line.delivered + arrived.get(line.line_id, 0)) for line in order.lines
    )
    return _moved(order, OrderEvent.DELIVER, lines, order.dispatched_shipments)


def after_hold(order: OrderAccount) -> OrderAccount:
    """The order with all its reserved units waiting for a person."""
    lines = tuple(
        replace(line, reserved=0, backordered=line.backordered + line.reserved) for line in order.lines
    )
    return _moved(order, OrderEvent.HOLD, lines, order.dispatched_shipments, is_held=True)


def after_reroute(
    order: OrderAccount,
    lines: tuple[LineQuantities, ...],
    decision_number: int,
    event: OrderEvent = OrderEvent.REROUTE,
    *,
    is_held: bool = False,
) -> OrderAccount:
    """The order with its lines as another decision made them; `is_held`: that decision holds what waits."""
    after = _moved(order, event, lines, order.dispatched_shipments, is_held=is_held)
    return replace(after, decision_number=decision_number)


def _moved(
    order: OrderAccount,
    event: OrderEvent,
    lines: tuple[LineQuantities, ...],
    shipments: tuple[int, ...],
    *,
    is_held: bool | None = None,
) -> OrderAccount:
    """The order after `event`; `is_held` None: as before."""
    state = total_state(lines, is_held=order.state is OrderState.HELD if is_held is None else is_held)
    assert state in ORDER_TRANSITIONS[order.state, event].states, (
        f"{order.state.name} cannot become {state.name}"
    )
    return replace(order, state=state, counted=lines, dispatched_shipments=shipments)
