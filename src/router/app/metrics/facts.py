"""What the ledger knows of an order and of a pick wave, as far as metrics are made of it."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from router.app.books.history import history_of, read_decision
from router.app.ports.store import Reader
from router.app.records.events import Event
from router.app.records.ids import decision_number_of
from router.domain.identifiers import Instant, LineId, NodeId, OrderId
from router.domain.plan import PAID, CostKind, Shipment, UnshippedAction
from router.ledger.entries import Entry
from router.ledger.event_kinds import EventKind
from router.ledger.flows import EntryCode
from router.ledger.lifecycle import OrderState, ShipmentState
from router.ledger.orders import OrderAccount
from router.ledger.returns import Return, ReturnKind
from router.ledger.shipments import ShipmentAccount
from router.ledger.tracking import CarrierStatus
from router.routing.decision import Decision

READ_AT_ONCE = 10_000
NOT_REPORTED = Instant(0)
UNDELIVERABLE = "UNDELIVERABLE"
"""Why goods come back that their carrier could not hand over."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ShipmentFacts:
    """`planned` are the units promised for it, `left` those that left in it, `substituted` those of them that are of
    another product than was asked for; `is_disturbed`: its node did not find some of them or did not ship.

    Times are 0 before; `paid_milli` is what is paid for it by the plan, with what its carrier charges by its booking.
    """

    number: int
    node_id: NodeId
    carrier_id: str
    state: ShipmentState
    planned: int
    left: int
    substituted: int
    plan_time: Instant
    reject_time: Instant
    dispatch_time: Instant
    end_time: Instant
    is_on_time: bool
    is_disturbed: bool
    paid_milli: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Came:
    """Units that came back from one shipment, or that will; `node_id` is where they left."""

    time: Instant
    shipment: int
    node_id: NodeId
    units: int
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderFacts:
    """`at_once` are the units that its first decision reserved, `first_nodes` the nodes that it chose, one a shipment.

    `waiting` says since when how many units wait, of those that still do. `is_dropped`: a decision gave some units up.
    """

    order_id: OrderId
    channel: str
    place_time: Instant
    route_time: Instant
    state: OrderState
    ordered: int
    at_once: int
    first_shipments: int
    canceled: int
    delivered: int
    is_dropped: bool
    shipments: tuple[ShipmentFacts, ...]
    waiting: tuple[tuple[Instant, int], ...]
    came_back: tuple[Came, ...]


def read_order_facts(reader: Reader, account: OrderAccount) -> OrderFacts:
    """Of one committed order."""
    events = reader.list_events(0, READ_AT_ONCE, account.order_id)
    entries = reader.list_entries(None, READ_AT_ONCE, account.order_id)
    decisions = decisions_of(reader, account)
    first, order = decisions[0].plan, decisions[0].inputs.order
    route_time = next(one.time for one in events if one.kind is EventKind.ORDER_ROUTED)
    shipments = shipment_facts(reader, account, decisions, events)
    return OrderFacts(
        order_id=account.order_id,
        channel=account.channel,
        place_time=order.place_time or route_time,
        route_time=route_time,
        state=account.state,
        ordered=sum(line.ordered for line in account.lines),
        at_once=sum(sum(one.quantities().values()) for one in first.shipments),
        first_shipments=len(first.shipments),
        canceled=sum(line.canceled for line in account.lines),
        delivered=sum(line.delivered for line in account.lines),
        is_dropped=any(
            one.action is UnshippedAction.CANCEL for decision in decisions for one in decision.plan.unshipped
        ),
        shipments=shipments,
        waiting=still_waiting(entries),
        came_back=(
            *carried_back(entries),
            *returned(reader.list_returns(None, READ_AT_ONCE, account.order_id)),
        ),
    )


def decisions_of(reader: Reader, account: OrderAccount) -> Sequence[Decision]:
    """All of an order, the first one first."""
    decisions = [read_decision(reader, account.decision_number)]
    while (replacing := decisions[-1].inputs.replacing) is not None:
        decisions.append(read_decision(reader, decision_number_of(replacing.decision_id)))
    return decisions[::-1]


def shipment_facts(
    reader: Reader, account: OrderAccount, decisions: Sequence[Decision], events: Sequence[Event]
) -> tuple[ShipmentFacts, ...]:
    """Of every shipment that was ever planned for the order."""
    plan, order = history_of(decisions).plan, decisions[0].inputs.order
    units = units_by_shipment(reader, account)
    subjects: dict[tuple[str, EventKind], Instant] = {(one.subject, one.kind): one.time for one in events}
    plan_times = plan_times_of(reader, account.order_id)
    facts = []
    for one in reader.list_shipments_of(account.order_id):
        shipment = plan.shipments[one.shipment - 1]
        rejected = subjects.get((one.id, EventKind.SHIPMENT_REJECTED), NOT_REPORTED)
        promised = order.promise_day or shipment.delivery_day
        facts.append(
            ShipmentFacts(
                number=one.shipment,
                node_id=one.node_id,
                carrier_id=shipment.service_level_id.partition("/")[0],
                state=one.state,
                planned=units.planned[one.shipment],
                left=units.left[one.shipment],
                substituted=units.substituted[one.shipment],
                plan_time=plan_times.get(one.shipment, NOT_REPORTED),
                reject_time=rejected,
                dispatch_time=one.journey.dispatch_time,
                end_time=end_of(one),
                is_on_time=one.state is ShipmentState.DELIVERED
                and (one.journey.eta_day or shipment.delivery_day) <= promised,
                is_disturbed=bool(rejected) or (one.id, EventKind.SHIPMENT_SHORTENED) in subjects,
                paid_milli=paid_for(shipment, one.journey.charge_minor),
            )
        )
    return tuple(facts)


def paid_for(shipment: Shipment, charge_minor: int | None) -> int:
    """Thousandths of a minor unit, by the plan; instead of its freight the charge of a booking that it left with."""
    kinds = PAID if charge_minor is None else PAID - {CostKind.FREIGHT}
    planned = sum(part.amount_milli for part in shipment.costs if part.kind in kinds)
    return planned + 1_000 * (charge_minor or 0)


class Units(NamedTuple):
    """By shipment: units promised for it, those that left in it, and those of them that other products stood in for."""

    planned: Counter[int]
    left: Counter[int]
    substituted: Counter[int]


def units_by_shipment(reader: Reader, account: OrderAccount) -> Units:
    asked = {line.line_id: line.sku for line in account.lines}
    found = Units(Counter(), Counter(), Counter())
    for one in reader.list_reservations(account.order_id):
        found.planned[one.shipment] += one.quantity
        found.left[one.shipment] += one.posted
        if one.account.sku != asked.get(one.line_id, one.account.sku):
            found.substituted[one.shipment] += one.posted
    return found


def plan_times_of(reader: Reader, order_id: OrderId) -> Mapping[int, Instant]:
    """When units were promised for each shipment: a reservation is named by the position of its entry."""
    times = {one.position: one.time for one in reader.list_entries(None, READ_AT_ONCE, order_id)}
    return {
        one.shipment: times[one.position]
        for one in reversed(reader.list_reservations(order_id))
        if one.position in times
    }


_LAST_WORDS = {
    ShipmentState.DELIVERED: CarrierStatus.DELIVERED,
    ShipmentState.LOST: CarrierStatus.LOST,
    ShipmentState.RETURNING: CarrierStatus.RETURNING,
}


def end_of(one: ShipmentAccount) -> Instant:
    """When its journey ended, as its carrier says; 0 while it has not."""
    last = _LAST_WORDS.get(one.state)
    times = [report.time for report in one.journey.reports if report.status is last]
    return min(times, default=NOT_REPORTED)


def still_waiting(entries: Iterable[Entry]) -> tuple[tuple[Instant, int], ...]:
    """Since when how many units wait: who waited longest stops waiting first, line by line."""
    queues: dict[str, list[tuple[Instant, int]]] = {}
    for entry in entries:
        queue = queues.setdefault(LineId(entry.line_id), [])
        if entry.code is EntryCode.BACKORDER_OPEN:
            queue.append((entry.time, entry.quantity))
        elif entry.code in (EntryCode.BACKORDER_CLOSE, EntryCode.BACKORDER_FILL):
            units = entry.quantity
            while units and queue:
                since, has = queue.pop(0)
                taken = min(units, has)
                units -= taken
                if has > taken:
                    queue.insert(0, (since, has - taken))
    return tuple(sorted(one for queue in queues.values() for one in queue))


def carried_back(entries: Iterable[Entry]) -> Iterator[Came]:
    """Parcels that their carrier brings back."""
    for entry in entries:
        if entry.code is EntryCode.RETURN_EXPECT:
            yield Came(
                time=entry.time,
                shipment=0,
                node_id=entry.debit.node_id,
                units=entry.quantity,
                reason=UNDELIVERABLE,
            )


def returned(returns: Iterable[Return]) -> Iterator[Came]:
    """What customers send back; a claim sends nothing, and what a carrier brings back was counted already."""
    for one in returns:
        for line in one.lines:
            if one.kind is ReturnKind.RETURN and line.line_id and line.taken and not line.is_carried_back:
                yield Came(
                    time=one.create_time,
                    shipment=line.shipment,
                    node_id=line.from_node_id,
                    units=line.taken,
                    reason=one.reason_code,
                )
