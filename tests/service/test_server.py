"""The server itself: where it listens, what it never says, what it does with calls it cannot serve now."""

import logging
import math
import socket
import threading
import time
from collections.abc import Mapping
from concurrent.futures import Future
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import grpc
import pytest
import trustme
from grpc_health.v1 import health_pb2, health_pb2_grpc

from router.api.v1 import ledger_pb2, network_pb2, orders_pb2, routing_pb2
from router.app.answers.answer import Answered
from router.app.ports.store import CommitFailed
from router.app.records.commit import Commit
from router.cli.failures import Exit
from router.cli.main import run
from router.domain.reasons import Reason, RouterError
from router.service.address import is_loopback, with_port
from router.service.server import AddressRefused, Listen, refuse_open_door, refuse_unusable
from router.settings import Settings
from router.stores.memory.store import MemoryStore
from router.wiring.application import build_application
from router.wiring.refused import ServerRefused
from router.wiring.serving import serve
from tests.service.builders import MONDAY_NOON, a_network, a_route_request, an_order
from tests.service.harness import LOOP, Client, Refusal, a_server, refusal_of, serving
from tests.service.odd_engine import OddServers, odd_application
from tests.stores.failing_disk import FailingDisk, a_failing_disk


def test_an_exception_in_a_handler_leaks_no_text(
    odd_servers: OddServers, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(future: Any) -> None:
        raise ValueError("postgres://admin:hunter2@db/router")

    client = odd_servers(fail)
    with caplog.at_level(logging.ERROR), pytest.raises(grpc.RpcError) as refused:
        client.routing.RouteOrder(a_route_request("A-1"))
    refusal = refusal_of(client.routing.RouteOrder, a_route_request("A-2"))

    assert (refusal.code, refusal.reason) == ("INTERNAL", "INTERNAL")
    assert "hunter2" not in str(refused.value) + str(refused.value.trailing_metadata()) + str(refusal)
    assert refusal.facts["incident"] in refusal.message
    assert "hunter2" in str(caplog.records[0].exc_info)


def test_a_failed_future_leaks_no_text(odd_servers: OddServers) -> None:
    client = odd_servers(lambda future: future.set_exception(AssertionError("secret figures")))
    refusal = refusal_of(client.routing.RouteOrder, a_route_request("A-1"))

    assert refusal.code == "INTERNAL"
    assert "secret" not in refusal.message + str(refusal.facts)


def test_the_client_s_deadline_reaches_the_engine_and_without_one_there_are_thirty_seconds(
    odd_servers: OddServers,
) -> None:
    left: list[float] = []

    def refuse(future: Any, deadline: float) -> None:
        left.append(deadline - time.monotonic())
        future.set_exception(RouterError(Reason.NETWORK_NOT_READY, "no"))

    client = odd_servers(refuse)
    refusal_of(lambda: client.routing.RouteOrder(a_route_request("A-1"), timeout=5))
    refusal_of(lambda: client.routing.RouteOrder(a_route_request("A-1")))

    # gRPC rounds a deadline up on its way, and a busy machine loses some of it: only which limit holds is certain.
    assert left[0] < 10 < 20 < left[1] <= 30


def test_a_call_without_a_deadline_ends_when_its_thirty_seconds_are_over(
    odd_servers: OddServers, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("router.service.calls.DEADLINE_SECONDS_MAX", 0.2)
    client = odd_servers(lambda future: None)
    refusal = refusal_of(client.routing.RouteOrder, a_route_request("A-1"))

    assert (refusal.code, refusal.reason) == ("DEADLINE_EXCEEDED", "DEADLINE_PASSED")
    assert "same request_id" in refusal.message


def test_a_read_that_takes_too_long_is_told_that_nothing_was_done(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("router.service.calls.DEADLINE_SECONDS_MAX", 0.2)
    may_go_on = threading.Event()
    monkeypatch.setattr("router.app.queries.Queries.get_order", lambda *_: may_go_on.wait(60))
    with a_server() as client:
        refusal = refusal_of(client.orders.GetOrder, orders_pb2.GetOrderRequest(order_id="A-1"))
        may_go_on.set()

    assert (refusal.code, refusal.reason) == ("DEADLINE_EXCEEDED", "DEADLINE_PASSED")
    assert "nothing was done" in refusal.message


def test_a_full_queue_says_when_to_come_back(odd_servers: OddServers) -> None:
    def refuse(future: Any) -> None:
        raise RouterError(Reason.QUEUE_FULL, "full", retry_milliseconds=70)

    refusal = refusal_of(odd_servers(refuse).routing.RouteOrder, a_route_request("A-1"))

    assert (refusal.code, refusal.reason) == ("RESOURCE_EXHAUSTED", "QUEUE_FULL")
    assert refusal.retry_milliseconds == 70


ORDER_METHODS = (
    "RoutingService/RouteOrder",
    "RoutingService/BatchRouteOrders",
    "ColumnsService/RouteOrderColumns",
)


@pytest.mark.parametrize("seconds_max", [math.inf, 60])
def test_while_too_much_waits_orders_are_refused_unread_and_all_else_is_served(seconds_max: float) -> None:
    """For anybody before they are received, for those in a hurry before they are read."""
    asked: list[float] = []

    def admit(deadline: float) -> None:
        seconds = deadline - time.monotonic()
        if seconds <= seconds_max:
            asked.append(seconds)
            raise RouterError(Reason.QUEUE_FULL, "full", retry_milliseconds=70)

    with serving(odd_application(lambda future: None, admit)) as server, Client(server.address).channel as to:
        unread = [
            refusal_of(partial(to.unary_unary(f"/router.api.v1.{method}"), timeout=5), b"no message at all")
            for method in ORDER_METHODS
        ]
        other = refusal_of(to.unary_unary("/router.api.v1.OrdersService/GetOrder"), b"no message at all")

        assert [(one.code, one.reason, one.retry_milliseconds) for one in unread] == [
            ("RESOURCE_EXHAUSTED", "QUEUE_FULL", 70)
        ] * 3
        assert len(asked) == 3
        assert all(seconds == math.inf if seconds_max == math.inf else 0 < seconds <= 10 for seconds in asked)
        assert other.reason == "INVALID_REQUEST"


def test_an_uncertain_commit_is_said_to_be_uncertain(odd_servers: OddServers) -> None:
    error = RouterError(Reason.COMMIT_INDETERMINATE, "perhaps")
    client = odd_servers(lambda future: future.set_exception(error))
    refusal = refusal_of(client.routing.RouteOrder, a_route_request("A-1"))

    assert (refusal.code, refusal.reason) == ("UNAVAILABLE", "COMMIT_INDETERMINATE")
    assert refusal.retry_milliseconds == 1_000


def test_too_many_bytes_in_flight_are_refused(
    odd_servers: OddServers, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("router.service.calls.IN_FLIGHT_BYTES_MAX", 50)
    client = odd_servers(lambda future: future.set_exception(RouterError(Reason.DRAINING, "no")))
    refusals = [refusal_of(client.routing.RouteOrder, a_route_request("A-1")) for _ in range(2)]

    assert [refusal.reason for refusal in refusals] == ["QUEUE_FULL"] * 2
    assert refusal_of(client.orders.GetOrder, orders_pb2.GetOrderRequest()).reason == "INVALID_REQUEST"


def test_a_canceled_call_does_not_stop_the_booking() -> None:
    with a_server() as client:
        client.set_up({"LYON": {"RED-CLOCK": 100}})
        calls = [client.routing.RouteOrder.future(a_route_request(f"A-{n}")) for n in range(20)]
        time.sleep(0.02)
        for call in calls:
            call.cancel()
        repeated = [client.routing.RouteOrder(a_route_request(f"A-{n}")) for n in range(20)]

        assert [one.routed.order_id for one in repeated] == [f"A-{n}" for n in range(20)]
        assert client.available("RED-CLOCK") == {"LYON": 80}
        assert client.audit().clean


def test_health_says_not_serving_at_once_and_calls_in_flight_finish() -> None:
    waiting: list[Future[Answered]] = []
    statuses: list[int] = []
    with serving(odd_application(waiting.append)) as server:
        client = Client(server.address)
        call = client.routing.RouteOrder.future(a_route_request("A-1"))
        watch = health_pb2_grpc.HealthStub(client.channel).Watch(health_pb2.HealthCheckRequest())
        statuses.append(next(watch).status)
        finisher = threading.Thread(target=finish_when_told, args=(watch, statuses, waiting))
        finisher.start()
    finisher.join(timeout=10)
    refusal = refusal_of(call.result)
    client.channel.close()

    assert statuses == [health_pb2.HealthCheckResponse.SERVING, health_pb2.HealthCheckResponse.NOT_SERVING]
    assert (refusal.reason, refusal.message) == ("NETWORK_NOT_READY", "finished after all")


def finish_when_told(watch: Any, statuses: list[int], waiting: "list[Future[Answered]]") -> None:
    """Answer the call in flight only after the server has said that it ends."""
    statuses.append(next(watch).status)
    waiting[0].set_exception(RouterError(Reason.NETWORK_NOT_READY, "finished after all"))


@pytest.mark.parametrize(
    ("address", "loopback"),
    [
        ("127.0.0.1:50051", True),
        ("127.3.2.1:1", True),
        ("[::1]:50051", True),
        ("localhost:0", True),
        ("unix:/tmp/router.sock", True),
        ("0.0.0.0:50051", False),
        ("[::]:50051", False),
        ("10.0.0.1:50051", False),
        ("router.example:50051", False),
    ],
)
def test_only_this_machine_s_addresses_are_loopback(address: str, loopback: bool) -> None:
    assert is_loopback(address) is loopback


def test_an_open_door_without_tls_is_refused_unless_said_so() -> None:
    with pytest.raises(AddressRefused, match="--tls-cert"):
        refuse_open_door(Listen(address="0.0.0.0:50051"))
    refuse_open_door(Listen(address="0.0.0.0:50051", insecure_anywhere=True))
    refuse_open_door(Listen(address="0.0.0.0:1", certificate=Path("c.pem"), private_key=Path("k.pem")))


def test_a_certificate_needs_its_key() -> None:
    with pytest.raises(AddressRefused, match="private key"):
        refuse_open_door(Listen(certificate=Path("c.pem")))


def test_a_second_server_on_the_same_port_is_refused() -> None:
    with (
        a_server() as client,
        pytest.raises(AddressRefused, match="in use"),
        a_server(listen=Listen(address=client.address)),
    ):
        pass


def test_a_name_of_which_one_address_is_taken_is_refused() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(AddressRefused, match=f"port {port} of 127.0.0.1 is in use"):
            refuse_unusable(Listen(address=f"localhost:{port}"))
    refuse_unusable(Listen(address=f"localhost:{port}"))


def test_a_socket_at_which_somebody_answers_is_refused_and_one_of_a_dead_server_is_not(
    tmp_path: Path,
) -> None:
    listen = Listen(address=f"unix:{tmp_path}/router.sock")
    with a_server(listen=listen) as client:
        with pytest.raises(AddressRefused, match="it is in use"):
            refuse_unusable(listen)
        assert client.ledger.GetLedgerStatus(ledger_pb2.GetLedgerStatusRequest()).writable
    with socket.socket(socket.AF_UNIX) as dead:
        dead.bind(f"{tmp_path}/router.sock")

    refuse_unusable(listen)
    for address, words in (
        ("unix:/no/such/s", "there is no folder"),
        (f"unix:{tmp_path}/{'x' * 200}", "too long"),
    ):
        with pytest.raises(AddressRefused, match=words):
            refuse_unusable(Listen(address=address))


def test_a_second_server_on_the_same_file_is_refused(tmp_path: Path) -> None:
    database = str(tmp_path / "ledger.sqlite")
    with a_server(database), pytest.raises(ServerRefused) as refused:
        build_application(Settings(database=database))

    assert (refused.value.exit_code, refused.value.reason) == (4, "STORE_UNUSABLE")


def test_the_port_that_was_bound_is_said() -> None:
    assert with_port("127.0.0.1:0", 4711) == "127.0.0.1:4711"
    assert with_port("[::1]:0", 4711) == "[::1]:4711"
    assert with_port("unix:/tmp/x", 1) == "unix:/tmp/x"


@dataclass(frozen=True)
class Certificate:
    """Files for a server on this machine, and the authority that its clients trust."""

    chain: Path
    key: Path
    authority: bytes


@pytest.fixture
def certificate(tmp_path: Path) -> Certificate:
    authority = trustme.CA()
    issued = authority.issue_cert("localhost", "127.0.0.1")
    chain, key = tmp_path / "certificate.pem", tmp_path / "key.pem"
    for blob in issued.cert_chain_pems:
        blob.write_to_path(chain, append=True)
    issued.private_key_pem.write_to_path(key)
    return Certificate(chain, key, authority.cert_pem.bytes())


def test_calls_go_over_tls(certificate: Certificate) -> None:
    listen = Listen(address="127.0.0.1:0", certificate=certificate.chain, private_key=certificate.key)
    application = build_application(Settings())
    with serving(application, listen) as server:
        credentials = grpc.ssl_channel_credentials(certificate.authority)
        request = health_pb2.HealthCheckRequest()
        with grpc.secure_channel(server.address, credentials) as channel:
            status = health_pb2_grpc.HealthStub(channel).Check(request).status
        with grpc.insecure_channel(server.address) as channel:
            refusal = refusal_of(health_pb2_grpc.HealthStub(channel).Check, request)
    application.close()

    assert status == health_pb2.HealthCheckResponse.SERVING
    assert refusal.code == "UNAVAILABLE"


def test_a_key_of_another_certificate_is_named_as_the_trouble(
    certificate: Certificate, tmp_path: Path
) -> None:
    other = tmp_path / "other.pem"
    trustme.CA().issue_cert("localhost").private_key_pem.write_to_path(other)
    application = build_application(Settings())
    for key in (other, certificate.chain):
        listen = Listen(address="127.0.0.1:0", certificate=certificate.chain, private_key=key)
        with pytest.raises(AddressRefused, match="are no certificate chain"), serving(application, listen):
            pass
    application.close()


def test_a_file_of_tls_that_cannot_be_read_is_named(certificate: Certificate, tmp_path: Path) -> None:
    for chain, key in ((certificate.chain, tmp_path / "none.pem"), (tmp_path, certificate.key)):
        with pytest.raises(AddressRefused, match=rf"cannot read `{tmp_path}\S*`: "):
            refuse_unusable(Listen(address="127.0.0.1:0", certificate=chain, private_key=key))


def test_a_person_is_told_what_is_wrong_with_tls(
    certificate: Certificate, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    other = tmp_path / "other.pem"
    trustme.CA().cert_pem.write_to_path(other)
    listen = Listen(address="127.0.0.1:0", certificate=certificate.chain, private_key=certificate.key)
    authority, own, pair = trustme.CA(), tmp_path / "own.pem", tmp_path / "pair.pem"
    authority.cert_pem.write_to_path(own)
    authority.issue_cert("elsewhere.example").private_key_and_cert_chain_pem.write_to_path(pair)
    elsewhere = Listen(address="127.0.0.1:0", certificate=pair, private_key=pair)
    application = build_application(Settings())

    def said(address: str, *options: str) -> str:
        assert run(["channel", "list", "--address", address, *options]) == Exit.UNREACHABLE
        return capsys.readouterr().err

    with serving(application, listen) as server:
        assert "name its authority with --tls-ca" in said(server.address)
        assert "does not vouch for" in said(server.address, "--tls-ca", str(other))
        assert "holds no certificate" in said(server.address, "--tls-ca", str(certificate.key))
    with serving(application, elsewhere) as server:
        assert "is not for `127.0.0.1`" in said(server.address, "--tls-ca", str(own))
    application.close()
    with a_server() as client:
        assert "does not speak TLS" in said(client.address, "--tls-ca", str(other))
    assert "no server answers at" in said(client.address)


def test_sixty_four_clients_race_for_the_last_ten_units() -> None:
    with a_server() as client:
        client.set_up({"LYON": {"RED-CLOCK": 10}})
        clients = [Client(client.address) for _ in range(64)]
        calls = [
            one.routing.RouteOrder.future(a_route_request(f"A-{number}"))
            for number, one in enumerate(clients)
        ]
        plans = [call.result(timeout=30).routed.plan for call in calls]
        shipped = [plan for plan in plans if plan.shipments]
        left = client.available("RED-CLOCK")
        is_clean = client.audit().clean
        for one in clients:
            one.channel.close()

    assert len(shipped) == 10
    assert all(plan.unshipped[0].reason == "NO_STOCK" for plan in plans if not plan.shipments)
    assert left == {"LYON": 0}
    assert is_clean


def test_a_batch_decides_like_calls_one_after_another() -> None:
    orders = [an_order(f"A-{n}", {"RED-CLOCK": 1 + n % 3, "TIN-LAMP": n % 2 + 1}) for n in range(30)]
    stock = {"LYON": {"RED-CLOCK": 25, "TIN-LAMP": 10}, "LILLE": {"RED-CLOCK": 20, "TIN-LAMP": 20}}
    with a_server() as client:
        client.set_up(stock)
        request = routing_pb2.BatchRouteOrdersRequest(
            orders=orders, request_id="batch", decision_time=MONDAY_NOON
        )
        together = [result.routed.plan for result in client.routing.BatchRouteOrders(request).results]
    with a_server() as client:
        client.set_up(stock)
        single = routing_pb2.RouteOrderRequest
        one_by_one = [
            client.routing.RouteOrder(
                single(order=order, request_id=order.order_id, decision_time=MONDAY_NOON)
            ).routed.plan
            for order in orders
        ]

    assert together == one_by_one


class FullDisk(MemoryStore):
    """A store whose every commit fails."""

    def commit(self, commit: Commit) -> None:
        raise CommitFailed("no space left")


def test_a_server_whose_store_fails_says_so_and_ends_with_4(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("router.wiring.outside.MemoryStore", FullDisk)
    monkeypatch.setattr("router.wiring.serving.end_on_signals", lambda loop, ending: None)
    refusals: list[Refusal] = []
    asking: list[threading.Thread] = []

    def call(facts: Mapping[str, Any]) -> None:
        client = Client(facts["address"])
        request = network_pb2.PutNetworkRequest(network=a_network(), request_id="network")
        asking.append(
            threading.Thread(target=lambda: refusals.append(refusal_of(client.network.PutNetwork, request)))
        )
        asking[0].start()

    code = LOOP.run(serve(Settings(address="127.0.0.1:0"), call))
    asking[0].join(10)

    assert code == 4
    assert [refusal.reason for refusal in refusals] == ["COMMIT_INDETERMINATE"]


def test_a_server_whose_disk_is_full_reads_on_says_so_and_recovers(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ending: list[Any] = []
    monkeypatch.setattr(
        "router.wiring.serving.end_on_signals", lambda loop, future: ending.append((loop, future))
    )
    monkeypatch.setattr("router.app.engine.read_only.PROBE_SECONDS", 0.05)
    seen: dict[str, Any] = {}
    asking: list[threading.Thread] = []

    with a_failing_disk() as disk:

        def ask(address: str) -> None:
            try:
                seen.update(what_a_full_disk_does(Client(address), disk))
            finally:
                loop, future = ending[0]
                loop.call_soon_threadsafe(future.set_result, 0)

        def call(facts: Mapping[str, Any]) -> None:
            asking.append(threading.Thread(target=ask, args=(facts["address"],)))
            asking[0].start()

        settings = Settings(database=str(tmp_path / "router.sqlite"), address="127.0.0.1:0")
        code = LOOP.run(serve(settings, call))
        asking[0].join(30)

    assert (code, seen["refusal"].code, seen["refusal"].reason) == (0, "UNAVAILABLE", "READ_ONLY")
    assert seen["refusal"].retry_milliseconds == 2_000
    assert seen["health"] == ["SERVING", "NOT_SERVING", "SERVING", "SERVING"]
    assert (seen["status"].writable, seen["status"].read_only_because) == (
        False,
        "the disk of the ledger is full",
    )
    assert seen["available"] == {"LYON": 50}
    assert seen["afterwards"] == ("A-1", {"LYON": 49}, True, True)


def what_a_full_disk_does(client: Client, disk: FailingDisk) -> dict[str, Any]:
    client.set_up({"LYON": {"RED-CLOCK": 50}})
    healthy = health_of(client, "writes")
    disk.room = 0
    refusal = refusal_of(client.routing.RouteOrder, a_route_request("A-1"))
    status = client.ledger.GetLedgerStatus(ledger_pb2.GetLedgerStatusRequest())
    full = [health_of(client, name, wanted="NOT_SERVING") for name in ("writes",)] + [health_of(client, "")]
    available = client.available("RED-CLOCK")
    disk.room = None
    again = health_of(client, "writes", wanted="SERVING")
    routed = client.routing.RouteOrder(a_route_request("A-1")).routed
    after = client.ledger.GetLedgerStatus(ledger_pb2.GetLedgerStatusRequest())
    return {
        "refusal": refusal,
        "status": status,
        "health": [healthy, *full, again],
        "available": available,
        "afterwards": (
            routed.order_id,
            client.available("RED-CLOCK"),
            client.audit().clean,
            after.writable and after.database_bytes > 0,
        ),
    }


def health_of(client: Client, name: str, wanted: str = "") -> str:
    """The health of a name; waits for the one that is wanted."""
    stub = health_pb2_grpc.HealthStub(client.channel)
    deadline = time.monotonic() + 20
    while True:
        status = stub.Check(health_pb2.HealthCheckRequest(service=name)).status
        found = health_pb2.HealthCheckResponse.ServingStatus.Name(status)
        if wanted in ("", found) or time.monotonic() > deadline:
            return found
        time.sleep(0.01)
