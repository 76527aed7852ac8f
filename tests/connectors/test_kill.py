"""A relay that is killed in the middle of its work, again and again: nothing is lost, what comes twice is the same."""

import json
import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import grpc
import pytest

from router.api.v1 import events_pb2, orders_pb2
from router.api.v1.events_pb2_grpc import EventsServiceStub
from tests.connectors.endpoint import Answer, Endpoint, an_endpoint
from tests.proving import rounds
from tests.service.builders import a_route_request
from tests.service.harness import Client, a_server
from tests.service.test_process import ROOT, a_process

WAIT_SECONDS = 60


def a_relay(sinks: Path, address: str) -> Any:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("ROUTER_")}
    command = ["events", "relay", "--sinks", str(sinks), "--name", "relay-1", "--address", address]
    return subprocess.Popen(
        [sys.executable, "-m", "router", *command],
        cwd=ROOT,
        env=environment | {"PYTHONPATH": str(ROOT / "src")},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


def a_sinks_file(folder: Path, endpoint: Endpoint) -> Path:
    path = folder / "sinks.yaml"
    path.write_text(f"sinks:\n  erp: {{kind: webhook, url: '{endpoint.url}', start: beginning}}\n")
    return path


def moody(seed: int) -> Any:
    """Now and then it fails, and now and then it takes its time."""
    chance = random.Random(seed)

    def answer(number: int, body: bytes) -> Answer:
        time.sleep(0.02 * chance.random())
        return (500, {}, "") if chance.random() < 0.1 else (204, {}, "")

    return answer


def book_until(stop: threading.Event, client: Client, prefix: str) -> None:
    """Orders that are routed and at once canceled, so that each has two events whose order counts."""
    number = 0
    while not stop.wait(0.05):
        number += 1
        order_id = f"{prefix}-{number}"
        try:
            client.routing.RouteOrder(a_route_request(order_id))
            client.orders.CancelOrder(
                orders_pb2.CancelOrderRequest(order_id=order_id, request_id=f"cancel {order_id}")
            )
        except grpc.RpcError:
            return


@contextmanager
def booking(client: Client, prefix: str = "A") -> Iterator[None]:
    stop = threading.Event()
    worker = threading.Thread(target=book_until, args=(stop, client, prefix))
    worker.start()
    try:
        yield
    finally:
        stop.set()
        worker.join()


def wait_for_the_end(client: Client) -> int:
    """Until the sink has everything, however long that takes as long as it comes on; the position of the last event."""
    events = EventsServiceStub(client.channel)
    end, cursor = time.monotonic() + WAIT_SECONDS, 0
    while True:
        found = events.ListSinks(events_pb2.ListSinksRequest())
        if found.sinks and found.sinks[0].cursor == found.last_position and not found.sinks[0].held_count:
            return found.last_position
        if found.sinks and found.sinks[0].cursor > cursor:
            end, cursor = time.monotonic() + WAIT_SECONDS, found.sinks[0].cursor
        assert time.monotonic() < end, found
        time.sleep(0.05)


def check(endpoint: Endpoint, last_position: int) -> None:
    """All are there; one id is one event; the first arrivals of each order are in its order."""
    bodies: dict[str, bytes] = {}
    firsts: dict[str, list[int]] = {}
    for _, body in endpoint.received:
        event = json.loads(body)
        assert bodies.setdefault(event["id"], body) == body
        position = event["data"]["position"]
        seen = firsts.setdefault(event.get("subject", f"no order, {position}"), [])
        if position not in seen:
            seen.append(position)
    assert sorted(position for seen in firsts.values() for position in seen) == list(
        range(1, last_position + 1)
    )
    assert len(bodies) == last_position
    # What failed counts as arrived here: the order of first attempts is stricter than that of first arrivals.
    assert all(seen == sorted(seen) for seen in firsts.values())


@pytest.mark.long
def test_a_relay_that_is_killed_again_and_again_loses_nothing(tmp_path: Path) -> None:
    chance = random.Random(5)
    with an_endpoint() as endpoint, a_server() as client:
        endpoint.answer = moody(5)
        client.set_up({"LYON": {"RED-CLOCK": 1_000_000}})
        sinks = a_sinks_file(tmp_path, endpoint)
        with booking(client):
            for _ in range(rounds(2, 50)):
                goal = len(endpoint.received) + chance.randrange(1, 60)
                relay = a_relay(sinks, client.address)
                end = time.monotonic() + WAIT_SECONDS
                while len(endpoint.received) < goal:
                    assert time.monotonic() < end, "the relay tells nothing"
                    time.sleep(0.01)
                relay.send_signal(signal.SIGKILL)
                relay.wait()
        relay = a_relay(sinks, client.address)
        last_position = wait_for_the_end(client)
        relay.terminate()

        assert relay.wait(timeout=WAIT_SECONDS) == 0
        check(endpoint, last_position)


@pytest.mark.long
def test_a_server_that_is_killed_with_its_relay_loses_nothing(tmp_path: Path) -> None:
    with an_endpoint() as endpoint:
        endpoint.answer = moody(6)
        sinks = a_sinks_file(tmp_path, endpoint)
        for cycle in range(rounds(1, 10)):
            with a_process(tmp_path / "ledger.sqlite", "--sinks", str(sinks)) as (process, client):
                if not cycle:
                    client.set_up({"LYON": {"RED-CLOCK": 1_000_000}})
                with booking(client, f"C{cycle}"):
                    time.sleep(1.5)
                    process.kill()
        with a_process(tmp_path / "ledger.sqlite", "--sinks", str(sinks)) as (process, client):
            last_position = wait_for_the_end(client)
            process.send_signal(signal.SIGTERM)

            assert process.wait(timeout=WAIT_SECONDS) == 0
        check(endpoint, last_position)
