"""Deadlines as a client sets them: what they do to a search, and what is left of a call that nobody waits for."""

import threading
from collections.abc import Iterator
from concurrent.futures import Future
from dataclasses import dataclass, field

import grpc
import pytest

from router.api.messages.columns import columns_message
from router.api.v1 import columns_pb2, orders_pb2, routing_pb2
from router.app.answers.answer import Answered
from router.app.commands.deciding import RouteOrders
from router.app.records.commit import Commit
from router.domain.reasons import Reason, RouterError
from router.settings import Settings
from router.solver.problem import DEFAULT_EFFORT
from router.stores.memory.store import MemoryStore
from router.wiring.application import Application, build_application
from tests.routing.builders import an_order
from tests.service.builders import a_route_request
from tests.service.harness import Client, refusal_of, serving
from tests.service.odd_engine import OddServers

SKUS = [f"SKU-{number:02}" for number in range(14)]
"""More than the partition of lines solves, so an order of all of them is searched for."""
SECONDS = 20


@pytest.fixture
def application() -> Iterator[Application]:
    built = build_application(Settings())
    yield built
    built.close()


@pytest.fixture
def client(application: Application) -> Iterator[Client]:
    with serving(application) as server:
        client = Client(server.address)
        with client.channel:
            client.set_up({node: dict.fromkeys(SKUS, 90) for node in ("LYON", "LILLE")})
            yield client


@dataclass
class SlowDisk:
    """Commits wait while it is held."""

    is_free: threading.Event = field(default_factory=threading.Event)
    is_asked: threading.Event = field(default_factory=threading.Event)

    def hold(self) -> None:
        self.is_free.clear()
        self.is_asked.clear()


@pytest.fixture
def disk(monkeypatch: pytest.MonkeyPatch) -> Iterator[SlowDisk]:
    disk, commit_at_once = SlowDisk(), MemoryStore.commit

    def commit(store: MemoryStore, commit: Commit) -> None:
        disk.is_asked.set()
        assert disk.is_free.wait(SECONDS)
        commit_at_once(store, commit)

    monkeypatch.setattr(MemoryStore, "commit", commit)
    disk.is_free.set()
    yield disk
    disk.is_free.set()


def test_a_short_deadline_shortens_the_search_and_the_decision_says_by_how_much(
    application: Application, client: Client
) -> None:
    hard = dict.fromkeys(SKUS, 2)
    client.routing.RouteOrder(a_route_request("patient", hard), timeout=30)
    client.routing.RouteOrder(a_route_request("hurried", hard), timeout=2)
    patient, hurried = (
        application.queries.get_decision(order_id=name).decision.inputs.effort.set_nodes_max
        for name in ("patient", "hurried")
    )
    again = client.routing.ExplainDecision(
        routing_pb2.ExplainDecisionRequest(order_id="hurried", replay=True)
    )

    assert patient == DEFAULT_EFFORT.set_nodes_max
    assert hurried <= DEFAULT_EFFORT.set_nodes_max / 4
    assert again.replay_identical


def test_the_deadline_of_a_call_is_known_to_the_search_in_whatever_form_its_orders_come(
    odd_servers: OddServers,
) -> None:
    until: list[tuple[float | None, float]] = []

    def note(future: "Future[Answered]", command: RouteOrders, deadline: float) -> None:
        until.append((command.deadline, deadline))
        future.set_exception(RouterError(Reason.QUEUE_FULL, "later"))

    client = odd_servers(note)
    single = a_route_request("single", {SKUS[0]: 1})
    rows = routing_pb2.BatchRouteOrdersRequest(orders=[single.order], request_id="rows")
    columns = columns_pb2.RouteOrderColumnsRequest(
        orders=columns_message([an_order("columns", lines={SKUS[0]: 1})]), request_id="columns"
    )
    refusal_of(lambda: client.routing.RouteOrder(single, timeout=7))
    refusal_of(lambda: client.routing.BatchRouteOrders(rows, timeout=7))
    refusal_of(lambda: client.columns.RouteOrderColumns(columns, timeout=7))

    assert [of_orders == of_call for of_orders, of_call in until] == [True] * 3


def test_a_call_whose_deadline_passes_before_its_turn_does_nothing(client: Client, disk: SlowDisk) -> None:
    disk.hold()
    first = client.routing.RouteOrder.future(a_route_request("first", {SKUS[0]: 1}))
    assert disk.is_asked.wait(SECONDS)
    late = a_route_request("late", {SKUS[0]: 1})
    refusal = refusal_of(lambda: client.routing.RouteOrder(late, timeout=0.05))
    disk.is_free.set()
    assert first.result(SECONDS).routed.order_id == "first"

    missing = refusal_of(client.orders.GetOrder, orders_pb2.GetOrderRequest(order_id="late"))
    assert (refusal.code, missing.reason) == ("DEADLINE_EXCEEDED", "ORDER_NOT_FOUND")
    assert sum(client.available(SKUS[0]).values()) == 179
    assert client.audit().clean

    repeated = client.routing.RouteOrder(late)
    assert (repeated.routed.order_id, repeated.replayed) == ("late", False)


def test_a_call_whose_deadline_passes_while_it_is_booked_is_booked_whole(
    client: Client, disk: SlowDisk
) -> None:
    disk.hold()
    request = a_route_request("booked", {SKUS[0]: 1, SKUS[1]: 2})
    call = client.routing.RouteOrder.future(request, timeout=1)
    assert disk.is_asked.wait(SECONDS)
    assert isinstance(call.exception(SECONDS), grpc.RpcError)
    assert call.code() is grpc.StatusCode.DEADLINE_EXCEEDED
    disk.is_free.set()

    repeated = client.routing.RouteOrder(request)
    assert (repeated.routed.order_id, repeated.replayed) == ("booked", True)
    assert [sum(client.available(sku).values()) for sku in SKUS[:2]] == [179, 178]
    assert client.audit().clean
