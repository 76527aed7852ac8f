"""Verdicts of small rule sets on small batches, worked out by hand."""

from datetime import UTC, datetime

import pytest

from router.rules.verdicts import Per
from tests.rules.builders import a_rule_file, compiled, some_facts


def instant(text: str) -> int:
    return int(datetime.fromisoformat(text).astimezone(UTC).timestamp()) * 1_000_000


def test_a_node_stays_only_if_every_filter_keeps_it():
    rules = compiled(
        a_rule_file(
            "filters:\n"
            "  - {id: open, keep: node.is_open}\n"
            "  - {id: near, when: order.tier == 'GOLD', keep: pair.distance <= km(100)}\n"
        )
    )
    facts = some_facts(
        line_order=(0, 1), orders=2, nodes=3,
        columns={
            "node.is_open": [True, True, False],
            "order.tier": ["GOLD", ""],
            "pair.distance": [[50, 101, 100], [500, 500, 500]],
        },
    )  # fmt: skip

    opened, near = rules.evaluate(facts, (0, 0)).removals

    assert (opened.rule.name, opened.of_lines) == ("us/open", False)
    assert opened.mask.tolist() == [[[False], [False], [True]], [[False], [False], [True]]]
    assert near.mask.tolist() == [[[False], [True], [False]], [[False], [False], [False]]]


def test_a_ban_of_lines_and_services_stands_for_every_node():
    rules = compiled(
        a_rule_file(
            "lists: {grounded: [LITHIUM]}\n"
            "constraints:\n"
            "  - id: ground\n    because: may not fly\n"
            "    when: line.hazmat in lists.grounded\n    ban: service.mode == 'AIR'\n"
        )
    )
    facts = some_facts(
        line_order=(0, 0, 1), orders=2, nodes=5, services=2,
        columns={"line.hazmat": ["", "LITHIUM", "LITHIUM"], "service.mode": ["AIR", "GROUND"]},
    )  # fmt: skip

    (ban,) = rules.evaluate(facts, (0, 0)).removals

    assert ban.of_lines
    assert ban.mask.tolist() == [[[False, False]], [[True, False]], [[True, False]]]
    assert (ban.rule.because, ban.rule.position) == ("may not fly", "a.yaml:10")


def test_a_softened_ban_is_a_price_inside_its_dates_and_a_fence_outside():
    rules = compiled(
        a_rule_file(
            "constraints:\n"
            "  - id: on-time\n    because: promised\n    ban: lane.late_days > days(0)\n"
            "    soften:\n      cost: usd(6)\n      per: late_day\n"
            '      effective: {from: "2026-12-18", to: "2026-12-27"}\n'
        )
    )
    facts = some_facts(line_order=(0, 1), orders=2, columns={"lane.late_days": [[[1]], [[1]]]})
    at = (instant("2026-12-17T23:59:59-05:00"), instant("2026-12-18T00:00:00-05:00"))

    verdicts = rules.evaluate(facts, at)

    (removal,), (charge,) = verdicts.removals, verdicts.charges
    assert removal.mask.tolist() == [[[True]], [[False]]]
    assert charge.amount_milli.tolist() == [[[0]], [[600_000]]]
    assert (charge.per, charge.softened) == (Per.LATE_DAY, True)


def test_costs_add_up_each_under_its_own_rule():
    rules = compiled(
        a_rule_file(
            "costs:\n"
            "  - {id: store, when: node.kind == 'STORE', per: shipment, amount: usd(1.5)}\n"
            "  - {id: share, per: parcel, amount: order.total * 0.01}\n"
            "  - {id: pick, when: dest.country == 'US', per: unit, amount: usd(0.1)}\n"
            "  - {id: never, when: dest.country == 'FR', per: unit, amount: usd(9)}\n"
        )
    )
    facts = some_facts(
        line_order=(0, 1, 1), orders=2, nodes=2,
        columns={
            "node.kind": ["STORE", "WAREHOUSE"], "order.total": [1_000_050, 30_000], "dest.country": ["US", "CA"],
        },
    )  # fmt: skip

    charges = {charge.rule.name: charge for charge in rules.evaluate(facts, (0, 0)).charges}

    assert list(charges) == ["us/store", "us/share", "us/pick"]
    assert charges["us/store"].amount_milli.tolist() == [[[150_000], [0]], [[150_000], [0]]]
    assert charges["us/share"].amount_milli.tolist() == [[[10_000]], [[300]]]
    assert charges["us/pick"].amount_milli.tolist() == [[[10_000]], [[0]], [[0]]]
    assert [charge.of_lines for charge in charges.values()] == [False, False, True]


def test_a_score_charges_the_points_that_a_shipment_misses():
    rules = compiled(
        a_rule_file(
            "objective: {point_value: usd(0.05)}\n"
            "scores:\n"
            "  - {id: near, weight: 40, value: 1.0 - pair.distance / km(4000)}\n"
            "  - {id: deep, weight: 1.5, value: float(stock.available) / 10.0}\n"
        )
    )
    facts = some_facts(
        line_order=(0, 0), orders=1, nodes=3,
        columns={"pair.distance": [[0, 1_000, 9_000]], "stock.available": [[0, 5, 99], [1, 0, 0]]},
    )  # fmt: skip

    near, deep = rules.evaluate(facts, (0,)).charges

    assert (near.per, near.amount_milli.tolist()) == (Per.SHIPMENT, [[[0], [50_000], [200_000]]])
    assert (deep.per, deep.amount_milli.tolist()) == (
        Per.LINE,
        [[[7_500], [3_750], [0]], [[6_750], [7_500], [7_500]]],
    )


def test_a_score_for_some_orders_charges_them_alone_wherever_its_points_are_not_earned():
    rules = compiled(
        a_rule_file(
            "objective: {point_value: usd(1)}\n"
            "scores:\n"
            "  - id: gold-from-warehouses\n"
            "    when: order.tier == 'GOLD' && node.kind == 'WAREHOUSE'\n"
            "    weight: 2\n"
            "    value: 1.0\n"
        )
    )
    facts = some_facts(
        line_order=(0, 1), orders=2, nodes=2,
        columns={"order.tier": ["GOLD", ""], "node.kind": ["WAREHOUSE", "STORE"]},
    )  # fmt: skip

    (charge,) = rules.evaluate(facts, (0, 0)).charges

    assert charge.amount_milli[:, :, 0].tolist() == [[0, 200_000], [0, 0]]


def test_the_first_carrier_rule_that_matches_removes_all_other_services():
    rules = compiled(
        a_rule_file(
            "carriers:\n"
            "  - id: freight\n    when: order.weight > kg(68)\n    use: [ESTES/LTL]\n"
            "  - id: stores\n    when: node.kind == 'STORE'\n    use: [USPS/PRIORITY]\n"
            "  - {id: default, use: [UPS/GROUND, USPS/PRIORITY]}\n"
        )
    )
    facts = some_facts(
        line_order=(0, 1), orders=2, nodes=2, services=3,
        columns={
            "order.weight": [68_001, 68_000], "node.kind": ["STORE", "WAREHOUSE"],
            "service.id": ["ESTES/LTL", "UPS/GROUND", "USPS/PRIORITY"],
        },
    )  # fmt: skip

    freight, stores, default = rules.evaluate(facts, (0, 0)).removals

    assert freight.mask.tolist() == [[[False, True, True]], [[False, False, False]]]
    assert stores.mask[1].tolist() == [[True, True, False], [False, False, False]]
    assert default.mask[1].tolist() == [[False, False, False], [True, False, False]]
    assert not stores.mask[0].any()
    assert not default.mask[0].any()


def test_carrier_rules_of_lines_decide_line_by_line():
    rules = compiled(
        a_rule_file(
            "carriers:\n"
            "  - id: cold\n    when: line.temperature != 'AMBIENT'\n    use: [COLDX/CHILLED]\n"
            "  - {id: default, use: [UPS/GROUND]}\n"
        )
    )
    facts = some_facts(
        line_order=(0, 0), services=2,
        columns={"line.temperature": ["CHILLED", "AMBIENT"], "service.id": ["COLDX/CHILLED", "UPS/GROUND"]},
    )  # fmt: skip

    cold, default = rules.evaluate(facts, (0,)).removals

    assert cold.mask.tolist() == [[[False, True]], [[False, False]]]
    assert default.mask.tolist() == [[[False, False]], [[True, False]]]


def test_split_and_backorder_take_the_first_match_of_the_highest_priority():
    low = a_rule_file(
        "splits:\n  - {id: default, max_shipments: 4}\nbackorder:\n  - {id: default, do: HOLD}\n", priority=1
    )
    high = a_rule_file(
        "splits:\n"
        "  - {id: gold, when: order.tier == 'GOLD', max_shipments: 2, extra_box: usd(4), min_value: usd(25)}\n"
        "  - {id: default, units: never, complete: true}\n"
        "backorder:\n"
        "  - {id: food, when: line.category == 'grocery', do: CANCEL, penalty: usd(12)}\n"
        "  - {id: default, do: BACKORDER}\n",
        id="web", priority=2, applies="order.channel == 'web'",
    )  # fmt: skip
    facts = some_facts(
        line_order=(0, 1, 1, 2), orders=3,
        columns={
            "order.channel": ["web", "web", "store"], "order.tier": ["GOLD", "", "GOLD"],
            "line.category": ["toys", "grocery", "toys", "grocery"],
        },
    )  # fmt: skip

    verdicts = compiled(low, high).evaluate(facts, (0, 0, 0))

    splits = [verdicts.split_policies[choice] for choice in verdicts.split]
    assert [policy.rule.name for policy in splits] == ["web/gold", "web/splits.default", "us/splits.default"]
    assert [policy.shipments_max for policy in splits] == [2, 3, 4]
    assert (splits[0].extra_shipment_milli, splits[0].value_min_minor) == (400_000, 2_500)
    assert (splits[1].split_units, splits[1].ship_complete) == ("never", True)
    policies = [verdicts.backorder_policies[choice] for choice in verdicts.backorder]
    assert [policy.action for policy in policies] == ["BACKORDER", "CANCEL", "BACKORDER", "HOLD"]
    assert [policy.unit_milli for policy in policies] == [10_000_000, 1_200_000, 10_000_000, 10_000_000]


@pytest.mark.parametrize(
    ("at", "fires"),
    [
        ("2026-11-22T23:59:59-05:00", False),
        ("2026-11-23T00:00:00-05:00", True),
        ("2026-11-30T23:59:59-05:00", True),
        ("2026-12-01T00:00:00-05:00", False),
    ],
)
def test_a_rule_holds_from_local_midnight_up_to_the_end_of_the_shorter_dates(at, fires):
    rules = compiled(
        a_rule_file(
            'effective: {from: "2026-11-01", to: "2026-12-01"}\n'
            "costs:\n"
            '  - {id: peak, per: shipment, amount: usd(3), effective: {from: "2026-11-23", to: "2026-12-24"}}\n'
        )
    )

    charges = rules.evaluate(some_facts(columns={}), (instant(at),)).charges

    assert [charge.rule.name for charge in charges] == ["us/peak"] * fires


def test_every_order_of_a_batch_is_judged_at_its_own_instant():
    rules = compiled(
        a_rule_file('costs:\n  - {id: x, per: unit, amount: usd(1), effective: {from: "2026-07-01T12:00"}}\n')
    )
    facts = some_facts(line_order=(0, 0, 1), orders=2, columns={})

    (charge,) = rules.evaluate(
        facts, (instant("2026-07-01T12:00-04:00"), instant("2026-07-01T11:59-04:00"))
    ).charges

    assert charge.amount_milli[:, 0, 0].tolist() == [100_000, 100_000, 0]


def test_strings_absent_from_the_batch_match_nothing():
    rules = compiled(
        a_rule_file(
            "filters:\n"
            "  - {id: region, keep: node.region == dest.region}\n"
            "  - {id: kind, keep: \"node.region in ['ON'] || node.id.startsWith('dc-')\"}\n"
        )
    )
    facts = some_facts(
        nodes=3,
        columns={
            "node.region": ["CA", "NY", "TX"], "dest.region": ["NY"],
            "node.id": ["dc-reno", "store-1", "dc"],
        },
    )  # fmt: skip

    region, kind = rules.evaluate(facts, (0,)).removals

    assert region.mask[0, :, 0].tolist() == [True, False, True]
    assert kind.mask[0, :, 0].tolist() == [False, True, True]


def test_an_empty_batch_has_empty_verdicts():
    rules = compiled(a_rule_file("filters:\n  - {id: open, keep: node.is_open}\n"))

    verdicts = rules.evaluate(some_facts(line_order=(), orders=0, columns={"node.is_open": [True]}), ())

    assert (verdicts.removals, verdicts.split.tolist(), verdicts.backorder.tolist()) == ((), [], [])
