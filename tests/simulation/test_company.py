"""The simulated company is the same every time, and a company that the router accepts."""

from datetime import timedelta

import pytest

from router.api.messages.network import network_message, product_message
from router.api.messages.orders import order_message
from router.domain.countries import COUNTRIES
from router.domain.network import Network
from router.domain.order import Destination
from router.domain.place import Point
from router.rules.blocks.dates import EPOCH
from router.simulation.catalog import simulated_catalog
from router.simulation.company import Company, simulated_company
from router.simulation.network import simulated_network
from router.simulation.traffic import later_orders

SEED = 11


@pytest.fixture(scope="module")
def company() -> Company:
    return simulated_company(SEED, 400)


def test_gives_the_same_bytes_for_the_same_seed(company: Company) -> None:
    again = simulated_company(SEED, 400)

    assert _bytes(again) == _bytes(company)
    assert again.stock == company.stock


def test_gives_another_company_for_another_seed(company: Company) -> None:
    assert _bytes(simulated_company(SEED + 1, 400)) != _bytes(company)


def test_has_the_promised_size(company: Company) -> None:
    assert (len(company.network.nodes), len(company.network.service_levels)) == (20, 10)
    assert (len(company.articles), len(company.orders)) == (450, 400)


def test_lists_everything_sorted_and_once(company: Company) -> None:
    for ids in (
        [node.id for node in company.network.nodes],
        [level.id for level in company.network.service_levels],
        [carrier.id for carrier in company.network.carriers],
        [article.product.sku for article in company.articles],
        [order.id for order in company.orders],
    ):
        assert ids == sorted(set(ids))


def test_stocks_every_product_somewhere(company: Company) -> None:
    stocked = {sku for units in company.stock.values() for sku, count in units.items() if count > 0}

    assert stocked == {article.product.sku for article in company.articles}


def test_keeps_cold_goods_where_cold_carriers_call(company: Company) -> None:
    cold = {a.product.sku for a in company.articles if a.product.temperature != "AMBIENT"}
    holders = {node_id for node_id, units in company.stock.items() if cold & set(units)}

    assert cold
    assert holders == {"WH-ATLANTA", "WH-CHICAGO", "WH-DALLAS", "WH-EDISON", "WH-ONTARIO", "WH-SEATTLE"}


def test_names_only_service_levels_and_nodes_that_exist() -> None:
    network = simulated_network()
    levels = {level.id for level in network.service_levels}
    nodes = {node.id for node in network.nodes}

    assert {level for node in network.nodes for level in node.service_level_ids} == levels
    assert {lane.node_id for level in network.service_levels for lane in level.tariff.lanes} <= nodes
    assert {level.carrier_id for level in network.service_levels} == {c.id for c in network.carriers}


def test_charges_more_for_heavier_parcels_and_farther_zones() -> None:
    for level in simulated_network().service_levels:
        prices = [[bracket.price_minor for bracket in zone.brackets] for zone in level.tariff.zones]
        rates = [[bracket.rate_micro for bracket in zone.brackets] for zone in level.tariff.zones]
        weights = [bracket.weight_grams_max for bracket in level.tariff.zones[0].brackets]
        assert weights == sorted(set(weights)), level.id
        assert all(row == sorted(row) for row in prices), level.id
        assert all(list(column) == sorted(column) for column in zip(*prices, strict=True)), level.id
        assert all(list(column) == sorted(column) for column in zip(*rates, strict=True)), level.id


def test_lets_zones_of_distance_rise_to_half_around_the_earth_or_stop_on_purpose() -> None:
    for level in simulated_network().service_levels:
        distances = [zone.distance_km_max for zone in level.tariff.zones if zone.distance_km_max]
        assert distances == sorted(set(distances)), level.id
        assert distances[-1] == (965 if level.id == "ONTRAC/GROUND" else 20_038), level.id


@pytest.mark.parametrize(
    ("postal_code", "point"),
    [
        ("10001", Point(40_750_000, -73_980_000)),
        ("99501", Point(61_190_000, -149_870_000)),
        ("59001", Point(39_828_300, -98_579_500)),
        ("", Point(39_828_300, -98_579_500)),
    ],
)
def test_finds_a_point_for_any_american_postal_code(postal_code: str, point: Point) -> None:
    destination = Destination(country="US", postal_code=postal_code)

    assert simulated_network().find_point(destination) == point


def test_asks_only_for_products_of_the_catalog_in_places_that_exist(company: Company) -> None:
    skus = {article.product.sku for article in company.articles}

    assert {line.sku for order in company.orders for line in order.lines} <= skus
    assert {order.destination.country for order in company.orders} == {"US"} <= set(COUNTRIES)
    assert all(1 <= len(order.lines) <= 6 for order in company.orders)
    assert all(len({line.sku for line in order.lines}) == len(order.lines) for order in company.orders)


def test_promises_a_day_after_the_order_to_most_customers(company: Company) -> None:
    promised = [order for order in company.orders if order.promise_day is not None]

    assert 300 <= len(promised) <= 380
    assert all(order.promise_day > _day(order.place_time) for order in promised if order.promise_day)


def test_places_orders_in_the_order_of_time(company: Company) -> None:
    times = [order.place_time for order in company.orders]

    assert times == sorted(times)


def test_gives_every_product_a_weight_and_a_box() -> None:
    for article in simulated_catalog(SEED):
        product = article.product
        assert min(product.weight_grams, product.length_mm, product.width_mm, product.height_mm) > 0
        assert article.price_minor > 0
        assert article.popularity > 0


def test_says_all_of_a_network_in_its_message() -> None:
    message = network_message(simulated_network())

    assert (len(message.nodes), len(message.carriers), len(message.service_levels)) == (20, 6, 10)
    assert len(message.places) == 124
    edison = message.nodes[16]
    assert (edison.node_id, edison.shipments_per_day, edison.calendar.time_zone) == (
        "WH-EDISON", 600, "America/New_York",
    )  # fmt: skip
    assert [(day.weekday, day.cut_off_minute) for day in edison.calendar.working_days] == [
        (1, 1110), (2, 1110), (3, 1110), (4, 1110), (5, 1110), (6, 720),
    ]  # fmt: skip


def _bytes(company: Company) -> list[bytes]:
    network: Network = company.network
    return [
        network_message(network).SerializeToString(deterministic=True),
        *(product_message(a.product).SerializeToString(deterministic=True) for a in company.articles),
        *(order_message(order).SerializeToString(deterministic=True) for order in company.orders),
    ]


def _day(instant: int) -> int:
    return 719_163 + instant // 86_400_000_000


def test_later_orders_are_of_the_next_week_and_never_the_same_as_the_first() -> None:
    first = simulated_company(7, 1_000).orders
    later = later_orders(7, 200)

    assert later == later_orders(7, 200)
    assert min(order.place_time for order in later) > max(order.place_time for order in first)
    assert {order.id for order in first} & {order.id for order in later} == set()
    assert all(
        order.promise_day is None or order.promise_day >= place_day(order.place_time) for order in later
    )


def place_day(at: int) -> int:
    return (EPOCH + timedelta(microseconds=at)).date().toordinal()
