"""Tiers before cost and ties after it: truly in that order, with what they cost each other."""

from dataclasses import replace
from random import Random

import pytest

from router.domain.plan import Level, LevelValue, SolutionStatus
from router.routing.explain.explain import explain
from router.routing.explain.explanation import LevelLoss
from router.routing.problem import levels as levels_module
from router.routing.route import route
from router.rules.ruleset import CompiledRules
from tests.proving import seeds
from tests.routing.best_plans import best_by_levels, reached_by
from tests.routing.builders import (
    LYON,
    NICE,
    a_network,
    a_node,
    a_world,
    an_order,
    day,
    decide,
    nodes_of,
    rules_of,
)
from tests.routing.random_worlds import random_requests, random_shelf, random_world

CLOCK = {"RED-CLOCK": 1}
EVERYWHERE = {"lille": CLOCK, "lyon": CLOCK, "nice": CLOCK}


def levels(text: str) -> CompiledRules:
    return rules_of(f"objective: {{{text}}}\n")


def test_without_levels_the_cheapest_plan_wins_however_late():
    order = an_order(lines=CLOCK, promise_day=day("2026-03-03"))

    decision = decide(order, stock={"nice": CLOCK})

    assert (decision.plan.shipments[0].late_days, decision.plan.levels) == (1, ())


def test_a_tier_comes_before_any_cost():
    order = an_order(lines=CLOCK, promise_day=day("2026-03-03"))
    world = a_world(rules=levels("tiers: [late_days]"))

    decision = decide(order, stock={"nice": CLOCK}, world=world)

    assert decision.plan.shipments[0].service_level_id == "CHRONO/13"
    assert decision.plan.objective_milli == 1_500_000
    assert decision.plan.levels == (LevelValue(level=Level.LATE_DAYS, value=0, before_cost=True),)


def test_an_earlier_tier_comes_before_a_later_one():
    order = an_order(lines={"RED-CLOCK": 1, "TIN-LAMP": 1})
    stock = {"lille": {"RED-CLOCK": 1}, "lyon": {"TIN-LAMP": 1}}
    ship_all, one_box = "unshipped_units, shipments", "shipments, unshipped_units"

    plans = [
        decide(order, stock=stock, world=a_world(rules=levels(f"tiers: [{tiers}]"))).plan
        for tiers in (ship_all, one_box)
    ]

    assert [len(plan.shipments) for plan in plans] == [2, 0]
    assert [[one.value for one in plan.levels] for plan in plans] == [[0, 2], [0, 2]]


def test_a_tie_decides_between_plans_of_equal_cost_only():
    stock = {"lyon": CLOCK, "nice": CLOCK}
    order = an_order(lines=CLOCK, to="lille")
    farther, cheaper = a_node("lyon", handling_minor=0), a_node("nice", handling_minor=0)
    dearer = replace(farther, handling_minor=1)

    def chosen(*nodes, ties):
        world = a_world(a_network(*nodes), rules=levels(f"ties: [{ties}]"))
        return nodes_of(decide(order, stock=stock, world=world))

    assert chosen(farther, cheaper, ties="distance") == ["lyon"]
    assert chosen(dearer, cheaper, ties="distance") == ["nice"]


def test_ties_are_told_with_the_plan():
    world = a_world(rules=levels("ties: [shipments, delivery_days, node_id]"))

    assert decide(an_order(lines=CLOCK), stock=EVERYWHERE, world=world).plan.levels == (
        LevelValue(level=Level.SHIPMENTS, value=1, before_cost=False),
        LevelValue(level=Level.DELIVERY_DAYS, value=1, before_cost=False),
    )


def test_what_a_tier_costs_is_told_level_by_level():
    order = an_order(lines=CLOCK, promise_day=day("2026-03-03"))
    world = a_world(rules=levels("tiers: [unshipped_units, late_days]"))
    decision = decide(order, stock={"nice": CLOCK}, world=world)

    assert explain(decision, world).losses == (
        LevelLoss(level=Level.UNSHIPPED_UNITS, value=0, best=0, is_proven=True),
        LevelLoss(level=Level.LATE_DAYS, value=0, best=0, is_proven=True),
        LevelLoss(level=None, value=1_500_000, best=800_000, is_proven=True),
    )


def test_a_later_tier_loses_what_an_earlier_one_takes():
    order = an_order(lines={"RED-CLOCK": 1, "TIN-LAMP": 1})
    stock = {"lille": {"RED-CLOCK": 1}, "lyon": {"TIN-LAMP": 1}}
    world = a_world(rules=levels("tiers: [unshipped_units, shipments]"))

    losses = explain(decide(order, stock=stock, world=world), world).losses

    assert [(loss.level, loss.value - loss.best) for loss in losses] == [
        (Level.UNSHIPPED_UNITS, 0),
        (Level.SHIPMENTS, 2),
        (None, 0),
    ]


def test_nodes_rank_by_tiers_first():
    rules = rules_of(
        "backorder: [{id: default, do: BACKORDER, penalty: eur(1)}]\nobjective: {tiers: [unshipped_units]}\n"
    )
    world = a_world(rules=rules)
    stock = {"lille": {"RED-CLOCK": 1}, "nice": {"RED-CLOCK": 2}}

    nodes = explain(decide(an_order(lines={"RED-CLOCK": 2}), stock=stock, world=world), world).nodes

    assert [(node.node_id, node.alone.objective_milli) for node in nodes] == [
        ("nice", 800_000),
        ("lille", 600_000),
    ]


FAR_AND_NEAR = a_network(a_node("a-far", point=NICE), a_node("b-near", point=LYON))


@pytest.mark.parametrize(("total_max", "chosen"), [(1 << 60, "b-near"), (1 << 31, "a-far")])
def test_ties_that_do_not_fit_are_dropped_from_the_last(monkeypatch, total_max, chosen):
    monkeypatch.setattr(levels_module, "TOTAL_MILLI_MAX", total_max)
    world = a_world(FAR_AND_NEAR, rules=levels("ties: [shipments, distance]"))

    decision = decide(an_order(lines=CLOCK), stock={"a-far": CLOCK, "b-near": CLOCK}, world=world)

    assert nodes_of(decision) == [chosen]
    assert decision.plan.status is SolutionStatus.OPTIMAL


def test_tiers_too_large_to_be_exact_are_not_called_proven(monkeypatch):
    monkeypatch.setattr(levels_module, "TOTAL_MILLI_MAX", 1 << 20)
    order = an_order(lines={"RED-CLOCK": 2})
    world = a_world(rules=levels("tiers: [unshipped_units]"))

    short = decide(order, stock={"lille": {"RED-CLOCK": 1}}, world=world).plan
    whole = decide(order, stock={"lille": {"RED-CLOCK": 2}}, world=world).plan

    assert short.status is SolutionStatus.FEASIBLE
    assert whole.status is SolutionStatus.OPTIMAL


@pytest.mark.parametrize("seed", seeds(600, 25))
def test_no_plan_is_better_at_an_earlier_level(seed):
    """Against all plans of small orders, compared level by level without any weights."""
    random = Random(seed)
    world = random_world(random)
    shelf = random_shelf(random, world)
    decisions = route(random_requests(random, 5, quantities=(1, 1, 2, 3)), world, shelf, shelf, verify=True)
    best = [best_by_levels(decision, world) for decision in decisions]
    tried = [number for number, one in enumerate(best) if one is not None]

    assert [reached_by(decisions[number]) for number in tried] == [best[number] for number in tried], seed
    assert all(decisions[number].plan.status is SolutionStatus.OPTIMAL for number in tried)
