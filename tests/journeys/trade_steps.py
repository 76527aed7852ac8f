"""Steps of journeys about what is paid, booked with carriers, late, comes back or is bought."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from random import Random
from typing import TYPE_CHECKING, Any

from router.ledger.delays import DelayState
from router.ledger.lifecycle import ShipmentState
from tests.journeys.stock_steps import SKUS
from tests.scenarios.seen import see_order
from tests.scenarios.words import MANY

if TYPE_CHECKING:
    from tests.journeys.journey import Journey

Step = dict[str, Any]

SUPPLIER = {
    "supplier id": "ACME",
    "name": "Acme",
    "lead hours": 48,
    "node id": "LYON",
    "offers": [{"sku": sku, "unit price minor": 700} for sku in SKUS],
}
TOKENS = ("", "", "", "part:500", "decline:no", "expire:7200", "pending")
DISPOSITIONS = ("RESTOCK", "SCRAP", "QUARANTINE", "REFURBISH")
RETURN_VERBS = (
    *["receive return"] * 2,
    *["inspect return"] * 2,
    "cancel return",
    "refund return",
    "send replacement",
)
PURCHASE_VERBS = (
    "acknowledge purchase order",
    "change purchase order date",
    *["receive purchase order"] * 2,
    "cancel purchase order",
)


def charged(step: Step, random: Random) -> Step:
    """The step of an order with amounts of its own: of its lines, with discounts and taxes, and of shipping."""
    price = step.pop("price")
    lines = [
        {"line id": str(number), "sku": sku, "quantity": units, "unit price minor": price}
        for number, (sku, units) in enumerate(step["lines"].items(), start=1)
    ]
    for line in lines:
        if random.random() < 0.8:
            line["amount minor"] = random.randint(0, price * line["quantity"])
        if random.random() < 0.8:
            line["tax minor"] = random.randint(0, line.get("amount minor", price * line["quantity"]))
    shipping = random.randint(0, 900)
    goods = sum(line.get("amount minor", price * line["quantity"]) for line in lines)
    more = {"shipping minor": shipping, "shipping tax minor": shipping // 6, "total minor": goods + shipping}
    return {**step, "lines": lines, **more}


def payment_step(journey: "Journey") -> Step | None:
    random, order_id = journey.random, journey.an_order()
    if order_id is None:
        return None
    if not journey.payments or random.random() < 0.4:
        if journey.gifts.random() < 0.3:
            return gift_step(journey, order_id)
        return {
            "authorize payment": journey.new_id("P"),
            "order id": order_id,
            "method": "CARD",
            "amount minor": random.choice((1_000, 50_000)),
            "token": random.choice(TOKENS),
        }
    id = random.choice(journey.payments[-4:])
    verb = random.choice(("capture payment", "void payment", "refund payment", "check payment"))
    step = asked_of_trade(journey, verb, id)
    return {**step, "amount minor": random.randint(1, 600)} if "amount minor" in step else step


def gift_step(journey: "Journey", order_id: str) -> Step:
    """A gift account is given money, or pays: as a rule what it has, now and then more."""
    random = journey.gifts
    account = random.choice(("G-1", "G-2"))
    if random.random() < 0.4:
        return {"issue gift": account, "amount minor": random.randint(1, 9_000), "reference": order_id}
    return {
        "authorize payment": journey.new_id("P"),
        "order id": order_id,
        "method": "GIFT_BALANCE",
        "amount minor": random.choice((300, 3_000, 30_000)),
        "gift account id": account,
    }


def booking_step(journey: "Journey") -> Step | None:
    """A shipment is booked with its carrier, or not any more; all that is booked of a node is handed over."""
    random, chosen = journey.random, journey.a_shipment()
    if random.random() < 0.15:
        today = datetime.fromtimestamp(journey.now, UTC).date()
        node, carrier = random.choice(("LYON", "LILLE")), random.choice(("POSTE", "CHRONO"))
        return {"close manifest": node, "carrier id": carrier, "date": today.isoformat()}
    if journey.booked and random.random() < 0.5:
        id, verb = random.choice(journey.booked[-2:]), random.choice(("void booking", "book"))
        if verb == "book" or not journey.has_left(id):
            return {verb: id}
    if chosen is None or chosen[1] is ShipmentState.PLANNED:
        return None
    return {"book": chosen[0]}


def delay_step(journey: "Journey") -> Step | None:
    """What has not left of a late order leaves later, or its customer says yes or no to that."""
    random, order_id = journey.random, journey.an_order()
    if random.random() < 0.3:
        return {"detect delays": ""}
    if order_id is None:
        return None
    delays = delays_of(journey)
    late = [id for id in journey.orders[-8:] if id in delays]
    unheard = [id for id in late if delays[id].state == DelayState.EXPECTED]
    if unheard and random.random() < 0.5:
        id = random.choice(unheard)
        words = ("cancel order", "answer delay CANCEL", "answer delay CONSENT")
        return asked_of_trade(journey, random.choice(words), id)
    if not late or random.random() < 0.35:
        return asked_of_trade(journey, "report delay", random.choice(late) if late else order_id)
    id = random.choice(late)
    step = asked_of_trade(journey, f"answer delay {random.choice(('CONSENT', 'CONSENT', 'CANCEL'))}", id)
    return {**step, "notice number": random.randint(1, 2)} if random.random() < 0.2 else step


def a_later_day(journey: "Journey", order_id: str) -> str:
    """Later than what is expected now, or empty: nobody can say."""
    if journey.random.random() < 0.15:
        return ""
    delay = delays_of(journey).get(order_id)
    today = datetime.fromtimestamp(journey.now, UTC).date().isoformat()
    last = max(today, delay.expected_date if delay is not None else "")
    return (date.fromisoformat(last) + timedelta(days=journey.random.choice((8, 20, 45)))).isoformat()


def delays_of(journey: "Journey") -> Mapping[str, Any]:
    """By order, in the order of finding."""
    return {one.order_id: one for one in journey.play.look("delays", MANY).delays}


def return_step(journey: "Journey") -> Step | None:
    """Units of a late order come back, or somebody claims that they should not have come."""
    random = journey.random
    if journey.returns and random.random() < 0.75:
        return return_goes_on(journey, random.choice(journey.returns[-3:]))
    order_id = journey.an_order()
    if order_id is None:
        return None
    if random.random() < 0.3:
        chosen = journey.a_shipment()
        is_there = chosen is not None and chosen[1] is ShipmentState.DELIVERED
        return claim_step(journey, chosen[0]) if chosen and is_there else None
    delivered = [line for line in see_order(journey.play, order_id)["lines"] if line["delivered"]]
    if not delivered:
        return None
    line = random.choice(delivered)
    return {
        "authorize return": journey.new_id("R"),
        "order id": order_id,
        "lines": {line["line id"]: random.randint(1, line["delivered"])},
        "reason code": random.choice(("DEFECT", "UNWANTED")),
    }


def return_goes_on(journey: "Journey", id: str) -> Step | None:
    """It arrives in parts, is looked at, given up, paid for or replaced."""
    random, record = journey.random, journey.play.look("return", id).record
    lines = [line for line in record.lines if line.line_id]
    verb = random.choice(RETURN_VERBS)
    match verb:
        case "receive return":
            line = random.choice(lines)
            return {verb: id, "lines": {line.sku: random.randint(1, max(1, line.expected))}}
        case "inspect return":
            line = random.choice([line for line in lines if line.to_inspect] or lines)
            quantity = random.randint(1, max(1, line.to_inspect))
            kind = random.choice(DISPOSITIONS)
            return {verb: id, "findings": [{"sku": line.sku, "quantity": quantity, "disposition": kind}]}
        case "send replacement":
            return asked_of_trade(journey, verb, id) if any(line.owed for line in lines) else None
        case "refund return":
            # Every second one is paid back by the payments of its order, if those have it.
            is_here = int(id.rpartition("-")[2]) % 2
            step = {verb: id} if is_here else asked_of_trade(journey, verb, id)
            return step if record.owed_minor else None
        case _:
            return asked_of_trade(journey, verb, id)


def claim_step(journey: "Journey", shipment_id: str) -> Step | None:
    """A unit that was delivered, and for which somebody wants money without sending it back."""
    units = journey.play.look("shipment", shipment_id).record.units
    if not units:
        return None
    return {
        "open claim": journey.new_id("C"),
        "order id": shipment_id.partition("/")[0],
        "shipment id": shipment_id,
        "cause": "DAMAGED",
        "lines": {journey.random.choice(units).line_id: 1},
    }


def purchase_step(journey: "Journey") -> Step:
    """A purchase order is placed, confirmed, moved, arrives in parts or is canceled."""
    random = journey.random
    if not journey.purchases or random.random() < 0.4:
        lines = {random.choice(SKUS): random.randint(2, 6)}
        return {"place purchase order": journey.new_id("PO"), "supplier id": "ACME", "lines": lines}
    chosen, verb = random.choice(journey.purchases[-3:]), random.choice(PURCHASE_VERBS)
    if verb != "receive purchase order":
        return asked_of_trade(journey, verb, chosen)
    line = journey.play.look("purchase order", chosen).purchase_order.lines[0]
    return {verb: chosen, "lines": {line.sku: {"quantity": random.randint(1, max(1, line.left))}}}


def asked_of_trade(journey: "Journey", word: str, id: str) -> Step:
    """A step that only the state of its subject can forbid, by its word in `tables`."""
    play = journey.play
    match word:
        case "capture payment":
            return {word: id, "amount minor": 1}
        case "refund payment":
            return {word: id, "amount minor": 1, "reason code": "GOODWILL"}
        case "report delay":
            return {word: id, "expected date": a_later_day(journey, id), "reason code": "SUPPLIER_LATE"}
        case "answer delay CONSENT" | "answer delay CANCEL":
            verb, _, answer = word.rpartition(" ")
            return {verb: id, "answer": answer}
        case "receive return":
            return {word: id, "lines": {first_line(play.look("return", id).record).sku: 1}}
        case "inspect return":
            sku = first_line(play.look("return", id).record).sku
            return {word: id, "findings": [{"sku": sku, "quantity": 1, "disposition": "RESTOCK"}]}
        case "cancel return":
            return {word: id, "reason": "kept after all"}
        case "refund return":
            return {word: id, "external reference": "paid back by bank"}
        case "send replacement":
            lines = play.look("return", id).record.lines
            owed = next((line for line in lines if line.owed), lines[0])
            number = journey.random.randint(1, 10**6)
            return {word: id, "order id": f"{id}-R-{number}", "lines": {owed.sku: 1}}
        case "receive purchase order":
            sku = play.look("purchase order", id).purchase_order.lines[0].sku
            return {word: id, "lines": {sku: {"quantity": 1}}}
        case "change purchase order date":
            return {word: id, "expected date": "2027-03-01"}
        case "cancel purchase order":
            return {word: id, "reason": "not wanted"}
        case _:
            return {word: id}


def first_line(record: Any) -> Any:
    return next((line for line in record.lines if line.line_id), record.lines[0])
