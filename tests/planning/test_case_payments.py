"""Cases say how their order is paid for."""

from typing import Any

from router.planning.cases.case_run import run_cases
from router.rules.ruleset import compile_rules

RULES = """\
kind: RuleSet/v1
id: money
owner: finance
priority: 10
currency: USD
timezone: America/New_York
applies: true
holds:
  - id: wait-for-money
    when: order.payment in ["PENDING", "DECLINED", "PARTLY"]
    because: nothing is packed that nobody pays for
  - id: hurry
    when: default(order.payment_days, days(9)) < days(2) && order.paid >= usd(10)
    because: somebody renews the authorization first
"""
TESTS = """\
kind: RuleTests/v1
now: "2026-12-01T09:00"
networks:
  small:
    currency: USD
    timezone: America/New_York
    country: US
    nodes: {EDISON: {at: [40.5, -74.4], services: [UPS/GROUND]}}
    services: {UPS/GROUND: {zones: [{up_to: km(5000), transit_days: 2, price: usd(8)}]}}
    products: {MUG: {price: usd(10), weight: kg(1)}}
    places: {nyc: {region: NY, postal_code: "10001", at: [40.7, -74]}}
cases:
  - name: this
    given: {use: small, order: {to: nyc, lines: [MUG]}, stock: {EDISON: {MUG: 3}}%s}
    expect: {%s}
"""


def outcome(payment: str, expect: str) -> Any:
    given = f", payment: {payment}" if payment else ""
    files = {"m.yaml": RULES.encode(), "m.test.yaml": (TESTS % (given, expect)).encode()}
    return run_cases(compile_rules(files))


def test_a_case_says_how_its_order_is_paid_for() -> None:
    for payment, expect in (
        ("", "held: false, not_fired: [wait-for-money, hurry]"),
        ("{state: PARTLY, paid: usd(5)}", "held: true, fired: wait-for-money"),
        ("{state: COVERED, paid: usd(10), days: 6}", "held: false, node: EDISON"),
        ("{state: COVERED, paid: usd(10), days: 1}", "held: true, fired: hurry"),
    ):
        (result,) = outcome(payment, expect).results
        assert result.unmet == ()


def test_a_payment_of_a_case_is_one_that_there_is() -> None:
    report = outcome("{state: PAID}", "held: true")

    assert [one.message for one in report.diagnostics] == ["`state` cannot be `PAID`"]
