"""Webhooks of carriers and questions to them, against a real engine behind them: signed, once, and never doubled."""

import asyncio
import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import httpx
import pytest

from router.app.answers.fulfillment import CarrierReportsRecorded, ReportOutcome
from router.app.commands.fulfillment import RecordCarrierReports, ReportOf
from router.connectors.tracking.endpoint import SCHEMES, Source, tracking_app
from router.connectors.tracking.poll import Poller
from router.connectors.tracking.told_reports import ToldReport
from tests.app.builders import Shop, a_shop, digest
from tests.app.first_come import first_come
from tests.app.fulfillment_builders import leave, state_of
from tests.connectors.endpoint import Endpoint, an_endpoint
from tests.connectors.test_tracking_shapes import GOLDEN
from tests.routing.builders import an_order, day

SECRET = b"s3cret"
SOURCES: Mapping[str, Source] = {name: Source(name, SECRET) for name in SCHEMES}
NUMBERS = {"easypost": "9400110898825022579493", "aftership": "1Z999AA10123456784", "own": "VAN-7"}


class Ledger:
    """Records in the engine of a shop; `is_there` False: it does not answer."""

    def __init__(self, shop: Shop) -> None:
        self._shop = shop
        self.is_there = True

    def record(self, told: Sequence[ToldReport]) -> list[str]:
        command = RecordCarrierReports(
            request_id=self._shop.key(),
            body_digest=digest(told),
            reports=tuple(
                ReportOf(shipment_id="", tracking_number=one.tracking_number, report=one.report)
                for one in told
            ),
        )
        answer = self._shop.answer(command)
        assert isinstance(answer, CarrierReportsRecorded)
        return [ReportOutcome(one).name for one in answer.outcomes]

    async def take(self, told: Sequence[ToldReport]) -> list[str] | None:
        return self.record(told) if self.is_there else None


@pytest.fixture
def shop() -> Iterator[Shop]:
    with a_shop(stock={"lyon": {"RED-CLOCK": 5}}, route=first_come) as shop:
        shop.route(an_order("order-1", lines={"RED-CLOCK": 2}))
        yield shop
        assert shop.faults() == ()


def post(ledger: Ledger, path: str, body: bytes, **headers: str) -> tuple[int, Any]:
    async def run() -> httpx.Response:
        transport = httpx.ASGITransport(app=tracking_app(SOURCES, ledger.take))
        async with httpx.AsyncClient(transport=transport, base_url="http://here") as client:
            return await client.post(f"/{path}", content=body, headers=headers)

    answer = asyncio.run(run())
    return answer.status_code, answer.json()


def signed(shape: str, body: bytes, secret: bytes = SECRET) -> dict[str, str]:
    return {SCHEMES[shape].header: SCHEMES[shape].sign(secret, body)}


@pytest.mark.parametrize("shape", SCHEMES)
def test_a_signed_webhook_is_recorded_and_sent_again_is_known(shop: Shop, shape: str) -> None:
    leave(shop, number=NUMBERS[shape])
    ledger, body = Ledger(shop), (GOLDEN / f"{shape}.json").read_bytes()

    code, first = post(ledger, shape, body, **signed(shape, body))
    events = len(shop.queries.list_events(0, 999))
    again_code, again = post(ledger, shape, body, **signed(shape, body))

    assert (code, again_code) == (200, 200)
    assert set(first["outcomes"]) == {"RECORDED"}
    assert set(again["outcomes"]) == {"KNOWN"}
    assert len(shop.queries.list_events(0, 999)) == events


def test_what_its_sender_has_not_signed_is_not_taken(shop: Shop) -> None:
    leave(shop, number="VAN-7")
    ledger, body = Ledger(shop), (GOLDEN / "own.json").read_bytes()

    assert post(ledger, "own", body)[0] == 401
    assert post(ledger, "own", body, **signed("own", body, b"guess"))[0] == 401
    assert post(ledger, "own", body + b" ", **signed("own", body))[0] == 401
    assert post(ledger, "nobody", body, **signed("own", body))[0] == 404
    assert state_of(shop) == "DISPATCHED"


def test_what_a_repeat_can_mend_is_to_be_sent_again_and_nothing_else(shop: Shop) -> None:
    ledger, body = Ledger(shop), (GOLDEN / "own.json").read_bytes()

    code, said = post(ledger, "own", body, **signed("own", body))
    assert (code, said["outcomes"]) == (200, ["NO_SHIPMENT", "NO_SHIPMENT"])
    assert [fault["row"] for fault in said["faults"]] == [2, 3]
    assert post(ledger, "own", b"{}", **signed("own", b"{}"))[0] == 200
    ledger.is_there = False
    assert post(ledger, "own", body, **signed("own", body))[0] == 503


@pytest.fixture
def carrier() -> Iterator[Endpoint]:
    with an_endpoint() as one:
        yield one


def ask(carrier: Endpoint, shop: Shop, *numbers: str) -> dict[str, int]:
    poller = Poller("own", carrier.url, "Bearer k3y", Ledger(shop).record)
    try:
        return poller.ask_all(numbers)
    finally:
        poller.close()


def test_a_carrier_is_asked_for_each_number_and_what_it_says_is_recorded_once(
    shop: Shop, carrier: Endpoint
) -> None:
    leave(shop, number="VAN-7")
    body = (GOLDEN / "own.json").read_text(encoding="utf-8")
    carrier.answer = lambda number, _: (200, {"content-type": "application/json"}, body)

    assert ask(carrier, shop, "VAN-7") == {"RECORDED": 2}
    assert ask(carrier, shop, "VAN-7") == {"KNOWN": 2}
    headers, _ = carrier.received[0]
    assert headers["authorization"] == "Bearer k3y"


@pytest.mark.parametrize(
    ("code", "counts"),
    [(404, {}), (500, {"FAILED": 2}), (429, {"PUT_OFF": 1})],
)
def test_a_carrier_that_has_no_answer_stops_no_other_question_unless_it_is_asked_too_often(
    shop: Shop, carrier: Endpoint, code: int, counts: dict[str, int]
) -> None:
    carrier.answer = lambda number, _: (code, {}, "")
    assert ask(carrier, shop, "VAN-7", "VAN-8") == counts


def test_an_answer_that_cannot_be_read_is_one_that_failed(shop: Shop, carrier: Endpoint) -> None:
    carrier.answer = lambda number, _: (200, {}, json.dumps({"reports": []}))
    assert ask(carrier, shop, "VAN-7") == {"FAILED": 1}


def test_a_report_that_comes_again_with_another_day_of_delivery_is_the_same_report(shop: Shop) -> None:
    leave(shop, number="VAN-7")
    ledger = Ledger(shop)

    def told(*expected: str) -> list[str]:
        rows = [
            {"status": "IN_TRANSIT", "time": f"2026-03-0{3 + number}T09:00:00Z", "expected_date": date}
            for number, date in enumerate(expected)
        ]
        body = json.dumps({"tracking_number": "VAN-7", "reports": rows}).encode()
        outcomes: list[str] = post(ledger, "own", body, **signed("own", body))[1]["outcomes"]
        return outcomes

    assert told("2026-03-09") == ["RECORDED"]
    assert told("", "2026-03-12") == ["KNOWN", "RECORDED"]
    assert told("", "2026-03-14") == ["KNOWN", "RECORDED"]
    assert told("", "2026-03-14") == ["KNOWN", "KNOWN"]
    account = shop.queries.shipments.get_shipment("order-1/1").account
    assert len(account.journey.reports) == 2
    assert account.journey.eta_day == day("2026-03-14")


def test_a_time_that_cannot_be_holds_up_no_other_report_and_is_told_to_people(
    shop: Shop, carrier: Endpoint, caplog: pytest.LogCaptureFixture
) -> None:
    leave(shop, number="VAN-7")
    times = (
        "0001-01-01T00:00:00+09:00",
        "1999-01-01T09:00:00Z",
        "2099-01-01T09:00:00Z",
        "2300-01-01T09:00:00Z",
    )
    rows = [{"status": "LOST", "time": time, "code": "X9"} for time in times]
    rows.append({"status": "DELIVERED", "time": "2026-03-03T09:00:00Z", "expected_date": "9999-12-31"})
    body = json.dumps({"tracking_number": " VAN-7", "reports": rows}).encode()

    code, said = post(Ledger(shop), "own", body, **signed("own", body))

    assert (code, said["outcomes"]) == (200, ["OUT_OF_TIME", "OUT_OF_TIME", "RECORDED"])
    assert [fault["row"] for fault in said["faults"]] == [0, 3]
    assert state_of(shop) == "DELIVERED"
    assert "own reports LOST of VAN-7 at 2099-01-01T09:00:00+00:00" in caplog.text

    caplog.clear()
    carrier.answer = lambda number, _: (200, {"content-type": "application/json"}, body.decode())
    assert ask(carrier, shop, "VAN-7") == {"OUT_OF_TIME": 2, "KNOWN": 1}
    assert "the carrier reports LOST of VAN-7 at 1999-01-01" in caplog.text
