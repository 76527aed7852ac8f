"""Servers, each a process of its own, on one PostgreSQL database: what is asked of one is known at the other."""

import signal
import threading
import time
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import grpc
import psycopg
import pytest

from router.api.v1 import events_pb2, orders_pb2
from router.api.v1.events_pb2_grpc import EventsServiceStub
from tests.connectors.endpoint import an_endpoint
from tests.connectors.test_kill import a_sinks_file, check, wait_for_the_end
from tests.integration.test_postgres_store import cut_connections
from tests.service.builders import a_route_request
from tests.service.harness import Client
from tests.service.test_customer_calls import (
    ADA,
    WORDS,
    a_personal_request,
    erase,
    get_customer,
    recipient_of,
)
from tests.service.test_process import a_process

pytestmark = pytest.mark.integration

STOCK = {"LYON": {"RED-CLOCK": 1_000_000}}
WAIT_SECONDS = 120


class Watcher(threading.Thread):
    """Follows all events at whichever server it finds, each time from the last position it saw."""

    def __init__(self, servers: list[Client]) -> None:
        super().__init__(daemon=True)
        self._servers = servers
        self.seen: list[tuple[int, str, str]] = []
        self.cuts = 0
        self.is_over = False

    def run(self) -> None:
        while not self.is_over:
            request = orders_pb2.WatchOrdersRequest(after_position=self.seen[-1][0] if self.seen else 0)
            try:
                for event in self._servers[0].orders.WatchOrders(request):
                    self.seen.append((event.position, event.kind, event.order_id))
            except (grpc.RpcError, ValueError):
                self.cuts += 1
                time.sleep(0.05)

    def wait_for(self, position: int) -> None:
        end = time.monotonic() + WAIT_SECONDS
        while not self.seen or self.seen[-1][0] < position:
            assert time.monotonic() < end, f"event {position} was not told; the last was {self.seen[-1:]}"
            time.sleep(0.02)


def route(client: Client, *order_ids: str) -> None:
    for order_id in order_ids:
        client.routing.RouteOrder(a_route_request(order_id))


def last_position(client: Client) -> int:
    events = EventsServiceStub(client.channel)
    return int(events.ListSinks(events_pb2.ListSinksRequest()).last_position)


def test_a_watcher_at_one_server_sees_what_another_routes_once_and_in_order(database: str) -> None:
    """Connections to the database are cut, then the watcher's server is killed and started again."""
    current: list[Client] = []
    watcher = Watcher(current)
    with a_process(database) as (_, writer):
        writer.set_up(STOCK)
        with a_process(database) as (process, reader):
            current[:] = [reader]
            watcher.start()
            route(writer, *(f"A-{n}" for n in range(20)))
            watcher.wait_for(last_position(writer))
            cut_connections(database)
            route(writer, *(f"B-{n}" for n in range(20)))
            route(reader, "at-the-reader")
            watcher.wait_for(last_position(writer))
            process.kill()
            process.wait()
            route(writer, *(f"C-{n}" for n in range(20)))
        with a_process(database) as (_, again):
            current[:] = [again]
            route(writer, *(f"D-{n}" for n in range(20)))
            watcher.wait_for(last_position(writer))
            watcher.is_over = True
        watcher.join(timeout=WAIT_SECONDS)
        told = [
            (event.position, event.kind, event.order_id)
            for event in writer.orders.WatchOrders(orders_pb2.WatchOrdersRequest(no_follow=True))
        ]
        assert writer.audit().clean

    assert watcher.cuts > 0
    assert watcher.seen == told
    assert [position for position, _, _ in told] == list(range(1, len(told) + 1))
    routed = [order_id for _, kind, order_id in told if kind == "ORDER_ROUTED"]
    assert sorted(routed) == sorted(["at-the-reader", *(f"{row}-{n}" for row in "ABCD" for n in range(20))])


def test_who_is_erased_at_one_server_is_unknown_at_all_and_in_every_row(database: str) -> None:
    with ExitStack() as stack:
        (_, one), (_, other) = (stack.enter_context(a_process(database)) for _ in range(2))
        one.set_up(STOCK)
        for n in range(3):
            (one, other)[n % 2].routing.RouteOrder(a_personal_request(f"P-{n}"))
        one.routing.RouteOrder(a_personal_request("Q-1", "c-2"))
        before = [recipient_of(other, f"P-{n}") for n in range(3)]
        head = one.audit()
        erased = erase(one, "c-1", "erase-1")
        repeated = erase(other, "c-1", "erase-1")
        after = get_customer(other, "c-1")

        assert before == [ADA] * 3
        assert (repeated.replayed, repeated.erase_time) == (True, erased.erase_time)
        assert [shown.HasField("recipient") for shown in after.orders] == [False] * 3
        assert [recipient_of(client, "P-1") for client in (one, other)] == [None, None]
        assert recipient_of(other, "Q-1") == ADA
        audit = other.audit()
        assert audit.clean
        assert audit.entry_count == head.entry_count
    with psycopg.connect(database) as connection:
        keys = dict(connection.execute("SELECT customer_id, key FROM customer_key").fetchall())
        letters = connection.execute("SELECT customer_id FROM recipient").fetchall()
        dump = repr([connection.execute(f"SELECT * FROM {name}").fetchall() for name in tables(connection)])
    assert [id for id, key in keys.items() if any(key)] == ["c-2"]
    assert letters == [("c-2",)]
    assert [word for word in WORDS if word in dump] == []


def tables(connection: Any) -> list[str]:
    rows = connection.execute(
        "SELECT table_name FROM information_schema.tables WHERE table_schema = 'public'"
    )
    return [f'"{row[0]}"' for row in rows.fetchall()]


@pytest.mark.timeout(600)
def test_the_relay_of_a_killed_server_is_taken_over_by_another(database: str, tmp_path: Path) -> None:
    """Two servers with the same sinks: one of them holds the sink. It is killed; the lease ends; the other tells on."""
    with an_endpoint() as endpoint, ExitStack() as stack:
        sinks = a_sinks_file(tmp_path, endpoint)
        servers = [stack.enter_context(a_process(database, "--sinks", str(sinks))) for _ in range(2)]
        servers[0][1].set_up(STOCK)
        route(servers[0][1], *(f"A-{n}" for n in range(10)))
        wait_for_the_end(servers[1][1])
        holder = holder_of(servers[0][1])
        killed, left = served_by(holder, servers)
        killed[0].send_signal(signal.SIGKILL)
        killed[0].wait()
        route(left[1], *(f"B-{n}" for n in range(10)))
        last = wait_for_the_end(left[1])

        assert holder_of(left[1]) not in ("", holder)
        check(endpoint, last)
        left[0].send_signal(signal.SIGTERM)
        assert left[0].wait(timeout=WAIT_SECONDS) == 0


def holder_of(client: Client) -> str:
    """Who serves the sink; a relay that has nothing to do keeps its claim until it runs out."""
    (sink,) = EventsServiceStub(client.channel).ListSinks(events_pb2.ListSinksRequest()).sinks
    return str(sink.holder)


def served_by(holder: str, servers: list[Any]) -> tuple[Any, Any]:
    """The server whose relay that is, and the other one."""
    mine = [number for number, (process, _) in enumerate(servers) if f"/{process.pid}/" in holder]
    assert len(mine) == 1, f"{holder} is none of {[process.pid for process, _ in servers]}"
    return servers[mine[0]], servers[1 - mine[0]]
