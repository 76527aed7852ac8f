"""A server whose clock leaps ahead says so to whoever asks how it is, until somebody has looked."""

import threading
from collections.abc import Mapping
from typing import Any

import pytest

from router.api.v1 import ledger_pb2, reservations_pb2
from router.app.engine.clock import SystemClock
from router.cli.doctor.machine import check_address
from router.domain.identifiers import Instant
from router.settings import Settings
from router.wiring.serving import serve
from tests.service.harness import LOOP, Client
from tests.service.test_server import health_of

HOUR = 3_600


def test_a_clock_in_doubt_shows_in_health_status_and_doctor_until_it_is_trusted(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    ending: list[Any] = []
    seen: dict[str, Any] = {}
    ahead, right = [0], SystemClock.now
    monkeypatch.setattr(
        "router.wiring.serving.end_on_signals", lambda loop, future: ending.append((loop, future))
    )
    monkeypatch.setattr(SystemClock, "now", lambda clock: Instant(right(clock) + ahead[0] * 1_000_000))

    def ask(address: str) -> None:
        try:
            seen.update(what_a_leap_does(Client(address), ahead))
        finally:
            loop, future = ending[0]
            loop.call_soon_threadsafe(future.set_result, 0)

    asking: list[threading.Thread] = []

    def call(facts: Mapping[str, Any]) -> None:
        asking.append(threading.Thread(target=ask, args=(facts["address"],)))
        asking[0].start()

    LOOP.run(serve(Settings(address="127.0.0.1:0"), call))
    asking[0].join(30)

    assert seen["health"] == ["SERVING", "NOT_SERVING", "SERVING"]
    assert HOUR - 60 < seen["seconds ahead"] <= HOUR
    assert seen["in doubt afterwards"] is False
    assert seen["doctor"] == {"address": True, "writes": True, "server's clock": False}


def what_a_leap_does(client: Client, ahead: list[int]) -> dict[str, Any]:
    client.set_up({"LYON": {"RED-CLOCK": 50}})
    before = health_of(client, "clock")
    ahead[0] = HOUR
    client.available("RED-CLOCK")
    leapt = health_of(client, "clock", wanted="NOT_SERVING")
    status = client.ledger.GetLedgerStatus(ledger_pb2.GetLedgerStatusRequest())
    checks = list(check_address(client.address))
    client.reservations.TrustClock(reservations_pb2.TrustClockRequest(request_id="trust", reason="looked"))
    trusted = health_of(client, "clock", wanted="SERVING")
    after = client.ledger.GetLedgerStatus(ledger_pb2.GetLedgerStatusRequest())
    return {
        "health": [before, leapt, trusted],
        "seconds ahead": status.clock_ahead_seconds,
        "in doubt afterwards": after.HasField("clock_ahead_seconds"),
        "doctor": {check.name: check.is_good for check in checks},
    }
