"""The words of scenarios about trade: channels, boxes, carriers, delays, returns, purchases, books and metrics."""

from collections.abc import Callable, Mapping
from typing import Any

from router.api.v1 import (
    accounting_pb2,
    carriers_pb2,
    delays_pb2,
    fulfillment_pb2,
    metrics_pb2,
    purchasing_pb2,
    returns_pb2,
)
from router.app.metrics.query import query_metrics
from router.app.returns.refunder import Refunder, refund_by_itself
from router.service.from_proto import (
    accounting,
    channels,
    customers,
    delays,
    purchasing,
    return_policies,
    returns,
)
from router.service.from_proto import carriers_of_parcels as parcels
from router.service.from_proto.labels import label_request
from router.service.from_proto.metrics import metrics_query
from router.service.to_proto.accounting import reconcile_response, voucher_message
from router.service.to_proto.carriers import booking_message, packed_message
from router.service.to_proto.delays import delay_message
from router.service.to_proto.metrics import metrics_response
from router.service.to_proto.purchasing import purchase_order_message
from router.service.to_proto.returns import return_message
from tests.scenarios.words import Core, Look, Verb, asked, by


def pack(core: Core, request: Any) -> Any:
    return core.application.packer.pack(parcels.pack_shipment(request)).answer


def book(core: Core, request: Any) -> Any:
    return core.application.booker.book(parcels.book_shipment(request)).answer


def void_booking(core: Core, request: Any) -> Any:
    return core.application.booker.void(parcels.void_booking(request)).answer


def close_manifest(core: Core, request: Any) -> Any:
    return core.application.booker.close_manifest(parcels.close_manifest(request)).answer


def refund_return(core: Core, request: Any) -> Any:
    return refunder_of(core).refund(returns.refund_return(request)).answer


def refunder_of(core: Core) -> Refunder:
    return Refunder(core.application.queries.returns, core.application.cashier)


def receive_return(core: Core, request: Any) -> Any:
    return with_money(core, request, asked(core, returns.receive_return(request)))


def inspect_return(core: Core, request: Any) -> Any:
    return with_money(core, request, asked(core, returns.inspect_return(request)))


def with_money(core: Core, request: Any, answer: Any) -> Any:
    """After the money that goes back by itself."""
    command = refund_by_itself(answer.record, request.request_id)
    return answer if command is None else refunder_of(core).refund(command).answer


def send_replacement(core: Core, request: Any) -> Any:
    command = core.application.queries.returns.with_recipient(returns.send_replacement(request))
    return asked(core, command)


def detect_delays(core: Core, request: Any) -> Any:
    page = core.application.queries.delays.list_suspects(0, request.page_token, core.clock.now())
    return asked(core, delays.detect_delays(request, page))


def by_itself(core: Core, request: Any) -> Any:
    raise AssertionError("taken by a function of its own")


def own(service: str, method: str, subject: str, take: Callable[[Core, Any], Any]) -> Verb:
    """A verb that asks somebody besides the engine."""
    return Verb(service, method, subject, by_itself, take)


TRADE_VERBS: Mapping[str, Verb] = {
    "put channels": Verb("channels", "PutChannels", "channels", by(channels.put_channels)),
    "erase customer": Verb("customers", "EraseCustomer", "customer_id", by(customers.erase_customer)),
    "put boxes": Verb("carriers", "PutBoxes", "boxes", by(parcels.put_boxes)),
    "pack": own("carriers", "PackShipment", "shipment_id", pack),
    "book": own("carriers", "BookShipment", "shipment_id", book),
    "void booking": own("carriers", "VoidBooking", "shipment_id", void_booking),
    "close manifest": own("carriers", "CloseManifest", "node_id", close_manifest),
    "report delay": Verb("delays", "ReportDelay", "order_id", by(delays.report_delay)),
    "answer delay": Verb("delays", "AnswerDelay", "order_id", by(delays.answer_delay)),
    "detect delays": own("delays", "DetectDelays", "page_token", detect_delays),
    "put return policies": Verb(
        "returns", "PutReturnPolicies", "policies", by(return_policies.put_return_policies)
    ),
    "authorize return": Verb("returns", "AuthorizeReturn", "return_id", by(returns.authorize_return)),
    "receive return": own("returns", "ReceiveReturn", "return_id", receive_return),
    "inspect return": own("returns", "InspectReturn", "return_id", inspect_return),
    "cancel return": Verb("returns", "CancelReturn", "return_id", by(returns.cancel_return)),
    "open claim": Verb("returns", "OpenClaim", "return_id", by(returns.open_claim)),
    "refund return": own("returns", "RefundReturn", "return_id", refund_return),
    "send replacement": own("returns", "SendReplacement", "return_id", send_replacement),
    "put suppliers": Verb("purchasing", "PutSuppliers", "suppliers", by(purchasing.put_suppliers)),
    "place purchase order": Verb(
        "purchasing", "PlacePurchaseOrder", "purchase_order_id", by(purchasing.place_purchase_order)
    ),
    "acknowledge purchase order": Verb(
        "purchasing",
        "AcknowledgePurchaseOrder",
        "purchase_order_id",
        by(purchasing.acknowledge_purchase_order),
    ),
    "change purchase order date": Verb(
        "purchasing",
        "ChangePurchaseOrderDate",
        "purchase_order_id",
        by(purchasing.change_purchase_order_date),
    ),
    "receive purchase order": Verb(
        "purchasing", "ReceivePurchaseOrder", "purchase_order_id", by(purchasing.receive_purchase_order)
    ),
    "cancel purchase order": Verb(
        "purchasing", "CancelPurchaseOrder", "purchase_order_id", by(purchasing.cancel_purchase_order)
    ),
    "put unit costs": Verb("accounting", "PutUnitCosts", "unit_costs", by(accounting.put_unit_costs)),
}


def see_booking(core: Core, request: Any) -> Any:
    found = core.application.queries.carriers.get_booking(request.shipment_id)
    return carriers_pb2.GetBookingResponse(booking=booking_message(found))


def see_packing(core: Core, request: Any) -> Any:
    found = core.application.queries.carriers.find_packing(request.shipment_id)
    return carriers_pb2.GetPackingResponse(boxes=map(packed_message, found.boxes if found else ()))


def see_label(core: Core, request: Any) -> Any:
    shipment_id, paper = label_request(request)
    labels = core.application.queries.shipments.labels(shipment_id)
    return fulfillment_pb2.GetLabelResponse(
        content=paper.draw(labels), media_type=paper.media_type, parcel_count=len(labels)
    )


def see_delay(core: Core, request: Any) -> Any:
    found = core.application.queries.delays.get_delay(request.order_id)
    return delays_pb2.GetDelayResponse(delay=delay_message(found))


def see_delays(core: Core, request: Any) -> Any:
    page = core.application.queries.delays.list_delays(request.page_size, "", delays.delay_filter(request))
    return delays_pb2.ListDelaysResponse(delays=map(delay_message, page.items))


def see_return(core: Core, request: Any) -> Any:
    found = core.application.queries.returns.get_return(request.return_id)
    return returns_pb2.GetReturnResponse(record=return_message(found))


def see_purchase_order(core: Core, request: Any) -> Any:
    found = core.application.queries.purchases.get_purchase_order(request.purchase_order_id)
    return purchasing_pb2.GetPurchaseOrderResponse(purchase_order=purchase_order_message(found))


def see_books(core: Core, request: Any) -> Any:
    queries = core.application.queries.accounting
    return reconcile_response(queries.reconcile(), queries.chart)


def see_vouchers(core: Core, request: Any) -> Any:
    queries = core.application.queries.accounting
    after, end = 0, queries.end_of_range(0, 0)
    answers = []
    while after < end:
        vouchers, after = queries.read_vouchers(after, end)
        answers.append(accounting_pb2.ExportAccountingResponse(vouchers=map(voucher_message, vouchers)))
    return answers


def see_metrics(core: Core, request: Any) -> metrics_pb2.QueryMetricsResponse:
    queries = core.application.queries
    found = query_metrics(queries.metrics, metrics_query(request), core.clock.now())
    return metrics_response(found, queries.documents.currency())


TRADE_LOOKS: Mapping[str, Look] = {
    "booking": Look("carriers", "GetBooking", "shipment_id", see_booking),
    "packing": Look("carriers", "GetPacking", "shipment_id", see_packing),
    "label": Look("fulfillment", "GetLabel", "shipment_id", see_label),
    "delay": Look("delays", "GetDelay", "order_id", see_delay),
    "delays": Look("delays", "ListDelays", "page_size", see_delays),
    "return": Look("returns", "GetReturn", "return_id", see_return),
    "purchase order": Look("purchasing", "GetPurchaseOrder", "purchase_order_id", see_purchase_order),
    "books": Look("accounting", "ReconcileAccounting", "", see_books),
    "vouchers": Look("accounting", "ExportAccounting", "", see_vouchers),
    "metric": Look("metrics", "QueryMetrics", "names", see_metrics),
}
