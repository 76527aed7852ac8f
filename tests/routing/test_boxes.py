"""Rules about shipments by what is in them: charged and forbidden exactly where the box holds."""

import pytest

from router.domain.plan import CostKind
from tests.routing.builders import (
    a_line,
    a_network,
    a_node,
    a_product,
    a_service,
    a_world,
    an_order,
    day,
    decide,
    reasons_of,
    rules_of,
    sent_by,
)

PRODUCTS = (
    a_product("SPRAY", weight_grams=600, hazmat="AEROSOL"),
    a_product("MILK", weight_grams=1_000),
    a_product("ICE", weight_grams=100, temperature="CHILLED"),
)
STOCK = {"lille": {"SPRAY": 9, "MILK": 9, "ICE": 9}}
ALL_KINDS = ("AMBIENT", "CHILLED", "FROZEN")


def charged(condition: str, lines: dict[str, int]) -> int:
    """Thousandths that a rule of 1 euro a shipment with this condition adds to an order from Lille."""
    service = a_service(hazmat_accepted=("AEROSOL",), temperatures_accepted=ALL_KINDS)
    network = a_network(a_node("lille"), services=[service])
    rules = rules_of(f"costs: [{{id: box, when: '{condition}', per: shipment, amount: eur(1)}}]\n")
    decision = decide(an_order(lines=lines), stock=STOCK, world=a_world(network, PRODUCTS, rules))
    return sum(part.amount_milli for part in decision.plan.costs if part.kind is CostKind.RULE)


CONDITIONS = [
    ("shipment.weight > kg(1)", {"MILK": 1}, 0),
    ("shipment.weight > kg(1)", {"MILK": 1, "ICE": 1}, 100_000),
    ("shipment.volume >= liters(2)", {"MILK": 2}, 100_000),
    ("shipment.volume >= liters(2)", {"MILK": 1}, 0),
    ("shipment.value > eur(39)", {"MILK": 1, "ICE": 1}, 100_000),
    ("shipment.value > eur(40)", {"MILK": 1, "ICE": 1}, 0),
    ("shipment.unit_count == 3", {"MILK": 2, "ICE": 1}, 100_000),
    ("shipment.unit_count == 3", {"MILK": 3, "ICE": 1}, 0),
    ("shipment.line_count == 2", {"MILK": 3, "ICE": 1}, 100_000),
    ("shipment.line_count == 2", {"MILK": 3}, 0),
    ("shipment.hazmat_units >= 2", {"SPRAY": 2}, 100_000),
    ("shipment.hazmat_units >= 2", {"SPRAY": 1, "MILK": 1}, 0),
    ("shipment.hazmat_weight <= g(600)", {"SPRAY": 1, "MILK": 1}, 100_000),
    ("shipment.has_hazmat", {"MILK": 1}, 0),
    ("!shipment.has_cold", {"MILK": 1}, 100_000),
    ("!shipment.has_cold", {"MILK": 1, "ICE": 1}, 0),
    ("shipment.cold_units < 2 && shipment.has_cold", {"ICE": 1}, 100_000),
]


@pytest.mark.parametrize(("condition", "lines", "amount"), CONDITIONS)
def test_a_charge_falls_due_for_shipments_in_its_box(condition, lines, amount):
    assert charged(condition, lines) == amount


def test_a_charge_on_heavy_shipments_splits_an_order_when_that_is_cheaper():
    order = an_order(lines={"MILK": 1, "SPRAY": 1})
    stock = {place: {"MILK": 1, "SPRAY": 1} for place in ("lille", "lyon")}
    products = (a_product("SPRAY", weight_grams=600), a_product("MILK", weight_grams=1_000))
    rules = rules_of("costs: [{id: heavy, when: shipment.weight > kg(1), per: shipment, amount: eur(20)}]\n")

    decision = decide(order, stock=stock, world=a_world(products=products, rules=rules))

    assert len(decision.plan.shipments) == 2
    assert [part.rule for part in decision.plan.costs if part.rule] == []


def test_a_carrier_rule_forbids_other_services_for_shipments_in_its_box_only():
    rules = rules_of(
        "carriers:\n"
        "  - {id: many, when: shipment.unit_count > 1, use: [CHRONO/13]}\n"
        "  - {id: default, use: [POSTE/COLIS]}\n"
    )

    def service_for(quantity):
        decision = decide(
            an_order(lines={"RED-CLOCK": quantity}),
            stock={"lille": {"RED-CLOCK": 9}},
            world=a_world(rules=rules),
        )
        return [shipment.service_level_id for shipment in decision.plan.shipments]

    assert service_for(1) == ["POSTE/COLIS"]
    assert service_for(2) == ["CHRONO/13"]


def test_a_late_day_in_a_box_is_charged_for_each_late_day():
    rules = rules_of(
        "costs: [{id: late, when: shipment.unit_count >= 1, per: late_day, amount: eur(0.50)}]\n"
    )
    order = an_order(lines={"RED-CLOCK": 1}, promise_day=day("2026-03-02"))

    decision = decide(order, stock={"nice": {"RED-CLOCK": 1}}, world=a_world(rules=rules))

    late = [part for part in decision.plan.costs if part.kind is CostKind.LATENESS]
    assert [(part.rule, part.amount_milli) for part in late] == [("shop/late", 100_000)]


def test_a_kit_measures_what_its_lines_do():
    rules = rules_of(
        "costs:\n"
        "  - id: lines\n"
        "    when: shipment.line_count == 2 && shipment.unit_count == 3\n"
        "    per: shipment\n"
        "    amount: eur(1)\n"
    )
    lines = (a_line(1, "RED-CLOCK", kit_id="set"), a_line(2, "TIN-LAMP", 2, kit_id="set"))

    decision = decide(
        an_order(lines=lines), stock={"lille": {"RED-CLOCK": 1, "TIN-LAMP": 2}}, world=a_world(rules=rules)
    )

    assert [part.rule for part in decision.plan.costs if part.rule] == ["shop/lines"]


def test_a_softened_ban_is_a_cost_part_under_its_rules_name():
    rules = rules_of(
        "constraints:\n"
        "  - id: on-time\n"
        "    ban: lane.late_days > days(0)\n"
        "    because: promised is promised\n"
        "    soften: {cost: eur(1), per: late_day}\n"
    )
    order = an_order(lines={"RED-CLOCK": 1}, promise_day=day("2026-03-02"))

    decision = decide(order, stock={"nice": {"RED-CLOCK": 1}}, world=a_world(rules=rules))

    assert [(part.rule, part.amount_milli) for part in decision.plan.costs if part.rule] == [
        ("shop/on-time", 200_000)
    ]


def test_what_no_shipment_may_be_stays_behind():
    rules = rules_of(
        "carriers:\n"
        "  - {id: big, when: shipment.weight >= g(500), use: [NOBODY/NOTHING]}\n"
        "  - {id: default, use: [POSTE/COLIS]}\n"
    )

    decision = decide(
        an_order(lines={"RED-CLOCK": 1}), stock={"lille": {"RED-CLOCK": 1}}, world=a_world(rules=rules)
    )

    assert sent_by(decision) == []
    assert reasons_of(decision) == {"1": "BANNED_BY_RULE"}
