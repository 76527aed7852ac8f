"""Steps of journeys about orders and their shipments: decided, held, edited, picked, sent and carried."""

from typing import TYPE_CHECKING, Any

from router.ledger.lifecycle import UNDER_WAY, ShipmentState
from tests.journeys.stock_steps import SKUS
from tests.scenarios.seen import see_order

if TYPE_CHECKING:
    from tests.journeys.journey import Journey

Step = dict[str, Any]

STATUSES = (
    "ACCEPTED",
    *["IN_TRANSIT"] * 2,
    *["OUT_FOR_DELIVERY"] * 2,
    "ATTEMPT_FAILED",
    *["DELIVERED"] * 3,
    "DELAYED",
    "DAMAGED",
    "RETURNING",
    "LOST",
)
STATUSES_OF_LOST = ("IN_TRANSIT", "OUT_FOR_DELIVERY", "DELIVERED", "RETURNING", "DELAYED", "DAMAGED")
VERBS = (
    "cancel order",
    "hold order",
    "edit order",
    "release order",
    "release shipments",
    "acknowledge shipment",
    "pick wave",
    "pick",
    "short pick",
    "reject shipment",
    "dispatch",
)


def shipment_step(journey: "Journey") -> Step | None:
    """What a shipment in its state is waiting for."""
    chosen = journey.a_shipment()
    if chosen is None:
        return None
    id, state = chosen
    match state:
        case ShipmentState.PLANNED:
            verbs = (*["release shipments"] * 6, "dispatch", "reject shipment")
        case ShipmentState.RELEASED:
            verbs = (*["pick wave"] * 6, "dispatch", "reject shipment", "acknowledge shipment")
        case ShipmentState.PICKING:
            verbs = (*["pick"] * 5, "short pick", "cancel order")
        case ShipmentState.PICKED:
            verbs = (*["dispatch"] * 6, "cancel order")
        case ShipmentState.CANCELED:
            return None
        case ShipmentState.LOST:
            return report(id, journey.random.choice(STATUSES_OF_LOST))
        case _:
            return report(id, journey.random.choice(STATUSES))
    return asked_of_orders(journey, journey.random.choice(verbs), id)


def report(shipment_id: str, status: str) -> Step:
    more = {"expected date": "2027-12-02"} if status == "DELAYED" else {}
    return {"carrier reports": shipment_id, "status": status, **more}


def blind_step(journey: "Journey") -> Step | None:
    """Whatever comes to mind, for whatever shipment or order: most of it must not happen."""
    chosen = journey.a_shipment()
    return None if chosen is None else asked_of_orders(journey, journey.random.choice(VERBS), chosen[0])


def order_step(journey: "Journey") -> Step | None:
    random, order_id = journey.random, journey.an_order()
    if order_id is None:
        return None
    record = see_order(journey.play, order_id)
    is_held = record["state"] == "HELD"
    verbs = (
        ("release order", "cancel order", "carry on", "edit order")
        if is_held
        else ("hold order", "cancel order", "edit order", "edit order")
    )
    verb = random.choice(verbs)
    if record["dispatched"] > record["delivered"] and record["backordered"] and not is_held:
        verb = random.choice(("hold order", "carry on"))
    if verb == "carry on":
        left = [id for id, state in journey.shipments_of(order_id) if state in UNDER_WAY]
        return report(left[0], "DELIVERED") if left else None
    step = asked_of_orders(journey, verb, order_id)
    line = random.choice(record["lines"])
    left = line["reserved"] + line["backordered"]
    if verb == "cancel order" and left and random.random() < 0.7:
        step["lines"] = {line["line id"]: random.randint(1, left)}
    return step


def asked_of_orders(journey: "Journey", verb: str, id: str) -> Step:
    """A step for a shipment, or for an order or that of a shipment."""
    random, order_id = journey.random, id.partition("/")[0]
    match verb:
        case "release shipments":
            return {verb: [id]}
        case "pick wave":
            node = journey.play.look("shipment", id).record.node_id
            return {verb: node, "shipment ids": [id]}
        case "pick" | "short pick":
            return pick(journey, verb, id)
        case "reject shipment":
            missing = {"missing": {a_unit(journey, id): 1}} if random.random() < 0.4 else {}
            seconds = random.choice((0, 600))
            return {verb: id, "reason code": "NOT_FOUND", "cool off seconds": seconds, **missing}
        case "hold order":
            return {verb: order_id, "reason": random.choice(("FRAUD", "ADDRESS")), "author": "ann"}
        case "release order":
            return {verb: order_id, "author": "bob", "note": "looked at it"}
        case "cancel order":
            return {verb: order_id}
        case "edit order":
            return {verb: order_id, "lines": {"1": random.randint(1, 5)}}
        case _:
            return {verb: id}


def a_unit(journey: "Journey", shipment_id: str) -> str:
    units = journey.play.look("shipment", shipment_id).record.units
    return str(journey.random.choice(units).sku) if units else SKUS[0]


def pick(journey: "Journey", verb: str, shipment_id: str) -> Step:
    units = journey.play.look("shipment", shipment_id).record.units
    chosen = journey.random.choice(units) if units else None
    sku = chosen.sku if chosen else SKUS[0]
    quantity = journey.random.randint(1, chosen.quantity) if chosen else 1
    step = {verb: shipment_id, "sku": sku, "quantity": quantity}
    return (
        {**step, "reason": "EMPTY_BIN", "bin empty": journey.random.random() < 0.3}
        if verb == "short pick"
        else step
    )
