"""Plans of orders that one parcel carries whole: made in one step, and the same as shipment by shipment."""

from collections.abc import Mapping, Sequence
from random import Random

import pytest
from msgspec.structs import replace

from router.domain.identifiers import LineId
from router.domain.order import OrderLine
from router.domain.plan import Plan
from router.routing.plan import plans as plans_module
from router.routing.plan.plans import only_parcel, plan_of
from router.routing.round.round import Solved
from router.routing.substitutes import solve_round
from router.routing.world import OrderToRoute, World
from router.solver.problem import DEFAULT_EFFORT
from tests.proving import seeds
from tests.routing.builders import MONDAY_TEN, Shelf, a_line, a_product, a_world, an_order
from tests.routing.random_worlds import random_requests, random_shelf, random_world, substitute_world


def solved_of(requests: list[OrderToRoute], world: World, shelf: Shelf) -> list[Solved]:
    return solve_round(requests, world, [shelf] * len(requests), DEFAULT_EFFORT)


def with_a_line_twice(request: OrderToRoute) -> OrderToRoute:
    """The order with one unit more of its first product, on a line of its own."""
    first = request.order.lines[0]
    more = replace(first, id=LineId("more"), quantity=1, amount_minor=None, tax_minor=None)
    return replace(request, order=replace(request.order, lines=(*request.order.lines, more)))


@pytest.mark.parametrize("seed", seeds(14_000, 60))
def test_a_parcel_with_all_of_an_order_is_what_its_shipment_would_carry(
    seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    random = Random(seed)
    world = substitute_world(random) if seed % 3 == 0 else random_world(random)
    requests = random_requests(random, random.randint(1, 6))
    if seed % 4 == 0:
        requests = [with_a_line_twice(one) if not one.order.lines[0].kit_id else one for one in requests]
    solved = solved_of(requests, world, random_shelf(random, world))
    made: list[Plan] = [plan_of(one) for one in solved]
    monkeypatch.setattr(plans_module, "only_parcel", lambda solved, dispatch: None)

    assert [plan_of(one) for one in solved] == made


@pytest.mark.parametrize(
    ("lines", "units", "is_one"),
    [
        ({"A": 2, "B": 1}, {"A": 9, "B": 9}, True),
        ({"A": 2, "B": 1}, {"A": 1, "B": 9}, False),
        ({"A": 2, "B": 1}, {"A": 9}, False),
        ({"A": 80}, {"A": 99}, False),
        ([a_line(1, "A"), a_line(2, "A")], {"A": 9}, False),
        ([a_line(1, "A", kit_id="k"), a_line(2, "B", kit_id="k")], {"A": 9, "B": 9}, False),
    ],
    ids=["all of it", "a unit short", "a line short", "two parcels", "lines of one product", "a kit"],
)
def test_one_parcel_is_all_of_an_order_that_it_carries_as_it_was_asked_for(
    lines: Mapping[str, int] | Sequence[OrderLine], units: Mapping[str, int], is_one: bool
) -> None:
    world = a_world(products=[a_product("A"), a_product("B")])
    shelf = Shelf({sku: {"lyon": count} for sku, count in units.items()})
    (solved,) = solved_of([OrderToRoute(order=an_order(lines=lines), decision_time=MONDAY_TEN)], world, shelf)
    (dispatch,) = solved.round.dispatches_of(0)

    assert (only_parcel(solved, dispatch) is not None) is is_one
