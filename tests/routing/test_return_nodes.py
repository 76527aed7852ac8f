"""Where returned goods go: by what the way back costs, and by what they are worth there."""

from collections.abc import Mapping
from typing import Any

from router.domain.identifiers import NodeId, Sku
from router.domain.order import Destination
from router.domain.return_policy import ReturnOption
from router.routing.decision import NO_PRICES, Prices
from router.routing.network.prepared import prepare
from router.routing.return_nodes import rank_return_nodes
from tests.routing.builders import PLACES, a_network, a_product, a_service

CLOCK = Sku("RED-CLOCK")


def ranked(
    free: Mapping[str, int] | None = None, *, count: int = 1, grams: int = 500, **changes: Any
) -> tuple[ReturnOption, ...]:
    """A customer in Paris sends clocks back to Lille, Lyon or Nice."""
    network = prepare(a_network())
    stock = free or {}
    settings = {"allowed": (), "prices": NO_PRICES, "resale_minor": 0} | changes
    return rank_return_nodes(
        network,
        Destination(country="FR", postal_code="75001", point=PLACES["paris"]),
        [(a_product(CLOCK, weight_grams=grams), count)],
        free_at=lambda node_id, sku: stock.get(node_id, 0),
        **settings,
    )


def test_goods_go_the_cheapest_way() -> None:
    options = ranked()

    assert [one.node_id for one in options] == ["lille", "lyon", "nice"]
    assert [one.total_milli for one in options] == sorted(one.total_milli for one in options)
    assert {one.service_level_id for one in options} == {a_service().id}


def test_goods_go_where_they_are_sold_if_that_is_worth_the_way() -> None:
    options = ranked({"lille": 99, "lyon": 0, "nice": 99}, resale_minor=5_000)

    assert options[0].node_id == "lyon"
    assert options[0].resale_milli == 5_000_000
    assert next(one for one in options if one.node_id == "lille").resale_milli == 50_000


def test_the_prices_of_those_who_look_ahead_count_instead() -> None:
    prices = Prices(stock_milli={CLOCK: {NodeId("nice"): 9_000_000, NodeId("lille"): 0}})

    options = ranked(prices=prices, resale_minor=1, count=2)

    assert (options[0].node_id, options[0].resale_milli) == ("nice", 18_000_000)


def test_only_nodes_that_are_allowed_are_asked() -> None:
    assert [one.node_id for one in ranked(allowed=(NodeId("nice"),))] == ["nice"]


def test_what_is_too_heavy_for_a_parcel_goes_in_several() -> None:
    light, heavy = ranked(grams=500), ranked(grams=500, count=400)

    assert heavy[0].freight_milli > 2 * light[0].freight_milli
