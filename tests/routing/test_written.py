"""Plans written as bytes for a whole round: byte for byte those that are made of objects, and packed."""

from collections.abc import Mapping, Sequence
from dataclasses import replace as changed
from random import Random

import pytest
from msgspec.structs import replace

from router.domain.carrier import Emission, ServiceLevel
from router.domain.identifiers import LineId, NodeId
from router.domain.order import OrderLine
from router.domain.transfer_lane import TransferLane
from router.routing.plan.plans import plan_of
from router.routing.plan.written import write_plans
from router.routing.replay import pack_plan
from router.routing.round.efforts import Efforts
from router.routing.round.round import Solved, solve_as_posed
from router.routing.world import OrderToRoute, World
from router.routing.written_plan import WrittenPlan
from router.solver.problem import DEFAULT_EFFORT
from tests.proving import seeds
from tests.routing.builders import (
    MONDAY_TEN,
    Shelf,
    a_line,
    a_network,
    a_product,
    a_world,
    an_order,
    rules_from,
)
from tests.routing.random_worlds import (
    RULES,
    RULES_ABOUT_STOCK,
    RULES_OF_ALL_KINDS,
    SKUS,
    random_prices,
    random_requests,
    random_shelf,
    random_world,
    with_random_lanes,
)

WITHOUT_LEVELS = RULES_OF_ALL_KINDS[: RULES_OF_ALL_KINDS.index("objective:")]
ON_ACCOUNT = """\
kind: RuleSet/v1
id: pay
revision: "1"
owner: planning
priority: 1
currency: EUR
applies: true
on_account:
  - {id: stores, when: order.channel == "store"}
  - {id: golden, when: order.tier == "GOLD"}
"""
A_BONUS = """\
kind: RuleSet/v1
id: bonus
revision: "1"
owner: planning
priority: 4
currency: EUR
applies: true
costs:
  - {id: welcome, per: shipment, amount: eur(-90)}
  - {id: by-line, per: line, amount: eur(-0.02)}
"""


def solved_of(requests: Sequence[OrderToRoute], world: World, shelf: Shelf) -> list[Solved]:
    efforts = Efforts([DEFAULT_EFFORT] * len(requests))
    return solve_as_posed(requests, world, [shelf] * len(requests), efforts)


def a_round(seed: int) -> list[Solved]:
    """Mostly of plain orders, with several parcels and shipments, rules of many kinds, prices, emissions, transfers."""
    random = Random(seed)
    world = random_world(random)
    rules = {"shop": RULES}
    for name, text in (
        ("stock", RULES_ABOUT_STOCK),
        ("all", WITHOUT_LEVELS),
        ("pay", ON_ACCOUNT),
        ("bonus", A_BONUS),
    ):
        if random.random() < 0.3:
            rules[name] = text
    services = tuple(
        with_emission(random, one) if random.random() < 0.3 else one
        for one in world.network.network.service_levels
    )
    nodes = world.network.network.nodes
    if seed % 4:
        nodes = tuple(changed(one, is_open=True, shipments_per_day=None) for one in nodes)
    network = changed(world.network.network, service_levels=services, nodes=nodes)
    prices = random_prices(random, list(network.nodes))
    world = a_world(network, tuple(world.products.values()), rules_from(**rules), prices)
    if seed % 3 == 0:
        world = with_random_lanes(random, world)
    requests = random_requests(random, random.randint(1, 12), (1, 1, 2, 5, 30))
    if seed % 3:
        requests = [without_kits(one) for one in requests]
    shelf = random_shelf(random, world)
    if seed % 4:
        held = {node.id: random.choice((1, 9, 90, 90)) for node in network.nodes}
        shelf = Shelf(dict.fromkeys(SKUS, held), {})
    return solved_of(requests, world, shelf)


def with_emission(random: Random, service: ServiceLevel) -> ServiceLevel:
    emission = Emission(co2e_grams_per_tonne_km=random.randint(50, 900), source="an example")
    return changed(service, tariff=changed(service.tariff, emission=emission))


def without_kits(request: OrderToRoute) -> OrderToRoute:
    lines = tuple(replace(line, kit_id="") for line in request.order.lines)
    return replace(request, order=replace(request.order, lines=lines))


def is_plain(solved: Solved) -> bool:
    """Said once more, of the plan."""
    plan, order = plan_of(solved), solved.request.order
    allocations = [
        one for shipment in plan.shipments for parcel in shipment.parcels for one in parcel.allocations
    ]
    bundles = {line.kit_id or (line.sku, line.together_id) for line in order.lines}
    return (
        not plan.unshipped
        and not plan.levels
        and not plan.substitutions
        and len(bundles) == len(order.lines)
        and not any(one.asked_sku for one in allocations)
        and not any(shipment.transfers for shipment in plan.shipments)
    )


def assert_as_made(solved: Sequence[Solved]) -> int:
    """That every plain order's plan is as it is made of objects; returns how many are plain."""
    written = write_plans(solved[0].round)

    assert [one is not None for one in written] == [is_plain(one) for one in solved]
    for one, own in zip(written, solved):
        if one is None:
            continue
        plan = plan_of(own)
        units = [shipment.sent() for shipment in plan.shipments]
        assert bytes(one.packed) == bytes(pack_plan(plan))
        assert one.sent.node_ids == [shipment.node_id for shipment in plan.shipments]
        assert one.sent.ship_days == [shipment.ship_day for shipment in plan.shipments]
        assert one.sent.unit_counts == [len(some) for some in units]
        columns = zip(one.sent.line_ids, one.sent.skus, one.sent.quantities)
        assert list(columns) == [(*key, count) for some in units for key, count in some.items()]
        assert one.shipment_count == len(plan.shipments)
        assert one.unit_count == sum(map(len, units))
    return sum(one is not None for one in written)


@pytest.mark.parametrize("seed", seeds(71_000, 60))
def test_plans_are_written_as_they_are_packed(seed: int) -> None:
    assert_as_made(a_round(seed))


def test_many_of_these_orders_are_plain() -> None:
    rounds = [a_round(seed) for seed in range(71_000, 71_012)]

    assert sum(map(assert_as_made, rounds)) * 3 > sum(map(len, rounds))


@pytest.mark.parametrize("seed", seeds(71_000, 12))
def test_shipments_of_some_orders_of_a_round_are_those_of_each_alone(seed: int) -> None:
    found = a_round(seed)[0].round

    for order in range(len(found.solutions)):
        opened = [(order, one) for one in found.solutions[order].opened]
        assert found.dispatches_of(order) == found.dispatch(opened)


def written_alone(
    lines: Sequence[OrderLine], units: Mapping[str, Mapping[str, int]], rules: str = "", lanes: bool = False
) -> WrittenPlan | None:
    network = a_network()
    if lanes:
        lane = TransferLane(
            from_node_id=NodeId("lille"),
            to_node_id=NodeId("lyon"),
            lead_days=0,
            departure_weekdays=0b1111111,
            cost_minor=0,
        )
        network = a_network(transfer_lanes=(lane,))
    products = [a_product("A"), a_product("B"), a_product("\N{HOT BEVERAGE}" * 90)]
    world = a_world(network, products, rules_from(own=rules) if rules else None)
    order = OrderToRoute(order=an_order(lines=lines), decision_time=MONDAY_TEN)
    solved = solved_of([order], world, Shelf(units))
    assert_as_made(solved)
    (written,) = write_plans(solved[0].round)
    return written


EVERYWHERE = {"A": {"lyon": 99}, "B": {"lyon": 99}}
HEADER = """\
kind: RuleSet/v1
id: own
revision: "1"
owner: planning
priority: 1
currency: EUR
applies: true
"""
TIES = HEADER + "objective: {ties: [shipments]}\n"
SPLITS = HEADER + "splits:\n  - {id: default, max_shipments: 3, extra_box: eur(1.5), units: always}\n"


@pytest.mark.parametrize(
    ("lines", "units", "rules", "lanes"),
    [
        ([a_line(1, "A", 2)], {"A": {"lyon": 1}}, "", False),
        ([a_line(1, "A")], {}, "", False),
        ([a_line(1, "A"), a_line(2, "A")], EVERYWHERE, "", False),
        ([a_line(1, "A", kit_id="k"), a_line(2, "B", kit_id="k")], EVERYWHERE, "", False),
        ([a_line(1, "A")], EVERYWHERE, TIES, False),
        ([a_line(1, "A"), a_line(2, "B")], {"A": {"lyon": 9}, "B": {"lille": 9}}, "", True),
    ],
    ids=["a unit short", "nothing there", "lines of one product", "a kit", "ties", "brought together"],
)
def test_plans_of_orders_that_are_not_plain_are_left_to_others(
    lines: Sequence[OrderLine], units: Mapping[str, Mapping[str, int]], rules: str, lanes: bool
) -> None:
    assert written_alone(lines, units, rules, lanes) is None


def test_the_units_of_many_parcels_and_shipments_are_told_line_by_line() -> None:
    lines = [a_line(1, "A", 350), a_line(2, "B", 3)]

    written = written_alone(lines, {"A": {"lyon": 350}, "B": {"lille": 3}}, SPLITS)

    assert written is not None
    sent = written.sent
    assert sorted(zip(sent.node_ids, sent.unit_counts)) == [("lille", 1), ("lyon", 1)]
    assert sorted(zip(sent.line_ids, sent.skus, sent.quantities)) == [("1", "A", 350), ("2", "B", 3)]


def test_long_texts_and_many_lines_are_written_whole() -> None:
    cups = "\N{HOT BEVERAGE}" * 90
    lines = [
        replace(a_line(number, cups, 1), id=LineId("x" * 40 + str(number)), together_id=str(number))
        for number in range(20)
    ]

    assert written_alone(lines, {cups: {"lyon": 99}}) is not None


def test_a_plan_whose_costs_miss_its_objective_is_not_written() -> None:
    order = OrderToRoute(order=an_order(lines={"RED-CLOCK": 1}), decision_time=MONDAY_TEN)
    (solved,) = solved_of([order], a_world(), Shelf({"RED-CLOCK": {"lyon": 1}}))
    wrong = replace(solved.solution, objective_milli=solved.solution.objective_milli + 1)

    with pytest.raises(AssertionError, match="miss the objective"):
        write_plans(changed(solved.round, solutions=(wrong,)))
