"""The metrics: each says what it is, from which facts it is made, and how. The list that ends the file names them all.

Every metric is a numerator over a denominator, made of observations that add up.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from enum import Enum
from typing import NamedTuple

from router.app.metrics.facts import OrderFacts, ShipmentFacts
from router.app.metrics.wave_facts import WaveFacts
from router.domain.identifiers import Instant
from router.ledger.lifecycle import LEFT, OrderState, ShipmentState

MICROS = 1_000_000
MILLI = 1_000


class Observation(NamedTuple):
    """One fact that counts. What a metric does not go by is empty."""

    time: Instant
    numerator: int
    denominator: int = 1
    channel: str = ""
    node_id: str = ""
    carrier_id: str = ""
    reason: str = ""
    order_id: str = ""


class Counted(Enum):
    """How observations become one figure.

    EACH: numerators and denominators are added. ORDERS: an order counts once, however many of its shipments are among
    them, and has what any of them has. PER_ORDER: numerators are added, the denominator is the number of orders.
    """

    EACH = "each"
    ORDERS = "orders"
    PER_ORDER = "per order"


class Unit(Enum):
    """What a value is in."""

    RATIO = "ratio"
    SECONDS = "seconds"
    CENTIMETERS = "cm"
    MINOR = "minor"


@dataclass(frozen=True, slots=True, kw_only=True)
class Metric:
    """`by` are the words it can be grouped by, besides the period. `at` says which instant puts it into a period.

    One of `of_order` and `of_wave` makes its observations; the instant given is now.
    """

    name: str
    title: str
    unit: Unit
    numerator: str
    denominator: str
    facts: str
    at: str
    by: tuple[str, ...]
    counted: Counted = Counted.EACH
    of_order: Callable[[OrderFacts, Instant], Iterable[Observation]] | None = None
    of_wave: Callable[[WaveFacts], Iterable[Observation]] | None = None
    is_of_now: bool = False


def fill_rate(one: OrderFacts, now: Instant) -> Iterator[Observation]:
    yield Observation(one.route_time, one.at_once, one.ordered, one.channel)


def split_rate(one: OrderFacts, now: Instant) -> Iterator[Observation]:
    if one.first_shipments:
        yield Observation(one.route_time, one.first_shipments > 1, 1, one.channel)


def order_accuracy(one: OrderFacts, now: Instant) -> Iterator[Observation]:
    for shipment in one.shipments:
        if shipment.state in LEFT:
            yield of_shipment(one, shipment, shipment.dispatch_time, not shipment.is_disturbed)


def on_time_in_full(one: OrderFacts, now: Instant) -> Iterator[Observation]:
    ended = [shipment for shipment in one.shipments if shipment.state in ENDED]
    is_over = one.state is OrderState.DELIVERED or (
        one.state is OrderState.DISPATCHED and all(s.state in ENDED for s in one.shipments if s.left)
    )
    if not (is_over and ended):
        return
    is_full = one.delivered == one.ordered - one.canceled and not one.is_dropped
    is_well = is_full and all(shipment.is_on_time for shipment in ended)
    time = max(shipment.end_time for shipment in ended)
    for shipment in ended:
        yield of_shipment(one, shipment, time, is_well)


def delivery_speed(one: OrderFacts, now: Instant) -> Iterator[Observation]:
    for shipment in one.shipments:
        if shipment.state is ShipmentState.DELIVERED:
            seconds = max(0, shipment.end_time - one.place_time) // MICROS
            yield of_shipment(one, shipment, shipment.end_time, seconds)


def backorder_age(one: OrderFacts, now: Instant) -> Iterator[Observation]:
    for since, units in one.waiting:
        yield Observation(now, units * ((now - since) // MICROS), units, one.channel)


def return_rate(one: OrderFacts, now: Instant) -> Iterator[Observation]:
    left = [shipment for shipment in one.shipments if shipment.state in LEFT]
    by_node = {shipment.node_id: shipment.carrier_id for shipment in left}
    by_number = {shipment.number: shipment.carrier_id for shipment in left}
    for shipment in left:
        yield of_shipment(one, shipment, shipment.dispatch_time, 0, shipment.left)
    for came in one.came_back:
        carrier = by_number.get(came.shipment) or by_node.get(came.node_id, "")
        yield Observation(came.time, came.units, 0, one.channel, came.node_id, carrier, came.reason)


def substitution_rate(one: OrderFacts, now: Instant) -> Iterator[Observation]:
    for shipment in one.shipments:
        if shipment.state in LEFT:
            yield of_shipment(one, shipment, shipment.dispatch_time, shipment.substituted, shipment.left)


def reject_rate(one: OrderFacts, now: Instant) -> Iterator[Observation]:
    for shipment in one.shipments:
        yield of_shipment(one, shipment, shipment.plan_time, bool(shipment.reject_time))


def pick_distance(one: WaveFacts) -> Iterator[Observation]:
    yield Observation(one.time, one.walk_cm, one.picked, node_id=one.node_id)


def cost_per_order(one: OrderFacts, now: Instant) -> Iterator[Observation]:
    for shipment in one.shipments:
        if shipment.state in LEFT:
            yield of_shipment(one, shipment, shipment.dispatch_time, shipment.paid_milli)


ENDED = frozenset({ShipmentState.DELIVERED, ShipmentState.LOST, ShipmentState.RETURNING})


def of_shipment(
    order: OrderFacts, shipment: ShipmentFacts, time: Instant, numerator: int, denominator: int = 1
) -> Observation:
    return Observation(
        time,
        int(numerator),
        denominator,
        order.channel,
        shipment.node_id,
        shipment.carrier_id,
        order_id=order.order_id,
    )


CHANNEL, NODE, CARRIER, REASON = "channel", "node", "carrier", "reason"

METRICS: tuple[Metric, ...] = (
    Metric(
        name="order_accuracy",
        title="Order accuracy",
        unit=Unit.RATIO,
        numerator="shipments that left with all that was planned for them: nothing was missing on the shelf",
        denominator="shipments that left",
        facts="`SHIPMENT_DISPATCHED`, `SHIPMENT_SHORTENED`, `SHIPMENT_REJECTED`",
        at="it left",
        by=(CHANNEL, NODE, CARRIER),
        of_order=order_accuracy,
    ),
    Metric(
        name="on_time_in_full",
        title="On time in full",
        unit=Unit.RATIO,
        numerator="orders that arrived whole, all of it by the promised day; what the customer canceled is not missed",
        denominator="orders of which nothing waits and every shipment arrived, was lost or is brought back",
        facts="units of the lines, `SHIPMENT_DELIVERED`, the promised day, carriers' reports",
        at="its last shipment ended",
        by=(CHANNEL, NODE, CARRIER),
        counted=Counted.ORDERS,
        of_order=on_time_in_full,
    ),
    Metric(
        name="delivery_speed",
        title="Delivery speed",
        unit=Unit.SECONDS,
        numerator="seconds from the order's place time to the delivery that the carrier reports, added",
        denominator="shipments that arrived",
        facts="the order's place time, carriers' reports",
        at="it arrived",
        by=(CHANNEL, NODE, CARRIER),
        of_order=delivery_speed,
    ),
    Metric(
        name="fill_rate",
        title="Fill rate",
        unit=Unit.RATIO,
        numerator="units that the first decision of their order reserved",
        denominator="units ordered",
        facts="the first decision",
        at="the order was routed",
        by=(CHANNEL,),
        of_order=fill_rate,
    ),
    Metric(
        name="split_rate",
        title="Split rate",
        unit=Unit.RATIO,
        numerator="orders that the first decision gave more than one shipment",
        denominator="orders that it gave any",
        facts="the first decision",
        at="the order was routed",
        by=(CHANNEL,),
        of_order=split_rate,
    ),
    Metric(
        name="backorder_age",
        title="Backorder age",
        unit=Unit.SECONDS,
        numerator="seconds that waiting units have waited, added; of a line, who waits longest is served first",
        denominator="units that wait now",
        facts="entries `BACKORDER_OPEN`, `BACKORDER_CLOSE`, `BACKORDER_FILL`",
        at="now, whatever period is asked for",
        by=(CHANNEL,),
        of_order=backorder_age,
        is_of_now=True,
    ),
    Metric(
        name="return_rate",
        title="Return rate",
        unit=Unit.RATIO,
        numerator="units that customers announce or that carriers bring back, by reason",
        denominator="units that left",
        facts="entries `SHIP` and `RETURN_EXPECT`, returns",
        at="they left, were announced or turned back",
        by=(CHANNEL, NODE, CARRIER, REASON),
        of_order=return_rate,
    ),
    Metric(
        name="substitution_rate",
        title="Substitution rate",
        unit=Unit.RATIO,
        numerator="units that left of another product than was asked for",
        denominator="units that left",
        facts="entries `SHIP`, the lines of the order",
        at="they left",
        by=(CHANNEL, NODE, CARRIER),
        of_order=substitution_rate,
    ),
    Metric(
        name="reject_rate",
        title="Reject rate",
        unit=Unit.RATIO,
        numerator="shipments that their node rejected",
        denominator="shipments that were planned",
        facts="entries `RESERVE`, `SHIPMENT_REJECTED`",
        at="it was planned",
        by=(CHANNEL, NODE, CARRIER),
        of_order=reject_rate,
    ),
    Metric(
        name="pick_distance",
        title="Pick distance",
        unit=Unit.CENTIMETERS,
        numerator="centimeters of the shortest walk through the bins of a wave, as they are laid out now",
        denominator="units picked from them",
        facts="`SHIPMENT_PICKED`, what was scanned, the layout",
        at="the wave's last shipment was picked",
        by=(NODE,),
        of_wave=pick_distance,
    ),
    Metric(
        name="cost_per_order",
        title="Cost per order",
        unit=Unit.MINOR,
        numerator=(
            "what is paid for all that left, in minor units: its carrier's charge by the booking that it left with,"
            " else freight by the plan; handling, picking, packaging and transfers by the plan"
        ),
        denominator="orders of which anything left",
        facts="the decisions, `SHIPMENT_DISPATCHED`",
        at="it left",
        by=(CHANNEL, NODE, CARRIER),
        counted=Counted.PER_ORDER,
        of_order=cost_per_order,
    ),
)
"""All of them; a new one is a function and an entry here."""

METRIC_OF = {metric.name: metric for metric in METRICS}
