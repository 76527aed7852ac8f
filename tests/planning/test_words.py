"""Rules in plain words: every kind of rule and every kind of condition."""

import pytest

from router.planning.pages.rule_words import sentence_of
from router.planning.pages.words import clause
from tests.planning.recorded import a_pack

SENTENCES = {
    "holds: [{id: x, when: order.total > eur(5000)}]": (
        "An order is held until a person releases it if the order's value is more than 5,000 EUR."
    ),
    "on_account: [{id: x, because: so}]": "The goods of an order may leave unpaid.",
    'on_account: [{id: x, when: order.payment == "NONE", because: so}]': (
        "The goods of an order may leave unpaid if what payments can pay of the goods is none."
    ),
    "filters: [{id: x, keep: node.is_open}]": "A node takes no part if the node is closed.",
    'filters: [{id: x, when: node.kind == "STORE", keep: pair.distance < km(400)}]': (
        "A node takes no part if the node is a store and the distance to the destination is at least 400 km."
    ),
    'constraints: [{id: x, when: line.hazmat == "AEROSOL", ban: service.mode == "AIR", because: so}]': (
        "A line may not leave this way if the dangerous-goods class is “AEROSOL” and the service's mode is “AIR”."
    ),
    "constraints: [{id: x, ban: lane.late_days > days(0), because: so}]": (
        "A node and service may not be used if delivery is late."
    ),
    "constraints:\n  - id: x\n    ban: lane.late_days > days(1)\n    because: so\n"
    '    soften: {cost: eur(6), per: late_day, effective: {from: "2026-12-18", to: "2026-12-27"}}': (
        "A node and service may not be used if the delay is more than 1 day."
        " From 2026-12-18 to the end of 2026-12-26 it is allowed, at a price of 6 EUR for each day late."
    ),
    'constraints:\n  - {id: x, ban: node.kind == "STORE" && shipment.weight > kg(30), because: so}': (
        "A shipment may not leave this way if the node is a store and the shipment's weight is more than 30 kg."
    ),
    'together: [{id: x, when: line.temperature == "FROZEN"}]': (
        "Lines where the goods' temperature class is frozen leave in one shipment or not at all."
    ),
    "safety_stock: [{id: x, keep: 1}]": "1 unit of a product stays at the node.",
    'safety_stock: [{id: x, when: line.category == "toys", keep: 4}]': (
        "4 units of a product stay at the node if the product's category is “toys”."
    ),
    'stock_caps: [{id: x, when: order.channel == "marketplace", share: 0.33}]': (
        "An order takes at most 33 % of the stock there if the channel is “marketplace”."
    ),
    "stock_caps: [{id: x, units: 20}]": "An order takes at most 20 units.",
    'scores: [{id: x, when: node.kind == "WAREHOUSE", weight: 20, value: 1.0}]\nobjective: {point_value: eur(0.02)}': (
        "Places where the node is a warehouse are preferred: all others cost 0.40 EUR more per shipment."
    ),
    "scores: [{id: x, weight: 10, value: float(stock.available) / 50.0}]\nobjective: {point_value: eur(0.02)}": (
        "Places are preferred by up to 0.20 EUR per line: the nearer the stock there divided by 50 comes to 1, the"
        " better."
    ),
    "costs: [{id: x, per: parcel, amount: eur(1.25)}]": "Adds 1.25 EUR per parcel.",
    'costs: [{id: x, when: node.kind == "STORE", per: unit, amount: eur(-0.005)}]': (
        "Takes 0.005 EUR off per unit if the node is a store."
    ),
    'carriers:\n  - {id: x, when: dest.region == "AK" || dest.region == "HI", use: [UPS/2DAY, USPS/PRIORITY]}\n'
    "  - {id: default, use: [UPS/2DAY]}": (
        "Only UPS/2DAY or USPS/PRIORITY may be used if the destination's region is “AK” or the destination's region is"
        " “HI”."
    ),
    "splits: [{id: default, max_shipments: 3, min_value: eur(15), extra_box: eur(2.5), units: always}]": (
        "An order leaves in at most 3 shipments; each after the first counts as 2.50 EUR; each is worth at least 15 EUR"
        " if there are several; the units of a line may be shared out."
    ),
    "splits: [{id: default, max_shipments: 1, units: never, complete: true}]": (
        "An order leaves in one shipment; the units of a line stay together; it ships whole or not at all."
    ),
    "backorder: [{id: default, do: BACKORDER, penalty: eur(25), max_days: 14}]": (
        "Units that cannot ship wait for stock for 14 days at most; leaving one out counts as 25 EUR."
    ),
    "backorder:\n  - {id: x, when: line.is_preorder, do: BACKORDER, penalty: eur(5), until: release}\n"
    "  - {id: default, do: CANCEL, penalty: eur(9)}": (
        "Units that cannot ship wait for stock until the product's release if the product is not released yet;"
        " leaving one out counts as 5 EUR."
    ),
    "backorder: [{id: default, do: BACKORDER, penalty: eur(9), max_units: 5, max_waiting: 1200}]": (
        "Units that cannot ship wait for stock; of a line 5 at most, the rest is canceled; of a product 1,200 at most"
        " over all orders, what is ordered beyond is canceled; leaving one out counts as 9 EUR."
    ),
    "backorder: [{id: default, do: CANCEL, penalty: eur(9)}]": (
        "Units that cannot ship are canceled; leaving one out counts as 9 EUR."
    ),
}

CLAUSES = {
    'order.channel != "web"': "the channel is not “web”",
    'order.tier == ""': "the customer's tier is empty",
    'line.hazmat != ""': "the dangerous-goods class is given",
    'order.channel == "web" && (order.tier == "GOLD" || line.quantity > 3)': (
        "the channel is “web” and (the customer's tier is “GOLD” or the line's number of units is more than 3)"
    ),
    '!(order.channel == "web" && order.is_pickup)': "the channel is not “web” or the order is sent",
    '!(line.category in ["toys", "phones"])': "the product's category is not “phones” or “toys”",
    "20 <= line.quantity": "the line's number of units is at least 20",
    'dest.postal_code.startsWith("75")': "the destination's postal code begins with “75”",
    "has(order.promise_days)": "the time to the promised day is known",
    "default(order.promise_days, days(9)) < days(2)": (
        "the time to the promised day (9 days if unknown) is less than 2 days"
    ),
    "default(order.attr.gift, false)": "the order's “gift” is yes",
    "!default(order.attr.gift, false)": "the order's “gift” is no or unknown",
    'default(line.attr.brand, "") == "ACME"': "the product's “brand” (empty if unknown) is “ACME”",
    'time.weekday in ["SATURDAY", "SUNDAY"]': "the day of the week is Saturday or Sunday",
    "time.month == 12": "the month is December",
    'time.of_day >= clock("16:30")': "the time of day is 16:30 or later",
    "order.age > hours(36)": "the age of the order is more than 36 hours",
    "line.longest_side > cm(120)": "the longest side of one unit is more than 1.2 m",
    'lines.exists(line, line.temperature == "FROZEN")': "for some line the goods' temperature class is frozen",
    'lines.all(line, line.temperature == "FROZEN")': "for every line the goods' temperature class is frozen",
    'lines.count(line, line.hazmat != "") > 1': (
        "the number of lines where the dangerous-goods class is given is more than 1"
    ),
    "lines.sum(line, line.weight) > kg(5)": "the sum over lines of the line's weight is more than 5 kg",
    "line.value > line.unit_price * 3": "the line's value is more than the price of one unit times 3",
    "div(float(line.quantity), float(order.unit_count), 0.0) > 0.5": (
        "the line's number of units divided by the number of units (0 where that is zero) is more than 0.5"
    ),
}


@pytest.mark.parametrize("block", SENTENCES)
def test_says_what_a_rule_does(block):
    (one,) = a_pack(*block.splitlines()).sets
    rule = one.rules[0]

    assert sentence_of(rule, one.zone, "EUR") == SENTENCES[block]


@pytest.mark.parametrize("condition", CLAUSES)
def test_says_what_a_condition_asks(condition):
    attributes = "{order.attr.gift: bool, line.attr.brand: string}"
    rules = a_pack(
        "costs:", f"  - {{id: x, when: '{condition}', per: line, amount: eur(1)}}", attributes=attributes
    )

    assert clause(rules.sets[0].rules[0].condition, "EUR") == CLAUSES[condition]
