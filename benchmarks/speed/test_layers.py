"""Speed of each layer on one batch of the simulated company's orders: `make bench`."""

from collections.abc import Mapping

import pytest
from pytest_benchmark.fixture import BenchmarkFixture

from benchmarks.runs import RULES
from router.api.messages.network import network_message
from router.api.messages.orders import order_message
from router.api.v1 import routing_pb2
from router.domain.identifiers import NodeId, Sku
from router.routing.network.prepared import prepare
from router.routing.replay import pack_decision, replay, unpack_decision
from router.routing.route import route
from router.routing.world import OrderToRoute, World
from router.rules.ruleset import compile_rules
from router.simulation.company import Company, simulated_company

ORDERS = 100
FILES = {path.name: path.read_bytes() for path in sorted(RULES.glob("*.yaml"))}


class Everything:
    """All of the company's stock, and no shipments planned yet."""

    def __init__(self, company: Company) -> None:
        self.units: dict[Sku, dict[NodeId, int]] = {}
        for node_id, rows in company.stock.items():
            for sku, units in rows.items():
                self.units.setdefault(sku, {})[node_id] = units

    def available(self, sku: Sku) -> Mapping[NodeId, int]:
        return self.units.get(sku, {})

    def shipments_booked(self, node_id: NodeId) -> Mapping[int, int]:
        return {}


@pytest.fixture(scope="module")
def company() -> Company:
    return simulated_company(7, 1_000)


@pytest.fixture(scope="module")
def world(company: Company) -> World:
    rules = compile_rules(FILES).rules
    assert rules
    products = {article.product.sku: article.product for article in company.articles}
    return World(network=prepare(company.network), products=products, rules=rules)


@pytest.fixture(scope="module")
def requests(company: Company) -> list[OrderToRoute]:
    return [OrderToRoute(order=order, decision_time=order.place_time) for order in company.orders[:ORDERS]]


def test_compile_the_baseline_rules(benchmark: BenchmarkFixture) -> None:
    assert benchmark(lambda: compile_rules(FILES).rules)


def test_prepare_the_network(benchmark: BenchmarkFixture, company: Company) -> None:
    benchmark(lambda: prepare(company.network))


def test_route_a_batch_of_100(
    benchmark: BenchmarkFixture, company: Company, world: World, requests: list[OrderToRoute]
) -> None:
    stock = Everything(company)
    assert len(benchmark(lambda: route(requests, world, stock, stock))) == ORDERS


def test_route_one_order(
    benchmark: BenchmarkFixture, company: Company, world: World, requests: list[OrderToRoute]
) -> None:
    stock = Everything(company)
    assert benchmark(lambda: route(requests[:1], world, stock, stock))


def test_pack_and_unpack_a_decision(
    benchmark: BenchmarkFixture, company: Company, world: World, requests: list[OrderToRoute]
) -> None:
    stock = Everything(company)
    (decision,) = route(requests[:1], world, stock, stock)
    assert benchmark(lambda: unpack_decision(pack_decision(decision))) == decision


def test_replay_a_decision(
    benchmark: BenchmarkFixture, company: Company, world: World, requests: list[OrderToRoute]
) -> None:
    stock = Everything(company)
    (decision,) = route(requests[:1], world, stock, stock)
    again = benchmark(lambda: replay(decision, world.network, world.rules))
    assert pack_decision(again) == pack_decision(decision)


def test_parse_a_batch_of_100(benchmark: BenchmarkFixture, company: Company) -> None:
    request = routing_pb2.BatchRouteOrdersRequest(orders=map(order_message, company.orders[:ORDERS]))
    packed = request.SerializeToString()
    assert len(benchmark(lambda: routing_pb2.BatchRouteOrdersRequest.FromString(packed)).orders) == ORDERS


def test_say_a_network(benchmark: BenchmarkFixture, company: Company) -> None:
    benchmark(lambda: network_message(company.network).SerializeToString())
