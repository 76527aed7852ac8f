"""Events over gRPC: streamed by type, told to sinks, held, given up and told again."""

from collections.abc import Iterator
from typing import Any

import pytest

from router.api.v1 import events_pb2 as pb
from router.api.v1 import orders_pb2
from router.api.v1.events_pb2_grpc import EventsServiceStub
from tests.service.builders import a_route_request
from tests.service.harness import Client, a_server, refusal_of


@pytest.fixture(scope="module")
def client() -> Iterator[Client]:
    with a_server() as connected:
        connected.set_up({"LYON": {"RED-CLOCK": 500}})
        for number in range(3):
            connected.routing.RouteOrder(a_route_request(f"A-{number}"))
        connected.orders.CancelOrder(orders_pb2.CancelOrderRequest(order_id="A-1", request_id="cancel"))
        yield connected


@pytest.fixture
def events(client: Client) -> Any:
    return EventsServiceStub(client.channel)


def settle(events: Any, sink: str, **fields: Any) -> Any:
    facts = {"holder": "one", "cursor": 4, "lease_seconds": 30}
    return events.SettleDeliveries(pb.SettleDeliveriesRequest(sink=sink, **{**facts, **fields}))


def test_events_are_streamed_with_type_state_and_nodes(events: Any) -> None:
    told = list(events.WatchEvents(pb.WatchEventsRequest(after_position=2, no_follow=True)))

    assert [(one.position, one.type, one.order_id, one.state, list(one.node_ids)) for one in told] == [
        (3, "router.order.routed.v1", "A-0", "ALLOCATED", ["LYON"]),
        (4, "router.order.routed.v1", "A-1", "ALLOCATED", ["LYON"]),
        (5, "router.order.routed.v1", "A-2", "ALLOCATED", ["LYON"]),
        (6, "router.order.canceled.v1", "A-1", "CANCELED", []),
    ]
    assert len({one.event_id for one in told}) == 4


def test_only_the_wanted_types_are_streamed(events: Any) -> None:
    request = pb.WatchEventsRequest(types=["router.order.canceled.v1"], no_follow=True)

    assert [one.position for one in events.WatchEvents(request)] == [6]


def test_a_type_that_is_none_is_refused(events: Any) -> None:
    refusal = refusal_of(list, events.WatchEvents(pb.WatchEventsRequest(types=["order.rooted"])))

    assert (refusal.code, refusal.violations) == ("INVALID_ARGUMENT", {"types[0]": "UNKNOWN_VALUE"})


def test_a_relay_settles_and_everybody_sees_how_far_it_is(events: Any) -> None:
    held = [
        pb.HeldEvent(position=3, order_id="A-0", state=pb.HELD_STATE_DEAD, attempts=24, error="500"),
        pb.HeldEvent(position=4, order_id="A-1", state=pb.HELD_STATE_HELD, attempts=3, error="500"),
    ]
    settled = settle(events, "erp", held_events=held, trouble="500 Internal Server Error")
    other = settle(events, "erp", holder="two", cursor=6)
    found = events.ListSinks(pb.ListSinksRequest())
    dead = events.ListHeldEvents(pb.ListHeldEventsRequest(sink="erp", state=pb.HELD_STATE_DEAD))
    page = events.ListHeldEvents(pb.ListHeldEventsRequest(sink="erp", page_size=1))
    rest = events.ListHeldEvents(pb.ListHeldEventsRequest(sink="erp", page_token=page.next_page_token))

    assert (settled.accepted, other.accepted, other.sink.holder) == (True, False, "one")
    (sink,) = [one for one in found.sinks if one.name == "erp"]
    assert (sink.cursor, sink.held_count, sink.dead_count, sink.trouble) == (
        4,
        1,
        1,
        "500 Internal Server Error",
    )
    assert found.last_position == 6
    assert [(one.position, one.attempts) for one in dead.held_events] == [(3, 24)]
    assert [one.position for one in (*page.held_events, *rest.held_events)] == [3, 4]


def test_a_replay_is_done_once_for_its_key(events: Any) -> None:
    held = [pb.HeldEvent(position=3, order_id="A-0", state=pb.HELD_STATE_DEAD)]
    settle(events, "crm", held_events=held)
    request = pb.ReplayEventsRequest(
        sink="crm", after_position=1, with_dead_letters=True, request_id="replay crm"
    )
    first, second = events.ReplayEvents(request), events.ReplayEvents(request)
    (sink,) = [one for one in events.ListSinks(pb.ListSinksRequest()).sinks if one.name == "crm"]

    assert (first.cursor, first.revived_count, first.replayed, second.replayed) == (1, 1, False, True)
    assert (sink.epoch, sink.cursor, sink.held_count, sink.dead_count) == (1, 1, 1, 0)
    assert not settle(events, "crm", cursor=4).accepted


@pytest.mark.parametrize(
    ("request_", "violations"),
    [
        (pb.SettleDeliveriesRequest(holder="one"), {"sink": "REQUIRED"}),
        (pb.SettleDeliveriesRequest(sink="a", holder="one", cursor=-1), {"cursor": "OUT_OF_RANGE"}),
        (
            pb.SettleDeliveriesRequest(sink="a", holder="one", lease_seconds=301),
            {"lease_seconds": "OUT_OF_RANGE"},
        ),
        (
            pb.SettleDeliveriesRequest(sink="a", holder="one", held_events=[pb.HeldEvent(position=1)]),
            {"held_events[0].state": "UNKNOWN_VALUE"},
        ),
        (
            pb.SettleDeliveriesRequest(
                sink="a", holder="one", held_events=[pb.HeldEvent(state=pb.HELD_STATE_DEAD)]
            ),
            {"held_events[0].position": "OUT_OF_RANGE"},
        ),
    ],
)
def test_a_bad_report_is_refused_with_every_fault(events: Any, request_: Any, violations: Any) -> None:
    refusal = refusal_of(events.SettleDeliveries, request_)

    assert (refusal.reason, refusal.violations) == ("INVALID_REQUEST", violations)


def test_an_order_without_dead_letters_narrows_nothing(events: Any) -> None:
    request = pb.ReplayEventsRequest(sink="erp", order_id="A-1", request_id="narrow")

    assert refusal_of(events.ReplayEvents, request).violations == {"order_id": "NOT_ALLOWED"}


def test_a_sink_that_was_never_served_has_nothing_to_list(events: Any) -> None:
    refusal = refusal_of(events.ListHeldEvents, pb.ListHeldEventsRequest(sink="none"))

    assert (refusal.code, refusal.reason) == ("NOT_FOUND", "SINK_NOT_FOUND")
