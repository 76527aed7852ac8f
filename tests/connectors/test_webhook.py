"""Webhooks to an endpoint that answers, fails, dawdles, has enough, or is not who it says."""

import asyncio
import contextlib
import socket
import ssl
import threading
import time
from base64 import b64encode
from pathlib import Path
from typing import Any

import pytest
import trustme
from standardwebhooks.webhooks import Webhook as Oracle

from router.connectors.sink import Delivered, Failed, Gone, Outcome
from router.connectors.webhook import Webhook, WebhookOptions, retry_after
from tests.connectors.builders import an_event
from tests.connectors.endpoint import Endpoint, an_endpoint

KEY = bytes(range(32))


def deliver(url: str, **options: Any) -> Outcome:
    async def run() -> Outcome:
        webhook = Webhook(WebhookOptions(url=url, **options))
        outcome = await webhook.deliver([an_event(7)])
        await webhook.close()
        return outcome

    return asyncio.run(run())


@pytest.fixture
def endpoint() -> Any:
    with an_endpoint() as one:
        yield one


def test_a_delivery_carries_a_signature_that_the_reference_library_accepts(endpoint: Endpoint) -> None:
    outcome = deliver(endpoint.url, keys=(KEY,))
    ((headers, body),) = endpoint.received
    verified = Oracle("whsec_" + b64encode(KEY).decode()).verify(body, headers)

    assert outcome == Delivered()
    assert headers["content-type"] == "application/cloudevents+json; charset=utf-8"
    assert headers["webhook-id"] == verified["id"]
    assert verified["data"]["order_id"] == "A-1"


def test_without_a_secret_nothing_is_signed(endpoint: Endpoint) -> None:
    deliver(endpoint.url)

    assert "webhook-signature" not in endpoint.received[0][0]


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [
        ((200, {}, "thanks"), Delivered()),
        ((202, {}, ""), Delivered()),
        ((400, {}, "no such\x07field"), Failed("400 Bad Request: no such field")),
        ((302, {"location": "http://localhost/elsewhere"}, ""), Failed("302 Found")),
        ((500, {}, ""), Failed("500 Internal Server Error")),
        ((429, {"retry-after": "30"}, ""), Failed("429 Too Many Requests", 30.0)),
        ((503, {"retry-after": "soon"}, ""), Failed("503 Service Unavailable")),
        ((410, {}, "we have left"), Gone("410 Gone: we have left")),
    ],
)
def test_an_answer_is_an_arrival_a_failure_or_the_wish_for_no_more(
    endpoint: Endpoint, answer: Any, outcome: Outcome
) -> None:
    endpoint.answer = lambda number, body: answer

    assert deliver(endpoint.url) == outcome


def test_an_endless_answer_is_not_read_to_its_end(endpoint: Endpoint) -> None:
    endpoint.answer = lambda number, body: (500, {}, "x" * 5_000_000)
    outcome = deliver(endpoint.url)

    assert isinstance(outcome, Failed)
    assert len(outcome.error) < 300


def test_an_endpoint_that_dawdles_is_a_failure(endpoint: Endpoint) -> None:
    endpoint.slowness = 0.5

    assert deliver(endpoint.url, timeout_seconds=0.1) == Failed("no answer within 0.1 seconds")


def test_an_endpoint_that_drips_is_a_failure() -> None:
    def drip(server: socket.socket) -> None:
        connection, _ = server.accept()
        with connection, contextlib.suppress(OSError):
            connection.sendall(b"HTTP/1.1 200 OK\r\ncontent-length: 1000\r\n\r\n")
            for _ in range(200):
                connection.sendall(b"x")
                time.sleep(0.05)

    with socket.create_server(("127.0.0.1", 0)) as server:
        dripping = threading.Thread(target=drip, args=(server,))
        dripping.start()
        outcome = deliver(f"http://127.0.0.1:{server.getsockname()[1]}/", timeout_seconds=0.5)
    dripping.join()

    assert outcome == Failed("no answer within 0.5 seconds")


@pytest.mark.parametrize("answer", [(204, {}, ""), (200, {}, "thanks"), (500, {}, "sorry")])
def test_one_delivery_after_the_other_takes_one_connection(endpoint: Endpoint, answer: Any) -> None:
    async def run() -> None:
        webhook = Webhook(WebhookOptions(url=endpoint.url))
        for position in range(1, 6):
            await webhook.deliver([an_event(position)])
        await webhook.close()

    endpoint.answer = lambda number, body: answer
    asyncio.run(run())

    assert (len(endpoint.received), endpoint.connection_count) == (5, 1)


def test_nobody_there_is_a_failure() -> None:
    with an_endpoint() as endpoint:
        url = endpoint.url
    outcome = deliver(url)

    assert isinstance(outcome, Failed)
    assert "connection" in outcome.error.lower()


def test_a_certificate_that_nobody_vouches_for_is_a_failure_and_sends_nothing(tmp_path: Path) -> None:
    authority, stranger = trustme.CA(), trustme.CA()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("localhost").configure_cert(context)
    for name, one in (("good.pem", authority), ("bad.pem", stranger)):
        one.cert_pem.write_to_path(str(tmp_path / name))
    with an_endpoint(context) as endpoint:
        refused = [deliver(endpoint.url), deliver(endpoint.url, tls_ca=tmp_path / "bad.pem")]
        count = len(endpoint.received)
        accepted = deliver(endpoint.url, tls_ca=tmp_path / "good.pem")

    assert count == 0
    assert all(isinstance(one, Failed) and "CERTIFICATE_VERIFY_FAILED" in one.error for one in refused)
    assert accepted == Delivered()


def test_a_certificate_of_another_name_is_a_failure(tmp_path: Path) -> None:
    authority = trustme.CA()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("elsewhere.example").configure_cert(context)
    authority.cert_pem.write_to_path(str(tmp_path / "ca.pem"))
    with an_endpoint(context) as endpoint:
        outcome = deliver(endpoint.url, tls_ca=tmp_path / "ca.pem")

    assert isinstance(outcome, Failed)
    assert "CERTIFICATE_VERIFY_FAILED" in outcome.error


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("", 0.0),
        ("7", 7.0),
        ("-7", 0.0),
        ("Mon, 16 Nov 2026 12:02:00 GMT", 120.0),
        ("Mon, 16 Nov 2026 11:00:00 GMT", 0.0),
        ("in a while", 0.0),
    ],
)
def test_when_to_come_back_is_a_number_or_a_date(text: str, seconds: float) -> None:
    assert retry_after({"retry-after": text} if text else {}, 1_794_830_400.0) == seconds


def test_no_secret_is_printed() -> None:
    assert str(list(KEY)) not in repr(WebhookOptions(url="https://erp.example", keys=(KEY,)))
    assert repr(KEY) not in repr(WebhookOptions(url="https://erp.example", keys=(KEY,)))
