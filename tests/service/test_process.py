"""The server as a process of its own: it ends in good order, and loses nothing when it is killed."""

import json
import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import grpc
import pytest

from router.api.v1 import routing_pb2
from router.wiring.serving import ONE_WISH_SECONDS
from tests.proving import rounds
from tests.service.builders import a_route_request
from tests.service.harness import Client

ROOT = Path(__file__).resolve().parents[2]


@contextmanager
def a_process(
    database: Path | str, *flags: str, address: str = "127.0.0.1:0"
) -> Iterator[tuple[Any, Client]]:
    """A server process that is ready, and a client of it; killed in the end if it still runs."""
    process = start_process(database, *flags, address=address)
    try:
        ready = json.loads(process.stdout.readline())
        client = Client(ready["address"])
        with client.channel:
            yield process, client
    finally:
        process.kill()
        process.communicate()


def start_process(database: Path | str, *flags: str, address: str = "127.0.0.1:0") -> Any:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("ROUTER_")}
    return subprocess.Popen(
        [sys.executable, "-m", "router", "serve", "--db", str(database), "--address", address, *flags],
        cwd=ROOT,
        env=environment | {"PYTHONPATH": str(ROOT / "src")},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def route_until_killed(client: Client, prefix: str, acknowledged: list[routing_pb2.RoutedOrder]) -> None:
    """Route orders one after another; what was answered is acknowledged."""
    for number in range(100_000):
        try:
            acknowledged.append(client.routing.RouteOrder(a_route_request(f"{prefix}-{number}")).routed)
        except grpc.RpcError:
            return


def kill_under_load(database: Path, cycle: int) -> list[routing_pb2.RoutedOrder]:
    acknowledged: list[routing_pb2.RoutedOrder] = []
    with a_process(database) as (process, client):
        if not cycle:
            client.set_up({"LYON": {"RED-CLOCK": 1_000_000}})
        workers = [
            threading.Thread(target=route_until_killed, args=(client, f"{cycle}-{worker}", acknowledged))
            for worker in range(8)
        ]
        for worker in workers:
            worker.start()
        while len(acknowledged) < 60:
            threading.Event().wait(0.01)
        process.kill()
        for worker in workers:
            worker.join(timeout=30)
    return acknowledged


@pytest.mark.long
def test_a_killed_server_has_every_decision_it_acknowledged(tmp_path: Path) -> None:
    database = tmp_path / "ledger.sqlite"
    acknowledged = [routed for cycle in range(rounds(2, 25)) for routed in kill_under_load(database, cycle)]
    with a_process(database) as (_, client):
        found = [
            client.routing.GetDecision(routing_pb2.GetDecisionRequest(decision_id=routed.decision_id)).routed
            for routed in acknowledged
        ]
        audit = client.audit()
        left = client.available("RED-CLOCK")["LYON"]

    assert len(acknowledged) >= 120
    assert found == acknowledged
    assert audit.clean
    assert left == 1_000_000 - audit.reservation_count
    assert audit.reservation_count >= len(acknowledged)


def test_a_terminated_server_answers_what_it_accepted_and_exits_with_0(tmp_path: Path) -> None:
    with a_process(tmp_path / "ledger.sqlite") as (process, client):
        client.set_up({"LYON": {"RED-CLOCK": 100}})
        acknowledged: list[routing_pb2.RoutedOrder] = []
        worker = threading.Thread(target=route_until_killed, args=(client, "A", acknowledged))
        worker.start()
        while len(acknowledged) < 20:
            threading.Event().wait(0.01)
        process.send_signal(signal.SIGTERM)
        code = process.wait(timeout=20)
        worker.join(timeout=20)
        log = [json.loads(line) for line in process.stderr.read().splitlines()]
    with a_process(tmp_path / "ledger.sqlite") as (_, client):
        reserved = client.audit().reservation_count

    assert code == 0
    assert [entry["message"] for entry in log] == ["draining", "stopped"]
    assert reserved == len(acknowledged)


def test_signals_that_come_together_end_a_server_in_good_order(tmp_path: Path) -> None:
    with a_process(tmp_path / "ledger.sqlite") as (process, client):
        endless: Any = client.channel.stream_unary("/router.api.v1.InventoryService/UploadStockSnapshot")
        hold = threading.Event()
        call = endless.future(iter(lambda: hold.wait(60) or b"", None))
        threading.Event().wait(0.3)
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGTERM):
            process.send_signal(number)
        threading.Event().wait(0.3)
        still_running = process.poll() is None
        call.cancel()
        hold.set()
        code = process.wait(timeout=20)
        log = [json.loads(line)["message"] for line in process.stderr.read().splitlines()]

    assert still_running
    assert (code, log[0], log[-1], "incident" in log) == (0, "draining", "stopped", False)


@pytest.mark.parametrize(
    "number",
    [
        signal.SIGTERM,
        pytest.param(
            signal.SIGHUP,
            marks=pytest.mark.skipif(
                signal.getsignal(signal.SIGHUP) != signal.SIG_DFL, reason="nobody hangs up"
            ),
        ),
    ],
)
def test_processes_end_at_once_while_one_of_them_is_still_starting(number: signal.Signals) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        silent.settimeout(60)
        database = f"postgresql://router@127.0.0.1:{silent.getsockname()[1]}/router"
        supervisor = start_process(database, "--processes", "2")
        try:
            asking, _ = silent.accept()
            with asking:
                supervisor.send_signal(number)
                code = supervisor.wait(timeout=10)
                asking.settimeout(20)
                with asking.makefile("rb") as said:
                    # To its end, which comes when nobody is left that holds it.
                    said.read()
        finally:
            supervisor.kill()
            supervisor.communicate()

    assert code == 0


def test_a_second_server_on_the_file_or_the_port_is_refused_with_4(tmp_path: Path) -> None:
    with a_process(tmp_path / "ledger.sqlite") as (_, client):
        same_file = start_process(tmp_path / "ledger.sqlite")
        same_port = start_process(":memory:", address=client.address)
        _, of_file = same_file.communicate(timeout=60)
        _, of_port = same_port.communicate(timeout=60)

    assert (same_file.returncode, same_port.returncode) == (4, 4)
    assert "STORE_UNUSABLE" in of_file
    assert "in use" in of_port


def test_a_server_that_cannot_listen_makes_no_ledger_and_puts_no_rules_in_force(tmp_path: Path) -> None:
    ledger = tmp_path / "ledger.sqlite"
    with socket.create_server(("127.0.0.1", 0)) as taken:
        process = start_process(
            ledger, "--rules", "rules/baseline", address=f"127.0.0.1:{taken.getsockname()[1]}"
        )
        _, said = process.communicate(timeout=60)

    assert process.returncode == 4
    assert "ADDRESS_REFUSED" in said
    assert list(tmp_path.iterdir()) == []


def test_what_cannot_be_served_is_said_with_a_code() -> None:
    no_address = start_process(":memory:", address="here")
    no_rules = start_process(":memory:", "--rules", "no/such/place")
    open_door = start_process(":memory:", address="0.0.0.0:0")
    said = [one.communicate(timeout=60)[1] for one in (no_address, no_rules, open_door)]

    assert [one.returncode for one in (no_address, no_rules, open_door)] == [2, 2, 4]
    assert "host:port" in said[0]
    assert "no/such/place" in said[1]
    assert "--insecure-anywhere" in said[2]


def test_a_second_signal_ends_a_server_that_still_waits(tmp_path: Path) -> None:
    with a_process(":memory:") as (process, client):
        endless: Any = client.channel.stream_unary("/router.api.v1.InventoryService/UploadStockSnapshot")
        hold = threading.Event()
        call = endless.future(iter(lambda: hold.wait(60) or b"", None))
        threading.Event().wait(0.3)
        process.send_signal(signal.SIGTERM)
        threading.Event().wait(ONE_WISH_SECONDS + 0.5)
        still_running = process.poll() is None
        process.send_signal(signal.SIGTERM)
        code = process.wait(timeout=10)
        call.cancel()
        hold.set()

    assert still_running
    assert code == -signal.SIGTERM
