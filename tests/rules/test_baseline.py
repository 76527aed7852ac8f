"""The shipped pack: it loads without a finding, its promises hold, and the command line says so."""

import json
from datetime import UTC, datetime
from pathlib import Path
from random import Random

import numpy as np
import pytest
from click.testing import CliRunner

from router.cli.rules.rules import rules as rules_command
from router.rules.ruleset import CompiledRules, compile_rules
from router.rules.verdicts import METRIC_MAX, Verdicts
from tests.rules.builders import a_rule_file, some_facts

BASELINE = Path(__file__).parents[2] / "rules" / "baseline"
SERVICES = ("COLDX/CHILLED", "ESTES/LTL", "UPS/2DAY", "UPS/GROUND")
JULY = int(datetime(2026, 7, 1, tzinfo=UTC).timestamp()) * 1_000_000
DECEMBER = int(datetime(2026, 12, 20, tzinfo=UTC).timestamp()) * 1_000_000


def baseline() -> CompiledRules:
    compilation = compile_rules({path.name: path.read_bytes() for path in sorted(BASELINE.glob("*.yaml"))})
    assert compilation.diagnostics == ()
    assert compilation.rules is not None
    return compilation.rules


def verdicts(at: int = JULY, **changes: object) -> Verdicts:
    """One order of one line at a warehouse and a store with four services."""
    columns = {
        "dest.country": ["US"], "dest.region": ["NY"], "order.channel": ["web"], "order.tier": [""],
        "order.payment": ["NONE"], "order.weight": [500], "order.total": [2_000_000],
        "order.is_pickup": [False], "pair.is_pickup_node": [[False, False]], "line.hazmat": [""],
        "line.temperature": ["AMBIENT"], "line.category": ["toys"],
        "line.unit_weight": [500], "line.unit_price": [2_000_000],
        "node.country": ["US", "US"], "node.kind": ["WAREHOUSE", "STORE"], "service.id": SERVICES,
        "service.mode": ["COLD", "FREIGHT", "AIR", "GROUND"], "pair.distance": [[800, 20]],
        "lane.transit_days": [[[2, 5, 2, 3]] * 2], "lane.late_days": [[[0, 0, 0, 0]] * 2],
        "stock.available": [[100, 5]],
    } | {name.replace("_", ".", 1): value for name, value in changes.items()}  # fmt: skip
    return baseline().evaluate(some_facts(nodes=2, services=4, columns=columns), (at,))


def open_lanes(found: Verdicts) -> list[tuple[str, str]]:
    removed = np.zeros((1, 2, 4), np.bool_)
    for one in found.removals:
        removed |= one.mask
    return [
        (node, service)
        for place, node in enumerate(("warehouse", "store"))
        for number, service in enumerate(SERVICES)
        if not removed[0, place, number]
    ]


def charged(found: Verdicts) -> dict[str, list[int]]:
    """By rule, the amounts at the warehouse and the store by ground service, in thousandths of a cent."""
    return {
        one.rule.name: np.broadcast_to(one.amount_milli, (1, 2, 4))[0, :, 3].tolist() for one in found.charges
    }


def test_an_ordinary_order_may_go_from_both_nodes_by_parcel_services():
    assert open_lanes(verdicts()) == [
        ("warehouse", "UPS/2DAY"), ("warehouse", "UPS/GROUND"), ("store", "UPS/2DAY"), ("store", "UPS/GROUND"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("changes", "lanes"),
    [
        ({"line_hazmat": ["LITHIUM"]}, [("warehouse", "UPS/GROUND"), ("store", "UPS/GROUND")]),
        ({"line_temperature": ["FROZEN"]}, [("warehouse", "COLDX/CHILLED"), ("store", "COLDX/CHILLED")]),
        ({"line_temperature": ["CHILLED"], "lane_transit_days": [[[3] * 4, [1] * 4]]}, [("store", "COLDX/CHILLED")]),
        ({"line_unit_weight": [25_000]}, [("warehouse", "UPS/2DAY"), ("warehouse", "UPS/GROUND")]),
        ({"order_weight": [70_000]}, [("warehouse", "ESTES/LTL"), ("store", "ESTES/LTL")]),
        ({"pair_distance": [[800, 2_000]]}, [("warehouse", "UPS/2DAY"), ("warehouse", "UPS/GROUND")]),
        ({"lane_late_days": [[[7, 7, 6, 7], [7, 7, 7, 7]]]}, [("warehouse", "UPS/2DAY")]),
        ({"dest_region": ["HI"]}, [("warehouse", "UPS/2DAY"), ("store", "UPS/2DAY")]),
    ],
)  # fmt: skip
def test_goods_and_places_narrow_the_lanes(changes, lanes):
    assert open_lanes(verdicts(**changes)) == lanes


def test_lateness_has_a_price_that_is_dearer_for_gold():
    late = {"lane_late_days": [[[2] * 4] * 2]}

    assert charged(verdicts(**late))["service/late"] == [200_000, 200_000]
    assert charged(verdicts(**late, order_tier=["GOLD"]))["service/late-for-gold"] == [400_000, 400_000]


def test_marketplace_lateness_is_forbidden_except_in_the_week_before_christmas():
    late = {"lane_late_days": [[[1] * 4] * 2], "order_channel": ["marketplace"]}

    assert open_lanes(verdicts(JULY, **late)) == []
    assert charged(verdicts(DECEMBER, **late))["service/marketplace-on-time"] == [1_500_000, 1_500_000]


def test_stores_cost_more_and_most_in_the_season():
    assert charged(verdicts(JULY)) == {
        "stores/leave-stock-in-stores": [0, 40_000],
        "stores/from-deep-stock": [0, 18_000],
        "stores/store-handling": [0, 125_000],
        "stores/store-picking": [0, 35_000],
    }
    assert charged(verdicts(DECEMBER))["stores/holiday-peak"] == [0, 300_000]


def test_policies_follow_tier_channel_and_goods():
    plain, gold = verdicts(), verdicts(order_tier=["GOLD"], line_category=["grocery"])

    assert plain.split_policies[plain.split[0]].rule.name == "service/splits.default"
    assert plain.backorder_policies[plain.backorder[0]].action == "BACKORDER"
    assert gold.split_policies[gold.split[0]].shipments_max == 2
    assert gold.backorder_policies[gold.backorder[0]].action == "CANCEL"


def test_stores_keep_one_unit_on_the_shelf():
    (limit,) = verdicts().stock_limits

    assert limit.units_max.tolist() == [[METRIC_MAX, 4]]


def test_very_dear_orders_wait_and_frozen_goods_travel_together():
    plain, special = verdicts(), verdicts(order_total=[1_000_000_001], line_temperature=["FROZEN"])

    assert (plain.holds, plain.together) == ((), ())
    assert [one.rule.name for one in (*special.holds, *special.together)] == [
        "service/very-dear", "network/frozen-goods-in-one-shipment",
    ]  # fmt: skip


def test_of_equal_plans_the_one_with_fewer_shipments_wins():
    found = verdicts()

    assert found.objective_policies[found.objective[0]].ties == ("shipments", "distance")


def test_every_rule_says_whose_it_is():
    assert {row.owner for row in baseline().describe()} == {
        "network-operations", "customer-experience", "store-operations", "finance",
    }  # fmt: skip


def test_check_accepts_the_baseline():
    answer = CliRunner().invoke(rules_command, ["check", str(BASELINE)])

    assert answer.exit_code == 0
    assert answer.output.startswith("11 files, 36 rules: 0 errors, 0 warnings, 0 infos, in ")


def test_check_shows_findings_and_fails(tmp_path):
    (tmp_path / "bad.yaml").write_bytes(a_rule_file("filters:\n  - {id: a, keep: nod.is_open}\n"))

    text = CliRunner().invoke(rules_command, ["check", str(tmp_path)])
    machine = CliRunner().invoke(rules_command, ["check", str(tmp_path), "--format", "json"])

    assert (text.exit_code, machine.exit_code) == (1, 1)
    assert "bad.yaml:9:19: error L111: unknown fact `nod.is_open`" in text.output
    assert "1 file, cannot be loaded: 1 error, 0 warnings, 0 infos, in " in text.stderr
    (finding,) = json.loads(machine.stdout)["findings"]
    assert (finding["code"], finding["line"], finding["suggestion"]) == ("L111", 9, "node.is_open")


def test_check_refuses_paths_without_rules(tmp_path):
    assert CliRunner().invoke(rules_command, ["check", str(tmp_path)]).exit_code == 2
    assert CliRunner().invoke(rules_command, ["check", str(tmp_path / "none.yaml")]).exit_code == 2


@pytest.mark.parametrize("seed", range(3))
def test_damaged_rules_never_raise(seed):
    random = Random(seed)
    original = (BASELINE / "service.yaml").read_bytes()
    signs = b"\"'{}[]()!&*#:,.-<>=|%@`\t\n 0aZ\xc3\xa9\x00"

    outcomes = set()
    for _ in range(80):
        damaged = bytearray(original)
        for _ in range(random.randint(1, 3)):
            place = random.randrange(len(damaged))
            damaged[place : place + random.randint(0, 2)] = bytes([random.choice(signs)])
        compilation = compile_rules({"a.yaml": bytes(damaged)})
        assert (compilation.rules is None) == any(one.severity == "error" for one in compilation.diagnostics)
        outcomes.add(compilation.rules is None)
    assert outcomes == {True, False}, f"seed {seed}"
