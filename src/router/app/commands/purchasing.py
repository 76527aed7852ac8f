"""Suppliers are put; purchase orders are placed, acknowledged, dated, received and canceled."""

from collections.abc import Mapping
from dataclasses import dataclass

from router.app.commands.write import Write
from router.domain.identifiers import Day, NodeId, Sku
from router.domain.supplier import Supplier
from router.ledger.feeds import FeedMark
from router.ledger.purchases import Receipt


@dataclass(frozen=True, slots=True, kw_only=True)
class PutSuppliers(Write):
    suppliers: tuple[Supplier, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PutBackorderLimits(Write):
    """Units by SKU that may wait for stock; None: any number."""

    limits: Mapping[Sku, int | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class PlacePurchaseOrder(Write):
    """`lines` are units by SKU. `purchase_order_id` empty: one is made. `node_id` None: where the supplier delivers."""

    supplier_id: str
    lines: Mapping[Sku, int]
    purchase_order_id: str = ""
    node_id: NodeId | None = None
    expected_day: Day | None = None
    reference: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class AcknowledgePurchaseOrder(Write):
    """`expected_day` None: on the day that was expected. `reference` is the supplier's own number."""

    purchase_order_id: str
    expected_day: Day | None = None
    reference: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangePurchaseOrderDate(Write):
    purchase_order_id: str
    expected_day: Day
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceivePurchaseOrder(Write):
    """`lines` empty: all that is to come. If it `closes`, what has not arrived never will.

    `accepts_extra`: so many came, however many more than were ordered.
    """

    purchase_order_id: str
    lines: Mapping[Sku, Receipt]
    closes: bool = False
    accepts_extra: bool = False
    told: FeedMark | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CancelPurchaseOrder(Write):
    purchase_order_id: str
    reason: str = ""
