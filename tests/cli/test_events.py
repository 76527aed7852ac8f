"""`router events` against a real server."""

import json
import re
from collections.abc import Iterator
from typing import Any

import grpc
import pytest

from router.api.v1 import events_pb2 as pb
from router.api.v1.events_pb2_grpc import EventsServiceStub
from router.cli.events import events
from tests.cli.conftest import Command
from tests.service.builders import a_route_request
from tests.service.harness import Client, a_server


@pytest.fixture(scope="module")
def client() -> Iterator[Client]:
    with a_server() as connected:
        connected.set_up({"LYON": {"RED-CLOCK": 50}})
        connected.routing.RouteOrder(a_route_request("A-1"))
        connected.routing.RouteOrder(a_route_request("A-2"))
        held = [
            pb.HeldEvent(
                position=3, order_id="A-1", state=pb.HELD_STATE_DEAD, attempts=24, error="400 Bad Request"
            ),
            pb.HeldEvent(position=4, order_id="A-2", state=pb.HELD_STATE_HELD, attempts=3, error="timeout"),
        ]
        EventsServiceStub(connected.channel).SettleDeliveries(
            pb.SettleDeliveriesRequest(sink="erp", holder="me", cursor=3, lease_seconds=60, held_events=held)
        )
        yield connected


def test_events_are_printed_one_a_line(command: Command) -> None:
    code, out, _ = command("events", "tail", "--from-position", "2")

    assert code == 0
    assert re.fullmatch(
        r" +3  \S+Z  order\.routed +A-1  ALLOCATED: 1 shipment from LYON\n +4  \S+Z  order\.routed +A-2  .*\n",
        out,
    )


class Gone(grpc.RpcError):
    def code(self) -> grpc.StatusCode:
        return grpc.StatusCode.UNAVAILABLE


class Restarting:
    """Tells one event, is gone twice, and tells two more behind the position that it is asked for."""

    def __init__(self, channel: Any) -> None:
        self.asked: list[int] = channel

    def WatchEvents(self, request: pb.WatchEventsRequest) -> Iterator[pb.WatchEventsResponse]:
        self.asked.append(request.after_position)
        if len(self.asked) in (1, 4):
            yield pb.WatchEventsResponse(position=request.after_position + 1)
        if len(self.asked) < 4:
            raise Gone


def test_who_follows_goes_on_where_a_server_that_was_there_comes_back(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(f"{EventsServiceStub.__module__}.EventsServiceStub", Restarting)
    monkeypatch.setattr(events, "AGAIN_SECONDS", 0)
    asked: list[int] = []

    told = [event.position for event in events.followed(asked, pb.WatchEventsRequest(after_position=7))]

    assert (told, asked) == ([8, 9], [7, 8, 8, 8])


def test_who_does_not_follow_is_told_that_nobody_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(f"{EventsServiceStub.__module__}.EventsServiceStub", Restarting)
    asked: list[int] = []
    with pytest.raises(Gone):
        list(events.followed(asked, pb.WatchEventsRequest(no_follow=True)))

    assert asked == [0]


def test_events_are_json_lines(command: Command) -> None:
    _, out, _ = command("events", "tail", "--type", "order.routed", "--order", "A-2", "--json")
    (line,) = out.splitlines()

    assert (json.loads(line)["orderId"], json.loads(line)["nodeIds"]) == ("A-2", ["LYON"])


def test_sinks_are_shown_with_how_far_they_are(command: Command) -> None:
    _, out, _ = command("events", "sinks")
    _, listed, _ = command("events", "sinks", "--json")

    assert re.search(r"^erp +served by me +3 +1 +1 +1", out, re.M)
    assert json.loads(listed)["sinks"][0]["deadCount"] == "1"


def test_dead_letters_are_listed_with_the_reason(command: Command) -> None:
    _, dead, _ = command("events", "dead", "erp")
    _, everything, _ = command("events", "dead", "erp", "--all")

    assert re.fullmatch(r" +3  dead +A-1  24 tries  400 Bad Request\n", dead)
    assert re.search(r"^ +4  held +A-2  3 tries  timeout$", everything, re.M)


def test_a_replay_says_what_it_will_do(command: Command) -> None:
    code, out, _ = command("events", "replay", "erp", "--from-position", "1", "--dead")

    assert (code, out) == (0, "erp goes on behind position 1, 1 dead letters are tried again\n")
    assert command("events", "dead", "erp")[1] == "nothing\n"


def test_a_sink_that_is_none_is_refused_with_those_there_are(command: Command) -> None:
    code, _, err = command("events", "replay", "none")

    assert code == 1
    assert "SINK_NOT_FOUND" in err
    assert "known: `erp`" in err


def test_a_bad_sinks_file_is_told_before_anything_is_called(command: Command, tmp_path: Any) -> None:
    path = tmp_path / "sinks.yaml"
    path.write_text("sinks:\n  a: {kind: webhok}\n")
    code, _, err = command("events", "relay", "--sinks", str(path))

    assert code == 2
    assert "sinks.yaml:2:13: `kind` cannot be `webhok`; did you mean `webhook`?" in err
