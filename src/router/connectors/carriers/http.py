"""Carriers over HTTP, in the shape that today's multi-carrier services share: JSON, a bearer key, `Idempotency-Key`.

    POST {url}/bookings                 {reference, carrier, service_level, ship_date, sender, recipient, parcels}
    POST {url}/bookings/ID/voids        {}
    POST {url}/manifests                {reference, carrier, node, date, bookings}

A booking is answered as {id, tracking_number, charge, label, label_media_type}, `charge` in minor units and `label` in
base64; a manifest as {id}. 402 and 422 say no with {decline_code}. Any other failure leaves open what was done.
"""

import time
from base64 import b64decode
from collections.abc import Callable
from dataclasses import asdict
from http import HTTPStatus
from urllib.parse import quote

from router.app.ports.carrier_api import (
    AskedBooking,
    AskedManifest,
    CarrierDeclined,
    CarrierUnreachable,
    SaidBooking,
)
from router.connectors.json_over_http import TIMEOUT_SECONDS, JsonOverHttp

NO = (HTTPStatus.PAYMENT_REQUIRED, HTTPStatus.UNPROCESSABLE_ENTITY)
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
        self._service = JsonOverHttp(
            url,
            key,
            no=NO,
            declined=CarrierDeclined,
            unreachable=CarrierUnreachable,
            wait=wait,
            timeout_seconds=timeout_seconds,
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
        content = self._service.send("POST", "/bookings", body, key)
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
        self._service.send("POST", f"/bookings/{quote(carrier_booking_id, safe='')}/voids", {}, key)

    def close_manifest(self, asked: AskedManifest, key: str) -> str:
        body = {
            "reference": asked.manifest_id,
            "carrier": asked.carrier_id,
            "node": asked.node_id,
            "date": asked.date,
            "bookings": list(asked.carrier_booking_ids),
        }
        content = self._service.send("POST", "/manifests", body, key)
        try:
            return text_of(content["id"])
        except (KeyError, ValueError) as error:
            raise CarrierUnreachable(f"an answer that cannot be understood: {error}") from error

    def close(self) -> None:
        self._service.close()


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
