"""L201, L205 and L208: rules of blocks in which the first match decides."""

import pytest

from router.rules.diagnostics import Code
from tests.rules.builders import a_rule_file
from tests.rules.lint.linting import found, only

DEFAULT = "  - {id: default, max_shipments: 2}\n"


def splits(*rules: str) -> str:
    """Each `id: condition`, with a different outcome each."""
    lines = []
    for number, rule in enumerate(rules):
        name, _, condition = rule.partition(": ")
        lines.append(f"  - {{id: {name}, when: '{condition}', max_shipments: {number + 3}}}\n")
    return "splits:\n" + "".join(lines) + DEFAULT


def test_a_rule_behind_a_wider_one_is_never_reached() -> None:
    body = splits('us: dest.country in ["US", "CA"]', 'gold: dest.country == "CA" && order.tier == "GOLD"')

    (finding,) = only(Code.UNREACHABLE, body)

    assert finding.message == "`gold` is never reached: `us` decides all of its cases"
    assert finding.witness == 'dest.country = "CA", order.tier = "GOLD": `us` decides'
    assert (finding.line, finding.column) == (10, 10)


def test_rules_together_cover_one_that_none_of_them_covers_alone() -> None:
    body = splits(
        "light: order.weight <= kg(10)", "heavy: order.weight > kg(30)",
        "middle: order.weight > kg(5) && order.weight < kg(40)",
        'gold: order.tier == "GOLD"',
    )  # fmt: skip

    assert found(body)[-1] == (
        "L201 `gold` is never reached: `light`, `heavy` and `middle` together decide all of its cases"
    )


def test_a_rule_with_one_case_of_its_own_is_reached() -> None:
    body = splits(
        "light: order.weight <= kg(10)", "heavy: order.weight > kg(30)",
        "middle: order.weight > kg(11) && order.weight < kg(40)",
        'gold: order.tier == "GOLD"',
    )  # fmt: skip

    assert only(Code.UNREACHABLE, body) == []


def test_arithmetic_shows_that_a_rule_is_covered() -> None:
    body = splits(
        "big: order.unit_count > 10", "many: order.line_count > 3",
        "both: order.unit_count + order.line_count > 13",
    )  # fmt: skip

    assert "L201 `both` is never reached: `big` and `many` together decide all of its cases" in found(body)


def test_what_always_holds_between_facts_counts() -> None:
    body = splits("some: order.unit_count > 3", "many: order.line_count > 3")

    assert "L201 `many` is never reached: `some` decides all of its cases" in found(body)


def test_a_rule_outside_the_dates_of_the_one_above_is_reached() -> None:
    dated = (
        "splits:\n"
        "  - {id: peak, when: order.is_pickup, max_shipments: 1, effective: {from: '2026-11-01', to: '2027-01-01'}}\n"
        "  - {id: pickup, when: order.is_pickup, max_shipments: 3}\n" + DEFAULT
    )
    inside = dated.replace(
        "max_shipments: 3}", "max_shipments: 3, effective: {from: '2026-12-01', to: '2026-12-24'}}"
    )

    assert only(Code.UNREACHABLE, dated) == []
    assert [one.message for one in only(Code.UNREACHABLE, inside)] == [
        "`pickup` is never reached: `peak` decides all of its cases"
    ]


def test_the_default_of_a_higher_rule_set_hides_the_block_of_a_lower_one() -> None:
    high = a_rule_file("splits:\n" + DEFAULT, id="high", priority=20, applies='dest.country == "US"')
    inside = 'dest.region == "CA" && dest.country == "US"'
    low = a_rule_file(splits('web: order.channel == "web"'), id="low", priority=10, applies=inside)

    assert [one.message for one in only(Code.UNREACHABLE, high, low)] == [
        "`web` is never reached: `default` decides all of its cases",
        "`default` is never reached: `default` decides all of its cases",
    ]


def test_a_default_that_the_rules_above_leave_nothing_is_no_finding() -> None:
    assert found(splits("pickup: order.is_pickup", "sent: !order.is_pickup")) == []


CROSSING = splits('gold: order.tier == "GOLD"', 'web: order.channel == "web"')


def test_rules_that_cross_are_shown_with_an_order_both_meet() -> None:
    (finding,) = only(Code.OVERLAP, CROSSING)

    assert finding.message == "`gold` decides before `web` where both hold, and they differ"
    assert (
        finding.witness == 'order.channel = "web", order.tier = "GOLD": `gold` decides, `web` says otherwise'
    )
    assert finding.help.startswith("if that is meant, add `overrides: [web]`")


@pytest.mark.parametrize(
    "body",
    [
        splits('gold-web: order.tier == "GOLD" && order.channel == "web"', 'web: order.channel == "web"'),
        CROSSING.replace("max_shipments: 4", "max_shipments: 3"),
        CROSSING.replace("shipments: 3}", "shipments: 3, overrides: [web]}"),
        splits('gold: order.tier == "GOLD"', 'silver: order.tier == "SILVER"'),
        splits("many: order.unit_count > 10", "few: order.line_count > 5 && order.unit_count < 11"),
    ],
    ids=["special before general", "same outcome", "meant", "apart", "apart by a second fact"],
)  # fmt: skip
def test_such_rules_do_not_cross(body: str) -> None:
    assert only(Code.OVERLAP, body) == []


def test_rules_that_cross_only_where_an_earlier_one_decides_are_no_finding() -> None:
    body = splits(
        'both: order.tier == "GOLD" && order.channel == "web"', 'gold: order.tier == "GOLD"',
        'web: order.channel == "web"',
    )  # fmt: skip

    assert only(Code.OVERLAP, body) == []


@pytest.mark.parametrize(
    ("below", "above", "value"),
    [
        ("order.weight < kg(20)", "order.weight > kg(20)", "order.weight kg(20)"),
        ("order.weight <= kg(19)", "order.weight >= kg(20)", "order.weight kg(19.001)"),
        ("order.line_count < 5", "order.line_count > 5", "order.line_count 5"),
        ("order.total < usd(50)", "order.total > usd(50)", "order.total usd(50)"),
    ],
)
def test_a_crack_between_two_bands_is_found(below: str, above: str, value: str) -> None:
    (finding,) = only(Code.ONLY_DEFAULT, splits(f"low: {below}", f"high: {above}"))

    assert finding.message == f"between `low` and `high` only `default` decides: neither holds at {value}"


@pytest.mark.parametrize(
    "body",
    [
        splits("low: order.weight < kg(20)", "high: order.weight >= kg(20)"),
        splits("low: order.weight < kg(5)", "high: order.weight > kg(20)"),
        splits("low: order.weight < kg(20)", "high: order.weight > kg(20)", "at: order.weight <= kg(20)"),
        splits('low: order.weight < kg(20) && order.tier == "A"', 'high: order.weight > kg(20) && order.tier == "B"'),
    ],
    ids=["bands that touch", "a wide middle for default", "filled by a third", "of different orders"],
)  # fmt: skip
def test_such_bands_have_no_crack(body: str) -> None:
    assert only(Code.ONLY_DEFAULT, body) == []
