"""Another product stands in where rules offer it, the customer takes it, and the whole plan is better for it."""

from dataclasses import replace as changed
from itertools import combinations
from random import Random

import pytest
from msgspec.structs import replace

from router.domain.identifiers import LineId, Sku
from router.domain.order import Order
from router.domain.plan import CostKind, SolutionStatus, Substitution
from router.routing import offers as offers_module
from router.routing.decision import Decision
from router.routing.explain.explain import explain
from router.routing.replay import pack_decision, replay, unpack_decision
from router.routing.route import route
from router.routing.world import OrderToRoute, World
from router.solver.magnitudes import TOTAL_MILLI_MAX
from tests.proving import seeds
from tests.routing.best_plans import best_by_levels, reached_by
from tests.routing.builders import (
    MONDAY_TEN,
    Shelf,
    a_line,
    a_network,
    a_node,
    a_product,
    a_world,
    an_order,
    by_sku,
    decide,
    rules_of,
    sent_by,
)
from tests.routing.cases_of_substitutes import BESIDE, PRICES, a_case, differences, every_way
from tests.routing.random_worlds import random_requests, random_shelf, substitute_world
from tests.routing.test_law_of_batches import one_after_another

GOODS = (
    a_product("RED-CLOCK"),
    a_product("BLUE-CLOCK", weight_grams=700),
    a_product("GREEN-CLOCK"),
    a_product("TIN-LAMP"),
)
BLUE = 'substitutes: [{id: blue, when: line.sku == "RED-CLOCK", offer: [BLUE-CLOCK], penalty: eur(2)%s}]\n'


def offering(text: str = "") -> World:
    """Blue clocks for red ones, 2.00 each; `text` adds keys to the rule."""
    return a_world(products=GOODS, rules=rules_of(BLUE % text))


def welcome(**changes: object) -> Order:
    return an_order(**{"lines": {"RED-CLOCK": 1}, "accepts_substitutes": True, **changes})  # type: ignore[arg-type]


def sent(decision: Decision) -> dict[str, int]:
    """Units of each product over all parcels."""
    units: dict[str, int] = {}
    for shipment in decision.plan.shipments:
        for parcel in shipment.parcels:
            for one in parcel.allocations:
                units[one.sku] = units.get(one.sku, 0) + one.quantity
    return units


def test_a_substitute_is_sent_where_the_product_is_missing():
    decision = decide(welcome(), stock={"lyon": {"BLUE-CLOCK": 1}}, world=offering())

    (parcel,) = decision.plan.shipments[0].parcels
    (allocation,) = parcel.allocations
    assert (allocation.sku, allocation.asked_sku, allocation.line_id) == ("BLUE-CLOCK", "RED-CLOCK", "1")
    assert parcel.weight_grams == 700
    assert {part.kind: part.amount_milli for part in decision.plan.costs} == {
        CostKind.FREIGHT: 800_000, CostKind.SUBSTITUTE: 200_000,
    }  # fmt: skip
    assert decision.plan.substitutions == (
        Substitution(
            line_id=LineId("1"), sku=Sku("BLUE-CLOCK"), quantity=1, rule="shop/blue", unit_milli=200_000
        ),
    )


def test_it_is_sent_too_where_the_product_would_cost_more_than_the_penalty():
    near_and_far = {"lille": {"BLUE-CLOCK": 1}, "lyon": {"RED-CLOCK": 1}}

    assert sent(decide(welcome(), stock=near_and_far, world=offering())) == {"BLUE-CLOCK": 1}
    dear = a_world(products=GOODS, rules=rules_of(BLUE.replace("eur(2)", "eur(3.01)") % ""))
    assert sent(decide(welcome(), stock=near_and_far, world=dear)) == {"RED-CLOCK": 1}


def test_of_equal_plans_the_one_with_the_product_itself_is_taken():
    even = a_world(products=GOODS, rules=rules_of(BLUE.replace("eur(2)", "eur(3)") % ""))

    decision = decide(welcome(), stock={"lille": {"BLUE-CLOCK": 1}, "lyon": {"RED-CLOCK": 1}}, world=even)

    assert sent(decision) == {"RED-CLOCK": 1}


def test_nothing_stands_in_for_a_customer_who_did_not_say_so():
    stock = {"lyon": {"BLUE-CLOCK": 1}}

    refused = decide(welcome(accepts_substitutes=False), stock=stock, world=offering())
    assumed = decide(welcome(accepts_substitutes=False), stock=stock, world=offering(", consent: assumed"))

    assert (sent(refused), sent(assumed)) == ({}, {"BLUE-CLOCK": 1})


def test_only_short_means_that_no_nodes_together_can_send_the_product():
    stock = {"lille": {"BLUE-CLOCK": 9}, "lyon": {"RED-CLOCK": 2}}
    world = offering(", only_short: true")

    enough = decide(welcome(lines={"RED-CLOCK": 2}), stock=stock, world=world)
    short = decide(welcome(lines={"RED-CLOCK": 3}), stock=stock, world=world)

    assert sent(enough) == {"RED-CLOCK": 2}
    assert sent(short) == {"RED-CLOCK": 2, "BLUE-CLOCK": 1}


def test_a_line_that_may_be_shared_out_is_replaced_in_part():
    stock = {"lyon": {"RED-CLOCK": 2, "BLUE-CLOCK": 9}}

    decision = decide(welcome(lines={"RED-CLOCK": 3}), stock=stock, world=offering())

    assert sent(decision) == {"RED-CLOCK": 2, "BLUE-CLOCK": 1}
    assert sent_by(decision) == [("lyon", {"1": 3})]


def test_a_line_that_must_stay_whole_is_replaced_wholly_or_not_at_all():
    rules = rules_of(BLUE % "" + "splits: [{id: default, units: never}]\n")

    decision = decide(
        welcome(lines={"RED-CLOCK": 3}),
        stock={"lyon": {"RED-CLOCK": 2, "BLUE-CLOCK": 9}},
        world=a_world(products=GOODS, rules=rules),
    )

    assert sent(decision) == {"BLUE-CLOCK": 3}


def test_a_kit_is_sent_with_a_substitute_in_it_and_in_one_parcel():
    lines = [a_line(1, "RED-CLOCK", 2, kit_id="desk"), a_line(2, "TIN-LAMP", 2, kit_id="desk")]
    stock = {"lyon": {"RED-CLOCK": 1, "BLUE-CLOCK": 2, "TIN-LAMP": 2}}

    decision = decide(welcome(lines=lines), stock=stock, world=offering())

    assert sent(decision) == {"BLUE-CLOCK": 2, "TIN-LAMP": 2}
    assert len(decision.plan.shipments[0].parcels) == 1


def test_two_lines_compete_for_one_substitute():
    lines = [a_line(1, "RED-CLOCK", 2), a_line(2, "BLUE-CLOCK", 2)]
    stock = {"lyon": {"BLUE-CLOCK": 3}}

    decision = decide(welcome(lines=lines), stock=stock, world=offering())

    assert sent(decision) == {"BLUE-CLOCK": 3}
    assert sum(one.quantity for one in decision.plan.unshipped) == 1
    assert sum(one.quantity for one in decision.plan.substitutions) == 1


def test_what_is_left_out_waits_as_what_was_asked_for():
    backorder = (
        'backorder:\n  - {id: red, when: line.sku == "RED-CLOCK", do: HOLD, penalty: eur(9)}\n'
        "  - {id: default, do: CANCEL, penalty: eur(50)}\n"
    )
    world = a_world(products=GOODS, rules=rules_of(BLUE % "" + backorder))

    decision = decide(welcome(lines={"RED-CLOCK": 3}), stock={"lille": {"BLUE-CLOCK": 1}}, world=world)

    (left,) = decision.plan.unshipped
    assert (left.sku, left.quantity, left.action, left.rule) == ("RED-CLOCK", 2, "HOLD", "shop/red")


def test_a_kit_with_a_substitute_that_is_left_out_waits_as_the_kit_that_was_asked_for():
    lines = [a_line(1, "RED-CLOCK", 2, kit_id="desk"), a_line(2, "TIN-LAMP", 2, kit_id="desk")]

    decision = decide(
        welcome(lines=lines), stock={"lyon": {"BLUE-CLOCK": 2, "TIN-LAMP": 1}}, world=offering()
    )

    assert sent(decision) == {"BLUE-CLOCK": 1, "TIN-LAMP": 1}
    assert {one.sku: one.quantity for one in decision.plan.unshipped} == {"RED-CLOCK": 1, "TIN-LAMP": 1}


def test_nothing_stands_in_for_a_substitute():
    chain = (
        "substitutes:\n"
        '  - {id: blue, when: line.sku == "RED-CLOCK", offer: [BLUE-CLOCK]}\n'
        '  - {id: green, when: line.sku == "BLUE-CLOCK", offer: [GREEN-CLOCK]}\n'
    )
    world = a_world(products=GOODS, rules=rules_of(chain))

    assert sent(decide(welcome(), stock={"lyon": {"GREEN-CLOCK": 1}}, world=world)) == {}


def test_rules_judge_the_substitute_and_not_the_product():
    fence = 'constraints: [{id: no-blue, when: line.sku == "BLUE-CLOCK", ban: node.id == "lyon"}]\n'
    world = a_world(products=GOODS, rules=rules_of(BLUE % "" + fence))

    decision = decide(welcome(), stock={"lyon": {"BLUE-CLOCK": 1}, "nice": {"BLUE-CLOCK": 1}}, world=world)

    assert sent_by(decision) == [("nice", {"1": 1})]


def test_safety_stock_of_the_substitute_stays():
    keep = 'safety_stock: [{id: keep, when: line.sku == "BLUE-CLOCK", keep: 2}]\n'
    world = a_world(products=GOODS, rules=rules_of(BLUE % "" + keep))

    decision = decide(welcome(lines={"RED-CLOCK": 2}), stock={"lyon": {"BLUE-CLOCK": 3}}, world=world)

    assert sent(decision) == {"BLUE-CLOCK": 1}


def test_a_product_that_nobody_registered_is_not_offered():
    world = a_world(products=GOODS[:1], rules=rules_of(BLUE % ""))

    assert sent(decide(welcome(), stock={"lyon": {"BLUE-CLOCK": 1}}, world=world)) == {}


def test_a_decision_with_substitutes_is_explained():
    world = offering()
    decision = decide(welcome(), stock={"lyon": {"BLUE-CLOCK": 1}}, world=world)

    explanation = explain(decision, world)

    (price,) = explanation.rule_prices
    assert (price.rule.name, price.amount_milli) == ("shop/blue", 200_000)


def test_an_order_with_too_many_variants_says_that_it_is_not_proven(monkeypatch):
    monkeypatch.setattr(offers_module, "VARIANTS_MAX", 2)

    decision = decide(welcome(lines={"RED-CLOCK": 3}), stock={"lyon": {"BLUE-CLOCK": 9}}, world=offering())

    assert sent(decision) == {"BLUE-CLOCK": 3}
    assert (decision.plan.status, decision.plan.bound_milli) == (SolutionStatus.FEASIBLE, -TOTAL_MILLI_MAX)


def test_of_an_order_with_too_many_variants_a_kit_is_replaced_as_a_whole(monkeypatch):
    monkeypatch.setattr(offers_module, "VARIANTS_MAX", 2)
    rule = BLUE.replace(
        "]\n", ', {id: green, when: line.sku == "TIN-LAMP", offer: [GREEN-CLOCK], penalty: eur(2)}]\n'
    )
    lines = [a_line(1, "RED-CLOCK", 2, kit_id="desk"), a_line(2, "TIN-LAMP", 2, kit_id="desk")]
    world = a_world(products=GOODS, rules=rules_of(rule % ""))

    decision = decide(welcome(lines=lines), stock={"lyon": {"BLUE-CLOCK": 2, "GREEN-CLOCK": 2}}, world=world)

    assert sent(decision) == {"BLUE-CLOCK": 2, "GREEN-CLOCK": 2}
    assert decision.plan.status is SolutionStatus.FEASIBLE


def test_stock_of_a_substitute_that_an_earlier_order_took_is_gone():
    orders = [welcome(id=f"order-{number}") for number in range(3)]
    shelf = Shelf(by_sku({"lyon": {"BLUE-CLOCK": 1}, "nice": {"RED-CLOCK": 1}}))
    requests = [OrderToRoute(order=order, decision_time=MONDAY_TEN) for order in orders]
    node = a_node("lyon", handling_minor=0)
    world = changed(offering(), network=a_world(a_network(node, a_node("nice", handling_minor=500))).network)

    together = route(requests, world, shelf, shelf, verify=True)

    assert [pack_decision(one) for one in together] == [
        pack_decision(one) for one in one_after_another(requests, world, shelf)
    ]
    assert [sent(one) for one in together] == [{"BLUE-CLOCK": 1}, {"RED-CLOCK": 1}, {}]


def a_swapping_day(seed: int, quantities: tuple[int, ...]) -> tuple[list[OrderToRoute], World, Shelf]:
    random = Random(seed)
    world = substitute_world(random)
    requests = random_requests(random, random.randint(2, 8), quantities)
    requests = [
        replace(one, order=replace(one.order, accepts_substitutes=random.random() < 0.7)) for one in requests
    ]
    return requests, world, random_shelf(random, world)


@pytest.mark.parametrize("seed", seeds(700, sample=40, full=100))
def test_a_batch_with_substitutes_decides_like_one_order_after_another(seed):
    requests, world, shelf = a_swapping_day(seed, (1, 1, 2, 5))

    together = route(requests, world, shelf, shelf, verify=True)

    packed = [pack_decision(one) for one in together]
    assert packed == [pack_decision(one) for one in one_after_another(requests, world, shelf)]
    again = [replay(unpack_decision(one), world.network, world.rules) for one in packed]
    assert [pack_decision(one) for one in again] == packed


@pytest.mark.parametrize("seed", seeds(800, sample=25, full=150))
def test_no_choice_of_substitutes_has_a_better_plan(seed):
    """Against all plans of all ways to replace units, tried one by one."""
    requests, world, shelf = a_swapping_day(seed, (1, 1, 2, 3))
    for decision in route(requests, world, shelf, shelf, verify=True):
        plan = decision.plan
        charged = sum(part.amount_milli for part in plan.costs if part.kind is CostKind.SUBSTITUTE)
        left = sum(
            one.quantity for one in plan.unshipped if one.line_id in {s.line_id for s in plan.substitutions}
        )
        assert left or charged == sum(PRICES[one.rule] * one.quantity for one in plan.substitutions)
        plans = [best_by_levels(decision, world, one) for one in every_way(decision, world)]
        if None in plans:
            continue
        best = min(one for one in plans if one is not None)
        if len(plans) > offers_module.VARIANTS_MAX:
            assert reached_by(decision) >= best, (seed, decision)
            assert plan.status is SolutionStatus.FEASIBLE
        else:
            assert reached_by(decision) == best, (seed, decision)
            assert plan.status is SolutionStatus.OPTIMAL


@pytest.mark.parametrize("seed", seeds(9_000, sample=40, full=400))
def test_the_best_variant_is_the_best_plan_beside_every_pair_of_other_features(seed):
    pairs = [(), *((one,) for one in BESIDE), *combinations(BESIDE, 2)]
    beside = pairs[seed % len(pairs)]
    requests, world, shelf = a_case(seed, beside)
    for decision in route(requests, world, shelf, shelf, verify=True):
        assert differences(decision, world) == [], (seed, beside)


def test_of_several_ways_to_replace_units_the_chosen_one_is_explained():
    world = offering()
    stock = {"lyon": {"BLUE-CLOCK": 2, "RED-CLOCK": 1}, "nice": {"RED-CLOCK": 1}}
    decision = decide(welcome(lines={"RED-CLOCK": 3}), stock=stock, world=world)
    assert sent(decision) == {"RED-CLOCK": 1, "BLUE-CLOCK": 2}

    ranks = {one.node_id: one for one in explain(decision, world).nodes}

    assert ranks["lyon"].alone.objective_milli == decision.plan.objective_milli
    assert (ranks["lyon"].rank, ranks["nice"].rank) == (1, 2)


@pytest.mark.parametrize("seed", seeds(20, 4, 40))
def test_any_decision_with_substitutes_is_explained(seed):
    requests, world, shelf = a_case(seed, {"parts"})

    for decision in route(requests[:2], world, shelf, shelf):
        nodes = {one.node_id: one.alone for one in explain(decision, world).nodes}
        if len(decision.plan.shipments) == 1:
            alone = nodes[decision.plan.shipments[0].node_id]
            assert alone.objective_milli == decision.plan.objective_milli


@pytest.mark.parametrize(
    ("offer", "takes", "told"),
    [
        ("GHOST-CLOCK", True, ["shop/blue"]),
        ("GHOST-CLOCK, RED-CLOCK", True, ["shop/blue"]),
        ("GHOST-CLOCK", False, []),
        ("GHOST-CLOCK, BLUE-CLOCK", True, []),
        ("RED-CLOCK", True, []),
    ],
)
def test_an_offer_of_nothing_but_unknown_products_is_told_to_who_asks_why(
    offer: str, takes: bool, told: list[str]
) -> None:
    world = a_world(products=GOODS, rules=rules_of((BLUE % "").replace("BLUE-CLOCK", offer)))
    order = welcome(accepts_substitutes=takes)
    decision = decide(order, stock={"lyon": {"RED-CLOCK": 1}}, world=world)

    assert not decision.plan.substitutions
    rules = explain(decision, world).unknown_offer_rules
    assert [rule.name.rpartition("/")[2] for rule in rules] == [name.rpartition("/")[2] for name in told]
    assert explain(unpack_decision(pack_decision(decision)), world).unknown_offer_rules == rules
