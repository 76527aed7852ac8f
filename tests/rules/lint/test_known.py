"""L301, L302 and L304: what the calendar and production say of rules."""

import pytest

from router.domain.identifiers import Instant
from router.rules.lint.pack import History
from tests.rules.builders import a_rule_file
from tests.rules.lint.linting import found

NOVEMBER_10 = Instant(1_794_268_800_000_000)  # 2026-11-10T00:00Z
DAY = 86_400_000_000

PEAK = (
    "costs:\n  - {id: peak, when: order.is_pickup, per: shipment, amount: usd(1), "
    "effective: {from: '2026-11-01', to: '2026-11-20'}}\n"
)


def test_a_rule_past_its_dates_is_found() -> None:
    assert found(PEAK, at=Instant(NOVEMBER_10 + 12 * DAY)) == ["L301 `peak` expired on 2026-11-20"]


def test_a_rule_near_its_end_is_found() -> None:
    assert found(PEAK, at=NOVEMBER_10) == ["L301 `peak` expires on 2026-11-20, in 14 days or less"]


def test_a_rule_long_before_its_end_or_without_a_clock_is_not() -> None:
    assert found(PEAK, at=Instant(NOVEMBER_10 - 8 * DAY)) == []
    assert found(PEAK) == []


def test_an_expired_rule_set_is_found_once() -> None:
    file = a_rule_file(
        "effective: {to: '2026-11-05'}\n" + PEAK.replace("to: '2026-11-20'", "to: '2026-11-05'")
    )

    assert found(file, at=NOVEMBER_10) == ["L301 the rule set `us` expired on 2026-11-05"]


def test_a_price_with_dates_outside_its_rule_and_one_that_expired_are_found() -> None:
    rule = "  - {id: %s, ban: %s, because: tests, soften: {cost: usd(1), per: shipment, effective: {%s}}}\n"
    body = "effective: {from: '2026-11-01', to: '2027-02-01'}\nconstraints:\n"
    body += rule % ("early", 'node.kind == "STORE"', "to: '2026-10-01'")
    body += rule % ("over", 'node.kind == "SUPPLIER"', "to: '2026-11-05'")

    assert found(a_rule_file(body), at=NOVEMBER_10) == [
        "L301 the price of `early` is never effective: its dates lie outside those of the rule",
        "L301 the price of `over` expired on 2026-11-05",
    ]


COSTS = """costs:
  - {id: web, when: 'order.channel == "web"', per: shipment, amount: usd(1)}
  - {id: all, per: shipment, amount: usd(1)}
"""


def a_history(**fired: int) -> History:
    return History(days=30, orders=1_000, fired={f"us/{name}": count for name, count in fired.items()})


def test_rules_that_production_never_or_always_fired_are_found() -> None:
    assert found(COSTS, history=a_history(all=1_000)) == ["L302 `web` decided none of 1000 orders in 30 days"]
    assert found(COSTS, history=a_history(web=1_000)) == ["L302 `web` held for all of 1000 orders in 30 days"]
    assert found(COSTS, history=a_history(web=995)) == [
        "L304 the `when` of `web` held for 995 of 1000 orders: it tells almost nothing apart"
    ]
    assert found(COSTS, history=a_history(web=600)) == []


def test_a_few_orders_and_rules_new_in_these_days_say_nothing() -> None:
    few = History(days=30, orders=40, fired={})
    new = COSTS.replace("usd(1)}", "usd(1), effective: {from: '2026-11-05'}}", 1)

    assert found(COSTS, history=few) == []
    assert found(new, history=a_history(), at=NOVEMBER_10) == []


@pytest.mark.parametrize("when", ['node.kind == "STORE"', "lane.late_days > days(0)", "line.is_preorder"])
def test_a_condition_on_nodes_lanes_or_lines_that_is_met_somewhere_for_every_order_is_not_accused(
    when: str,
) -> None:
    body = f"costs:\n  - {{id: web, when: '{when}', per: line, amount: usd(1)}}\n"

    assert found(body, history=a_history(web=1_000)) == []
    assert found(body, history=a_history(web=995)) == []
    assert found(body, history=a_history()) == ["L302 `web` decided none of 1000 orders in 30 days"]
