"""Shipments as they are, and what was done to them."""

from dataclasses import dataclass
from enum import IntEnum

from router.app.answers.orders import OrderRecord
from router.domain.identifiers import (
    Day,
    Instant,
    LineId,
    ServiceLevelId,
    Sku,
)
from router.ledger.orders import LineQuantities as LineQuantities
from router.ledger.shipments import ShipmentAccount


@dataclass(frozen=True, slots=True, kw_only=True)
class ShipmentDispatched:
    """`already_counted`: snapshots had all its units as gone."""

    record: OrderRecord
    already_counted: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ShipmentsReleased:
    """`has_more`: others of the node are due as well; ask again, with another key."""

    shipment_ids: tuple[str, ...]
    has_more: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class PickWaveCreated:
    """`wave_id` empty: there was nothing to pick."""

    wave_id: str
    shipment_ids: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PickConfirmed:
    """A shipment after units were found or missed; `state` is a name of `ledger.lifecycle.ShipmentState`."""

    shipment_id: str
    state: str
    left_to_pick: int


class ReportOutcome(IntEnum):
    """What became of a carrier's report. Numbers equal those of the public contract.

    KNOWN: it was reported before, and nothing changed. NO_SHIPMENT: nothing goes by that id or number. OUT_OF_TIME: its
    time lies too far ahead, or too far before its order was placed, to be that of this shipment; nothing changed.
    """

    RECORDED = 1
    KNOWN = 2
    NO_SHIPMENT = 3
    OUT_OF_TIME = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class CarrierReportsRecorded:
    """One outcome for each report, in their order."""

    outcomes: tuple[ReportOutcome, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ShipmentUnits:
    """Units of an order's line that a shipment has."""

    line_id: LineId
    sku: Sku
    quantity: int


@dataclass(frozen=True, slots=True, kw_only=True)
class KitTakenOut(PickConfirmed):
    """A shipment after a unit of a kit was missed; `put_back` are units of that kit that were scanned already."""

    put_back: tuple[ShipmentUnits, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ShipmentRecord:
    """A shipment as it stands. Days are those of its plan; `promised_day` is what its customer was told. Of its `units`
    those `awaited` are not at its node yet.
    """

    account: ShipmentAccount
    service_level_id: ServiceLevelId
    ship_day: Day
    delivery_day: Day
    promised_day: Day
    units: tuple[ShipmentUnits, ...]
    awaited: tuple[ShipmentUnits, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ShipmentAcknowledged:
    """When its node first said that it will ship it."""

    acknowledge_time: Instant
