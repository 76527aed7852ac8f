"""Examples of refusals: suppliers and purchase orders."""

from collections.abc import Mapping

from router.domain.reasons import Reason
from router.service.reason_examples.example import Example


def _purchase(order_id: str, *, quantity: int) -> str:
    line = f'{{"sku": "RED-CLOCK", "quantity": {quantity}}}'
    named = f'"supplierId": "acme", "purchaseOrderId": "{order_id}", "requestId": "buy {quantity}"'
    return f'{{{named}, "lines": [{line}]}}'


PURCHASES: Mapping[Reason, Example] = {
    Reason.SUPPLIER_NOT_FOUND: Example(
        call="GetSupplier",
        body='{"supplierId": "acmee"}',
        says="supplier `acmee` was never put",
        then="list what there is: `router purchase suppliers`",
    ),
    Reason.SUPPLIER_REFUSES: Example(
        given="supplier `acme` sells red clocks in packs of 6",
        call="PlacePurchaseOrder",
        body=_purchase("po-2", quantity=8),
        says="`acme` sells `RED-CLOCK` in packs of 6, 6 at least: 8 cannot be ordered, 12 can",
        then="order what the message says",
    ),
    Reason.PURCHASE_ORDER_NOT_FOUND: Example(
        call="GetPurchaseOrder",
        body='{"purchaseOrderId": "po-99"}',
        says="no purchase order has the id `po-99`",
        then="look for it: `router purchase list`",
    ),
    Reason.PURCHASE_ORDER_EXISTS: Example(
        given="purchase order `po-1` was placed",
        call="PlacePurchaseOrder",
        body=_purchase("po-1", quantity=6),
        says="purchase order `po-1` was placed already",
        then="read it with `GetPurchaseOrder`, or place this one under another id",
    ),
    Reason.PURCHASE_ORDER_STATE_FORBIDS: Example(
        given="purchase order `po-1` was canceled",
        call="ReceivePurchaseOrder",
        body='{"purchaseOrderId": "po-1", "requestId": "truck-4"}',
        says="purchase order `po-1` is CANCELED, for RECEIVE it must be PLACED, ACKNOWLEDGED, PARTLY_RECEIVED",
        then="book what arrives anyway with `AdjustStock`",
    ),
}
