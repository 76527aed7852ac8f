"""A supplier to buy from, and the shortest ways to do so."""

from collections.abc import Mapping
from typing import Any

from router.app.commands.purchasing import (
    AcknowledgePurchaseOrder,
    CancelPurchaseOrder,
    ChangePurchaseOrderDate,
    PlacePurchaseOrder,
    PutSuppliers,
    ReceivePurchaseOrder,
)
from router.domain.identifiers import Day, NodeId, Sku
from router.domain.supplier import Offer, Supplier
from router.ledger.purchases import PurchaseOrder, Receipt
from tests.app.builders import Shop, digest

CLOCK, LAMP = "RED-CLOCK", "TIN-LAMP"


def a_supplier(id: str = "acme", offers: Mapping[str, Offer] | None = None, **changes: Any) -> Supplier:
    """Five days, give or take one, to Lyon; clocks at 4.00 each, lamps in packs of six."""
    known = {
        CLOCK: Offer(unit_price_minor=400),
        LAMP: Offer(unit_price_minor=150, pack_units=6, units_min=12),
    }
    settings: dict[str, Any] = {
        "lead_hours": 120,
        "lead_deviation_hours": 24,
        "node_id": NodeId("lyon"),
        "offers": {Sku(sku): offer for sku, offer in (known if offers is None else offers).items()},
    }
    return Supplier(id=id, **{**settings, **changes})


def put(shop: Shop, *suppliers: Supplier, key: str | None = None) -> Any:
    return shop.answer(
        PutSuppliers(request_id=key or shop.key(), body_digest=digest(suppliers), suppliers=suppliers)
    )


def place(
    shop: Shop, lines: Mapping[str, int], id: str = "po-1", key: str | None = None, **changes: Any
) -> PurchaseOrder:
    return changed(
        shop,
        PlacePurchaseOrder(
            request_id=key or shop.key(),
            body_digest=digest(lines, id, changes),
            supplier_id=changes.pop("supplier_id", "acme"),
            purchase_order_id=id,
            lines={Sku(sku): units for sku, units in lines.items()},
            **changes,
        ),
    )


def acknowledge(shop: Shop, id: str = "po-1", day: Day | None = None) -> PurchaseOrder:
    return changed(
        shop,
        AcknowledgePurchaseOrder(
            request_id=shop.key(), body_digest=digest(id, day), purchase_order_id=id, expected_day=day
        ),
    )


def date(shop: Shop, day: Day, id: str = "po-1") -> PurchaseOrder:
    return changed(
        shop,
        ChangePurchaseOrderDate(
            request_id=shop.key(), body_digest=digest(id, day), purchase_order_id=id, expected_day=day
        ),
    )


def arrive(
    shop: Shop,
    lines: Mapping[str, int | Receipt] | None = None,
    id: str = "po-1",
    key: str | None = None,
    **changes: Any,
) -> PurchaseOrder:
    arrived = {
        Sku(sku): one if isinstance(one, Receipt) else Receipt(one) for sku, one in (lines or {}).items()
    }
    return changed(
        shop,
        ReceivePurchaseOrder(
            request_id=key or shop.key(),
            body_digest=digest(id, arrived, changes),
            purchase_order_id=id,
            lines=arrived,
            **changes,
        ),
    )


def call_off(shop: Shop, id: str = "po-1") -> PurchaseOrder:
    return changed(
        shop, CancelPurchaseOrder(request_id=shop.key(), body_digest=digest(id), purchase_order_id=id)
    )


def changed(shop: Shop, command: Any) -> PurchaseOrder:
    answer: Any = shop.answer(command)
    order: PurchaseOrder = answer.order
    return order
