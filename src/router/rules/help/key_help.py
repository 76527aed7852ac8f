"""What the keys of a rule file mean, in the words of editors and of the language reference."""

from collections.abc import Mapping

from router.domain.plan import Level, UnshippedAction
from router.rules.blocks.effects import Block
from router.rules.blocks.header import LAST_TIE
from router.rules.blocks.rules_of_substitutes import Consent
from router.rules.verdicts import Per, SplitUnits

HEADER_HELP: Mapping[str, str] = {
    "kind": "What this file is: `RuleSet/v1`.",
    "id": "The rule set's name; a rule is cited as `set/rule`.",
    "priority": "Between rule sets the highest is read first. Two that may meet cannot have the same.",
    "currency": "The one currency of the pack; amounts are written with it: `usd(2.50)`.",
    "applies": "The orders the whole file is about. It reads orders, destination, time and `lines.*`.",
    "revision": "A label of your own, in quotes; versions are told apart by what the files say.",
    "owner": "Whom to ask about it.",
    "timezone": "Where its dates and `time.*` are local, such as America/New_York.",
    "effective": "From (inclusive) and to (exclusive), local to `timezone`: dates, or dates with a time, in quotes.",
    "lists": "Named lists of words, read as `line.hazmat in lists.no_flight`.",
    "attributes": "Facts of your own: attributes that clients send with orders, products and nodes, and their types.",
    "objective": "What counts besides cost: the worth of a point, levels before cost (tiers) and after it (ties).",
    "tests": "Cases beside the rules: given an order, expect a plan. Or write them in a `*.test.yaml` file.",
}

BLOCK_HELP: Mapping[Block, str] = {
    Block.HOLDS: "Orders of which nothing ships until a person releases them.",
    Block.ON_ACCOUNT: "Orders whose goods may leave before they are paid for.",
    Block.SUBSTITUTES: "Products that may be sent instead of one that was asked for, one for one.",
    Block.FILTERS: "Which nodes may serve an order at all.",
    Block.CONSTRAINTS: "Bans on a line, a node, a service or a shipment.",
    Block.TOGETHER: "Lines that leave in one shipment or not at all.",
    Block.SAFETY_STOCK: "Units that stay at a node whatever is ordered.",
    Block.STOCK_CAPS: "The most that one order may take from a node's stock.",
    Block.SCORES: "Points for good choices; a plan pays `point_value` for each point that it misses.",
    Block.COSTS: "Amounts added to what a plan costs.",
    Block.CARRIERS: "Which services may be used; the cheapest plan chooses among them.",
    Block.SPLITS: "Into how many shipments an order may be split, and at which price.",
    Block.BACKORDER: "What becomes of units that no shipment carries now.",
}

KEY_HELP: Mapping[str, str] = {
    "id": "The rule's name, unique in the file; explanations cite it.",
    "when": "When the rule applies; without it, always.",
    "because": "Why the rule exists, in your own words; explanations show it as it stands.",
    "effective": HEADER_HELP["effective"],
    "overrides": "Ids of later rules of the block that this one is meant to win over.",
    "offer": "The SKUs that may be sent instead, at most 8; of two that are equally good the first is taken.",
    "only_short": "true: only where less of the asked product can be sent than the line wants.",
    "consent": "Whether the customer must have said that substitutes are welcome.",
    "keep": "The nodes that stay: those for which this holds.",
    "ban": "What is forbidden: where this holds.",
    "soften": "Inside its dates the ban is not a ban but a price: `cost`, `per`, `effective`.",
    "share": "The part of the node's stock that may be used, 0 to 1.",
    "units": "Whether the units of one line may come in several shipments.",
    "weight": "Points for a value of 1.",
    "value": "How good the choice is, cut to 0..1.",
    "per": "What the amount is charged for.",
    "amount": "What is charged; below zero it is a credit.",
    "use": "The only services that may be used, each `CARRIER/LEVEL`.",
    "max_shipments": "The most shipments of one order.",
    "min_value": "With two or more shipments each is worth at least this, on both sides of the split.",
    "extra_box": "The price of every shipment after the first.",
    "complete": "true: the order ships whole or not at all.",
    "do": "They wait (BACKORDER), are canceled (CANCEL), or wait for a person (HOLD).",
    "penalty": "The price of leaving one unit out.",
    "until": "`release`: they wait until the product's release day.",
    "max_days": "Days after the decision at which waiting ends.",
    "max_units": "Units of a line that may wait at most; what is short beyond them is canceled.",
    "max_waiting": "Units of a product that may wait at most, of all orders together; a new order's are canceled then.",
}
"""What a key of a rule means, unless `BLOCK_KEY_HELP` knows better."""

BLOCK_KEY_HELP: Mapping[tuple[Block, str], str] = {
    (Block.ON_ACCOUNT, "when"): "The orders whose goods may leave unpaid; without it, all.",
    (Block.SAFETY_STOCK, "keep"): "Units that stay: a whole number or an expression.",
    (Block.STOCK_CAPS, "units"): "The most units: a whole number or an expression. Either this or `share`.",
    (Block.SUBSTITUTES, "penalty"): "The price of each unit that is sent instead; without it, nothing.",
    (Block.TOGETHER, "when"): "The lines that leave together; without it, all lines of an order.",
}

SOFTEN_HELP: Mapping[str, str] = {
    "cost": "The price of breaking the fence.",
    "per": KEY_HELP["per"],
    "effective": "When it is a price; outside these dates it is a fence. Without them, always a price.",
}

OBJECTIVE_HELP: Mapping[str, str] = {
    "point_value": "What one point of a score is worth.",
    "tiers": "What counts before cost, the most important first; less is better.",
    "ties": "What decides between plans of equal cost; less is better. `node_id` may end it.",
}


def key_help(block: Block, key: str) -> str:
    """What this key of this block's rules means."""
    return BLOCK_KEY_HELP.get((block, key)) or KEY_HELP[key]


WORD_HELP: Mapping[str, str] = {
    Per.SHIPMENT: "each shipment of a node",
    Per.PARCEL: "each parcel of a shipment",
    Per.LINE: "each line, once in every shipment that carries some of it",
    Per.UNIT: "each unit",
    Per.LATE_DAY: "each day after the promised day, of each shipment",
    SplitUnits.NEVER: "a line ships whole from one node or not at all",
    SplitUnits.WHEN_SHORT: "only where no node has the whole line",
    SplitUnits.ALWAYS: "wherever that is cheapest",
    Consent.ASKED: "the order says that its customer takes substitutes",
    Consent.ASSUMED: "every customer takes this one",
    UnshippedAction.BACKORDER: "they wait for stock",
    UnshippedAction.CANCEL: "they are canceled",
    UnshippedAction.HOLD: "they wait for a person",
    Level.UNSHIPPED_UNITS: "units that no shipment carries",
    Level.LATE_DAYS: "days after the promise, added over shipments",
    Level.SHIPMENTS: "number of shipments",
    Level.DISTANCE: "kilometers from node to destination, added over shipments",
    Level.DELIVERY_DAYS: "days from the decision to delivery, added over shipments",
    LAST_TIE: "the engine's own last word: the nodes' ids",
}
"""What the words of closed lists mean."""
