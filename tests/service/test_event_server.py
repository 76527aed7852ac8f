"""`router events serve`: events followed in a process of their own, while a server writes them."""

import signal
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import grpc
import pytest

from router.api.v1 import events_pb2, orders_pb2
from router.cli.main import run
from router.simulation.server_process import ServerProcess, running_event_server
from tests.service.builders import a_route_request
from tests.service.harness import Client, a_server, read_refusal, refusal_of, take


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("events") / "ledger.sqlite"


@pytest.fixture(scope="module")
def writer(path: Path) -> Iterator[Client]:
    with a_server(str(path)) as client:
        client.set_up({"LYON": {"RED-CLOCK": 50}})
        client.routing.RouteOrder(a_route_request("A-1"))
        yield client


@pytest.fixture(scope="module")
def events(writer: Client, path: Path) -> Iterator[ServerProcess]:
    with running_event_server(path) as server:
        yield server


@pytest.fixture
def reader(events: ServerProcess) -> Iterator[Client]:
    client = Client(events.address)
    with client.channel:
        yield client


def test_what_another_process_writes_is_told_as_it_is_booked(writer: Client, reader: Client) -> None:
    stream = reader.orders.WatchOrders(orders_pb2.WatchOrdersRequest(order_id="B-1"))
    every = reader.events.WatchEvents(events_pb2.WatchEventsRequest(types=["router.order.routed.v1"]))
    before = [one.order_id for one in take(every, 1)]
    writer.routing.RouteOrder(a_route_request("B-1"))

    assert before == ["A-1"]
    assert [one.order_id for one in take(every, 1)] == ["B-1"]
    assert [one.kind for one in take(stream, 1)] == ["ORDER_ROUTED"]
    stream.cancel()
    every.cancel()


def test_it_tells_the_same_as_the_server_that_writes(writer: Client, reader: Client) -> None:
    request = events_pb2.WatchEventsRequest(no_follow=True)

    assert list(reader.events.WatchEvents(request)) == list(writer.events.WatchEvents(request))


def test_nothing_else_is_served_there(reader: Client) -> None:
    refusal = refusal_of(reader.routing.RouteOrder, a_route_request("C-1"))
    read = refusal_of(reader.orders.GetOrder, orders_pb2.GetOrderRequest(order_id="A-1"))

    assert (refusal.code, refusal.reason) == ("UNIMPLEMENTED", "UNKNOWN_METHOD")
    assert (read.code, read.reason, read.facts["nearest"]) == (
        "UNIMPLEMENTED",
        "UNKNOWN_METHOD",
        "/router.api.v1.OrdersService/WatchOrders",
    )


def test_followers_are_told_when_it_ends_and_resume_at_the_next(path: Path, writer: Client) -> None:
    told: list[Any] = []
    with running_event_server(path) as server:
        client = Client(server.address)
        stream = client.events.WatchEvents(events_pb2.WatchEventsRequest())
        last = take(stream, 2)[-1].position
        listener = threading.Thread(target=lambda: told.append(ending_of(stream)))
        listener.start()
        server.process.send_signal(signal.SIGTERM)
        server.process.wait(30)
    listener.join(30)
    client.channel.close()
    assert read_refusal(told[0]).reason == "DRAINING"

    with running_event_server(path) as server, Client(server.address).channel as channel:
        again = Client(server.address, channel).events
        (event,) = take(again.WatchEvents(events_pb2.WatchEventsRequest(after_position=last)), 1)
        assert event.position == last + 1


def ending_of(stream: Any) -> grpc.RpcError:
    try:
        list(stream)
    except grpc.RpcError as error:
        return error
    raise AssertionError("the stream ended without a word")


@pytest.mark.parametrize(
    ("database", "code", "said"),
    [
        (":memory:", 2, "seen by their own server alone"),
        ("/nowhere/ledger.sqlite", 4, "there is no file"),
        ("pyproject.toml", 4, "not a database"),
    ],
)
def test_books_that_cannot_be_read_beside_their_server_are_refused(
    database: str, code: int, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["events", "serve", "--db", database, "--address", "127.0.0.1:0"]) == code
    assert said in capsys.readouterr().err
