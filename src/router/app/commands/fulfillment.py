"""Shipments are released, picked, dispatched and followed."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from router.app.commands.write import Write
from router.domain.identifiers import Instant, LineId, NodeId, Sku
from router.ledger.feeds import FeedMark
from router.ledger.tracking import CarrierReport


@dataclass(frozen=True, slots=True, kw_only=True)
class DispatchShipment(Write):
    """`serials` of units by line; not every unit needs one. `tracking_number` empty: it keeps the one it has."""

    shipment_id: str
    serials: Mapping[LineId, tuple[str, ...]] = field(default_factory=dict)
    told: FeedMark | None = None
    tracking_number: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReleaseShipments(Write):
    """Those of `shipment_ids`, or else all of a node that it must begin on by an instant; None: by now."""

    node_id: NodeId
    begin_by: Instant | None = None
    shipment_ids: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class CreatePickWave(Write):
    """Of those of `shipment_ids`, or else of at most `shipments_max` released ones."""

    node_id: NodeId
    shipments_max: int
    shipment_ids: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfirmPick(Write):
    """`lot` empty: of whatever lot the shipment has."""

    shipment_id: str
    sku: Sku
    quantity: int
    lot: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ShortPick(Write):
    """`quantity` units are not where they should be. `reason` is kept with the variance.

    `empties_bin`: nothing of it is there, so that what the books have free beyond these units is not there either.
    For `cool_off_seconds` the node is offered none of the SKU.
    """

    shipment_id: str
    sku: Sku
    quantity: int
    reason: str
    lot: str = ""
    empties_bin: bool = False
    cool_off_seconds: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportOf:
    """A carrier's report and what it is about: a shipment by its id or by what the carrier calls it."""

    shipment_id: str
    tracking_number: str
    report: CarrierReport


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordCarrierReports(Write):
    reports: tuple[ReportOf, ...]
