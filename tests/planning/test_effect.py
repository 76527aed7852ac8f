"""The effect of a change of rules is that of deciding everything again, and nothing more is solved than must be."""

from collections.abc import Sequence
from dataclasses import replace
from functools import reduce
from operator import add
from random import Random

import pytest
from msgspec import structs

from router.domain.plan import Plan
from router.planning.effects import effect as effect_module
from router.planning.effects.changes import Pair
from router.planning.effects.comparison import Comparison, compare
from router.planning.effects.effect import Effect, Sampled, solve, try_rules
from router.planning.effects.guards import interval_of, loads_of
from router.routing.network.prepared import prepare
from router.rules.ruleset import CompiledRules
from tests.planning.recorded import History, a_history, a_pack, recorded, sampled
from tests.proving import seeds
from tests.routing.builders import a_network, a_node, a_world, an_order, rules_from
from tests.routing.random_worlds import RULES

LINES = RULES.splitlines(keepends=True)
CHANGES = {
    "near counts more": ("weight: 10", "weight: 400"),
    "gold in one box": ("max_shipments: 2, extra_box: eur(1)", "max_shipments: 1, extra_box: eur(1)"),
    "no store ships": ("lane.late_days > days(0)}", 'node.kind == "STORE"}'),
    "late is dear": ("eur(1.5)", "eur(40)"),
    "aerosols may fly": ('line.hazmat == "AEROSOL"', 'line.hazmat == "LITHIUM"'),
    "leaving out is cheap": ("penalty: eur(30)", "penalty: eur(4)"),
    "desks stay home": ("amount: eur(2)", "amount: eur(200)"),
    "nothing": ("", ""),
    "a rule less": ("  - {id: store-box", "#  - {id: store-box"),
}


def changed_rules(name: str) -> CompiledRules:
    old, new = CHANGES[name]
    assert old in RULES
    return rules_from(shop=RULES.replace(old, new, 1) + "# edited\n")


def effect_of(history: History, base: CompiledRules, candidate: CompiledRules) -> Effect:
    networks = {history.world.network.digest: history.world.network}
    return reduce(add, try_rules(history.sample, networks, base, candidate), Effect())


def solved_anew(history: History, rules: CompiledRules) -> list[Plan]:
    plans = []
    for one in history.sample:
        free = Sampled(
            decision_id=one.decision_id,
            decision=structs.replace(
                one.decision, inputs=structs.replace(one.decision.inputs, only_node=None)
            ),
        )
        plans.append(solve([free], [0], history.world.network, rules)[0])
    return plans


def without_reasons(comparison: Comparison) -> Comparison:
    """A comparison as it is when nobody knows why."""

    def plain(examples):
        return {
            key: tuple(replace(change, why=()) for change in changes) for key, changes in examples.items()
        }

    return replace(
        comparison,
        why={},
        places={},
        places_changed={},
        examples=plain(comparison.examples),
        node_examples=plain(comparison.node_examples),
        service_examples=plain(comparison.service_examples),
    )


def full_run(history: History, base: CompiledRules, candidate: CompiledRules) -> Comparison:
    plans = zip(history.sample, solved_anew(history, base), solved_anew(history, candidate))
    return compare(
        [
            Pair(
                decision_id=one.decision_id,
                order=one.decision.inputs.order,
                at=one.decision.inputs.decision_time,
                before=before,
                after=after,
            )
            for one, before, after in plans
        ]
    )


@pytest.mark.parametrize("name", CHANGES)
@pytest.mark.parametrize("seed", seeds(0, 3))
def test_the_effect_is_that_of_deciding_every_order_again_under_both(seed, name):
    history, candidate = a_history(seed), changed_rules(name)

    effect = effect_of(history, history.world.rules, candidate)

    assert without_reasons(effect.comparison) == full_run(history, history.world.rules, candidate)


@pytest.mark.parametrize("seed", seeds(50, 2))
def test_the_size_of_a_group_changes_nothing(seed, monkeypatch):
    history, candidate = a_history(seed), changed_rules("near counts more")
    at_once = effect_of(history, history.world.rules, candidate)

    monkeypatch.setattr(effect_module, "ORDERS_AT_ONCE", 2)

    assert effect_of(history, history.world.rules, candidate) == at_once


def test_rules_that_mean_the_same_solve_nothing():
    history = a_history(7)

    effect = effect_of(history, history.world.rules, changed_rules("nothing"))

    assert (effect.solved_before, effect.solved_after, effect.comparison.changed) == (0, 0, 0)


def test_the_same_rules_are_not_even_evaluated(monkeypatch):
    history = a_history(7)
    monkeypatch.setattr(effect_module, "said_by", lambda rules, batch: pytest.fail("evaluated"))

    effect = effect_of(history, history.world.rules, history.world.rules)

    assert effect.comparison.orders == 12


def test_only_orders_of_which_the_change_speaks_are_solved():
    base = a_pack("costs:", '  - {id: gold, when: order.tier == "GOLD", per: shipment, amount: eur(1)}')
    dearer = a_pack("costs:", '  - {id: gold, when: order.tier == "GOLD", per: shipment, amount: eur(2)}')
    orders = [an_order(f"order-{number}", lines={"RED-CLOCK": 1}) for number in range(4)]
    orders.append(an_order("golden", lines={"RED-CLOCK": 1}, tier="GOLD"))

    effect = effect_of(recorded(*orders, stock=STOCK, rules=base), base, dearer)

    assert (effect.solved_before, effect.solved_after) == (0, 1)
    assert (effect.comparison.changed, effect.comparison.repriced) == (0, 1)
    assert effect.comparison.difference_milli == 100_000
    assert effect.comparison.why == {"shop/gold": 1}


STOCK = {"lille": {"RED-CLOCK": 9}, "lyon": {"RED-CLOCK": 9}}


def test_names_the_rule_that_moved_an_order():
    base = a_pack("filters:", "  - {id: open, keep: node.is_open}")
    candidate = a_pack(
        "filters:", "  - {id: open, keep: node.is_open}", '  - {id: not-lille, keep: node.id != "lille"}'
    )
    history = recorded(an_order(lines={"RED-CLOCK": 1}), stock=STOCK, rules=base)

    (change,) = effect_of(history, base, candidate).comparison.largest_changes()

    assert change.why == ("shop/not-lille",)
    assert [one.node_id for one in change.before.sendings] == ["lille"]
    assert [one.node_id for one in change.after.sendings] == ["lyon"]


def test_decisions_of_other_rules_are_solved_under_the_rules_in_force():
    older, base = a_pack(), a_pack("costs:", "  - {id: box, per: shipment, amount: eur(3)}")
    history = recorded(an_order(lines={"RED-CLOCK": 1}), stock=STOCK, rules=older)

    effect = effect_of(history, base, base)

    assert effect.solved_before == 1
    assert effect.comparison.before.rule_milli == {"shop/box": 300_000}


def test_an_order_confined_by_a_wave_is_free_on_both_sides():
    rules = a_pack()
    history = recorded(an_order(lines={"RED-CLOCK": 1}), stock=STOCK, rules=rules)
    (one,) = history.sample
    confined = structs.replace(one.decision, inputs=structs.replace(one.decision.inputs, only_node="lyon"))

    effect = effect_of(History(history.world, sampled([confined])), rules, rules)

    assert effect.comparison.before.node_shipments == {"lille": 1}


def test_products_that_changed_meanwhile_are_each_taken_as_recorded():
    history, later = a_history(3, count=1), a_history(4, count=1)
    product = structs.replace(history.sample[0].decision.inputs.products[0], weight_grams=1)
    inputs = structs.replace(later.sample[0].decision.inputs, products=(product,))
    changed = Sampled(decision_id="d-1", decision=structs.replace(later.sample[0].decision, inputs=inputs))
    networks = {one.world.network.digest: one.world.network for one in (history, later)}

    groups = list(effect_module.groups_of([*history.sample, changed], networks))

    assert [len(group) for group in groups] == [1, 1]


def test_the_interval_is_that_of_paired_differences():
    # Two orders, one unchanged and one 100 dearer: mean 50, deviation 70.71, 1.96 x 70.71 / sqrt(2) = 98.
    interval = interval_of(
        Comparison(
            before=replace(Comparison().before, orders=2),
            after=replace(Comparison().after, orders=2, cost_milli=100),
            squares=10_000,
        )
    )

    assert (interval.mean, round(interval.low), round(interval.high)) == (50, -48, 148)


def test_one_order_has_no_interval():
    assert interval_of(Comparison(before=replace(Comparison().before, orders=1))) is None


def test_a_node_above_nine_tenths_of_its_day_is_marked():
    network = a_network(
        a_node("lille", shipments_per_day=10), a_node("lyon", shipments_per_day=10), a_node("nice")
    )
    base = a_pack("filters:", '  - {id: not-lille, keep: node.id != "lille"}')
    orders = [an_order(f"order-{number}", lines={"RED-CLOCK": 1}) for number in range(10)]
    stock = {"lille": {"RED-CLOCK": 99}, "lyon": {"RED-CLOCK": 99}}
    world = a_world(network)
    history = recorded(*orders, stock=stock, rules=base, world=world)

    loads = loads_of(effect_of(history, base, a_pack()).comparison, prepare(network))

    assert [
        (load.node_id, load.before_per_cent, load.after_per_cent, load.is_above_guard) for load in loads
    ] == [
        ("lille", 0, 100, True),
        ("lyon", 100, 0, False),
    ]


def test_parts_add_up_in_any_order():
    histories: Sequence[History] = [a_history(seed, count=6) for seed in (1, 2, 3)]
    candidate = changed_rules("no store ships")
    parts = [
        effect_of(
            History(one.world, [replace(s, decision_id=f"{number}-{s.decision_id}") for s in one.sample]),
            one.world.rules,
            candidate,
        )
        for number, one in enumerate(histories)
    ]
    shuffled = Random(5).sample(parts, len(parts))

    one, other = reduce(add, parts, Effect()), reduce(add, shuffled, Effect())
    assert replace(one, touched=()) == replace(other, touched=())
    assert {pair.decision_id: pair for pair in one.touched} == {
        pair.decision_id: pair for pair in other.touched
    }
    assert len(one.touched) == one.comparison.changed + one.comparison.repriced > 0
