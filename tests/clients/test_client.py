"""The client against real servers: killed, restarted, overloaded; and what it depends on."""

import ast
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent import futures
from pathlib import Path
from typing import Any

import grpc
import pytest
from google.protobuf import any_pb2, duration_pb2
from google.rpc import error_details_pb2, status_pb2
from router_client import Patience, Refused, Router, Unanswered
from router_client.patience import Tries
from router_client.refusal import Failure
from router_client.v1 import ledger_pb2, routing_pb2

from router.simulation.client import RouterClient
from tests.clients.shops import a_shop, free_port, order_of_lines, our_order, served
from tests.service.harness import a_server

CLIENT = Path(__file__).resolve().parents[2] / "clients" / "python" / "src" / "router_client"
ORDERS = 240


def test_calls_go_by_turns_to_all_addresses_of_a_name() -> None:
    with a_server() as one, a_server() as other:
        servers = (one, other)
        for server in servers:
            server.set_up({"LYON": {"RED-CLOCK": 100}})
        name = "ipv4:" + ",".join(server.address for server in servers)
        with Router(name, connections=1) as router:
            for number in range(40):
                router.route(our_order(f"A-{number}"))
        left = [server.available("RED-CLOCK")["LYON"] for server in servers]

    assert sum(left) == 160
    assert max(left) < 90


def test_orders_and_events_survive_a_server_that_is_killed(tmp_path: Path) -> None:
    """Each order is decided once, each event seen once, though the server dies between and comes back."""
    port = free_port()
    patience = Patience(seconds=120, try_seconds=10)
    seen: list[Any] = []

    def watch() -> None:
        with Router(f"127.0.0.1:{port}", patience=patience) as watcher:
            for event in watcher.watch():
                seen.append(event)
                if sum(one.kind == "ORDER_ROUTED" for one in seen) == ORDERS:
                    return

    with Router(f"127.0.0.1:{port}", patience=patience) as router, a_shop(tmp_path, port) as server:
        watching = threading.Thread(target=watch, daemon=True)
        watching.start()
        first = [router.route(our_order(f"K-{number}"), request_id=f"k/{number}") for number in range(20)]
        killing = threading.Timer(0.05, server.process.send_signal, [signal.SIGKILL])
        killing.start()
        orders = [our_order(f"K-{number}") for number in range(20, ORDERS)]
        with futures.ThreadPoolExecutor(1) as pool:
            rest = pool.submit(router.route_all, orders, request_id="rest")
            server.process.wait(30)
            with a_shop(tmp_path, port) as again:
                results = rest.result(120)
                repeated = router.route_all(orders, request_id="rest")
                watching.join(60)
                with RouterClient(again.address) as client:
                    audit = client.audit()

    assert [one.routed.order_id for one in results] == [order.order_id for order in orders]
    assert repeated == results
    decisions = [one.decision_id for one in first] + [one.routed.decision_id for one in results]
    assert len(set(decisions)) == ORDERS
    positions = [event.position for event in seen]
    assert positions == list(range(1, len(positions) + 1))
    assert sorted(event.order_id for event in seen if event.kind == "ORDER_ROUTED") == sorted(
        f"K-{number}" for number in range(ORDERS)
    )
    assert list(audit.faults) == []


class Absent(grpc.GenericRpcHandler):
    """Says after longer than a second that nobody is there, as gRPC does where connections are not answered."""

    def __init__(self) -> None:
        self.calls = 0

    def service(self, details: Any) -> Any:
        def watch(request: bytes, context: Any) -> Iterator[bytes]:
            self.calls += 1
            time.sleep(1.1)
            code = grpc.StatusCode.UNAVAILABLE if self.calls < 8 else grpc.StatusCode.INTERNAL
            context.abort(code, "nobody there")
            yield b""

        return grpc.unary_stream_rpc_method_handler(watch)


def test_a_watch_gives_up_where_nobody_answers_however_long_connecting_takes() -> None:
    absent = Absent()
    with (
        served(absent) as address,
        Router(address, patience=Patience(seconds=1.5)) as router,
        pytest.raises(Unanswered) as caught,
    ):
        next(router.watch())

    assert absent.calls < 8
    assert str(caught.value) == "no answer in time; last: UNAVAILABLE: nobody there"


class Crowded(grpc.GenericRpcHandler):
    """Refuses the first calls as a full server does, and keeps when they came and under which id."""

    def __init__(self, refusals: int, retry_milliseconds: int | None = 200) -> None:
        self.refusals = refusals
        self.retry_milliseconds = retry_milliseconds
        self.calls: list[tuple[float, str]] = []

    def service(self, details: Any) -> Any:
        def answer(request: routing_pb2.RouteOrderRequest, context: Any) -> routing_pb2.RouteOrderResponse:
            self.calls.append((time.monotonic(), request.request_id))
            if len(self.calls) > self.refusals:
                return routing_pb2.RouteOrderResponse(routed={"order_id": request.order.order_id})
            context.set_trailing_metadata((("grpc-status-details-bin", self._details()),))
            context.abort(grpc.StatusCode.RESOURCE_EXHAUSTED, "full")
            raise AssertionError("abort raises")

        return grpc.unary_unary_rpc_method_handler(
            answer,
            request_deserializer=routing_pb2.RouteOrderRequest.FromString,
            response_serializer=routing_pb2.RouteOrderResponse.SerializeToString,
        )

    def _details(self) -> bytes:
        found = [error_details_pb2.ErrorInfo(reason="QUEUE_FULL", metadata={"commands_waiting": "7"})]
        if self.retry_milliseconds is not None:
            delay = duration_pb2.Duration(nanos=self.retry_milliseconds * 1_000_000)
            found.append(error_details_pb2.RetryInfo(retry_delay=delay))
        packed = []
        for one in found:
            packed.append(any_pb2.Any())
            packed[-1].Pack(one)
        return bytes(status_pb2.Status(details=packed).SerializeToString())


def test_orders_of_many_lines_travel_in_batches_that_the_server_takes(tmp_path: Path) -> None:
    orders = [order_of_lines(f"A-{number}", 60) for number in range(90)]
    with a_shop(tmp_path, free_port()) as server, Router(server.address) as router:
        results = router.route_all(orders)

    assert [one.routed.order_id for one in results] == [one.order_id for one in orders]


def test_an_order_at_fault_among_many_is_named_by_its_place_and_the_whole_is_repeated(tmp_path: Path) -> None:
    orders = [our_order(f"A-{number}") for number in range(250)]
    orders[130].lines[0].quantity = 0
    with a_shop(tmp_path, free_port()) as server, Router(server.address) as router:
        with pytest.raises(Refused) as caught:
            router.route_all(orders, request_id="night")
        orders[130].lines[0].quantity = 1
        results = router.route_all(orders, request_id="night")

    assert list(caught.value.faults) == ["orders[130].lines[0].quantity"]
    assert caught.value.message.startswith("orders[130].lines[0].quantity is 0")
    assert [one.routed.order_id for one in results] == [one.order_id for one in orders]


def test_an_order_that_stands_twice_is_named_by_both_places(tmp_path: Path) -> None:
    orders = [our_order(f"A-{number}") for number in range(130)]
    orders[125] = our_order("A-110")
    with (
        a_shop(tmp_path, free_port()) as server,
        Router(server.address) as router,
        pytest.raises(Refused) as caught,
    ):
        router.route_all(orders)

    assert caught.value.faults == {
        "orders[125].order_id": 'order_id is "A-110", already given at orders[110]'
    }


def test_a_client_without_connections_is_refused() -> None:
    with pytest.raises(ValueError, match="connections is 0, must be at least 1"):
        Router("127.0.0.1:1", connections=0)


def test_many_orders_without_an_answer_are_repeated_under_the_id_of_the_whole() -> None:
    with (
        Router(f"127.0.0.1:{free_port()}", patience=Patience(seconds=0.3)) as router,
        pytest.raises(Unanswered) as caught,
    ):
        router.route_all([our_order("A-1")], request_id="night")

    assert caught.value.request_id == "night"


def test_waits_as_long_as_a_full_server_asks_and_repeats_under_the_same_id() -> None:
    crowded = Crowded(refusals=2)
    with served(crowded) as address, Router(address) as router:
        assert router.route(our_order("A-1")).order_id == "A-1"

    times, ids = zip(*crowded.calls, strict=True)
    assert len(set(ids)) == 1
    assert ids[0]
    assert times[1] - times[0] >= 0.2
    assert times[2] - times[1] >= 0.2


def test_says_that_the_server_is_full_when_it_stays_so() -> None:
    with (
        served(Crowded(refusals=1_000)) as address,
        Router(address, patience=Patience(seconds=1)) as router,
        pytest.raises(Refused) as caught,
    ):
        router.route(our_order("A-1"))

    assert caught.value.reason == "QUEUE_FULL"
    assert caught.value.facts == {"commands_waiting": "7"}


def test_a_refusal_that_no_repeat_helps_is_not_repeated() -> None:
    crowded = Crowded(refusals=1_000, retry_milliseconds=None)
    with served(crowded) as address, Router(address) as router, pytest.raises(Refused):
        router.route(our_order("A-1"))

    assert len(crowded.calls) == 1


def test_nobody_there_is_said_with_the_id_to_repeat_under() -> None:
    with (
        Router(f"127.0.0.1:{free_port()}", patience=Patience(seconds=0.5)) as router,
        pytest.raises(Unanswered) as caught,
    ):
        router.route(our_order("A-1"), request_id="mine")

    assert caught.value.request_id == "mine"
    assert "UNAVAILABLE" in caught.value.last


def test_all_of_the_patience_is_used_and_not_more() -> None:
    at = [100.0]
    tries = Tries(Patience(seconds=10), "mine", lambda: at[0])
    nobody = Failure(grpc.StatusCode.UNAVAILABLE, Refused("UNAVAILABLE", "", "", {}, {}), None)
    waits: list[float] = []

    def wait_for_ever() -> None:
        while True:
            waits.append(tries.wait_after(nobody))
            at[0] += waits[-1]

    with pytest.raises(Unanswered):
        wait_for_ever()
    assert 0.05 <= waits[0] <= 0.1
    assert 9.9 < sum(waits) < 10


def test_depends_on_grpc_and_protobuf_only() -> None:
    allowed = {"grpc", "google", "router_client"}
    for path in CLIENT.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            if isinstance(node, ast.ImportFrom):
                names = [node.module or ""]
                assert not (node.module or "").startswith("google.rpc"), path
            assert {name.partition(".")[0] for name in names} <= allowed | sys.stdlib_module_names, path


def test_type_checkers_know_both_kinds_of_client(tmp_path: Path) -> None:
    shop = tmp_path / "shop.py"
    shop.write_text(
        "from router_client import AsyncRouter, Router\n"
        "def route_in_a_loop(router: AsyncRouter) -> None: reveal_type(router.route)\n"
        "def route_in_a_thread(router: Router) -> None: reveal_type(router.route)\n"
    )
    said = subprocess.run(
        [sys.executable, "-m", "mypy", "--strict", "--follow-imports=silent", shop],
        cwd=tmp_path,
        env={**os.environ, "MYPYPATH": str(CLIENT.parent)},
        capture_output=True,
        text=True,
        check=False,
    ).stdout

    assert "Success" in said
    assert said.count("RoutedOrder") == 2


def test_a_faulty_request_names_its_fields(tmp_path: Path) -> None:
    with a_shop(tmp_path, free_port()) as server, Router(server.address) as router:
        with pytest.raises(Refused) as caught:
            router.route(our_order(""))
        stub = RouterClient(server.address).ledger
        audited = router.call(stub.AuditLedger, ledger_pb2.AuditLedgerRequest())

    assert caught.value.reason == "INVALID_REQUEST"
    assert list(caught.value.faults) == ["order.order_id"]
    assert audited.entry_count > 0
