"""A multi-carrier service on this machine, in the shape that the HTTP connector speaks; behind it stands the fake."""

import json
import threading
import time
from base64 import b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from router.app.ports.carrier_api import (
    Address,
    AskedBooking,
    AskedManifest,
    AskedParcel,
    CarrierDeclined,
)
from router.connectors.carriers.fake import FakeCarrier
from router.domain.identifiers import CarrierId, NodeId, ServiceLevelId


@dataclass
class CarrierServer:
    """`failures` are answers to give first, after having done what was asked: a status, or -1 to be too slow."""

    url: str = ""
    failures: list[int] = field(default_factory=list)
    bodies: list[dict[str, Any]] = field(default_factory=list)
    raw: bytes | None = None
    """What is sent instead of the answer."""
    fake: FakeCarrier = field(default_factory=FakeCarrier)


def address_of(body: dict[str, Any]) -> Address:
    return Address(**(body | {"street_lines": tuple(body["street_lines"])}))


@contextmanager
def a_carrier_server() -> Iterator[CarrierServer]:
    server = CarrierServer()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["content-length"])))
            server.bodies.append(body)
            if self.headers["authorization"] != "Bearer sesame":
                self.send(401, b"{}")
                return
            try:
                code, content = 200, self.work(body, self.headers["idempotency-key"])
            except CarrierDeclined as declined:
                code, content = 422, {"decline_code": str(declined)}
            failure = server.failures.pop(0) if server.failures else 0
            if failure < 0:
                time.sleep(0.5)
            self.send(failure if failure > 0 else code, server.raw or json.dumps(content).encode())

        def work(self, body: dict[str, Any], key: str) -> dict[str, Any]:
            _, kind, booking_id, *_ = (*self.path.split("/"), "", "")
            if kind == "manifests":
                asked = AskedManifest(
                    manifest_id=body["reference"],
                    carrier_id=CarrierId(body["carrier"]),
                    node_id=NodeId(body["node"]),
                    date=body["date"],
                    carrier_booking_ids=tuple(body["bookings"]),
                )
                return {"id": server.fake.close_manifest(asked, key)}
            if booking_id:
                server.fake.void(booking_id, key)
                return {"status": "voided"}
            booking = AskedBooking(
                shipment_id=body["reference"],
                carrier_id=CarrierId(body["carrier"]),
                service_level_id=ServiceLevelId(body["service_level"]),
                ship_date=body["ship_date"],
                sender=address_of(body["sender"]),
                recipient=address_of(body["recipient"]),
                parcels=tuple(AskedParcel(**one) for one in body["parcels"]),
            )
            said = server.fake.book(booking, key)
            return {
                "id": said.carrier_booking_id,
                "tracking_number": said.tracking_number,
                "charge": said.charge_minor,
                "label": b64encode(said.label).decode(),
                "label_media_type": said.label_media_type,
            }

        def send(self, code: int, text: bytes) -> None:
            try:
                self.send_response(code)
                self.send_header("content-length", str(len(text)))
                self.end_headers()
                self.wfile.write(text)
            except OSError:
                self.close_connection = True

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
