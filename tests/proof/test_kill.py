"""The real server is killed, or stopped for a moment, under clients that repeat what was not answered: once each."""

import os
import signal
import threading
import time
from pathlib import Path
from random import Random

import grpc
import pytest

from router.api.v1 import routing_pb2
from tests.proving import TIER, rounds
from tests.service.builders import a_route_request
from tests.service.harness import Client
from tests.service.test_process import a_process

CLIENTS = 6
ANSWERS_PER_CYCLE = 40
STOCK = 1_000_000


class Patient(threading.Thread):
    """Sends one order after another, each again and again to whichever server there is, until it has an answer."""

    def __init__(self, name: str, current: list[Client]) -> None:
        super().__init__(daemon=True)
        self.prefix = name
        self.current = current
        self.answers: dict[str, list[routing_pb2.RoutedOrder]] = {}
        self.is_over = False

    def run(self) -> None:
        number = 0
        while not self.is_over:
            number += 1
            # Every tenth is sent once more: clients do not always know that they were answered.
            self._send(f"{self.prefix}-{number}", 1 if number % 10 else 2)

    def _send(self, id: str, wanted: int) -> None:
        request = a_route_request(id)
        while len(self.answers.get(id, ())) < wanted:
            try:
                routed = self.current[0].routing.RouteOrder(request, timeout=20).routed
                self.answers.setdefault(id, []).append(routed)
            except (grpc.RpcError, ValueError):
                if self.is_over:
                    return
                time.sleep(0.02)


def answered(patients: list[Patient]) -> int:
    return sum(len(patient.answers) for patient in patients)


@pytest.mark.long
@pytest.mark.timeout(0 if TIER == "soak" else 3_000)
def test_a_killed_server_loses_no_answer_and_does_nothing_twice(tmp_path: Path) -> None:
    database, random = tmp_path / "ledger.sqlite", Random(7)
    current: list[Client] = []
    patients = [Patient(f"p{number}", current) for number in range(CLIENTS)]
    for cycle in range(rounds(2, 50)):
        with a_process(database) as (process, client):
            current[:] = [client]
            if not cycle:
                client.set_up({"LYON": {"RED-CLOCK": STOCK}})
                for patient in patients:
                    patient.start()
            goal = answered(patients) + ANSWERS_PER_CYCLE
            while answered(patients) < goal:
                time.sleep(0.01)
            if cycle % 2:
                os.kill(process.pid, signal.SIGSTOP)
                time.sleep(random.random() / 2)
                os.kill(process.pid, signal.SIGCONT)
                time.sleep(random.random() / 10)
            process.kill()
            process.wait()
    for patient in patients:
        patient.is_over = True
    for patient in patients:
        patient.join(timeout=60)
    answers = {id: told for patient in patients for id, told in patient.answers.items()}
    with a_process(database) as (_, client):
        booked = [client.routing.RouteOrder(a_route_request(id)).routed for id in list(answers)[-200:]]
        audit = client.audit()
        left = client.available("RED-CLOCK")["LYON"]

    assert len(answers) >= ANSWERS_PER_CYCLE * rounds(2, 50)
    assert [id for id, told in answers.items() if any(one != told[0] for one in told)] == []
    assert booked == [told[0] for told in list(answers.values())[-200:]]
    assert audit.clean
    # Each order holds one unit: as many are gone as there are orders, those that were booked without an answer too.
    assert left == STOCK - audit.reservation_count
    assert 0 <= audit.reservation_count - len(answers) <= CLIENTS
