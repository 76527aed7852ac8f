"""A payment provider on this machine, in the shape that the HTTP connector speaks; behind it stands the fake."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from router.app.ports.payment_provider import AskedPayment, ProviderDeclined, Said
from router.connectors.payments.fake import FakeProvider
from router.domain.identifiers import Instant, OrderId
from router.ledger.payments import PaymentMethod


@dataclass
class ProviderServer:
    """`failures` are statuses to answer with first, after having done what was asked; `keys` those that were heard."""

    url: str = ""
    failures: list[int] = field(default_factory=list)
    keys: list[str] = field(default_factory=list)
    fake: FakeProvider = field(default_factory=lambda: FakeProvider(lambda: Instant(0)))


def shown(said: Said, amount: int) -> dict[str, Any]:
    status = "declined" if said.decline_code else "authorized" if said.authorized_minor else "pending"
    expires = (
        datetime.fromtimestamp(said.expire_time / 1_000_000, UTC).isoformat() if said.expire_time else None
    )
    return {
        "id": said.provider_id,
        "status": status,
        "amount": said.authorized_minor or amount,
        "expires_at": expires,
        "decline_code": said.decline_code,
    }


@contextmanager
def a_provider_server() -> Iterator[ProviderServer]:
    server = ProviderServer()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            self.answer(lambda: shown(server.fake.look(self.path.split("/")[-1]), 0))

        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["content-length"])))
            if self.headers["authorization"] != "Bearer sesame":
                self.send(401, {})
                return
            key = self.headers["idempotency-key"]
            server.keys.append(key)
            self.answer(lambda: self.work(body, key))

        def work(self, body: dict[str, Any], key: str) -> dict[str, Any]:
            _, _, provider_id, what = (*self.path.split("/"), "", "")[:4]
            if not provider_id:
                asked = AskedPayment(
                    payment_id=body["reference"],
                    order_id=OrderId(body["order_id"]),
                    method=PaymentMethod[body["method"].upper()],
                    amount_minor=body["amount"],
                    currency=body["currency"],
                    token=body["token"],
                )
                return shown(server.fake.authorize(asked, key), body["amount"])
            if what == "captures":
                server.fake.capture(provider_id, body["amount"], key)
            elif what == "refunds":
                server.fake.refund(provider_id, body["amount"], key)
            elif what == "renewals":
                return shown(server.fake.renew(provider_id, key), 0)
            else:
                server.fake.void(provider_id, key)
            return {"status": "done"}

        def answer(self, work: Any) -> None:
            try:
                code, content = 200, work()
            except ProviderDeclined as declined:
                code, content = 402, {"decline_code": str(declined)}
            if server.failures:
                code, content = server.failures.pop(0), {}
            self.send(code, content)

        def send(self, code: int, content: dict[str, Any]) -> None:
            text = json.dumps(content).encode()
            self.send_response(code)
            self.send_header("content-length", str(len(text)))
            self.end_headers()
            self.wfile.write(text)

        def log_message(self, format: str, *args: object) -> None:
            """Tests are silent."""

    http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    http.daemon_threads = True
    threading.Thread(target=http.serve_forever, args=(0.01,), daemon=True).start()
    server.url = f"http://127.0.0.1:{http.server_port}"
    try:
        yield server
    finally:
        http.shutdown()
        http.server_close()
