"""The shortest ways to move a shipment of `Shop` through its node."""

from collections.abc import Mapping, Sequence
from typing import Any

from router.app.commands.documents import PutLayout
from router.app.commands.dropship import AcknowledgeShipment
from router.app.commands.fulfillment import (
    ConfirmPick,
    CreatePickWave,
    DispatchShipment,
    RecordCarrierReports,
    ReleaseShipments,
    ReportOf,
    ShortPick,
)
from router.domain.identifiers import Instant, NodeId, Sku
from router.domain.layout import Bin, Layout
from router.ledger.tracking import CarrierReport, CarrierStatus
from tests.app.builders import Shop, digest
from tests.routing.builders import MONDAY_TEN

HOUR = 3_600_000_000


def a_report(status: CarrierStatus, hour: int, **changes: Any) -> CarrierReport:
    """`hour` hours after Monday ten o'clock."""
    return CarrierReport(time=Instant(MONDAY_TEN + hour * HOUR), status=status, **changes)


def release(shop: Shop, *shipment_ids: str) -> Any:
    return shop.answer(
        ReleaseShipments(
            request_id=shop.key(),
            body_digest=digest(shipment_ids),
            node_id=NodeId(""),
            shipment_ids=shipment_ids,
        )
    )


def acknowledge_shipment(shop: Shop, shipment_id: str) -> Any:
    return shop.answer(
        AcknowledgeShipment(request_id=shop.key(), body_digest=digest(shipment_id), shipment_id=shipment_id)
    )


def start_wave(shop: Shop, place: str = "lyon", named: Sequence[str] = (), shipments_max: int = 20) -> Any:
    return shop.answer(
        CreatePickWave(
            request_id=shop.key(),
            body_digest=digest(place, named),
            node_id=NodeId(place),
            shipments_max=shipments_max,
            shipment_ids=tuple(named),
        )
    )


def pick(shop: Shop, shipment_id: str, sku: str, quantity: int = 1, **changes: Any) -> Any:
    return shop.answer(
        ConfirmPick(
            request_id=shop.key(),
            body_digest=digest(shipment_id, sku, quantity),
            shipment_id=shipment_id,
            sku=Sku(sku),
            quantity=quantity,
            **changes,
        )
    )


def miss(
    shop: Shop,
    shipment_id: str,
    sku: str,
    quantity: int = 1,
    *,
    empties_bin: bool = True,
    cool_off_seconds: int = 0,
) -> Any:
    return shop.answer(
        ShortPick(
            request_id=shop.key(),
            body_digest=digest(shipment_id, sku, quantity),
            shipment_id=shipment_id,
            sku=Sku(sku),
            quantity=quantity,
            reason="EMPTY_BIN",
            empties_bin=empties_bin,
            cool_off_seconds=cool_off_seconds,
        )
    )


def leave(shop: Shop, shipment_id: str = "order-1/1", number: str = "") -> Any:
    return shop.answer(
        DispatchShipment(
            request_id=shop.key(),
            body_digest=digest(shipment_id),
            shipment_id=shipment_id,
            tracking_number=number,
        )
    )


def report(shop: Shop, shipment_id: str, *reports: CarrierReport) -> Any:
    return shop.answer(
        RecordCarrierReports(
            request_id=shop.key(),
            body_digest=digest(shipment_id, reports),
            reports=tuple(
                ReportOf(shipment_id=shipment_id, tracking_number="", report=one) for one in reports
            ),
        )
    )


def put_layout(shop: Shop, bins: Mapping[str, tuple[int, int]], place: str = "lyon") -> Any:
    """Bins named after their place; cross aisles at both ends of aisles of twenty metres."""
    layout = Layout(
        node_id=NodeId(place),
        cross_aisles_cm=(0, 2_000),
        start=Bin(label="desk", x_cm=0, y_cm=0),
        bins={Sku(sku): Bin(label=f"B{x}-{y}", x_cm=x, y_cm=y) for sku, (x, y) in bins.items()},
    )
    return shop.answer(PutLayout(request_id=shop.key(), body_digest=digest(layout), layout=layout))


def state_of(shop: Shop, shipment_id: str = "order-1/1") -> str:
    return shop.queries.shipments.get_shipment(shipment_id).account.state.name
