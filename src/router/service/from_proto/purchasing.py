"""Suppliers and what is bought of them."""

from collections.abc import Sequence

from router.api.v1 import purchasing_pb2 as pb
from router.app.commands.purchasing import (
    AcknowledgePurchaseOrder,
    CancelPurchaseOrder,
    ChangePurchaseOrderDate,
    PlacePurchaseOrder,
    PutBackorderLimits,
    PutSuppliers,
    ReceivePurchaseOrder,
)
from router.app.commands.questions import GetAvailableToPromise
from router.app.ports.purchase_reader import PurchaseFilter
from router.app.purchasing.reorder import Policy
from router.app.reading.pages import size_of
from router.domain.identifiers import NodeId, Sku
from router.domain.limits import (
    AMOUNT_MINOR_MAX,
    BACKORDER_LIMITS_PER_REQUEST_MAX,
    LEAD_HOURS_MAX,
    OFFERS_PER_SUPPLIER_MAX,
    PURCHASE_LINES_MAX,
    QUANTITY_MAX,
    SKUS_PER_READ_MAX,
    STOCK_MAX,
    SUPPLIERS_PER_REQUEST_MAX,
)
from router.domain.supplier import Offer, Supplier
from router.ledger.purchases import PurchaseState, Receipt
from router.service.faults import Faults
from router.service.from_proto.feed_marks import told_by
from router.service.from_proto.keys import request_id_of
from router.service.parse import digest_of

DEFAULT = Policy()


def put_suppliers(request: pb.PutSuppliersRequest) -> PutSuppliers:
    """The command to add or replace suppliers."""
    faults = Faults()
    suppliers: list[Supplier] = []
    if faults.count_of(request.suppliers, "", "suppliers", 1, SUPPLIERS_PER_REQUEST_MAX):
        suppliers = [
            _supplier(message, f"suppliers[{index}].", faults)
            for index, message in enumerate(request.suppliers)
        ]
        faults.unique([supplier.id for supplier in suppliers], "", "suppliers", "supplier_id")
    command = PutSuppliers(
        request_id=request_id_of(request.request_id, faults),
        body_digest=digest_of(request),
        suppliers=tuple(suppliers),
    )
    faults.raise_if_any()
    return command


def _supplier(message: pb.Supplier, at: str, faults: Faults) -> Supplier:
    offers: dict[Sku, Offer] = {}
    if faults.count_of(message.offers, at, "offers", 0, OFFERS_PER_SUPPLIER_MAX):
        for index, one in enumerate(message.offers):
            here = f"{at}offers[{index}]."
            offers[Sku(faults.identifier(one.sku, here, "sku"))] = Offer(
                unit_price_minor=faults.whole(
                    one.unit_price_minor, here, "unit_price_minor", 0, AMOUNT_MINOR_MAX
                ),
                pack_units=faults.whole(one.pack_units, here, "pack_units", 0, QUANTITY_MAX) or 1,
                units_min=faults.whole(one.min_units, here, "min_units", 0, QUANTITY_MAX) or 1,
            )
        faults.unique([one.sku for one in message.offers], at, "offers", "sku")
    deviation = message.lead_deviation_hours
    return Supplier(
        id=faults.identifier(message.supplier_id, at, "supplier_id"),
        name=faults.text(message.name, at, "name"),
        is_closed=message.closed,
        lead_hours=faults.whole(message.lead_hours, at, "lead_hours", 0, LEAD_HOURS_MAX),
        lead_deviation_hours=faults.whole(deviation, at, "lead_deviation_hours", 0, LEAD_HOURS_MAX),
        order_cost_minor=faults.whole(message.order_cost_minor, at, "order_cost_minor", 0, AMOUNT_MINOR_MAX),
        order_value_min_minor=faults.whole(
            message.min_order_value_minor, at, "min_order_value_minor", 0, AMOUNT_MINOR_MAX
        ),
        node_id=NodeId(faults.identifier(message.node_id, at, "node_id")),
        offers=offers,
    )


def put_backorder_limits(request: pb.PutBackorderLimitsRequest) -> PutBackorderLimits:
    """The command to say how many units may wait."""
    faults = Faults()
    limits: dict[Sku, int | None] = {}
    if faults.count_of(request.limits, "", "limits", 1, BACKORDER_LIMITS_PER_REQUEST_MAX):
        for index, one in enumerate(request.limits):
            at = f"limits[{index}]."
            units = faults.whole(one.units, at, "units", 0, STOCK_MAX) if one.HasField("units") else None
            limits[Sku(faults.identifier(one.sku, at, "sku"))] = units
        faults.unique([one.sku for one in request.limits], "", "limits", "sku")
    command = PutBackorderLimits(
        request_id=request_id_of(request.request_id, faults),
        body_digest=digest_of(request),
        limits=limits,
    )
    faults.raise_if_any()
    return command


def list_backorders(
    request: pb.ListBackordersRequest,
) -> tuple[GetAvailableToPromise, tuple[str, ...], int]:
    """Which product is asked for, which tiers come first, and how many orders at most."""
    faults = Faults()
    sku = Sku(faults.identifier(request.sku, "", "sku"))
    for index, tier in enumerate(request.tiers):
        faults.text(tier, "", f"tiers[{index}]")
    faults.raise_if_any()
    return GetAvailableToPromise(skus=(sku,)), tuple(request.tiers), size_of(request.page_size)


def place_purchase_order(request: pb.PlacePurchaseOrderRequest) -> PlacePurchaseOrder:
    """The command to order units."""
    faults = Faults()
    lines: dict[Sku, int] = {}
    if faults.count_of(request.lines, "", "lines", 1, PURCHASE_LINES_MAX):
        for index, line in enumerate(request.lines):
            at = f"lines[{index}]."
            sku = Sku(faults.identifier(line.sku, at, "sku"))
            lines[sku] = faults.whole(line.quantity, at, "quantity", 1, QUANTITY_MAX)
        faults.unique([line.sku for line in request.lines], "", "lines", "sku")
    named, node_id, expected = request.purchase_order_id, request.node_id, request.expected_date
    command = PlacePurchaseOrder(
        request_id=request_id_of(request.request_id, faults),
        body_digest=digest_of(request),
        supplier_id=faults.identifier(request.supplier_id, "", "supplier_id"),
        lines=lines,
        purchase_order_id=faults.identifier(named, "", "purchase_order_id") if named else "",
        node_id=NodeId(faults.identifier(node_id, "", "node_id")) if node_id else None,
        expected_day=faults.day(expected, "", "expected_date") if expected else None,
        reference=faults.text(request.reference, "", "reference"),
    )
    faults.raise_if_any()
    return command


def acknowledge_purchase_order(request: pb.AcknowledgePurchaseOrderRequest) -> AcknowledgePurchaseOrder:
    """The command to book a supplier's answer."""
    faults = Faults()
    expected = request.expected_date
    command = AcknowledgePurchaseOrder(
        request_id=request_id_of(request.request_id, faults),
        body_digest=digest_of(request),
        purchase_order_id=faults.identifier(request.purchase_order_id, "", "purchase_order_id"),
        expected_day=faults.day(expected, "", "expected_date") if expected else None,
        reference=faults.text(request.reference, "", "reference"),
    )
    faults.raise_if_any()
    return command


def change_purchase_order_date(request: pb.ChangePurchaseOrderDateRequest) -> ChangePurchaseOrderDate:
    """The command to expect what is to come on another day."""
    faults = Faults()
    command = ChangePurchaseOrderDate(
        request_id=request_id_of(request.request_id, faults),
        body_digest=digest_of(request),
        purchase_order_id=faults.identifier(request.purchase_order_id, "", "purchase_order_id"),
        expected_day=faults.day(request.expected_date, "", "expected_date"),
        reason=faults.text(request.reason, "", "reason"),
    )
    faults.raise_if_any()
    return command


def receive_purchase_order(request: pb.ReceivePurchaseOrderRequest) -> ReceivePurchaseOrder:
    """The command to book what arrived."""
    faults = Faults()
    lines: dict[Sku, Receipt] = {}
    if faults.count_of(request.lines, "", "lines", 0, PURCHASE_LINES_MAX):
        for index, line in enumerate(request.lines):
            at = f"lines[{index}]."
            lines[Sku(faults.identifier(line.sku, at, "sku"))] = _receipt(line, at, faults)
        faults.unique([line.sku for line in request.lines], "", "lines", "sku")
    command = ReceivePurchaseOrder(
        request_id=request_id_of(request.request_id, faults),
        body_digest=digest_of(request),
        purchase_order_id=faults.identifier(request.purchase_order_id, "", "purchase_order_id"),
        lines=lines,
        closes=request.close,
        accepts_extra=request.accept_extra,
        told=told_by(request, faults),
    )
    faults.raise_if_any()
    return command


def _receipt(line: pb.PurchasedUnitsReceived, at: str, faults: Faults) -> Receipt:
    if not (line.quantity or line.damaged):
        faults.add(at + "quantity", "OUT_OF_RANGE", "quantity and damaged are 0, one must be more")
    if line.expiry_date and not line.lot:
        faults.add(at + "expiry_date", "WITHOUT_LOT", "expiry_date is given, lot must be, too")
    return Receipt(
        received=faults.whole(line.quantity, at, "quantity", 0, QUANTITY_MAX),
        damaged=faults.whole(line.damaged, at, "damaged", 0, QUANTITY_MAX),
        lot=faults.identifier(line.lot, at, "lot") if line.lot else "",
        expiry_day=faults.day(line.expiry_date, at, "expiry_date") if line.expiry_date else None,
    )


def cancel_purchase_order(request: pb.CancelPurchaseOrderRequest) -> CancelPurchaseOrder:
    """The command to end an order."""
    faults = Faults()
    command = CancelPurchaseOrder(
        request_id=request_id_of(request.request_id, faults),
        body_digest=digest_of(request),
        purchase_order_id=faults.identifier(request.purchase_order_id, "", "purchase_order_id"),
        reason=faults.text(request.reason, "", "reason"),
    )
    faults.raise_if_any()
    return command


def purchase_filter(request: pb.ListPurchaseOrdersRequest) -> PurchaseFilter:
    """Which purchase orders to list."""
    faults = Faults()
    known = pb.PurchaseOrderState.values()
    if request.state not in known:
        names = ", ".join(pb.PurchaseOrderState.keys())
        faults.add("state", "UNKNOWN_VALUE", f"state is {request.state}, must be one of {names}")
    where = PurchaseFilter(
        state=PurchaseState(request.state) if request.state and request.state in known else None,
        supplier_id=faults.text(request.supplier_id, "", "supplier_id"),
        node_id=faults.text(request.node_id, "", "node_id"),
        open_only=request.open_only,
    )
    faults.raise_if_any()
    return where


def suggest_purchases(
    request: pb.SuggestPurchasesRequest,
) -> tuple[GetAvailableToPromise, Policy, str]:
    """Which stock to look at, how careful to be, and whom to order from only."""
    faults = Faults()
    skus = _skus(request.skus, 0, faults)

    def setting(name: str, default: int, low: int, high: int) -> int:
        value = getattr(request, name)
        return faults.whole(value, "", name, low, high) if value else default

    policy = Policy(
        service_permille=setting("service_permille", DEFAULT.service_permille, 500, 999),
        review_days=setting("review_days", DEFAULT.review_days, 1, 90),
        history_days=setting("history_days", DEFAULT.history_days, 7, 365),
        holding_percent=setting("holding_percent", DEFAULT.holding_percent, 1, 200),
    )
    only = faults.text(request.supplier_id, "", "supplier_id")
    faults.raise_if_any()
    return GetAvailableToPromise(skus=skus), policy, only


def get_available_to_promise(request: pb.GetAvailableToPromiseRequest) -> GetAvailableToPromise:
    """Which products are asked for."""
    faults = Faults()
    skus = _skus(request.skus, 1, faults)
    faults.raise_if_any()
    return GetAvailableToPromise(skus=skus)


def _skus(names: Sequence[str], low: int, faults: Faults) -> tuple[Sku, ...]:
    if not faults.count_of(names, "", "skus", low, SKUS_PER_READ_MAX):
        return ()
    faults.unique(names, "", "skus")
    return tuple(Sku(faults.identifier(sku, "", f"skus[{index}]")) for index, sku in enumerate(names))
