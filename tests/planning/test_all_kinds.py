"""Rules of every kind: the effect of taking one out, and what it cost, are those of deciding everything again."""

from functools import reduce
from operator import add

import pytest

from router.planning.effects.effect import Effect, try_rules
from router.planning.effects.rule_costs import RuleCost, cost_rules
from router.rules.ruleset import CompiledRules
from tests.planning.recorded import History, a_history
from tests.planning.test_effect import full_run, without_reasons
from tests.proving import seeds
from tests.routing.builders import rules_from
from tests.routing.random_worlds import RULES, RULES_OF_ALL_KINDS

TIERS, TIES = "[unshipped_units]", "[shipments, distance]"


def all_kinds() -> CompiledRules:
    return rules_from(shop=RULES, all=RULES_OF_ALL_KINDS.replace("TIERS", TIERS).replace("TIES", TIES))


def networks_of(history: History):
    return {history.world.network.digest: history.world.network}


@pytest.mark.parametrize("seed", seeds(300, 2))
def test_the_effect_of_taking_out_each_rule_is_that_of_deciding_again(seed):
    rules = all_kinds()
    history = a_history(seed, count=4, rules=rules)

    found = {
        row.name: reduce(
            add, try_rules(history.sample, networks_of(history), rules, rules.without(row.name)), Effect()
        )
        for row in rules.describe()
    }

    assert {name: without_reasons(effect.comparison) for name, effect in found.items()} == {
        name: full_run(history, rules, rules.without(name)) for name in found
    }


@pytest.mark.parametrize("seed", seeds(320, 1))
def test_new_levels_and_dates_are_seen(seed):
    rules = all_kinds()
    history = a_history(seed, count=4, rules=rules)
    other = rules_from(
        shop=RULES,
        all=RULES_OF_ALL_KINDS.replace("TIERS", "[shipments]").replace("TIES", "[]"),
    )

    effect = reduce(add, try_rules(history.sample, networks_of(history), rules, other), Effect())

    assert without_reasons(effect.comparison) == full_run(history, rules, other)


@pytest.mark.parametrize("seed", seeds(340, 1))
def test_what_each_rule_cost_is_seen(seed):
    rules = all_kinds()
    history = a_history(seed, count=4, rules=rules)

    parts = cost_rules(history.sample, networks_of(history), rules)
    costs = reduce(
        lambda total, part: {name: total.get(name, RuleCost()) + part[name] for name in part}, parts, {}
    )

    assert {name: cost.cost_milli for name, cost in costs.items()} == {
        name: -full_run(history, rules, rules.without(name)).difference_milli for name in costs
    }
