"""Events streamed: each once, in order, resumable."""

import threading
from collections.abc import Iterator
from typing import Any

import grpc
import pytest

from router.api.v1 import orders_pb2
from router.settings import Settings
from router.wiring.application import build_application
from tests.service.builders import a_route_request
from tests.service.harness import Client, a_server, read_refusal, refusal_of, serving, take


@pytest.fixture
def busy() -> Iterator[Client]:
    with a_server() as client:
        client.set_up({"LYON": {"RED-CLOCK": 500}})
        yield client


def watch(client: Client, **fields: Any) -> Any:
    return client.orders.WatchOrders(orders_pb2.WatchOrdersRequest(**fields))


def test_present_events_are_sent_and_the_stream_ends(busy: Client) -> None:
    busy.routing.RouteOrder(a_route_request("A-1"))

    events = list(watch(busy, no_follow=True))

    assert [(event.position, event.kind) for event in events] == [
        (1, "NETWORK_CHANGED"),
        (2, "SNAPSHOT_BOOKED"),
        (3, "ORDER_ROUTED"),
    ]
    assert (events[2].order_id, events[2].text) == ("A-1", "ALLOCATED: 1 shipment from LYON")


def test_a_follower_hears_of_new_orders_as_they_are_booked(busy: Client) -> None:
    stream = watch(busy, after_position=2)
    for number in range(5):
        busy.routing.RouteOrder(a_route_request(f"A-{number}"))
        (event,) = take(stream, 1)
        assert (event.position, event.order_id) == (3 + number, f"A-{number}")
    stream.cancel()


def test_resuming_with_the_last_position_loses_and_repeats_nothing(busy: Client) -> None:
    writer = threading.Thread(
        target=lambda: [busy.routing.RouteOrder(a_route_request(f"A-{n}")) for n in range(60)]
    )
    writer.start()
    seen: list[int] = []
    while len(seen) < 62:
        stream = watch(busy, after_position=seen[-1] if seen else 0)
        seen += [event.position for event in take(stream, min(7, 62 - len(seen)))]
        stream.cancel()
    writer.join()

    assert seen == list(range(1, 63))


@pytest.mark.parametrize("no_follow", [True, False])
def test_a_position_that_no_event_has_is_refused(busy: Client, no_follow: bool) -> None:
    """As after the restore of an older copy: it would be silent until there are so many events again."""
    list(watch(busy, after_position=2, no_follow=True))

    refused = refusal_of(lambda: list(watch(busy, after_position=3, no_follow=no_follow)))

    assert (refused.reason, refused.violations) == ("INVALID_REQUEST", {"after_position": "OUT_OF_RANGE"})


def test_only_one_order_is_followed_when_asked(busy: Client) -> None:
    for number in range(4):
        busy.routing.RouteOrder(a_route_request(f"A-{number}"))
    busy.orders.CancelOrder(orders_pb2.CancelOrderRequest(order_id="A-2", request_id="cancel"))

    events = list(watch(busy, order_id="A-2", no_follow=True))

    assert [event.kind for event in events] == ["ORDER_ROUTED", "ORDER_CANCELED"]


def test_more_events_than_a_page_arrive_in_order(busy: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("router.service.event_tail.EVENTS_PER_READ", 3)
    for number in range(10):
        busy.routing.RouteOrder(a_route_request(f"A-{number}"))

    assert [event.position for event in watch(busy, no_follow=True)] == list(range(1, 13))


def test_only_so_many_may_watch(busy: Client) -> None:
    streams = [watch(busy) for _ in range(256)]
    for stream in streams:
        take(stream, 1)
    refusal = refusal_of(list, watch(busy))
    for stream in streams:
        stream.cancel()

    assert (refusal.code, refusal.reason) == ("RESOURCE_EXHAUSTED", "TOO_MANY_WATCHERS")
    assert refusal.retry_milliseconds == 5_000


def test_a_place_is_free_again_when_a_watcher_leaves(busy: Client) -> None:
    for _ in range(300):
        stream = watch(busy)
        take(stream, 1)
        stream.cancel()

    assert len(list(watch(busy, no_follow=True))) == 2


def test_followers_are_told_when_the_server_ends() -> None:
    application = build_application(Settings())
    told: list[grpc.RpcError] = []
    with serving(application) as server:
        client = Client(server.address)
        client.set_up({"LYON": {"RED-CLOCK": 1}})
        stream = watch(client)
        take(stream, 2)
        listener = threading.Thread(target=lambda: told.append(ending_of(stream)))
        listener.start()
    listener.join(timeout=10)
    client.channel.close()
    application.close()

    assert read_refusal(told[0]).reason == "DRAINING"
    assert told[0].code() is grpc.StatusCode.UNAVAILABLE


def ending_of(stream: Any) -> grpc.RpcError:
    try:
        take(stream, 1_000)
    except grpc.RpcError as error:
        return error
    raise AssertionError("the stream ended without a word")
