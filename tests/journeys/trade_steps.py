"""Steps of journeys about what comes back and what is bought."""

from random import Random
from typing import Any

from tests.scenarios.play import Play
from tests.scenarios.worlds import Refused

SUPPLIER = {
    "supplier id": "ACME",
    "name": "Acme",
    "lead hours": 48,
    "node id": "LYON",
    "offers": [{"sku": sku, "unit price minor": 700} for sku in ("RED-CLOCK", "TIN-LAMP", "OAK-CHAIR")],
}


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


def charged(step: dict[str, Any], random: Random) -> dict[str, Any]:
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


def return_step(play: Play, random: Random, id: str) -> dict[str, Any] | None:
    """What may become of a return: it arrives in parts, is looked at, given up, paid for or replaced."""
    record = play.look("return", id).record
    lines = [line for line in record.lines if line.line_id]
    verb = random.choice(
        (
            "receive return",
            "receive return",
            "inspect return",
            "inspect return",
            "cancel return",
            "refund return",
            "send replacement",
        )
    )
    match verb:
        case "receive return":
            line = random.choice(lines)
            return {verb: id, "lines": {line.sku: random.randint(1, max(1, line.expected))}}
        case "inspect return":
            found = [line for line in lines if line.to_inspect] or lines
            line = random.choice(found)
            kind = random.choice(("RESTOCK", "SCRAP", "QUARANTINE", "REFURBISH"))
            quantity = random.randint(1, max(1, line.to_inspect))
            return {verb: id, "findings": [{"sku": line.sku, "quantity": quantity, "disposition": kind}]}
        case "cancel return":
            return {verb: id, "reason": "kept after all"}
        case "send replacement":
            owed = [line for line in lines if line.owed]
            return (
                {verb: id, "order id": f"{id}-R-{random.randint(1, 10**6)}", "lines": {owed[0].sku: 1}}
                if owed
                else None
            )
        case _:
            # Every second one is paid back by the payments of its order, if those have it.
            is_here = int(id.rpartition("-")[2]) % 2
            how = {} if is_here else {"external reference": "paid back by bank"}
            return {verb: id, **how} if record.owed_minor else None


def claim_step(play: Play, random: Random, shipment_id: str, id: str) -> dict[str, Any] | None:
    """A unit that was delivered, and for which somebody wants money without sending it back."""
    units = play.look("shipment", shipment_id).record.units
    if not units:
        return None
    return {
        "open claim": id,
        "order id": shipment_id.partition("/")[0],
        "shipment id": shipment_id,
        "cause": "DAMAGED",
        "lines": {random.choice(units).line_id: 1},
    }


def purchase_step(play: Play, random: Random, known: list[str], id: str) -> dict[str, Any] | None:
    """A purchase order is placed, confirmed, moved, arrives in parts or is canceled."""
    if not known or random.random() < 0.4:
        sku = random.choice(("RED-CLOCK", "TIN-LAMP", "OAK-CHAIR"))
        return {"place purchase order": id, "supplier id": "ACME", "lines": {sku: random.randint(2, 6)}}
    chosen = random.choice(known[-3:])
    try:
        line = play.look("purchase order", chosen).purchase_order.lines[0]
    except Refused:
        return None
    verb = random.choice(
        (
            "acknowledge purchase order",
            "change purchase order date",
            "receive purchase order",
            "receive purchase order",
            "cancel purchase order",
        )
    )
    match verb:
        case "receive purchase order":
            return {verb: chosen, "lines": {line.sku: {"quantity": random.randint(1, max(1, line.left))}}}
        case "change purchase order date":
            return {verb: chosen, "expected date": "2027-03-01"}
        case "cancel purchase order":
            return {verb: chosen, "reason": "not wanted"}
        case _:
            return {verb: chosen}
