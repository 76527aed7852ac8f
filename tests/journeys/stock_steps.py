"""Steps of journeys about stock: counts and corrections, transfers, reservations without an order."""

from typing import TYPE_CHECKING, Any

from tests.scenarios.worlds import Refused

if TYPE_CHECKING:
    from tests.journeys.journey import Journey

NODES = ("LYON", "LILLE")
SKUS = ("RED-CLOCK", "TIN-LAMP", "OAK-CHAIR")

Step = dict[str, Any]


def stock_step(journey: "Journey") -> Step:
    random = journey.random
    node, sku = random.choice(NODES), random.choice(SKUS)
    if random.random() < 0.3:
        return {"snapshot": "wms", "stock": {node: {sku: random.randint(0, 12)}}}
    delta, reason = random.choice(((9, "RECEIPT"), (20, "RECEIPT"), (-1, "DAMAGE"), (-2, "LOSS")))
    return {"adjust stock": node, "sku": sku, "delta": delta, "reason code": reason}


def transfer_step(journey: "Journey") -> Step | None:
    random = journey.random
    if not journey.transfers or random.random() < 0.5:
        origin, goal = random.sample(NODES, 2)
        lines = {random.choice(SKUS): random.randint(1, 4)}
        return {"transfer": journey.new_id("T"), "from node id": origin, "to node id": goal, "lines": lines}
    id = random.choice(journey.transfers)
    if random.random() < 0.2:
        return {"cancel transfer": id, "reason": "truck broke down"}
    found = find_transfer(journey, id)
    lines = {line.sku: {"quantity": random.randint(1, line.left)} for line in found.lines if line.left}
    return {"receive transfer": id, "lines": lines, "close": True} if lines else None


def find_transfer(journey: "Journey", id: str) -> Any:
    found = journey.play.look("transfer", None).transfers
    return next(one for one in found if one.transfer_id == id)


def reservation_step(journey: "Journey") -> Step | None:
    random = journey.random
    if not journey.reservations or random.random() < 0.5:
        line = {
            "line id": "1",
            "node id": random.choice(NODES),
            "sku": random.choice(SKUS),
            "quantity": random.randint(1, 3),
        }
        return {"reserve": journey.new_id("cart"), "lines": [line], "timeout seconds": 1_800}
    id = random.choice(journey.reservations[-3:])
    try:
        journey.play.look("reservation", id)
    except Refused:
        return None
    verb = random.choice(
        ("void reservation", "post reservation", "order", "extend reservation", "firm reservation")
    )
    return {**journey.order(), "reservation": id} if verb == "order" else asked_of_stock(journey, verb, id)


def asked_of_stock(journey: "Journey", verb: str, id: str) -> Step:
    """A step that only the state of its subject can forbid."""
    match verb:
        case "extend reservation":
            return {verb: id, "timeout seconds": 3_600}
        case "receive transfer":
            sku = find_transfer(journey, id).lines[0].sku
            return {verb: id, "lines": {sku: {"quantity": 1}}, "close": True}
        case "cancel transfer":
            return {verb: id, "reason": "truck broke down"}
        case _:
            return {verb: id}
