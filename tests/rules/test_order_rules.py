"""Holds, groups, levels, waiting, time of day and a company's own facts, worked out by hand."""

from datetime import datetime

import pytest

from router.domain.plan import Level
from router.rules.ruleset import compile_rules
from tests.rules.builders import a_rule_file, compiled, compiling, some_facts


def instant(text: str) -> int:
    return int(datetime.fromisoformat(text).timestamp()) * 1_000_000


def findings(body: str) -> list[tuple[str, int, int]]:
    return [(str(one.code), one.line, one.column) for one in compiling(a_rule_file(body)).diagnostics]


def test_a_hold_names_the_orders_that_wait_for_a_person():
    rules = compiled(
        a_rule_file(
            "holds:\n"
            "  - {id: dear, when: order.total > usd(5000), because: a person looks at dear orders}\n"
            "  - id: much-lithium\n    because: the carrier wants to know\n"
            '    when: lines.sum(line, line.quantity) > 3 && lines.exists(line, line.hazmat == "LITHIUM")\n'
            "  - {id: never, when: order.total < usd(0), because: no order is worth less}\n"
        )
    )
    facts = some_facts(
        line_order=(0, 1, 1), orders=2,
        columns={
            "order.total": [500_000_001, 500_000_000], "line.quantity": [9, 2, 2], "line.hazmat": ["", "LITHIUM", ""],
        },
    )  # fmt: skip

    dear, lithium = rules.evaluate(facts, (0, 0)).holds

    assert (dear.rule.name, dear.mask.tolist()) == ("us/dear", [True, False])
    assert (lithium.rule.name, lithium.mask.tolist()) == ("us/much-lithium", [False, True])


def test_on_account_names_the_orders_whose_goods_may_leave_unpaid():
    rules = compiled(
        a_rule_file(
            "on_account:\n"
            '  - {id: invoice, when: order.tier == "GOLD", because: they pay within 30 days}\n'
            "  - {id: never, when: order.total < usd(0), because: no order is worth less}\n"
        )
    )
    facts = some_facts(
        line_order=(0, 1), orders=2, columns={"order.tier": ["", "GOLD"], "order.total": [1, 1]}
    )

    (invoice,) = rules.evaluate(facts, (0, 0)).on_account

    assert (invoice.rule.name, invoice.mask.tolist()) == ("us/invoice", [False, True])


def test_on_account_says_why_and_asks_no_facts_of_lines():
    assert findings("on_account:\n  - {id: a}\n")[0][0] == "L305"
    assert findings('on_account:\n  - {id: a, when: line.sku == "X", because: so}\n')[0][0] == "L114"


def test_together_names_the_lines_that_leave_in_one_shipment():
    rules = compiled(
        a_rule_file(
            "together:\n"
            '  - {id: frozen, when: line.temperature == "FROZEN"}\n'
            '  - {id: gold-whole, when: order.tier == "GOLD"}\n'
        )
    )
    facts = some_facts(
        line_order=(0, 0, 1), orders=2,
        columns={"line.temperature": ["FROZEN", "AMBIENT", "FROZEN"], "order.tier": ["", "GOLD"]},
    )  # fmt: skip

    frozen, gold = rules.evaluate(facts, (0, 0)).together

    assert (frozen.rule.name, frozen.mask.tolist()) == ("us/frozen", [True, False, True])
    assert (gold.rule.name, gold.mask.tolist()) == ("us/gold-whole", [False, False, True])


def test_the_highest_rule_set_that_states_levels_decides_what_plans_are_compared_by():
    low = a_rule_file("objective: {ties: [shipments, distance, node_id]}\n", priority=1)
    middle = a_rule_file("objective: {point_value: usd(1)}\n", id="points", priority=2)
    high = a_rule_file(
        "objective: {tiers: [unshipped_units, late_days]}\n",
        id="gold",
        priority=3,
        applies='order.tier == "GOLD"',
    )
    facts = some_facts(line_order=(0, 1), orders=2, columns={"order.tier": ["GOLD", ""]})

    verdicts = compiled(low, middle, high).evaluate(facts, (0, 0))

    first, other = (verdicts.objective_policies[number] for number in verdicts.objective)
    assert (first.rule.name, first.rule.position) == ("gold/objective", "c.yaml:8")
    assert (first.tiers, first.ties) == ((Level.UNSHIPPED_UNITS, Level.LATE_DAYS), ())
    assert (other.tiers, other.ties) == ((), (Level.SHIPMENTS, Level.DISTANCE))


def test_an_order_without_stated_levels_takes_the_built_in_objective():
    gold = a_rule_file("objective: {ties: [shipments]}\n", applies='order.tier == "GOLD"')
    facts = some_facts(line_order=(0, 1), orders=2, columns={"order.tier": ["GOLD", ""]})

    verdicts = compiled(gold).evaluate(facts, (0, 0))

    assert verdicts.objective.tolist() == [1, 0]
    assert verdicts.objective_policies[0].rule.name == "built-in/objective"
    plain = some_facts(columns={"order.tier": [""]})
    assert compiled(gold).evaluate(plain, (0,)).objective is None


@pytest.mark.parametrize(
    ("body", "found"),
    [
        ("objective: {}\n", [("L120", 8, 12)]),
        ("objective: {tiers: [cost]}\n", [("L112", 8, 21)]),
        ("objective: {tiers: [late_days, late_days]}\n", [("L123", 8, 32)]),
        ("objective: {tiers: [shipments], ties: [shipments]}\n", [("L123", 8, 40)]),
        ("objective: {ties: [node_id, shipments]}\n", [("L123", 8, 20)]),
        ("objective: {tiers: [node_id]}\n", [("L123", 8, 21)]),
        ("objective: {tiers: late_days}\n", [("L121", 8, 20)]),
        ("objective: {ties: [shipments]}\nscores:\n  - {id: a, weight: 1, value: 1.0}\n", [("L120", 10, 3)]),
        ("holds:\n  - {id: a, because: b}\n", [("L120", 9, 6)]),
        ("holds:\n  - {id: a, when: order.has_promise}\n", [("L305", 9, 6)]),
        ("holds:\n  - {id: a, because: b, when: line.in_kit}\n", [("L114", 9, 31)]),
        ("together:\n  - {id: a, when: node.is_open}\n", [("L114", 9, 19)]),
        ("backorder:\n  - {id: default, do: HOLD, until: tomorrow}\n", [("L112", 9, 36)]),
        ("backorder:\n  - {id: default, do: HOLD, max_days: -1}\n", [("L123", 9, 39)]),
        ("backorder:\n  - {id: default, do: CANCEL, max_days: 3}\n", [("L123", 9, 41)]),
        ("backorder:\n  - {id: default, do: HOLD, until: release, max_days: 3}\n", [("L123", 9, 55)]),
        ("backorder:\n  - {id: default, do: BACKORDER, max_units: -1}\n", [("L123", 9, 45)]),
        ("backorder:\n  - {id: default, do: HOLD, max_waiting: 3}\n", [("L123", 9, 42)]),
        ("backorder:\n  - {id: default, do: CANCEL, max_units: 0}\n", [("L123", 9, 42)]),
    ],
)
def test_finds(body, found):
    assert findings(body) == found


def test_what_is_missing_waits_for_the_release_or_some_days():
    rules = compiled(
        a_rule_file(
            "backorder:\n"
            "  - {id: preorder, when: line.is_preorder, do: HOLD, until: release}\n"
            "  - {id: short, when: line.in_kit, do: BACKORDER, max_days: 14}\n"
            "  - {id: default, do: CANCEL}\n"
        )
    )
    facts = some_facts(
        line_order=(0, 0, 0),
        columns={"line.is_preorder": [True, False, False], "line.in_kit": [False, True, False]},
    )

    verdicts = rules.evaluate(facts, (0,))

    policies = [verdicts.backorder_policies[number] for number in verdicts.backorder]
    assert [(one.action, one.until_release, one.days_max) for one in policies] == [
        ("HOLD", True, None), ("BACKORDER", False, 14), ("CANCEL", False, None),
    ]  # fmt: skip


def test_every_order_reads_the_clock_of_its_own_instant_in_the_zone_of_the_rule_set():
    eastern = a_rule_file(
        'costs:\n  - {id: late, when: time.of_day >= clock("16:30"), per: unit, amount: usd(1)}\n',
        applies="time.weekday != 'SUNDAY'",
    )
    pacific = a_rule_file(
        "costs:\n  - {id: noon, when: time.hour == 12, per: unit, amount: usd(1)}\n", id="west", priority=1
    ).replace(b"New_York", b"Los_Angeles")
    rules = compiled(eastern, pacific)
    facts = some_facts(line_order=(0, 1, 2), orders=3, columns={})
    at = [
        instant(text)
        for text in ("2026-07-03T16:29-04:00", "2026-07-04T16:30-04:00", "2026-07-05T15:00-04:00")
    ]

    late, noon = rules.evaluate(facts, at).charges

    assert rules.fact_names == frozenset()
    assert late.amount_milli[:, 0, 0].tolist() == [0, 100_000, 0]
    assert noon.amount_milli[:, 0, 0].tolist() == [0, 0, 100_000]


def test_time_needs_the_zone_of_the_rule_set():
    content = a_rule_file("holds:\n  - {id: a, because: b, when: time.hour > 3}\n")

    (found,) = compiling(content.replace(b"timezone: America/New_York\n", b"")).diagnostics

    assert (found.code, found.line, found.column) == ("L120", 8, 31)


def test_a_companys_own_facts_are_declared_and_read_with_a_default():
    rules = compiled(
        a_rule_file(
            "attributes: {order.attr.gift: bool, line.attr.brand: string, node.attr.docks: int}\n"
            "filters:\n  - {id: docks, keep: 'default(node.attr.docks, 0) >= 2'}\n"
            "holds:\n  - {id: gift, because: cards are written, when: 'default(order.attr.gift, false)'}\n"
        )
    )
    facts = some_facts(
        line_order=(0, 1), orders=2, nodes=3,
        columns={"order.attr.gift": [True, None], "node.attr.docks": [1, 2, None]},
    )  # fmt: skip

    verdicts = rules.evaluate(facts, (0, 0))

    assert [(fact.name, fact.type, fact.scope) for fact in rules.attributes] == [
        ("line.attr.brand", "string", "L"), ("node.attr.docks", "int", "N"), ("order.attr.gift", "bool", "O"),
    ]  # fmt: skip
    assert rules.fact_names == {"order.attr.gift", "node.attr.docks"}
    assert verdicts.removals[0].mask[0, :, 0].tolist() == [True, False, True]
    assert verdicts.holds[0].mask.tolist() == [True, False]


@pytest.mark.parametrize(
    ("body", "found"),
    [
        ("attributes: [gift]\n", [("L121", 8, 13)]),
        ("attributes: {gift: bool}\n", [("L123", 8, 14)]),
        ("attributes: {order.attr.a b: bool}\n", [("L123", 8, 14)]),
        ("attributes: {pair.attr.a: bool}\n", [("L123", 8, 14)]),
        ("attributes: {order.attr.gift: money}\n", [("L112", 8, 31)]),
        ("holds:\n  - {id: a, because: b, when: has(order.attr.gift)}\n", [("L111", 9, 35)]),
    ],
)
def test_finds_in_attributes(body, found):
    assert findings(body) == found


def test_an_attribute_has_one_type_in_a_pack():
    one = a_rule_file("attributes: {order.attr.gift: bool, order.attr.note: string}\n")
    other = a_rule_file(
        "attributes: {order.attr.gift: int, order.attr.note: string}\n", id="other", priority=1
    )

    (found,) = compile_rules({"a.yaml": one, "b.yaml": other}).diagnostics

    assert (found.code, found.file, found.line, found.column) == ("L110", "b.yaml", 8, 14)
    assert found.message == "`order.attr.gift` is int here, but bool in `a.yaml`"
