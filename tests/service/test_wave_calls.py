"""Waves over real gRPC: progress, outcomes in order, the sum; and what makes a wave no wave."""

import time
from collections.abc import Callable
from threading import Event, Thread
from typing import Any

import pytest

from router.api.v1 import order_pb2, orders_pb2, routing_pb2
from router.app.answers.answer import Answered
from router.app.answers.decided import Refused, Routed, Versions, WaveRouted
from router.app.commands.deciding import RouteWave
from router.domain.identifiers import OrderId
from router.domain.plan import Plan, SolutionMethod, SolutionStatus
from router.domain.reasons import RouterError
from router.routing.wave.wave import Standing
from router.service.from_proto.waves import WaveAssembly
from tests.service.builders import MONDAY_NOON, an_order
from tests.service.harness import Client, refusal_of
from tests.service.odd_engine import OddServers


def a_wave(*order_ids: str, request_id: str = "wave") -> list[routing_pb2.RouteWaveRequest]:
    header = routing_pb2.WaveHeader(request_id=request_id, decision_time=MONDAY_NOON)
    orders = [an_order(order_id) for order_id in order_ids]
    return [
        routing_pb2.RouteWaveRequest(header=header),
        routing_pb2.RouteWaveRequest(orders=routing_pb2.WaveOrders(orders=orders[:2])),
        routing_pb2.RouteWaveRequest(orders=routing_pb2.WaveOrders(orders=orders[2:])),
    ]


def route_wave(client: Client, messages: list[Any]) -> list[routing_pb2.RouteWaveResponse]:
    return list(client.routing.RouteWave(iter(messages), timeout=30))


def routed(order_id: str) -> Routed:
    plan = Plan(
        status=SolutionStatus.OPTIMAL,
        method=SolutionMethod.FLOW,
        objective_milli=5_000,
        bound_milli=5_000,
        work=1,
    )
    versions = Versions(rules_digest="r", network_digest="n", ledger_position=0, decision_time=0)  # type: ignore[arg-type]
    return Routed(decision_id="d-1", order_id=order_id, planned=plan, versions=versions)  # type: ignore[arg-type]


def test_a_wave_tells_its_phases_then_its_outcomes_then_the_sum(odd_servers: OddServers) -> None:
    def decide(future: Any, command: RouteWave) -> None:
        for standing in (
            Standing("PREPARE"),
            Standing("DIVE", 10_500, 9_999),
            Standing("BOOK", 10_000, 9_999),
        ):
            command.progress(standing)
        results = (
            routed("A-1"),
            Refused(order_id="A-2", reason="UNKNOWN_SKU", message="no"),
            routed("A-3"),
        )
        answer = WaveRouted(
            results=results,
            joint_count=2,
            objective_milli=10_000,
            bound_milli=9_999,
            redecided_count=1,
            is_cut=True,
            without_substitutes=(OrderId("A-3"),),
            without_transfers_count=2,
        )
        future.set_result(Answered(answer=answer))

    messages = route_wave(odd_servers(decide), a_wave("A-1", "A-2", "A-3"))

    told = [message.progress for message in messages[:3]]
    assert [one.phase for one in told] == ["PREPARE", "DIVE", "BOOK"]
    assert [one.gap_ppm for one in told] == [0, 47_715, 100]
    assert (told[1].objective_milli, told[1].bound_milli) == (10_500, 9_999)
    results = messages[3].results.results
    assert [one.routed.order_id or one.error.reason for one in results] == ["A-1", "UNKNOWN_SKU", "A-3"]
    assert messages[4].summary == routing_pb2.WaveSummary(
        order_count=3,
        joint_count=2,
        served_count=2,
        objective_milli=10_000,
        bound_milli=9_999,
        gap_ppm=100,
        search_cut=True,
        redecided_count=1,
        without_substitutes_order_ids=["A-3"],
        without_transfers_count=2,
    )
    assert len(messages) == 5


def test_the_engine_gets_all_orders_of_a_wave_as_one_command(odd_servers: OddServers) -> None:
    commands: list[RouteWave] = []

    def take(future: Any, command: RouteWave) -> None:
        commands.append(command)
        future.set_result(
            Answered(answer=WaveRouted(results=(), joint_count=0, objective_milli=0, bound_milli=0))
        )

    client = odd_servers(take)
    route_wave(client, a_wave("A-1", "A-2", "A-3"))
    route_wave(client, a_wave("A-1", "A-2", "A-3", request_id="other"))
    route_wave(client, a_wave("A-1", "A-2", "A-4"))

    assert [order.id for order in commands[0].orders] == ["A-1", "A-2", "A-3"]
    assert (commands[0].request_id, commands[0].decision_time) == ("wave", 1_794_830_400_000_000)
    assert commands[0].body_digest == commands[1].body_digest != commands[2].body_digest


def a_wave_of_seconds(seconds: int) -> list[routing_pb2.RouteWaveRequest]:
    messages = a_wave("A-1")
    messages[0].header.search_seconds_max = seconds
    return messages


def test_a_caller_who_leaves_ends_the_search(odd_servers: OddServers) -> None:
    wanted, has_begun = [], Event()

    def search(future: Any, command: RouteWave) -> None:
        command.progress(Standing("PREPARE"))
        has_begun.set()
        end = time.monotonic() + 60
        while command.is_wanted() and time.monotonic() < end:
            time.sleep(0.01)
        wanted.append(command.is_wanted())

    def decide(future: Any, command: RouteWave) -> None:
        Thread(target=search, args=(future, command), daemon=True).start()

    call = odd_servers(decide).routing.RouteWave(iter(a_wave("A-1")), timeout=60)
    assert next(call).progress.phase == "PREPARE"
    assert has_begun.wait(60)
    call.cancel()

    wait_until(lambda: wanted == [False])


def wait_until(is_so: Callable[[], bool]) -> None:
    end = time.monotonic() + 60
    while not is_so():
        assert time.monotonic() < end, "it never came to be"
        time.sleep(0.01)


WAVES: list[tuple[list[Any], str, dict[str, str]]] = [
    ([], "INVALID_REQUEST", {"header": "REQUIRED"}),
    (a_wave("A-1")[1:], "INVALID_REQUEST", {"header": "REQUIRED"}),
    (a_wave("A-1")[:1], "INVALID_REQUEST", {"orders": "WRONG_COUNT"}),
    ([*a_wave("A-1"), a_wave("A-1")[0]], "INVALID_REQUEST", {"header": "DUPLICATE"}),
    (a_wave("A-1", request_id=""), "REQUEST_ID_REQUIRED", {"request_id": "REQUEST_ID_REQUIRED"}),
    (a_wave_of_seconds(-1), "INVALID_REQUEST", {"header.search_seconds_max": "OUT_OF_RANGE"}),
    (a_wave_of_seconds(601), "INVALID_REQUEST", {"header.search_seconds_max": "OUT_OF_RANGE"}),
    (a_wave("A-1", "A-2", "A-1"), "INVALID_REQUEST", {"orders[2].order_id": "DUPLICATE"}),
    (a_wave("A-1", "A-2", ""), "INVALID_REQUEST", {"orders[2].order_id": "REQUIRED"}),
]


@pytest.mark.parametrize(("messages", "reason", "violations"), WAVES)
def test_a_bad_wave_is_refused_at_the_field(
    client: Client, messages: list[Any], reason: str, violations: dict[str, str]
) -> None:
    refusal = refusal_of(route_wave, client, messages)

    assert (refusal.code, refusal.reason) == ("INVALID_ARGUMENT", reason)
    assert refusal.violations == violations


def test_a_wave_has_a_size() -> None:
    assembly = WaveAssembly(0)  # type: ignore[arg-type]
    assembly.add(routing_pb2.RouteWaveRequest(header=routing_pb2.WaveHeader(request_id="k")))
    orders = [order_pb2.Order()] * 20_001

    with pytest.raises(RouterError, match="more than 20,000 entries"):
        assembly.add(routing_pb2.RouteWaveRequest(orders=routing_pb2.WaveOrders(orders=orders)))


def test_a_wave_is_decided_booked_and_repeated(client: Client) -> None:
    messages = a_wave("W-1", "W-2", "W-3", request_id="real wave")
    first, second = route_wave(client, messages), route_wave(client, messages)
    record = client.orders.GetOrder(orders_pb2.GetOrderRequest(order_id="W-2")).record
    outcomes = [one.routed for message in first for one in message.results.results]

    assert [message.progress.phase for message in (first[0], first[-3])] == ["PREPARE", "BOOK"]
    assert [one.order_id for one in outcomes] == ["W-1", "W-2", "W-3"]
    assert (first[-1].summary.order_count, first[-1].summary.served_count) == (3, 3)
    assert first[-1].summary.gap_ppm == 0
    assert record.decision_id == outcomes[1].decision_id
    assert (len(second), second[-1].summary.replayed) == (2, True)
    assert second[0] == first[-2]
    assert client.audit().clean
