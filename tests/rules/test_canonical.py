"""Two rules share a meaning exactly if they do the same, however they are spelled."""

import pytest

from tests.rules.builders import a_rule_file, compiled

HEAD = "attributes: {order.attr.gift: bool}\nlists: {big: [US, CA], north: [CA]}\nobjective: {point_value: usd(0.02)}\n"


def meaning(rule: str, block: str = "costs") -> str:
    default = "  - {id: default}\n" if block == "splits" else ""
    (row, *_) = compiled(a_rule_file(f"{HEAD}{block}:\n  - {rule}\n{default}")).describe()
    return row.meaning


def cost(when: str, more: str = "per: unit, amount: usd(1)") -> str:
    return meaning(f"{{id: a, when: '{when}', {more}}}")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("line.weight > kg(1.5)", "line.weight > g(1500)"),
        ("line.weight > kg(1)", "kg(1)<line.weight"),
        ('order.tier == "GOLD" && node.is_open', 'node.is_open && (order.tier == "GOLD")'),
        (
            "node.is_open || (pair.same_region || order.has_promise)",
            "order.has_promise || pair.same_region || node.is_open",
        ),
        ("node.is_open && node.is_open", "node.is_open"),
        ("dest.country in lists.big", 'dest.country in ["CA", "US"]'),
        ("dest.country in lists.north", 'dest.country == "CA"'),
        ("node.region == dest.region", "dest.region == node.region"),
        ("!(line.quantity > 3)", "line.quantity <= 3"),
        ("!!node.is_open", "node.is_open"),
        ("line.quantity + order.line_count > 3", "order.line_count + line.quantity > 3"),
        ("order.age > hours(2)", "order.age > minutes(120)"),
        ("node.is_open && lane.late_days > days(0)", "lane.late_days > days(0) && node.is_open"),
    ],
)
def test_spelling_does_not_matter(one, other):
    assert cost(one) == cost(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("line.weight > kg(1)", "line.weight >= kg(1)"),
        ("node.is_open && pair.same_region", "node.is_open || pair.same_region"),
        ("node.is_open", "!node.is_open"),
        ("dest.country in lists.big", "dest.country in lists.north"),
        ("line.quantity - order.line_count > 3", "order.line_count - line.quantity > 3"),
        ("default(order.attr.gift, true)", "default(order.attr.gift, false)"),
        ("lines.exists(line, line.in_kit)", "lines.all(line, line.in_kit)"),
        ('line.sku.startsWith("A")', 'line.sku.startsWith("B")'),
        (
            "div(line.weight, order.line_count, g(0)) > g(3)",
            "div(line.weight, order.line_count, g(1)) > g(3)",
        ),
        ('time.of_day < clock("16:30")', 'time.of_day < clock("16:31")'),
        ("has(order.promise_days)", "has(order.attr.gift)"),
    ],
)
def test_meaning_does(one, other):
    assert cost(one) != cost(other)


@pytest.mark.parametrize(
    ("block", "one", "other"),
    [
        ("costs", "per: unit, amount: usd(1)", "per: line, amount: usd(1)"),
        ("costs", "per: shipment, amount: usd(1)", "per: shipment, amount: usd(1), when: shipment.has_cold"),
        ("costs", "per: unit, amount: usd(1)", 'per: unit, amount: usd(1), effective: {from: "2026-01-01"}'),
        (
            "constraints",
            "because: b, ban: node.is_open",
            "because: b, ban: node.is_open, soften: {cost: usd(1), per: unit}",
        ),
        (
            "constraints",
            "because: b, ban: node.is_open, soften: {cost: usd(1), per: unit}",
            'because: b, ban: node.is_open, soften: {cost: usd(1), per: unit, effective: {to: "2026-01-01"}}',
        ),
        ("scores", "weight: 1, value: 1.0", "weight: 2, value: 1.0"),
        ("scores", "weight: 1, value: 1.0", "weight: 1, value: 1.0, when: node.is_open"),
        ("safety_stock", "keep: 1", "keep: 2"),
        ("stock_caps", "share: 0.5", "share: 0.25"),
        ("stock_caps", "units: 1", "share: 1"),
        ("splits", "when: order.has_promise, max_shipments: 2", "when: order.has_promise, min_value: usd(3)"),
        ("holds", "because: b, when: order.has_promise", "because: b, when: order.is_pickup"),
    ],
)  # fmt: skip
def test_every_effect_is_part_of_the_meaning(block, one, other):
    assert meaning(f"{{id: a, {one}}}", block) != meaning(f"{{id: a, {other}}}", block)


def test_name_place_and_reason_are_no_part_of_the_meaning():
    plain = meaning("{id: a, keep: node.is_open}", "filters")

    assert meaning("{id: b, because: closed is closed, keep: (node.is_open)}", "filters") == plain


def test_the_meaning_reads_as_a_line():
    rule = (
        "{id: a, when: 'shipment.weight > kg(30) && order.tier == \"GOLD\"', per: shipment, amount: usd(4),"
        ' effective: {from: "2026-11-23"}}'
    )

    assert meaning(rule) == (
        'costs: when order.tier == "GOLD" && shipment.weight > kg(30); usd(4) per shipment; from 2026-11-23T05:00'
    )
