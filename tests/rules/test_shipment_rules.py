"""What rules ask of whole shipments: boxes of prices, bans and carrier choices, worked out by hand."""

import pytest

from router.domain.plan import METRICS
from router.rules.ruleset import compile_rules
from router.rules.verdicts import ANY_SHIPMENT, METRIC_MAX, Box
from tests.rules.builders import a_rule_file, compiled, compiling, some_facts


def a_box(**bounds: tuple[int, int]) -> Box:
    low, high = list(ANY_SHIPMENT.low), list(ANY_SHIPMENT.high)
    for name, (least, most) in bounds.items():
        place = METRICS.index(name)
        low[place], high[place] = least, most
    return Box(tuple(low), tuple(high))


def test_a_price_by_weight_falls_due_for_shipments_inside_its_box():
    rules = compiled(
        a_rule_file(
            "costs:\n"
            "  - {id: heavy, when: shipment.weight > kg(30) && node.kind == 'STORE', per: shipment, amount: usd(4)}\n"
            "  - {id: cold, when: shipment.has_cold && shipment.value <= usd(50), per: late_day, amount: usd(2)}\n"
        )
    )

    heavy, cold = rules.evaluate(
        some_facts(nodes=2, columns={"node.kind": ["STORE", "WAREHOUSE"]}), (0,)
    ).charges

    assert heavy.amount_milli.tolist() == [[[400_000], [0]]]
    assert heavy.box == a_box(weight=(30_001, METRIC_MAX))
    assert cold.amount_milli.tolist() == [[[200_000]]]
    assert cold.box == a_box(cold_units=(1, METRIC_MAX), value=(0, 5_000))


def test_a_ban_may_ask_for_quantities_in_the_shipment():
    rules = compiled(
        a_rule_file(
            "constraints:\n"
            "  - id: little-lithium\n    because: five kilograms at most may fly\n"
            "    when: shipment.hazmat_weight > kg(5)\n    ban: service.mode == 'AIR'\n"
        )
    )

    (ban,) = rules.evaluate(
        some_facts(services=2, columns={"service.mode": ["AIR", "GROUND"]}), (0,)
    ).removals

    assert (ban.of_lines, ban.mask.tolist()) == (False, [[[True, False]]])
    assert ban.box == a_box(hazmat_weight=(5_001, METRIC_MAX))


def carriers(*rules: str, **columns):
    """By rule and box, the services removed at a warehouse and a store."""
    body = "carriers:\n" + "".join(f"  - {{{rule}}}\n" for rule in rules)
    facts = some_facts(
        nodes=2, services=3,
        columns={"service.id": ["A/A", "B/B", "C/C"], "node.kind": ["WAREHOUSE", "STORE"], **columns},
    )  # fmt: skip
    removals = compiled(a_rule_file(body)).evaluate(facts, (0,)).removals
    names = "ABC"
    return [
        (
            one.rule.name.removeprefix("us/"),
            one.box,
            ["".join(n for n, gone in zip(names, row, strict=True) if gone) for row in one.mask[0].tolist()],
        )
        for one in removals
    ]


def test_carriers_by_weight_divide_the_shipments():
    found = carriers(
        "id: heavy, when: shipment.weight > kg(68), use: [A/A]",
        "id: middle, when: shipment.weight > kg(20), use: [A/A, B/B]",
        "id: default, use: [C/C]",
    )

    assert found == [
        ("heavy", a_box(weight=(68_001, METRIC_MAX)), ["BC"]),
        ("middle", a_box(weight=(20_001, 68_000)), ["C"]),
        ("carriers.default", a_box(weight=(0, 20_000)), ["AB"]),
    ]


def test_a_rule_for_some_nodes_leaves_the_others_whole():
    found = carriers(
        "id: heavy, when: shipment.weight > kg(68) && node.kind == 'STORE', use: [A/A]",
        "id: warehouses, when: node.kind == 'WAREHOUSE', use: [B/B]",
        "id: default, use: [C/C]",
    )

    assert found == [
        ("heavy", a_box(weight=(68_001, METRIC_MAX)), ["", "BC"]),
        ("warehouses", ANY_SHIPMENT, ["AC", ""]),
        ("carriers.default", a_box(weight=(0, 68_000)), ["", "AB"]),
    ]


def test_a_rule_behind_two_overlapping_boxes_gets_the_rest_of_both():
    found = carriers(
        "id: many, when: shipment.unit_count >= 10, use: [A/A]",
        "id: light, when: shipment.weight < kg(1), use: [B/B]",
        "id: default, use: [A/A, B/B]",
    )

    assert found == [
        ("many", a_box(units=(10, METRIC_MAX)), ["BC"]),
        ("light", a_box(units=(0, 9), weight=(0, 999)), ["AC"]),
        ("carriers.default", a_box(units=(0, 9), weight=(1_000, METRIC_MAX)), ["C"]),
    ]


def test_places_that_are_left_with_the_same_box_are_decided_together():
    found = carriers(
        "id: stores, when: shipment.weight > kg(20) && node.kind == 'STORE', use: [A/A]",
        "id: warehouses, when: shipment.weight > kg(20) && node.kind == 'WAREHOUSE', use: [B/B]",
        "id: default, use: [C/C]",
    )

    assert found == [
        ("stores", a_box(weight=(20_001, METRIC_MAX)), ["", "BC"]),
        ("warehouses", a_box(weight=(20_001, METRIC_MAX)), ["AC", ""]),
        ("carriers.default", a_box(weight=(0, 20_000)), ["AB", "AB"]),
    ]


def test_a_rule_no_shipment_can_meet_removes_nothing():
    found = carriers(
        "id: never, when: shipment.weight > kg(2) && shipment.weight < kg(1), use: [A/A]",
        "id: default, use: [B/B]",
    )

    assert found == [("carriers.default", ANY_SHIPMENT, ["AC"])]


def test_prices_and_bans_that_no_shipment_can_meet_leave_no_trace():
    never = "shipment.weight > kg(2) && shipment.weight < kg(1)"
    rules = compiled(
        a_rule_file(
            f"costs:\n  - {{id: a, when: {never}, per: shipment, amount: usd(1)}}\n"
            f"constraints:\n  - {{id: b, because: why, ban: {never}}}\n"
        )
    )

    verdicts = rules.evaluate(some_facts(columns={}), (0,))

    assert (verdicts.charges, verdicts.removals) == ((), ())


def test_carriers_that_ask_lines_and_shipments_do_not_mix_in_a_pack():
    lines = a_rule_file(
        "carriers:\n"
        "  - {id: cold, when: order.tier == 'GOLD' && line.temperature == 'FROZEN', use: [A/B]}\n"
        "  - {id: any, when: 'lines.exists(line, line.hazmat != \"\")', use: [A/B]}\n"
        "  - {id: default, use: [A/B]}\n"
    )
    heavy = a_rule_file(
        "carriers:\n  - {id: heavy, when: shipment.weight > kg(68), use: [A/B]}\n  - {id: default, use: [A/B]}\n",
        id="freight", priority=1,
    )  # fmt: skip
    (found,) = compile_rules({"a.yaml": lines, "b.yaml": heavy}).diagnostics

    assert (found.code, found.file, found.line, found.column) == ("L114", "a.yaml", 9, 46)
    assert found.message == (
        "`line.temperature` is a fact of lines, but `freight/heavy` chooses by whole shipments"
    )
    assert compile_rules({"a.yaml": lines}).diagnostics == ()


def test_carriers_may_not_divide_shipments_without_end():
    rules = "".join(
        f"  - {{id: r{n}, when: shipment.weight > g({9_000 - n}) && shipment.volume > mm3({n}), use: [A/B]}}\n"
        for n in range(110)
    )

    (found,) = compiling(a_rule_file(f"carriers:\n{rules}  - {{id: default, use: [A/B]}}\n")).diagnostics

    assert (found.code, found.message) == ("L116", "`carriers` divide shipments into more than 100 parts")


@pytest.mark.parametrize(
    ("body", "found"),
    [
        ("costs:\n  - {id: a, when: shipment.has_cold, per: parcel, amount: usd(1)}\n", ("L114", 9, 19)),
        ("costs:\n  - {id: a, when: shipment.has_cold, per: unit, amount: usd(1)}\n", ("L114", 9, 19)),
        (
            "costs:\n  - {id: a, when: shipment.has_cold && line.in_kit, per: shipment, amount: usd(1)}\n",
            ("L114", 9, 19),
        ),
        ("costs:\n  - {id: a, per: shipment, amount: shipment.value * 0.01}\n", ("L114", 9, 36)),
        (
            "costs:\n  - {id: a, when: shipment.has_cold || node.is_open, per: shipment, amount: usd(1)}\n",
            ("L114", 9, 19),
        ),
        (
            "constraints:\n  - {id: a, because: b, when: line.in_kit, ban: shipment.has_cold}\n",
            ("L114", 9, 49),
        ),
        (
            "constraints:\n"
            "  - {id: a, because: b, ban: shipment.has_cold, soften: {cost: usd(1), per: parcel}}\n",
            ("L114", 9, 30),
        ),
        ("filters:\n  - {id: a, keep: shipment.has_cold}\n", ("L114", 9, 19)),
        (
            "objective: {point_value: usd(1)}\n"
            "scores:\n  - {id: a, weight: 1, value: 1.0, when: shipment.has_cold}\n",
            ("L114", 10, 42),
        ),
    ],
)
def test_finds(body, found):
    assert [(str(one.code), one.line, one.column) for one in compiling(a_rule_file(body)).diagnostics] == [
        found
    ]
