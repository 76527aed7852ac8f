"""Whatever spreads calls over two servers on one database: both work, and one may die."""

import json
import os
import signal
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import grpc
import pytest

from router.api.v1 import orders_pb2, routing_pb2
from tests.integration.balancers import (
    ENVOY,
    Certificates,
    by_envoy,
    by_nginx,
    by_service_config,
    channel_to,
    make_certificates,
)
from tests.integration.postgres import Cluster
from tests.service.builders import a_route_request
from tests.service.harness import Client, read_refusal
from tests.service.test_process import start_process

pytestmark = pytest.mark.integration

CALLS = 240
TRIES_MAX = 200
SHARE_LEAST = 0.2
"""Of the processor time that the two servers take; half each is what is aimed at."""
TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(slots=True)
class Server:
    """A server process, which can be killed and started again at its address."""

    database: str
    certificates: Certificates
    address: str = "127.0.0.1:0"
    process: Any = None

    def start(self) -> None:
        files = ("--tls-cert", str(self.certificates.chain), "--tls-key", str(self.certificates.key))
        self.process = start_process(self.database, *files, address=self.address)
        self.address = json.loads(self.process.stdout.readline())["address"]

    def kill(self) -> None:
        self.process.send_signal(signal.SIGKILL)
        self.process.communicate()

    def cpu_seconds(self) -> float:
        fields = Path(f"/proc/{self.process.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / TICKS

    def client(self) -> Client:
        return Client(self.address, channel_to(int(self.address.rpartition(":")[2]), self.certificates))


@pytest.fixture(scope="module")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Certificates:
    return make_certificates(tmp_path_factory.mktemp("certificates"))


@pytest.fixture(scope="module")
def servers(cluster: Cluster, certificates: Certificates) -> Iterator[list[Server]]:
    """Two on one database, with stock for everybody."""
    database = cluster.create_database()
    both = [Server(database, certificates) for _ in range(2)]
    try:
        for server in both:
            server.start()
        both[0].client().set_up({"LYON": {"RED-CLOCK": 1_000_000}})
        yield both
    finally:
        for server in both:
            if server.process:
                server.kill()


@pytest.fixture(params=[by_service_config, by_nginx, by_envoy], ids=lambda front: front.__name__)
def front(
    request: pytest.FixtureRequest, servers: list[Server], certificates: Certificates, tmp_path: Path
) -> Iterator[Client]:
    """A client that reaches both servers by one of the examples."""
    if request.param is by_envoy and not ENVOY.exists():
        pytest.skip(f"no Envoy: {ENVOY} is not there; tests/integration/run.sh fetches it")
    with request.param([server.address for server in servers], certificates, tmp_path) as channel:
        yield Client("both", channel)


def route(front: Client, order_id: str) -> routing_pb2.RouteOrderResponse:
    """Asked again under the same request id, as a client does that finds nobody."""
    for _ in range(TRIES_MAX):
        try:
            return front.routing.RouteOrder(a_route_request(order_id), timeout=60)
        except grpc.RpcError as error:
            if error.code() is not grpc.StatusCode.UNAVAILABLE:
                raise
            time.sleep(0.1)
    raise AssertionError(f"nobody answered for `{order_id}`")


def routed_orders(client: Client) -> list[str]:
    events = client.orders.WatchOrders(orders_pb2.WatchOrdersRequest(no_follow=True))
    return [event.order_id for event in events if event.kind == "ORDER_ROUTED"]


def test_both_servers_work(front: Client, servers: list[Server], request: pytest.FixtureRequest) -> None:
    name = request.node.name
    route(front, f"{name}-first")
    before = [server.cpu_seconds() for server in servers]
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda number: route(front, f"{name}-{number}"), range(CALLS)))
    taken = [server.cpu_seconds() - start for server, start in zip(servers, before, strict=True)]

    assert min(taken) / sum(taken) > SHARE_LEAST, taken
    assert len([one for one in routed_orders(front) if one.startswith(f"{name}-")]) == CALLS + 1


def test_a_refusal_comes_through_with_all_its_details(front: Client, servers: list[Server]) -> None:
    """As many findings as fit into the trailers of a status, which is more than some proxies take unless told to."""
    request = routing_pb2.BatchRouteOrdersRequest(
        orders=[a_route_request(f"{'x' * 40}-{number}", {"": 0}).order for number in range(100)],
        request_id="wrong",
    )
    refusals = []
    for client in (front, servers[0].client()):
        with pytest.raises(grpc.RpcError) as refused:
            client.routing.BatchRouteOrders(request)
        refusals.append(read_refusal(refused.value))

    assert refusals[0] == refusals[1]
    assert len(refusals[0].violations) > 20


def test_one_is_killed_and_every_order_is_decided_once(
    front: Client, servers: list[Server], request: pytest.FixtureRequest
) -> None:
    name = request.node.name
    with ThreadPoolExecutor(8) as pool:
        answers = pool.map(lambda number: route(front, f"{name}-{number}"), range(CALLS))
        first = [next(answers) for _ in range(CALLS // 6)]
        servers[0].kill()
        decided = {answer.routed.decision_id for answer in [*first, *answers]}
    servers[0].start()

    mine = [one for one in routed_orders(front) if one.startswith(f"{name}-")]
    assert sorted(mine) == sorted(f"{name}-{number}" for number in range(CALLS))
    assert len(decided) == CALLS
    assert list(servers[1].client().audit().faults) == []
