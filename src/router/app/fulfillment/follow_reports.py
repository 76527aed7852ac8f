"""Following a shipment's reports: where they put it, what that books, and whether it comes late."""

from msgspec.structs import replace

from router.app.books.books import Books
from router.app.books.changes import Changes, FiledOrder
from router.app.fulfillment.arrivals import Arrival, arrival_of
from router.app.steps.file_shipment import tell_shipment
from router.domain.identifiers import Day, LineId
from router.domain.plan import Shipment
from router.ledger.accounts import Account, Bucket, at_node, outside, shipped
from router.ledger.flows import EntryCode
from router.ledger.lifecycle import ORDER_EFFECTS, UNDER_WAY, OrderEvent, ShipmentEvent, ShipmentState
from router.ledger.orders import after_delivery
from router.ledger.reservations import Reservation
from router.ledger.shipments import ShipmentAccount, moved
from router.ledger.tracking import EVENT_TO, CarrierReport, CarrierStatus, state_told


def follow_reports(
    books: Books, changes: Changes, filed: FiledOrder, shipment: ShipmentAccount, *, today: Day | None = None
) -> tuple[FiledOrder, ShipmentAccount]:
    """The order and its shipment, which has left, after all that its carrier reported so far.

    Nothing under way is expected before `today`, where that is known.
    """
    arrival = expected_arrival(books, filed, shipment)
    expected, high = arrival.day, arrival.high_day
    if today is not None and shipment.state in UNDER_WAY:
        expected = max(expected, today)
        high = high and max(high, expected)
    shipment = replace(
        shipment,
        journey=replace(shipment.journey, eta_day=expected, eta_low_day=arrival.low_day, eta_high_day=high),
    )
    shipment = tell_damage(changes, filed, shipment)
    told = state_told(shipment.journey.reports)
    if told is not None and told is not shipment.state and shipment.state in UNDER_WAY:
        filed, shipment = move_on(changes, filed, shipment, told)
    promised = promised_day(filed, shipment)
    journey = shipment.journey
    if expected > promised and not journey.is_late_told and shipment.state in UNDER_WAY:
        shipment = moved(
            replace(shipment, journey=replace(journey, is_late_told=True)),
            ShipmentEvent.DELAY,
            shipment.state,
        )
        days = expected - promised
        text = f"expected {days} day{'' if days == 1 else 's'} after the day that was promised"
        tell_shipment(changes, filed, shipment, ShipmentEvent.DELAY, text)
    return filed, shipment


def tell_damage(changes: Changes, filed: FiledOrder, shipment: ShipmentAccount) -> ShipmentAccount:
    """Tell once that its carrier says that goods in it may be broken, as long as it has not arrived."""
    damages = [one for one in shipment.journey.reports if one.status is CarrierStatus.DAMAGED]
    if not damages or shipment.journey.is_damage_told or shipment.state not in UNDER_WAY:
        return shipment
    journey = replace(shipment.journey, is_damage_told=True)
    shipment = moved(replace(shipment, journey=journey), ShipmentEvent.DAMAGE, shipment.state)
    tell_shipment(changes, filed, shipment, ShipmentEvent.DAMAGE, text_of(damages[-1], shipment))
    return shipment


def text_of(report: CarrierReport, shipment: ShipmentAccount) -> str:
    """Where and what, in the carrier's own words where it has any."""
    return f"{report.place or shipment.node_id}: {report.code or report.status.name}"


def move_on(
    changes: Changes, filed: FiledOrder, shipment: ShipmentAccount, told: ShipmentState
) -> tuple[FiledOrder, ShipmentAccount]:
    """Book that the shipment is where its reports say."""
    event = EVENT_TO[told]
    after = moved(shipment, event)
    gone = [one for one in filed.reservations if one.shipment == shipment.shipment and one.posted]
    if shipment.state is ShipmentState.LOST:
        move_units(changes, EntryCode.DISCREPANCY, gone, Bucket.LOST, Bucket.SHIPPED)
    if event in _MOVES:
        code, to = _MOVES[event]
        move_units(changes, code, gone, Bucket.SHIPPED, to)
    text = text_of(shipment.journey.reports[-1], shipment)
    if event is not ShipmentEvent.DELIVER:
        tell_shipment(changes, filed, after, event, text)
        return filed, after
    arrived: dict[LineId, int] = {}
    for one in gone:
        arrived[one.line_id] = arrived.get(one.line_id, 0) + one.posted
    filed = replace(filed, account=after_delivery(filed.account, arrived))
    changes.tell_effect(
        ORDER_EFFECTS[OrderEvent.DELIVER],
        order_id=shipment.order_id,
        subject=shipment.id,
        text=text,
        state=filed.account.state.name,
        node_ids=(shipment.node_id,),
    )
    return filed, after


_MOVES = {
    ShipmentEvent.DELIVER: (EntryCode.DELIVER, Bucket.DELIVERED),
    ShipmentEvent.TURN_BACK: (EntryCode.RETURN_EXPECT, Bucket.RETURN_INBOUND),
    ShipmentEvent.LOSE: (EntryCode.DISCREPANCY, Bucket.LOST),
}
"""Where units go that left, and by which entry."""


def move_units(
    changes: Changes, code: EntryCode, gone: list[Reservation], gives: Bucket, receives: Bucket
) -> None:
    for one in gone:
        changes.enter(
            code,
            debit=_account(receives, one.account),
            credit=_account(gives, one.account),
            quantity=one.posted,
            reference=one.order_id,
            line_id=one.line_id,
        )


def _account(bucket: Bucket, here: Account) -> Account:
    if bucket is Bucket.LOST:
        return outside(bucket, here.sku, here.lot)
    if bucket is Bucket.SHIPPED:
        return shipped(here.node_id, here.sku, here.lot)
    return at_node(bucket, here.node_id, here.sku, here.lot)


def planned_of(filed: FiledOrder, shipment: ShipmentAccount) -> Shipment:
    return filed.plan.shipments[shipment.shipment - 1]


def promised_day(filed: FiledOrder, shipment: ShipmentAccount) -> Day:
    """The day that the customer was promised: the order's own, or else that of the plan."""
    return filed.order.promise_day or planned_of(filed, shipment).delivery_day


def expected_arrival(books: Books, filed: FiledOrder, shipment: ShipmentAccount) -> Arrival:
    """When it arrives, as far as is known now."""
    planned = planned_of(filed, shipment)
    network = books.ready_network()
    node = network.node_index.get(shipment.node_id)
    service = network.service_index.get(planned.service_level_id)
    zone = "UTC" if node is None else network.calendars[network.node_calendar[node]].time_zone
    weekdays = None if service is None else network.network.service_levels[service].delivery_weekdays
    return arrival_of(filed.order, planned, shipment.journey, zone, weekdays, books.transits)
