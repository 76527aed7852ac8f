"""L202, L203 and L304: conditions that never hold, always hold, or say something twice."""

import pytest

from router.rules.diagnostics import Code
from tests.rules.builders import a_rule_file
from tests.rules.lint.linting import found, only


def ban(when: str, forbidden: str = 'service.mode == "AIR"') -> str:
    return f"constraints:\n  - {{id: fence, when: '{when}', ban: '{forbidden}', because: tests}}\n"


CONTRADICTIONS = {
    "two words": 'order.channel == "web" && order.channel == "app"',
    "bounds": "line.quantity > 5 && line.quantity < 4",
    "beyond what can be": "line.quantity < 1",
    "a product": "line.weight < kg(10) && line.unit_weight > kg(2) && line.quantity > 5",
    "a sum": "order.unit_count - line.quantity < 0",
    "the order and its line": "order.weight < kg(2) && line.unit_weight > kg(3)",
    "lateness without a promise": "!order.has_promise && lane.late_days > days(0)",
    "a promise without days": "order.has_promise && !has(order.promise_days)",
    "default": "default(order.promise_days, days(3)) > days(5) && !has(order.promise_days)",
    "places": "pair.same_region && node.country != dest.country",
    "a place without a region": 'pair.same_region && dest.region == ""',
    "a pre-order that is released": "line.is_preorder && default(line.release_days, days(9)) < days(1)",
    "three texts": 'node.region == dest.region && dest.region == "CA" && node.region == "NY"',
    "carrier of a service": 'service.id == "UPS/GROUND" && service.carrier == "FEDEX"',
    "hour and clock": 'time.hour < 9 && time.of_day >= clock("09:00")',
    "a prefix": 'node.id.startsWith("dc-") && node.id == "store-1"',
    "closed words": 'node.kind != "STORE" && node.kind != "WAREHOUSE" && node.kind != "SUPPLIER"',
    "any and not any": 'lines.exists(line, line.hazmat == "A") && !lines.exists(line, line.hazmat == "A")',
    "a count": "lines.count(line, line.is_preorder) > 3 && lines.count(line, line.is_preorder) < 4",
    "this line is one of all": 'line.hazmat == "A" && lines.count(line, line.hazmat == "A") == 0',
    "the greatest of all": "line.unit_weight > kg(5) && lines.max(line, line.unit_weight) < kg(5)",
    "a share": "float(line.quantity) / 2.0 > 10.0 && line.quantity < 20",
    "rounding": "line.weight * 0.5 > kg(10) && line.weight < kg(20)",
}


@pytest.mark.parametrize("when", CONTRADICTIONS.values(), ids=CONTRADICTIONS)
def test_a_condition_that_cannot_hold_is_found(when: str) -> None:
    (finding,) = only(Code.CONTRADICTION, ban(when))

    assert finding.message.startswith("`fence` never holds")


POSSIBLE = {
    "a product": "line.weight < kg(10) && line.unit_weight > kg(2) && line.quantity > 3",
    "a sum": "order.unit_count - line.quantity < 1",
    "a count of all lines": "lines.count(line, true) > 2",
    "other lines": 'line.hazmat == "" && lines.exists(line, line.hazmat == "A")',
    "a country that nobody names": "node.country == dest.country && !pair.same_region",
    "default": "default(order.promise_days, days(3)) < days(5) && !order.is_pickup",
    "hour and clock": 'time.hour < 10 && time.of_day >= clock("09:00")',
    "a prefix": 'node.id.startsWith("dc-") && node.id != "dc-1"',
    "the price of a line": "line.value == usd(7) && line.quantity == 3",
    "a share": "float(line.quantity) / 2.0 > 10.0 && line.quantity < 22",
    "rounding": "line.weight * 0.5 > kg(10) && line.weight < kg(20.01)",
}


@pytest.mark.parametrize("when", POSSIBLE.values(), ids=POSSIBLE)
def test_a_condition_that_can_hold_is_not_accused(when: str) -> None:
    assert found(ban(when)) == []


def test_the_parts_that_exclude_one_another_are_named() -> None:
    (finding,) = only(
        Code.CONTRADICTION, ban("order.is_pickup && line.weight > kg(9) && line.weight < kg(8)")
    )

    assert (
        finding.message
        == "`fence` never holds: `line.weight > kg(9)` and `line.weight < kg(8)` exclude one another"
    )


def test_a_rule_that_excludes_its_rule_set_is_a_contradiction() -> None:
    file = a_rule_file(ban('dest.country == "CA"'), applies='dest.country == "US"')

    assert found(file) == [
        'L202 `fence` never holds: `dest.country == "US"` and `dest.country == "CA"` exclude one another'
    ]


def test_a_rule_set_that_never_applies_is_found_once() -> None:
    file = a_rule_file(ban("order.is_pickup"), applies='order.channel == "web" && order.channel == "app"')

    assert found(file) == [
        'L202 `us` never applies: `order.channel == "web"` and `order.channel == "app"` exclude one another'
    ]


def test_a_filter_that_keeps_nothing_is_found_and_one_that_refuses_is_not() -> None:
    keep = "pair.distance < km(5) && pair.distance > km(9)"
    keeps_nothing = f"filters:\n  - {{id: near, when: order.is_pickup, keep: {keep}}}\n"
    refuses = 'filters:\n  - {id: denied, when: order.customer_id == "C-1", keep: false}\n'

    assert found(keeps_nothing) == [
        "L202 `near` never keeps a node: `pair.distance < km(5)` and `pair.distance > km(9)` exclude one another"
    ]
    assert found(refuses) == []


def test_a_filter_that_keeps_everything_is_found() -> None:
    body = "filters:\n  - {id: near, when: order.is_pickup, keep: pair.distance >= km(0)}\n"

    assert found(body) == ["L203 `near` keeps every node it is asked about"]


@pytest.mark.parametrize(
    ("when", "applies"),
    [
        ("line.quantity >= 1", "true"),
        ('dest.country == "US"', 'dest.country == "US"'),
        ("line.weight >= line.unit_weight", "true"),
        ('line.temperature in ["AMBIENT", "CHILLED", "FROZEN"]', "true"),
        ('order.channel != "web" || order.channel != "app"', "true"),
    ],
)
def test_a_condition_that_always_holds_is_found(when: str, applies: str) -> None:
    inside = "" if applies == "true" else " where the rule set applies"

    assert found(a_rule_file(ban(when), applies=applies)) == [
        f"L203 the `when` of `fence` always holds{inside}"
    ]


def test_a_part_that_the_rest_implies_is_pointed_out() -> None:
    body = ban("line.quantity > 5 && line.quantity > 3")

    (finding,) = only(Code.ODD, body)

    assert finding.message == "`line.quantity > 3` changes nothing: the rest of the condition implies it"
    assert body.splitlines()[finding.line - 8][finding.column - 1 :].startswith("line.quantity > 3")


def test_an_unused_list_and_a_repeated_entry_are_pointed_out() -> None:
    body = "lists:\n  cold: [ICE, FISH, ICE]\n  old: [X]\n" + ban("line.category in lists.cold")

    assert found(body) == ["L304 `ICE` stands twice in `cold`", "L304 the list `old` is not used"]


def test_a_very_long_condition_is_pointed_out() -> None:
    long = " || ".join(f'order.customer_id == "C-{number}"' for number in range(13))
    shorter = " || ".join(f'order.customer_id == "C-{number}"' for number in range(12))

    assert found(ban(long)) == ["L304 the `when` of `fence` has 13 comparisons"]
    assert found(ban(shorter)) == []
