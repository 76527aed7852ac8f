"""Plans written as bytes for a whole round: byte for byte those that are made of objects, and packed."""

from collections.abc import Sequence
from dataclasses import replace as changed
from random import Random

import pytest
from msgspec.structs import replace

from router.domain.carrier import Emission, ServiceLevel
from router.routing.plan.plans import plan_of
from router.routing.plan.written import write_plans
from router.routing.replay import pack_plan
from router.routing.round.efforts import Efforts
from router.routing.round.round import Solved, solve_as_posed
from router.routing.world import OrderToRoute, World
from router.solver.problem import DEFAULT_EFFORT
from tests.proving import seeds
from tests.routing.builders import (
    Shelf,
    a_world,
    rules_from,
)
from tests.routing.random_worlds import (
    RULES,
    RULES_ABOUT_STOCK,
    RULES_OF_ALL_KINDS,
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
    network = changed(world.network.network, service_levels=services)
    prices = random_prices(random, list(network.nodes))
    world = a_world(network, tuple(world.products.values()), rules_from(**rules), prices)
    if seed % 4 == 0:
        world = with_random_lanes(random, world)
    requests = random_requests(random, random.randint(1, 12), (1, 1, 2, 5, 60))
    if seed % 3:
        requests = [without_kits(one) for one in requests]
    shelf = random_shelf(random, world)
    if seed % 2:
        stock = {
            sku: {node_id: 50 * units for node_id, units in held.items()} for sku, held in shelf.stock.items()
        }
        shelf = Shelf(stock, shelf.booked)
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
        sent = [shipment.sent() for shipment in plan.shipments]
        assert bytes(one.packed) == bytes(pack_plan(plan))
        assert one.node_ids == [shipment.node_id for shipment in plan.shipments]
        assert one.ship_days == [shipment.ship_day for shipment in plan.shipments]
        assert one.unit_counts == [len(units) for units in sent]
        columns = zip(one.line_ids, one.skus, one.quantities)
        assert list(columns) == [(*key, count) for units in sent for key, count in units.items()]
    return sum(one is not None for one in written)


@pytest.mark.parametrize("seed", seeds(71_000, 60))
def test_plans_are_written_as_they_are_packed(seed: int) -> None:
    assert_as_made(a_round(seed))
