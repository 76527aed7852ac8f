"""Rows of suppliers and purchase orders."""

from typing import Any

import msgspec

from router.domain.identifiers import Sku
from router.domain.supplier import Supplier
from router.ledger.purchases import PurchaseOrder
from router.stores.rows.row import ENCODER, Row, of_the_books

_SUPPLIER = msgspec.msgpack.Decoder(Supplier)
_PURCHASE_ORDER = msgspec.msgpack.Decoder(PurchaseOrder)

NO_LIMIT = -1
"""Written for a product that has no limit any more."""


def supplier_row(supplier: Supplier) -> tuple[Any, ...]:
    return (supplier.id, ENCODER.encode(supplier))


@of_the_books("is not a supplier")
def supplier_of(row: Row) -> Supplier:
    return _SUPPLIER.decode(row[1])


def purchase_order_row(order: PurchaseOrder) -> tuple[Any, ...]:
    return (
        order.number,
        order.id,
        order.supplier_id,
        order.node_id,
        int(order.state),
        ENCODER.encode(order),
    )


@of_the_books("is not a purchase order")
def purchase_order_of(row: Row) -> PurchaseOrder:
    return _PURCHASE_ORDER.decode(row[5])


def backorder_limit_row(limit: tuple[Sku, int | None]) -> tuple[Any, ...]:
    sku, units = limit
    return (sku, NO_LIMIT if units is None else units)


def backorder_limit_of(row: Row) -> tuple[Sku, int | None]:
    sku, units = row
    return Sku(sku), None if units == NO_LIMIT else units
