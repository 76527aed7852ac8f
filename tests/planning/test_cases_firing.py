"""When a rule counts as fired in a case: where it took away, priced, limited or decided something."""

import pytest

from router.planning.cases.case_report import report_text
from tests.planning.case_builders import a_case, run

HEAD = """
kind: RuleSet/v1
id: more
owner: somebody
priority: 20
currency: USD
timezone: America/New_York
applies: dest.country == "US"
"""


def rules(block: str, rule: str) -> bytes:
    return f"{HEAD}{block}:\n  - {{id: it, {rule}}}\n".encode()


LAMP, TWO_CELLS = "[LAMP]", "[{sku: CELL, quantity: 2}]"


@pytest.mark.parametrize(
    ("block", "rule", "lines"),
    [
        ("filters", 'keep: node.kind != "STORE"', LAMP),
        ("constraints", 'ban: service.mode == "AIR", because: x', LAMP),
        ("constraints", 'ban: service.mode == "AIR", because: x', TWO_CELLS),
        ("constraints", "when: shipment.weight > kg(3), ban: node.kind == \"STORE\", because: x", "[LAMP, CELL, MUG]"),
        ("constraints", "when: shipment.has_hazmat && shipment.weight > kg(1), ban: node.is_open, because: x",
         TWO_CELLS),
        ("costs", "when: lane.transit_days > days(3), per: shipment, amount: usd(1)", LAMP),
        ("costs", 'when: "!shipment.has_hazmat", per: shipment, amount: usd(1)', "[LAMP, CELL]"),
        ("holds", "when: order.unit_count > 1, because: x", TWO_CELLS),
        ("together", "when: line.unit_weight <= kg(2)", "[LAMP, CELL]"),
        ("safety_stock", "keep: 4", "[{sku: LAMP, quantity: 2}]"),
        ("stock_caps", "units: 1", "[{sku: LAMP, quantity: 2}]"),
    ],
)  # fmt: skip
def test_a_rule_that_does_something_to_the_order_has_fired(block, rule, lines):
    report = run(a_case(f"{{order: {{lines: {lines}}}}}", "{fired: it}"), more_yaml=rules(block, rule))

    assert report.is_good, (report.diagnostics, report_text(report))


@pytest.mark.parametrize(
    ("block", "rule", "lines"),
    [
        ("filters", 'keep: node.kind != "SUPPLIER"', LAMP),
        ("filters", "keep: node.is_open", LAMP),
        ("constraints", 'ban: service.mode == "SEA", because: x', LAMP),
        ("constraints", 'when: line.quantity > 1, ban: service.mode == "AIR", because: x', LAMP),
        ("constraints", "when: shipment.weight > kg(3), ban: node.kind == \"STORE\", because: x", LAMP),
        ("constraints", "when: shipment.has_hazmat, ban: node.kind == \"STORE\", because: x", LAMP),
        ("costs", "when: lane.transit_days > days(9), per: shipment, amount: usd(1)", LAMP),
        ("costs", 'when: "!shipment.has_hazmat", per: shipment, amount: usd(1)', TWO_CELLS),
        ("costs", "per: late_day, amount: usd(1)", LAMP),
        ("holds", "when: order.unit_count > 2, because: x", TWO_CELLS),
        ("together", "when: line.unit_weight <= kg(2)", LAMP),
        ("safety_stock", "keep: 4", LAMP),
        ("stock_caps", "units: 2", "[{sku: LAMP, quantity: 2}]"),
    ],
)  # fmt: skip
def test_a_rule_that_changes_nothing_for_the_order_is_silent(block, rule, lines):
    report = run(a_case(f"{{stock: {{STORE-7: {{LAMP: 0}}}}, order: {{lines: {lines}}}}}", "{not_fired: it}"),
                 more_yaml=rules(block, rule))  # fmt: skip

    assert report.is_good, (report.diagnostics, report_text(report))


def test_a_rule_of_carriers_fires_where_it_is_chosen_though_it_leaves_no_service_out():
    report = run(a_case(expect="{fired: carriers.default, not_fired: heavy}"))

    assert report.is_good, report_text(report)


@pytest.mark.parametrize(
    ("block", "rule", "lines", "because"),
    [
        ("holds", "when: order.unit_count > 2, because: x", LAMP,
         "`more/it` (more.yaml:10) is silent: `order.unit_count > 2` is false: order.unit_count = 1"),
        ("constraints", 'ban: service.mode == "SEA", because: x', LAMP,
         '`more/it` (more.yaml:10) is silent: `service.mode == "SEA"` is false: service.mode = "AIR"'),
        ("filters", "keep: node.is_open", LAMP,
         "`more/it` (more.yaml:10) is silent: `node.is_open` holds, so the node is kept: node.is_open = true"),
        ("safety_stock", "keep: 1", LAMP,
         "`more/it` (more.yaml:10) is silent: all it asks is true, but there was nothing left for it to take away, "
         "to price or to decide"),
    ],
)  # fmt: skip
def test_a_silent_rule_says_what_was_false(block, rule, lines, because):
    report = run(a_case(f"{{order: {{lines: {lines}}}}}", "{fired: it}"), more_yaml=rules(block, rule))

    (unmet,) = report.results[0].unmet
    assert unmet.because == (because,)


@pytest.mark.parametrize(
    ("block", "rule", "because"),
    [
        ("constraints", 'ban: node.kind == "STORE", because: x', "it takes every service from STORE-7"),
        ("safety_stock", "keep: 1", "it leaves 1 of LAMP to take at STORE-7"),
        ("holds", "when: order.unit_count > 1, because: x", "it holds the order"),
        ("together", "when: line.quantity > 0", "it keeps lines together"),
        (
            "splits",
            "when: order.unit_count > 1}\n  - {id: default",
            "it is the first rule of its block that matches",
        ),
    ],
)
def test_a_rule_that_should_have_been_silent_says_what_it_did(block, rule, because):
    lines = "[{sku: LAMP, quantity: 2}, MUG]"
    report = run(
        a_case(f"{{order: {{lines: {lines}}}}}", "{not_fired: more/it}"), more_yaml=rules(block, rule)
    )

    (unmet,) = report.results[0].unmet
    assert unmet.because[0] == f"`more/it` (more.yaml:10): {because}"
