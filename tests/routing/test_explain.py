"""Why this plan and not another: nodes ranked or ruled out, the runner-up, and what each rule did."""

from random import Random

import pytest

from router.domain.carrier import Tariff
from router.domain.plan import CostKind, CostPart
from router.routing.explain.explain import explain
from router.routing.explain.explanation import NodeAccount, Obstacle, Removed, RulePrice
from router.routing.replay import pack_decision, unpack_decision
from router.routing.route import route
from router.rules.verdicts import RuleRef
from tests.routing.builders import (
    a_network,
    a_node,
    a_product,
    a_service,
    a_world,
    a_zone,
    an_order,
    decide,
    rules_from,
)
from tests.routing.random_worlds import random_requests, random_shelf, random_world

EVERYWHERE = {"lille": {"RED-CLOCK": 9}, "lyon": {"RED-CLOCK": 9}, "nice": {"RED-CLOCK": 9}}
RULES = """\
kind: RuleSet/v1
id: shop
revision: "1"
owner: planning
priority: 10
currency: EUR
applies: dest.country == "FR"
constraints:
  - {id: strike, when: node.id == "lille", ban: service.mode == "GROUND", because: drivers are on strike}
  - {id: no-flights, ban: service.mode == "AIR", because: we do not fly}
costs:
  - {id: peak, when: node.id == "lyon", per: shipment, amount: eur(1)}
splits:
  - {id: default, max_shipments: 2, units: when_short}
backorder:
  - {id: default, do: BACKORDER, penalty: eur(90)}
"""
STRIKE = RuleRef("shop/strike", "shop.yaml:9", "drivers are on strike")
NO_FLIGHTS = RuleRef("shop/no-flights", "shop.yaml:10", "we do not fly")


def obstacles(accounts: tuple[NodeAccount, ...]) -> dict[str, Obstacle | None]:
    return {account.node_id: account.obstacle for account in accounts}


def test_nodes_are_ranked_by_what_the_order_costs_from_there_alone():
    world = a_world()
    decision = decide(an_order(lines={"RED-CLOCK": 1}), stock=EVERYWHERE, world=world)

    nodes = explain(decision, world).nodes

    assert [(node.rank, node.node_id, node.alone.difference_milli) for node in nodes] == [
        (1, "lille", 0),
        (2, "lyon", 300_000),
        (3, "nice", 300_000),
    ]


def test_a_node_that_holds_a_part_is_charged_for_what_it_leaves_out():
    world = a_world()
    stock = {"lille": {"RED-CLOCK": 1}, "lyon": {"RED-CLOCK": 1, "TIN-LAMP": 1}}
    decision = decide(an_order(lines={"RED-CLOCK": 1, "TIN-LAMP": 1}), stock=stock, world=world)

    lille = explain(decision, world).nodes[1].alone

    assert lille.unshipped_count == 1
    assert lille.costs == (
        CostPart(kind=CostKind.FREIGHT, amount_milli=500_000),
        CostPart(kind=CostKind.BACKORDER, amount_milli=10_000_000, rule="built-in/backorder.default"),
    )


def test_the_runner_up_uses_none_of_the_chosen_nodes():
    world = a_world()
    decision = decide(an_order(lines={"RED-CLOCK": 1}), stock=EVERYWHERE, world=world)

    runner_up = explain(decision, world).runner_up

    assert (runner_up.node_ids, runner_up.service_level_ids) == (("lyon",), ("POSTE/COLIS",))
    assert (runner_up.objective_milli, runner_up.difference_milli) == (800_000, 300_000)


def test_a_line_that_is_short_without_the_chosen_node_is_shared_out_by_the_runner_up():
    world = a_world()
    stock = {"lille": {"RED-CLOCK": 4}, "lyon": {"RED-CLOCK": 2}, "nice": {"RED-CLOCK": 2}}
    decision = decide(an_order(lines={"RED-CLOCK": 4}), stock=stock, world=world)

    assert explain(decision, world).runner_up.node_ids == ("lyon", "nice")


def test_there_is_no_runner_up_when_no_other_node_can_ship():
    world = a_world()
    decision = decide(an_order(lines={"RED-CLOCK": 1}), stock={"lille": {"RED-CLOCK": 1}}, world=world)

    assert explain(decision, world).runner_up is None


def test_an_order_that_nobody_holds_has_no_nodes_to_explain():
    world = a_world()
    explanation = explain(decide(an_order(lines={"RED-CLOCK": 1}), stock={}, world=world), world)

    assert (explanation.nodes, explanation.other_node_count, explanation.runner_up) == ((), 3, None)


def test_a_rule_that_removes_a_node_is_named_with_its_place_and_its_words():
    world = a_world(rules=rules_from(shop=RULES))
    decision = decide(an_order(lines={"RED-CLOCK": 1}), stock=EVERYWHERE, world=world)

    lille = explain(decision, world).nodes[2]

    assert lille == NodeAccount(
        node_id="lille",
        obstacle=Obstacle.REMOVED_BY_RULES,
        removed=(
            Removed(rule=STRIKE, service_level_ids=("POSTE/COLIS",), skus=("RED-CLOCK",)),
            Removed(rule=NO_FLIGHTS, service_level_ids=("CHRONO/13",), skus=("RED-CLOCK",)),
        ),
        alone=None,
        rank=None,
    )


def test_what_a_rule_takes_from_a_node_that_still_ships_is_shown_too():
    world = a_world(rules=rules_from(shop=RULES))
    decision = decide(an_order(lines={"RED-CLOCK": 1}), stock=EVERYWHERE, world=world)

    nice = explain(decision, world).nodes[0]

    assert (nice.node_id, nice.rank) == ("nice", 1)
    assert nice.removed == (Removed(rule=NO_FLIGHTS, service_level_ids=("CHRONO/13",), skus=("RED-CLOCK",)),)


def test_each_rule_shows_what_it_added_to_the_plan():
    world = a_world(rules=rules_from(shop=RULES))
    stock = {"lyon": {"RED-CLOCK": 1}}
    decision = decide(an_order(lines={"RED-CLOCK": 2}), stock=stock, world=world)

    explanation = explain(decision, world)

    assert explanation.rule_prices == (
        RulePrice(rule=RuleRef("shop/peak", "shop.yaml:12"), amount_milli=100_000),
        RulePrice(rule=RuleRef("shop/backorder.default", "shop.yaml:16"), amount_milli=9_000_000),
    )


def test_the_policies_that_held_are_named():
    world = a_world(rules=rules_from(shop=RULES))
    explanation = explain(decide(an_order(lines={"RED-CLOCK": 1}), stock={}, world=world), world)

    assert explanation.split_rule == RuleRef("shop/splits.default", "shop.yaml:14")
    assert explanation.backorder_rules == (("1", RuleRef("shop/backorder.default", "shop.yaml:16")),)


def test_each_obstacle_is_told_apart():
    short = a_service("NEAR/ONLY", tariff=Tariff(zones=(a_zone(up_to_km=1, days=1, price=1),)))
    ambient = a_service()
    world = a_world(
        a_network(
            a_node("lille", is_open=False),
            a_node("lyon", shipments_per_day=0),
            a_node("nice", service_level_ids=("NEAR/ONLY",)),
            a_node("orly"),
            a_node("vide"),
            services=[short, ambient],
        ),
        products=(a_product("MILK", temperature="CHILLED"),),
    )
    stock = {place: {"MILK": 3} for place in ("lille", "lyon", "nice", "orly")}

    explanation = explain(decide(an_order(lines={"MILK": 1}), stock=stock, world=world), world)

    assert obstacles(explanation.nodes) == {
        "lille": Obstacle.NODE_CLOSED,
        "lyon": Obstacle.NO_SHIP_DAY,
        "nice": Obstacle.NOT_SERVED,
        "orly": Obstacle.NOT_CARRIED,
    }
    assert explanation.other_node_count == 1


def test_refuses_other_rules_than_those_of_the_decision():
    decision = decide(an_order(lines={"RED-CLOCK": 1}), stock=EVERYWHERE)

    with pytest.raises(ValueError, match="the decision was made from rules"):
        explain(decision, a_world(rules=rules_from(shop=RULES)))


def test_refuses_another_network_than_that_of_the_decision():
    decision = decide(an_order(lines={"RED-CLOCK": 1}), stock=EVERYWHERE)

    with pytest.raises(ValueError, match="the decision was made from network"):
        explain(decision, a_world(a_network(a_node("lille"))))


@pytest.mark.parametrize("seed", range(200, 215))
def test_no_alternative_for_single_units_is_cheaper_than_the_chosen_plan(seed):
    random = Random(seed)
    world = random_world(random)
    shelf = random_shelf(random, world)
    decisions = route(random_requests(random, 4, quantities=(1,)), world, shelf, shelf)

    explanations = [explain(decision, world) for decision in decisions]

    alternatives = [node.alone for one in explanations for node in one.nodes if node.alone is not None]
    alternatives += [one.runner_up for one in explanations if one.runner_up is not None]
    assert min((one.difference_milli for one in alternatives), default=0) >= 0


@pytest.mark.parametrize("seed", range(220, 230))
def test_a_stored_decision_is_explained_like_a_fresh_one(seed):
    random = Random(seed)
    world = random_world(random)
    shelf = random_shelf(random, world)
    decisions = route(random_requests(random, 4), world, shelf, shelf)

    stored = [unpack_decision(pack_decision(decision)) for decision in decisions]

    assert [explain(one, world) for one in stored] == [explain(one, world) for one in decisions]
