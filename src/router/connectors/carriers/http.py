"""Carriers over HTTP, in the shape that today's multi-carrier services share: JSON, a bearer key, `Idempotency-Key`.

    POST {url}/bookings                 {reference, carrier, service_level, ship_date, sender, recipient, parcels}
    POST {url}/bookings/ID/voids        {}
    POST {url}/manifests                {reference, carrier, node, date, bookings}

A booking is answered as {id, tracking_number, charge, label, label_media_type}, `charge` in minor units and `label` in
base64; a manifest as {id}. 402 and 422 say no with {decline_code}. Any other failure leaves open what was done.

SOURCE: draft-ietf-httpapi-idempotency-key-header (the header; 409 while the first is under way)
"""

import random
import time
from base64 import b64decode
from collections.abc import Callable, Mapping
from dataclasses import asdict
from http import HTTPStatus
from typing import Any
from urllib.parse import quote

import httpx

from router.app.carriers.carrier_api import (
    AskedBooking,
    AskedManifest,
    CarrierDeclined,
    CarrierUnreachable,
    SaidBooking,
)
from router.connectors.backoff import Backoff

TIMEOUT_SECONDS = 10.0
TRIES = 3
AGAIN = frozenset({408, 409, 425, 429, 500, 502, 503, 504})
"""Statuses after which the same call may succeed."""
NO = (HTTPStatus.PAYMENT_REQUIRED, HTTPStatus.UNPROCESSABLE_ENTITY)
PATIENCE = Backoff(first=0.2, most=2.0)
TEXT_MAX = 200


class HttpCarriers:
    """Tries a call that was not answered a few times with the same key; any thread may ask."""

    def __init__(
        self,
        url: str,
        key: str,
        *,
        wait: Callable[[float], None] = time.sleep,
        timeout_seconds: float = TIMEOUT_SECONDS,
    ) -> None:
        self._wait = wait
        self._client = httpx.Client(
            base_url=url.rstrip("/"),
            headers={"authorization": f"Bearer {key}"} if key else {},
            timeout=timeout_seconds,
        )

    def book(self, asked: AskedBooking, key: str) -> SaidBooking:
        body = {
            "reference": asked.shipment_id,
            "carrier": asked.carrier_id,
            "service_level": asked.service_level_id,
            "ship_date": asked.ship_date,
            "sender": asdict(asked.sender),
            "recipient": asdict(asked.recipient),
            "parcels": [asdict(one) for one in asked.parcels],
        }
        content = self._send("/bookings", body, key)
        try:
            return SaidBooking(
                carrier_booking_id=text_of(content["id"]),
                tracking_number=text_of(content["tracking_number"]),
                charge_minor=whole_of(content["charge"]),
                parcel_count=len(asked.parcels),
                weight_grams=sum(one.weight_grams for one in asked.parcels),
                label=b64decode(content.get("label") or "", validate=True),
                label_media_type=str(content.get("label_media_type") or "")[:TEXT_MAX],
            )
        except (KeyError, ValueError, TypeError) as error:
            raise CarrierUnreachable(f"an answer that cannot be understood: {error}") from error

    def void(self, carrier_booking_id: str, key: str) -> None:
        self._send(f"/bookings/{quote(carrier_booking_id, safe='')}/voids", {}, key)

    def close_manifest(self, asked: AskedManifest, key: str) -> str:
        body = {
            "reference": asked.manifest_id,
            "carrier": asked.carrier_id,
            "node": asked.node_id,
            "date": asked.date,
            "bookings": list(asked.carrier_booking_ids),
        }
        content = self._send("/manifests", body, key)
        try:
            return text_of(content["id"])
        except (KeyError, ValueError) as error:
            raise CarrierUnreachable(f"an answer that cannot be understood: {error}") from error

    def close(self) -> None:
        self._client.close()

    def _send(self, path: str, body: Mapping[str, Any], key: str) -> Mapping[str, Any]:
        """The answer. Raises CarrierUnreachable when no try was answered for good, CarrierDeclined on a no."""
        trouble = ""
        for number in range(TRIES):
            if number:
                self._wait(PATIENCE.seconds(number, random.random))
            try:
                answer = self._client.post(path, json=body, headers={"idempotency-key": key})
            except httpx.HTTPError as error:
                trouble = type(error).__name__
                continue
            if answer.status_code in AGAIN:
                trouble = f"HTTP {answer.status_code}"
                continue
            return read(answer)
        raise CarrierUnreachable(trouble)


def read(answer: httpx.Response) -> Mapping[str, Any]:
    """The body of a yes; a no is raised. What cannot be understood leaves open what was done."""
    try:
        content = answer.json()
    except ValueError:
        content = None
    if answer.is_success and isinstance(content, dict):
        return content
    if answer.status_code in NO and isinstance(content, dict):
        raise CarrierDeclined(str(content.get("decline_code") or "declined")[:TEXT_MAX])
    raise CarrierUnreachable(f"HTTP {answer.status_code}" + ("" if content else " without a JSON object"))


def text_of(value: object) -> str:
    """A name of theirs that fits into ours."""
    text = str(value)
    if not (0 < len(text) <= 128 and text.isprintable()):
        raise ValueError("a name that is empty, too long or not printable")
    return text


def whole_of(value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value < 10**12:
        raise ValueError(f"a charge of {value!r}")
    return value
