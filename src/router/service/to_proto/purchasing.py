"""Suppliers, purchase orders, suggestions, and what can be promised of what is to come."""

from itertools import accumulate

from router.api.messages.times import date_text, optional_date, timestamp
from router.api.v1 import purchasing_pb2 as pb
from router.app.answers.purchasing import PromisableFound, PromisableRow
from router.app.purchasing.backorder_queries import Waiting
from router.app.purchasing.suggest_purchases import Suggested, SuggestedOrder, Suggestion
from router.domain.supplier import Supplier
from router.ledger.purchases import PurchaseLine, PurchaseOrder
from router.service.to_proto.restocks import source_messages


def supplier_message(supplier: Supplier) -> pb.Supplier:
    return pb.Supplier(
        supplier_id=supplier.id,
        name=supplier.name,
        closed=supplier.is_closed,
        lead_hours=supplier.lead_hours,
        lead_deviation_hours=supplier.lead_deviation_hours,
        order_cost_minor=supplier.order_cost_minor,
        min_order_value_minor=supplier.order_value_min_minor,
        node_id=supplier.node_id,
        offers=[
            pb.SupplierOffer(
                sku=sku,
                unit_price_minor=offer.unit_price_minor,
                pack_units=offer.pack_units,
                min_units=offer.units_min,
            )
            for sku, offer in supplier.offers.items()
        ],
    )


def purchase_order_message(order: PurchaseOrder) -> pb.PurchaseOrder:
    return pb.PurchaseOrder(
        purchase_order_id=order.id,
        supplier_id=order.supplier_id,
        node_id=order.node_id,
        state=pb.PurchaseOrderState.ValueType(order.state),
        lines=list(map(_line_message, order.lines)),
        place_time=timestamp(order.place_time),
        expected_date=optional_date(order.expected_day),
        reference=order.reference,
    )


def _line_message(line: PurchaseLine) -> pb.PurchaseOrderLine:
    return pb.PurchaseOrderLine(
        sku=line.sku,
        ordered=line.ordered,
        unit_price_minor=line.unit_price_minor,
        received=line.received,
        damaged=line.damaged,
        closed=line.closed,
        extra=line.extra,
        left=line.left,
    )


def suggestions_response(found: Suggested) -> pb.SuggestPurchasesResponse:
    return pb.SuggestPurchasesResponse(
        orders=list(map(_suggested_message, found.orders)),
        without_supplier=found.without_supplier,
        ledger_position=found.ledger_position,
    )


def _suggested_message(order: SuggestedOrder) -> pb.SuggestedPurchaseOrder:
    return pb.SuggestedPurchaseOrder(
        supplier_id=order.supplier.id,
        node_id=order.node_id,
        lines=list(map(_suggestion_message, order.lines)),
        value_minor=order.value_minor,
        below_minimum=order.below_minimum,
    )


def _suggestion_message(line: Suggestion) -> pb.PurchaseSuggestion:
    return pb.PurchaseSuggestion(
        sku=line.sku,
        supplier_id=line.supplier.id,
        node_id=line.supplier.node_id,
        quantity=line.quantity,
        unit_price_minor=line.offer.unit_price_minor,
        free=line.free,
        inbound=line.stock.inbound,
        waiting=line.stock.waiting,
        demand_per_day=line.demand.mean,
        demand_deviation=line.demand.deviation,
        reorder_point=line.levels.reorder_point,
        safety_stock=line.levels.safety_stock,
        order_up_to=line.levels.order_up_to,
        yearly_cost_minor=line.levels.yearly_cost_minor,
        next_yearly_cost_minor=line.next_yearly_cost_minor,
        why=line.why,
    )


def promisable_response(found: PromisableFound) -> pb.GetAvailableToPromiseResponse:
    return pb.GetAvailableToPromiseResponse(
        products=list(map(_promisable_message, found.rows)), ledger_position=found.ledger_position
    )


def _promisable_message(row: PromisableRow) -> pb.AvailableToPromise:
    sums = accumulate(units for _, units in row.days)
    return pb.AvailableToPromise(
        sku=row.sku,
        free=row.free,
        waiting=row.waiting,
        days=[
            pb.AvailableFrom(
                date=date_text(day),
                inbound=units,
                available=max(0, row.free + sum_ - row.waiting),
            )
            for (day, units), sum_ in zip(row.days, sums, strict=True)
        ],
        undated=row.undated,
        backorder_limit=row.backorder_limit,
    )


def backorder_message(one: Waiting) -> pb.Backorder:
    return pb.Backorder(
        order_id=one.order_id,
        line_id=one.line_id,
        quantity=one.quantity,
        promise_date=optional_date(one.promise_day),
        tier=one.tier,
        place_time=timestamp(one.place_time),
        expected_date=optional_date(one.expected_day),
        sources=source_messages(one.sources),
    )
