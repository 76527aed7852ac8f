"""A plan that is written already is the plan that its bytes are."""

import gc
from random import Random

import pytest
from msgspec.structs import replace

from router.domain.plan import Plan
from router.routing.decision import Decision, shipment_numbers
from router.routing.replay import pack_decision, pack_decisions, pack_plan, unpack_decision
from router.routing.route import route
from router.routing.written_plan import WrittenPlan, read_plan
from tests.proving import seeds
from tests.routing.random_worlds import random_requests, random_shelf, random_world
from tests.routing.writing import is_plain, written


def plain_decisions(seed: int) -> list[Decision]:
    random = Random(seed)
    world = random_world(random)
    shelf = random_shelf(random, world)
    decided = route(random_requests(random, 8), world, shelf, shelf)
    return [replace(one, planned=one.plan) for one in decided if is_plain(one.plan)]


@pytest.mark.parametrize("seed", seeds(31_000, 20))
def test_a_decision_is_the_same_whether_or_not_its_plan_is_written(seed: int) -> None:
    for made in plain_decisions(seed):
        other = replace(made, planned=written(made.plan))

        assert pack_decision(other) == pack_decision(made)
        assert pack_plan(other.planned) == pack_plan(made.planned)
        assert other == made
        assert made == other
        assert unpack_decision(pack_decision(other)) == other
        assert shipment_numbers(other) == shipment_numbers(made)
        assert isinstance(other.plan, Plan)
        assert other.plan is other.plan, "read once"


@pytest.mark.parametrize("seed", seeds(31_000, 5))
def test_decisions_packed_together_have_the_bytes_of_each(seed: int) -> None:
    made = plain_decisions(seed)
    decisions = [*made, *(replace(one, planned=written(one.plan)) for one in reversed(made))]

    assert pack_decisions(decisions) == [pack_decision(one) for one in decisions]


def test_written_plans_differ_where_plans_do() -> None:
    (one, *others) = [made.plan for seed in range(31_000, 31_005) for made in plain_decisions(seed)]
    dearer = replace(one, objective_milli=one.objective_milli + 1)

    assert others
    assert written(one) == written(replace(one))
    assert written(one) != written(dearer)
    assert written(one) != dearer
    assert dearer != written(one)
    assert written(one) != "a plan"


def test_who_asks_for_the_plan_of_either_gets_it() -> None:
    (made, *_) = plain_decisions(31_000)
    plan = written(made.plan)

    assert isinstance(plan, WrittenPlan)
    assert read_plan(plan) == read_plan(made.plan) == made.plan


def test_whoever_looks_for_cycles_goes_through_no_plan_that_is_written() -> None:
    (made, *_) = plain_decisions(31_000)
    plan = written(made.plan)

    gc.collect()

    assert not any(map(gc.is_tracked, (plan, plan.packed, plan.shipped, plan.units)))
