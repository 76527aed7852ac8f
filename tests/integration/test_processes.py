"""`router serve --processes 2` on PostgreSQL: one of them is killed under load, and nothing is lost or done twice."""

import json
import os
import signal
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event
from typing import Any

import pytest
from router_client import Patience, Router
from router_client.v1 import order_pb2

from tests.integration.postgres import Cluster
from tests.service.builders import an_order
from tests.service.harness import Client
from tests.service.test_process import start_process

pytestmark = pytest.mark.integration

ORDERS = 300


def test_one_process_is_killed_and_nothing_is_lost(cluster: Cluster, tmp_path: Path) -> None:
    database = cluster.create_database()
    core = min(os.sched_getaffinity(0))
    supervisor = start_process(database, "--processes", "2", "--pin", str(core))
    try:
        ready = json.loads(supervisor.stdout.readline())
        assert len(set(ready["processes"])) == 2
        assert [os.sched_getaffinity(pid) for pid in ready["processes"]] == [{core}, {core}]
        client = Client(ready["address"])
        client.set_up({"LYON": {"RED-CLOCK": 100_000}, "LILLE": {"RED-CLOCK": 100_000}})
        orders = [
            order_pb2.Order.FromString(an_order(f"P-{number}", {"RED-CLOCK": 1}).SerializeToString())
            for number in range(ORDERS)
        ]
        with Router(ready["address"], connections=8, patience=Patience(seconds=120)) as router:
            with ThreadPoolExecutor(8) as pool:
                answers = pool.map(lambda one: router.route(one, request_id=one.order_id), orders)
                first = [next(answers) for _ in range(40)]
                os.kill(ready["processes"][0], signal.SIGKILL)
                routed = [*first, *answers]
            again = [router.route(one, request_id=one.order_id) for one in orders[::10]]
            seen = [event.order_id for event in router.watch(follow=False) if event.kind == "ORDER_ROUTED"]
        assert sorted(seen) == sorted(order.order_id for order in orders)
        assert len({one.decision_id for one in routed}) == ORDERS
        assert [one.decision_id for one in again] == [one.decision_id for one in routed[::10]]
        assert list(Client(ready["address"]).audit().faults) == []
        assert len(children_of(supervisor.pid, wanted=2)) == 2
        supervisor.send_signal(signal.SIGTERM)
        assert supervisor.wait(60) == 0
        assert children_of(supervisor.pid, wanted=0) == set()
    finally:
        supervisor.kill()
        supervisor.communicate()


def test_all_processes_are_told_to_stop_at_once_and_finish_what_they_accepted(cluster: Cluster) -> None:
    supervisor = start_process(cluster.create_database(), "--processes", "2")
    try:
        ready = json.loads(supervisor.stdout.readline())
        client = Client(ready["address"])
        client.set_up({"LYON": {"RED-CLOCK": 100_000}})
        endless: Any = client.channel.stream_unary("/router.api.v1.InventoryService/UploadStockSnapshot")
        hold = Event()
        call = endless.future(iter(lambda: hold.wait(60) or b"", None))
        time.sleep(0.5)
        for pid in (*ready["processes"], supervisor.pid):
            os.kill(pid, signal.SIGTERM)
        time.sleep(1.0)
        left = len(children_of(supervisor.pid, wanted=1))
        call.cancel()
        hold.set()
        code = supervisor.wait(60)
        log = [json.loads(line)["message"] for line in supervisor.stderr.read().splitlines()]
    finally:
        supervisor.kill()
        supervisor.communicate()

    assert (left, code) == (1, 0)
    assert [log.count(word) for word in ("draining", "stopped", "incident")] == [2, 2, 0]


def children_of(pid: int, wanted: int) -> set[int]:
    """The processes that it started, waited for until there are as many as wanted."""
    end = time.monotonic() + 60
    while True:
        found = set()
        for status in Path("/proc").glob("[0-9]*/stat"):
            try:
                fields: list[Any] = status.read_text().rpartition(")")[2].split()
            except OSError:
                continue
            if int(fields[1]) == pid and fields[0] != "Z":
                found.add(int(status.parent.name))
        if len(found) == wanted or time.monotonic() > end:
            return found
        time.sleep(0.2)
