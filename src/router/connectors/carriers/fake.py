"""A carrier that moves nothing and keeps every promise of the port: for tests, trials and the demonstration.

What it says follows from what it is asked: it takes no parcel above 31.5 kg (PARCEL_TOO_HEAVY) and goes nowhere
without a country (NO_ADDRESS); a parcel costs 4.00 and 0.50 for each kilogram begun.
"""

from dataclasses import dataclass, field
from hashlib import sha256
from threading import Lock

from router.app.ports.carrier_api import (
    AskedBooking,
    AskedManifest,
    CarrierDeclined,
    CarrierUnreachable,
    SaidBooking,
)

PARCEL_GRAMS_MAX = 31_500
BASE_MINOR, KILOGRAM_MINOR = 400, 50


@dataclass(slots=True)
class _Held:
    asked: AskedBooking
    is_voided: bool = False
    manifest_id: str = ""


@dataclass
class FakeCarrier:
    """Deterministic. While not `is_reachable` it does what it is asked and says nothing: CarrierUnreachable."""

    is_reachable: bool = True
    declines_voids: bool = False
    """It says TOO_LATE to every void, and says it again under the same key."""
    keys: list[str] = field(default_factory=list)
    """Every key that was heard, in order."""
    _held: dict[str, _Held] = field(default_factory=dict)
    _manifests: dict[str, AskedManifest] = field(default_factory=dict)
    _too_late: set[str] = field(default_factory=set)
    _lock: Lock = field(default_factory=Lock)

    def book(self, asked: AskedBooking, key: str) -> SaidBooking:
        with self._lock:
            self.keys.append(key)
            refuse(asked)
            name = sha256(key.encode()).hexdigest()[:10].upper()
            held = self._held.setdefault(name, _Held(asked))
            if held.asked != asked:
                raise CarrierUnreachable(f"key `{key}` was used for another booking")
            self._reach()
        number = f"{asked.carrier_id}-{name}"
        return SaidBooking(
            carrier_booking_id=name,
            tracking_number=number,
            charge_minor=sum(
                BASE_MINOR + KILOGRAM_MINOR * -(-one.weight_grams // 1_000) for one in asked.parcels
            ),
            parcel_count=len(asked.parcels),
            weight_grams=sum(one.weight_grams for one in asked.parcels),
            label=f"^XA^FO60,60^BY2^BCN,200,Y,N,N,A^FD{number}^FS^XZ\n".encode(),
            label_media_type="application/zpl",
        )

    def void(self, carrier_booking_id: str, key: str) -> None:
        with self._lock:
            self.keys.append(key)
            held = self._held.get(carrier_booking_id)
            if held is None or held.manifest_id:
                raise CarrierDeclined("UNKNOWN_BOOKING" if held is None else "ALREADY_HANDED_OVER")
            if self.declines_voids:
                self._too_late.add(key)
            if key in self._too_late:
                raise CarrierDeclined("TOO_LATE")
            held.is_voided = True
            self._reach()

    def close_manifest(self, asked: AskedManifest, key: str) -> str:
        with self._lock:
            self.keys.append(key)
            for one in asked.carrier_booking_ids:
                held = self._held.get(one)
                if held is None or held.is_voided or held.manifest_id not in ("", asked.manifest_id):
                    raise CarrierDeclined("WRONG_BOOKING")
                held.manifest_id = asked.manifest_id
            self._manifests[asked.manifest_id] = asked
            self._reach()
        return f"{asked.carrier_id}-{asked.manifest_id}"

    def close(self) -> None:
        """There is nothing to let go of."""

    def expected(self) -> list[str]:
        """Shipments that it expects and does not have yet."""
        return [
            one.asked.shipment_id for one in self._held.values() if not (one.is_voided or one.manifest_id)
        ]

    def _reach(self) -> None:
        if not self.is_reachable:
            raise CarrierUnreachable("the fake carrier was told to be silent")


def refuse(asked: AskedBooking) -> None:
    """Raises CarrierDeclined."""
    if not asked.recipient.country:
        raise CarrierDeclined("NO_ADDRESS")
    if any(one.weight_grams > PARCEL_GRAMS_MAX for one in asked.parcels):
        raise CarrierDeclined("PARCEL_TOO_HEAVY")
