"""Safety stock and stock caps: how many units of each line may leave each node, worked out by hand."""

import pytest

from router.rules.verdicts import METRIC_MAX
from tests.rules.builders import a_rule_file, compiled, compiling, some_facts

FREE = METRIC_MAX


def limits(*contents: bytes, **changes):
    """By rule, the limits of a clock and a lamp at a warehouse and a store."""
    columns = {
        "line.sku": ["CLOCK", "LAMP"], "line.category": ["clocks", "lamps"], "node.id": ["dc", "shop"],
        "node.kind": ["WAREHOUSE", "STORE"], "order.channel": ["web"], "stock.available": [[10, 3], [8, 1]],
    } | {name.replace("_", ".", 1): value for name, value in changes.items()}  # fmt: skip
    facts = some_facts(line_order=(0, 0), nodes=2, columns=columns)
    return {
        one.rule.name: one.units_max.tolist()
        for one in compiled(*contents).evaluate(facts, (0,)).stock_limits
    }


def test_safety_stock_leaves_what_is_kept_and_never_less_than_nothing():
    rule = a_rule_file("safety_stock:\n  - {id: stores, when: node.kind == 'STORE', keep: 2}\n")

    assert limits(rule) == {"us/stores": [[FREE, 1], [FREE, 0]]}


def test_the_most_specific_rule_decides_and_each_is_named_where_it_does():
    rules = a_rule_file(
        "safety_stock:\n"
        "  - {id: all, keep: 9}\n"
        "  - {id: shop, when: node.id == 'shop', keep: 2}\n"
        "  - {id: lamps, when: line.category == 'lamps', keep: 1}\n"
        "  - {id: clock, when: line.sku == 'CLOCK' && node.kind == 'WAREHOUSE', keep: 0}\n"
    )

    assert limits(rules) == {
        "us/shop": [[FREE, 1], [FREE, FREE]],
        "us/lamps": [[FREE, FREE], [7, 0]],
        "us/clock": [[10, FREE], [FREE, FREE]],
    }


def test_of_equally_specific_rules_the_largest_keep_decides_whatever_the_priority():
    low = a_rule_file("safety_stock:\n  - {id: more, when: node.kind == 'STORE', keep: 3}\n", priority=1)
    high = a_rule_file(
        "safety_stock:\n  - {id: less, when: node.kind == 'STORE', keep: 1}\n", id="web", priority=9
    )

    assert limits(low, high) == {"us/more": [[FREE, 0], [FREE, 0]]}


def test_what_is_kept_may_be_reckoned():
    rule = a_rule_file("safety_stock:\n  - {id: a, keep: 'order.line_count - stock.available'}\n")

    assert limits(rule, stock_available=[[1, 3], [0, 2]], order_line_count=[2]) == {"us/a": [[0, 3], [0, 2]]}


def test_a_rule_that_asks_any_line_for_its_sku_is_not_specific():
    rules = a_rule_file(
        "safety_stock:\n"
        "  - {id: any, when: 'lines.exists(line, line.sku == \"CLOCK\")', keep: 5}\n"
        "  - {id: shop, when: node.id == 'shop', keep: 1}\n"
    )

    assert limits(rules) == {
        "us/any": [[5, FREE], [3, FREE]],
        "us/shop": [[FREE, 2], [FREE, 0]],
    }


def test_caps_are_a_share_rounded_down_or_units_and_each_stands_for_itself():
    rules = a_rule_file(
        "stock_caps:\n"
        "  - {id: third, when: order.channel == 'web', share: 0.33}\n"
        "  - {id: few, when: node.kind == 'STORE', units: 2}\n"
        "  - {id: none, when: line.sku == 'LAMP', units: 1 - 5}\n"
        "  - {id: other, when: order.channel == 'store', units: 1}\n"
    )

    assert limits(rules) == {
        "us/third": [[3, 0], [2, 0]],
        "us/few": [[FREE, 2], [FREE, 2]],
        "us/none": [[FREE, FREE], [0, 0]],
    }


def test_a_share_is_taken_exactly():
    rule = a_rule_file("stock_caps:\n  - {id: a, share: 0.29}\n")

    assert limits(rule, stock_available=[[100, 200], [300, 1_000_000_000]]) == {
        "us/a": [[29, 58], [87, 290_000_000]]
    }


def test_limits_make_verdicts_depend_on_stock():
    keeping = compiled(a_rule_file("safety_stock:\n  - {id: a, keep: 1}\n"))

    assert (keeping.reads_stock, keeping.fact_names) == (True, {"stock.available"})


@pytest.mark.parametrize(
    ("body", "found"),
    [
        ("safety_stock:\n  - {id: a, keep: 1.5}\n", ("L110", 9, 19)),
        ("safety_stock:\n  - {id: a, keep: kg(1)}\n", ("L110", 9, 19)),
        ("safety_stock:\n  - {id: a, when: service.mode == 'AIR', keep: 1}\n", ("L114", 9, 19)),
        ("safety_stock:\n  - {id: a}\n", ("L120", 9, 6)),
        ("stock_caps:\n  - {id: a}\n", ("L120", 9, 6)),
        ("stock_caps:\n  - {id: a, share: 0.5, units: 3}\n", ("L120", 9, 32)),
        ("stock_caps:\n  - {id: a, share: 1.5}\n", ("L123", 9, 20)),
        ("stock_caps:\n  - {id: a, share: 0.1234567}\n", ("L123", 9, 20)),
        ("stock_caps:\n  - {id: a, units: usd(3)}\n", ("L110", 9, 20)),
    ],
)
def test_finds(body, found):
    assert [(str(one.code), one.line, one.column) for one in compiling(a_rule_file(body)).diagnostics] == [
        found
    ]
