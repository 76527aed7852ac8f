"""An example of each reason of refusal: what comes before, a call, what the server says to it, and what to do next.

A test makes every call and holds the answer against the words here; those without a call need a moment of the server's
that no client can bring about.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from router.domain.reasons import Reason


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """`call` and `body` are what `router call` takes; `says` is in the message of the refusal or of its violations."""

    given: str = ""
    call: str = ""
    body: str = ""
    says: str
    then: str


def _purchase(order_id: str, *, quantity: int) -> str:
    line = f'{{"sku": "RED-CLOCK", "quantity": {quantity}}}'
    named = f'"supplierId": "acme", "purchaseOrderId": "{order_id}", "requestId": "buy {quantity}"'
    return f'{{{named}, "lines": [{line}]}}'


def _order(order_id: str, *, sku: str = "RED-CLOCK", quantity: int = 1, channel: str = "web") -> str:
    """A request to route an order of one line."""
    line = f'{{"lineId": "1", "sku": "{sku}", "quantity": "{quantity}"}}'
    to = '{"country": "FR", "postalCode": "69001"}'
    order = f'{{"orderId": "{order_id}", "channel": "{channel}", "destination": {to}, "lines": [{line}]}}'
    return f'{{"requestId": "order {order_id}", "order": {order}}}'


def _stock(**fields: str) -> str:
    """A request to correct the red clocks in Lyon."""
    said = {
        "nodeId": "LYON",
        "sku": "RED-CLOCK",
        "delta": "-1",
        "reasonCode": "LOSS",
        "requestId": "key-5",
    } | fields
    return "{" + ", ".join(f'"{name}": "{value}"' for name, value in said.items()) + "}"


def _told(key: str, at: str) -> str:
    """A loss of one red clock, told by feed wms."""
    return _stock(requestId=key)[:-1] + f', "feedMark": {{"feedId": "wms", {at}}}}}'


def _pay(key: str, payment_id: str, *, method: str = "PAYMENT_METHOD_CASH_ON_DELIVERY") -> str:
    """A request to authorize 10.00 EUR for the order PAID-1."""
    said = {
        "requestId": key,
        "paymentId": payment_id,
        "orderId": "PAID-1",
        "method": method,
        "amountMinor": "1000",
    }
    return "{" + ", ".join(f'"{name}": "{value}"' for name, value in said.items()) + "}"


def _back(key: str, order_id: str, return_id: str) -> str:
    """A request to send a red clock back."""
    line = '[{"lineId": "1", "quantity": 1}]'
    return (
        f'{{"requestId": "{key}", "orderId": "{order_id}", "returnId": "{return_id}", "reasonCode": "UNWANTED",'
        f' "lines": {line}}}'
    )


_NODE = (
    '{"nodeId": "NICE", "kind": "STORE", "country": "FR",'
    ' "point": {"latitudeMicrodegrees": 43700000, "longitudeMicrodegrees": 7270000},'
    ' "calendar": {"timeZone": "Europe/Paris", "workingDays": [{"weekday": 1, "cutOffMinute": 960}]},'
    ' "serviceLevelIds": ["DHL/AIR"]}'
)
_OTHER = "c18a3a03346e4f1a9be8d0f75c2a6b3d1e0f9a8b7c6d5e4f3a2b1c0d9e8f7a6b"
"""A version that is not in force."""
_HEADER = (
    '{"header": {"requestId": "key-1", "feedId": "wms", "sequence": "9", "rowCount": "2",'
    ' "basis": "SNAPSHOT_BASIS_PHYSICAL", "scope": "SNAPSHOT_SCOPE_PARTIAL"}}'
)

EXAMPLES: Mapping[Reason, Example] = {
    Reason.INVALID_REQUEST: Example(
        call="RouteOrder",
        body=_order("A-3", quantity=0),
        says="order.lines[0].quantity is 0, must be 1 to 1,000,000",
        then="mend every field that `BadRequest` lists, then send it with the same `request_id` or a new one",
    ),
    Reason.REQUEST_ID_REQUIRED: Example(
        call="CancelOrder",
        body='{"orderId": "A-1"}',
        says="request_id is empty, must be a key of your own",
        then="make a UUID before the first attempt and send the same one with every repetition",
    ),
    Reason.IDEMPOTENCY_KEY_REUSED: Example(
        given="`order A-1` was the key of another order",
        call="RouteOrder",
        body=_order("A-9").replace("order A-9", "order A-1"),
        says="request_id `order A-1` was used for another request; use a new one",
        then="look for the place where keys are made: one key belongs to one request",
    ),
    Reason.UNKNOWN_SKU: Example(
        call="AdjustStock",
        body=_stock(requestId="key-11", sku="BLUE-CLOCK"),
        says="product `BLUE-CLOCK` is unknown; put it first",
        then="send the product with `PutProducts`, then the same call with a new `request_id`",
    ),
    Reason.UNKNOWN_NODE: Example(
        call="AdjustStock",
        body=_stock(requestId="key-12", nodeId="NICE"),
        says="node `NICE` is not in the network; put it first",
        then="correct the name, or send the node with `PutNodes`",
    ),
    Reason.UNKNOWN_SERVICE_LEVEL: Example(
        given="it is the code of a violation of INVALID_REQUEST",
        call="PutNodes",
        body=f'{{"requestId": "key-2", "nodes": [{_NODE}]}}',
        says="node `NICE` names service level `DHL/AIR`, which the network does not have",
        then="correct the name, or send the service level first with `PutServiceLevels`",
    ),
    Reason.UNKNOWN_CHANNEL: Example(
        given="the channels `web` and `fair` were put",
        call="RouteOrder",
        body=_order("A-90", channel="wbe"),
        says="comes from channel `wbe`, which was never put; known are fair, web",
        then="spell it as it was put, or put it with `PutChannels`",
    ),
    Reason.CHANNEL_CLOSED: Example(
        given="channel `fair` was put closed",
        call="RouteOrder",
        body=_order("A-91", channel="fair"),
        says="comes from channel `fair`, which is closed",
        then="put the channel again without `closed`, then send the order with a new `request_id`",
    ),
    Reason.CHANNEL_NOT_FOUND: Example(
        call="GetChannel",
        body='{"channelId": "wbe"}',
        says="channel `wbe` was never put",
        then="list what there is: `router channel list`",
    ),
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
    Reason.CUSTOMER_NOT_FOUND: Example(
        call="EraseCustomer",
        body='{"customerId": "ada", "requestId": "key-40"}',
        says="no order names customer `ada`",
        then="look for the id as orders have it: `router order list --customer ID`",
    ),
    Reason.ORDER_NOT_FOUND: Example(
        call="GetOrder",
        body='{"orderId": "A-404"}',
        says="order `A-404` was never routed here",
        then="look for it with `ListOrders`, or route it",
    ),
    Reason.ORDER_ALREADY_ROUTED: Example(
        given="A-1 was routed with another key",
        call="RouteOrder",
        body=_order("A-1").replace("order A-1", "key-3"),
        says="order `A-1` is routed already; edit it, or cancel it and send a new one",
        then="read the decision with `GetDecision`; change the order with `EditOrder`",
    ),
    Reason.ORDER_STATE_FORBIDS: Example(
        given="A-2 was canceled",
        call="CancelOrder",
        body='{"orderId": "A-2", "requestId": "key-4"}',
        says="order `A-2` is CANCELED, it cannot cancel anything more",
        then="read the order with `GetOrder`: it says what is still open",
    ),
    Reason.PREVIEW_OUTDATED: Example(
        given="A-1 was edited since it was previewed",
        call="EditOrder",
        body='{"orderId": "A-1", "lines": [{"lineId": "1", "quantity": "2"}], "author": "ann",'
        ' "confirmToken": "of-another-preview", "requestId": "key-edit"}',
        says="is not what was previewed; preview it again and confirm with its token and a new request_id",
        then="send the edit without `confirm_token`, look at it, send it again with the token of that answer",
    ),
    Reason.BOOKING_NOT_FOUND: Example(
        call="VoidBooking",
        body='{"shipmentId": "A-3/1", "requestId": "key-void"}',
        says="shipment `A-3/1` was never booked with a carrier; book it first",
        then="see what is booked with `ListBookings`",
    ),
    Reason.BOOKING_EXISTS: Example(
        given="the shipment was booked with another key",
        says="void that booking before you book it again",
        then="take the tracking number as it is, or call `VoidBooking` first",
    ),
    Reason.BOOKING_STATE_FORBIDS: Example(
        given="the shipment is on a manifest",
        says="it cannot be voided any more",
        then="stop the parcel at the carrier; the goods come back as a return",
    ),
    Reason.CARRIER_NOT_SERVED: Example(
        given="the server was started without --carriers",
        call="BookShipment",
        body='{"shipmentId": "A-3/1", "requestId": "key-book"}',
        says="nobody here takes bookings; start the server with --carriers URL",
        then="start the server with `--carriers`, or give `DispatchShipment` the tracking number yourself",
    ),
    Reason.CARRIER_DECLINED: Example(
        given="the carrier takes no parcel of this weight",
        says="mend that or let another service level take it",
        then="mend what its code names (pack it in more boxes), then book again with a new `request_id`",
    ),
    Reason.CARRIER_UNREACHABLE: Example(
        given="the carrier does not answer",
        says="send the same request again, it asks under the same key",
        then="send the same request with the same `request_id` again",
    ),
    Reason.NO_BOX_FITS: Example(
        given="no boxes were put",
        call="PackShipment",
        body='{"shipmentId": "A-3/1", "requestId": "key-pack"}',
        says="no boxes were put yet; put them with PutBoxes",
        then="put a box that the named product fits, or its true sizes with `PutProducts`",
    ),
    Reason.DECISION_NOT_FOUND: Example(
        call="GetDecision",
        body='{"decisionId": "d-000000000404"}',
        says="no decision has the id `d-000000000404`",
        then="ask by `order_id`, or take the id from the order's answer",
    ),
    Reason.DOCUMENT_NOT_FOUND: Example(
        call="GetProduct",
        body='{"sku": "BLUE-CLOCK"}',
        says="product `BLUE-CLOCK` is unknown; put it first",
        then="list what there is: `ListProducts`, `ListRuleVersions`, `GetNetwork` without a digest",
    ),
    Reason.NETWORK_NOT_READY: Example(
        given="a fresh server",
        call="RouteOrder",
        body=_order("A-1"),
        says="network not ready: no network was put yet",
        then="send nodes, carriers and service levels with `PutNetwork`, then products and stock",
    ),
    Reason.RULES_INVALID: Example(
        call="ActivateRules",
        body='{"requestId": "key-6", "files": [{"name": "shop.yaml", "content": "a2luZDogUnVsZVNldAo="}]}',
        says="the first: shop.yaml:1:",
        then="run `router rules check` and `router rules test` on the files: they show every finding with its line",
    ),
    Reason.RULES_MOVED: Example(
        given="somebody activated other rules since the plan was made",
        call="ActivateRules",
        body='{"requestId": "key-7", "files": [{"name": "shop.yaml", "content": ""}],'
        ' "expectedActiveDigest": "' + _OTHER + '"}',
        says="plan again, nothing was changed",
        then="run `router rules plan` again and look at what it says now",
    ),
    Reason.RULES_STATE_FORBIDS: Example(
        given="version DRAFT was staged with `draft`",
        call="StartShadow",
        body='{"requestId": "key-8", "rulesDigest": "DRAFT"}',
        says="it is draft;",
        then="stage it again without `draft`, so that its cases are run",
    ),
    Reason.NO_EARLIER_RULES: Example(
        given="the first version is in force",
        call="RollbackRules",
        body='{"requestId": "key-9"}',
        says="no rules were in force before",
        then="pick a version with `router rules history` and name it",
    ),
    Reason.SHADOW_NOT_RUNNING: Example(
        call="GetShadowReport",
        body="{}",
        says="no version is in shadow; stage one and start a shadow with it",
        then="`router rules shadow start FILES` does both",
    ),
    Reason.NETWORK_MOVED: Example(
        given="somebody put another network since the plan was made",
        call="ActivateRules",
        body='{"requestId": "key-10", "files": [{"name": "shop.yaml", "content": ""}],'
        ' "expectedNetworkDigest": "' + _OTHER + '"}',
        says="the network in force changed: expected `c18a3a03346e`",
        then="run `router rules plan` again: what the rules do depends on the network",
    ),
    Reason.ENTRY_NOT_FOUND: Example(
        call="CorrectEntry",
        body='{"position": "99999", "author": "ada", "reason": "typed twice", "requestId": "key-32"}',
        says="no entry has position 99,999",
        then="look for it with `router ledger entries`",
    ),
    Reason.ENTRY_NOT_CORRECTABLE: Example(
        given="`A-1` was routed, and entry 2 reserves its units",
        call="CorrectEntry",
        body='{"position": "2", "author": "ada", "reason": "typed twice", "requestId": "key-33"}',
        says="entry 2 is a RESERVE of `A-1`",
        then="cancel the order; its reservation is voided with it",
    ),
    Reason.SINK_NOT_FOUND: Example(
        call="ReplayEvents",
        body='{"sink": "erp", "requestId": "key-31"}',
        says="no sink `erp` was ever served; known: there is none yet",
        then="look at `router events sinks`; a sink is known from its first start on",
    ),
    Reason.SNAPSHOT_INCOMPLETE: Example(
        given="two rows are announced and one is sent",
        call="UploadStockSnapshot",
        body=f'[{_HEADER}, {{"chunk": {{"nodeId": "LYON", "skus": ["RED-CLOCK"], "quantities": ["7"]}}}}]',
        says="header.row_count",
        then="send the whole snapshot again with a new `request_id`; stock is as it was before",
    ),
    Reason.FEED_NOT_FOUND: Example(
        call="PutFeed",
        body='{"requestId": "feed-15", "feedId": "wsm", "guardPercent": 50}',
        says="feed `wsm` was never heard; its first snapshot makes it known",
        then="correct the name; `router stock feeds` lists those that were heard",
    ),
    Reason.FEED_EPOCH_UNKNOWN: Example(
        given="feed wms is in epoch 0",
        call="AdjustStock",
        body=_told("feed-16", '"epoch": "1", "sequence": "3"'),
        says="feed `wms` is in epoch 0, not 1; let a snapshot with `restart` begin it first",
        then="if the system behind the feed was restored or replaced, send a snapshot with `restart` and the new epoch",
    ),
    Reason.FEED_COUNTS_OTHERWISE: Example(
        given="feed wms counts by sequence numbers",
        call="AdjustStock",
        body=_told("feed-17", '"time": "2026-11-16T12:00:00Z"'),
        says="feed `wms` counts by sequence numbers in epoch 0, not by the time of its clock",
        then="send the sequence number, or begin a new epoch with a snapshot that has `restart`",
    ),
    Reason.FEED_MARK_REUSED: Example(
        given="feed wms told a loss of 10 at sequence 20",
        call="AdjustStock",
        body=_told("feed-18", '"sequence": "20"'),
        says="feed `wms` told -10 of `RED-CLOCK` at `LYON` for `LOSS` at mark 20 before, not -1",
        then="number every change of the feed, or tell several changes of one number apart by `reference`",
    ),
    Reason.SUSPECT_NOT_FOUND: Example(
        call="ApproveSnapshot",
        body='{"requestId": "feed-19", "suspectId": "night-404"}',
        says="no snapshot kept aside has the id `night-404`",
        then="list them with `ListSuspectSnapshots`",
    ),
    Reason.SUSPECT_STATE_FORBIDS: Example(
        given="snapshot night-30 was rejected by ada",
        call="ApproveSnapshot",
        body='{"requestId": "feed-20", "suspectId": "night-30"}',
        says="is REJECTED already, by ada",
        then="let the feed send a new snapshot",
    ),
    Reason.TRANSFER_NOT_FOUND: Example(
        call="ReceiveTransfer",
        body='{"requestId": "feed-21", "transferId": "truck-404"}',
        says="no transfer has the id `truck-404`",
        then="list them with `ListTransfers`",
    ),
    Reason.TRANSFER_EXISTS: Example(
        given="transfer truck-7 was sent",
        call="TransferStock",
        body='{"requestId": "feed-23", "transferId": "truck-7", "fromNodeId": "LYON", "toNodeId": "LILLE",'
        ' "lines": [{"sku": "RED-CLOCK", "quantity": "1"}]}',
        says="transfer `truck-7` was sent already; read it, or use another id",
        then="read it with `ListTransfers`; another truck needs another id",
    ),
    Reason.TRANSFER_STATE_FORBIDS: Example(
        given="transfer truck-7 was canceled",
        call="ReceiveTransfer",
        body='{"requestId": "feed-22", "transferId": "truck-7"}',
        says="is CANCELED, nothing of it is under way; correct stock with AdjustStock",
        then="read it with `ListTransfers`; what arrives nevertheless is booked with `AdjustStock`",
    ),
    Reason.INSUFFICIENT_STOCK: Example(
        given="Lyon has 50 red clocks",
        call="AdjustStock",
        body=_stock(requestId="key-13", delta="-90"),
        says="90 cannot be taken away",
        then="read the stock with `GetAvailability` and correct the number, or count the shelf",
    ),
    Reason.STOCK_CHANGED: Example(
        given="Lyon has 50 red clocks, not 40",
        call="AdjustStock",
        body=_stock(requestId="key-14", expectedOnHand="40"),
        says="40 were expected; read it again and decide anew",
        then="read the stock again; if the correction is still right, send it with the figure you read",
    ),
    Reason.RESERVATION_NOT_FOUND: Example(
        call="GetReservation",
        body='{"reservationId": "cart-9"}',
        says="no reservation has the id `cart-9`",
        then="read the ids with `ListReservations`",
    ),
    Reason.RESERVATION_EXISTS: Example(
        given="`cart-1` was reserved and given back",
        call="ReserveStock",
        body='{"requestId": "key-15", "reservationId": "cart-1", "timeoutSeconds": 900,'
        ' "lines": [{"nodeId": "LYON", "sku": "RED-CLOCK", "quantity": 1}]}',
        says="`cart-1` was made already and is VOIDED; use another id",
        then="reserve again under another id, or leave `reservation_id` empty",
    ),
    Reason.RESERVATION_EXPIRED: Example(
        given="the time limit of `cart-2` has come",
        says="expired; its units may be promised to others, reserve again",
        then="reserve again; the next time make the reservation firm, or give it more time, before its limit",
    ),
    Reason.ALREADY_RESOLVED: Example(
        given="`cart-1` was reserved and given back",
        call="PostReservation",
        body='{"requestId": "key-16", "reservationId": "cart-1"}',
        says="is VOIDED, nothing of it is held any more",
        then="read it with `GetReservation`: whoever was first has decided",
    ),
    Reason.SERIAL_ALREADY_GONE: Example(
        given="the red clock with the number SN-1 left with `cart-3`",
        call="DispatchShipment",
        body='{"requestId": "key-17", "shipmentId": "A-1/1", "serials": [{"lineId": "1", "serials": ["SN-1"]}]}',
        says="serial `SN-1` of `RED-CLOCK` left already with `cart-3`",
        then="look at the unit again; `router ledger serials --sku RED-CLOCK --serial SN-1` shows where it went",
    ),
    Reason.RETURN_NOT_FOUND: Example(
        call="GetReturn",
        body='{"returnId": "R-404"}',
        says="no return or claim has the id `R-404`",
        then="list what there is: `router return list`",
    ),
    Reason.RETURN_EXISTS: Example(
        given="`R-1` is a return of order `B-1` already",
        call="AuthorizeReturn",
        body=_back("key-80", "B-1", "R-1"),
        says="return `R-1` is one of order `B-1` already",
        then="read it with `GetReturn`; another return needs an id of its own",
    ),
    Reason.RETURN_POLICY_MISSING: Example(
        given="channel web alone has a return policy, and order `F-1` came from channel fair",
        call="AuthorizeReturn",
        body=_back("key-81", "F-1", "R-9"),
        says="no return policy holds for channel `fair`; put one with PutReturnPolicies",
        then="put a policy for the channel, or one without a channel, which holds for all: `router return policy put`",
    ),
    Reason.RETURN_WINDOW_OVER: Example(
        given="order `B-2` was delivered on 1 January 2025, and units are taken back for 30 days",
        call="AuthorizeReturn",
        body=_back("key-82", "B-2", "R-9"),
        says="line `1` of order `B-2` could be returned until 2025-01-31, 30 days after its delivery",
        then="give a reason that the policy takes for longer, or open a claim of GOODWILL and refund that",
    ),
    Reason.RETURN_EXCEEDS_DELIVERED: Example(
        given="order `A-1` has not left yet",
        call="AuthorizeReturn",
        body=_back("key-83", "A-1", "R-9"),
        says="of line `1` of order `A-1` 0 units can be returned, not 1",
        then="cancel what has not left; record the carrier's report of what arrived; `ListReturns` shows the rest",
    ),
    Reason.RETURN_STATE_FORBIDS: Example(
        given="nothing of `R-1` has arrived",
        call="InspectReturn",
        body='{"requestId": "key-84", "returnId": "R-1", "findings":'
        ' [{"sku": "RED-CLOCK", "quantity": 1, "disposition": "DISPOSITION_RESTOCK"}]}',
        says="return `R-1` is AUTHORIZED, to inspect it it must be RECEIVING, RECEIVED, INSPECTED",
        then="book what arrived with `ReceiveReturn` first",
    ),
    Reason.NOTHING_TO_REFUND: Example(
        given="`R-3` has arrived, its policy gives money back after inspection, and nobody has looked at it",
        call="RefundReturn",
        body='{"requestId": "key-85", "returnId": "R-3"}',
        says="nothing is owed for return `R-3` (RECEIVED) now; inspect the 1 units that wait first",
        then="inspect it, or read with `GetReturn` what was given for it already",
    ),
    Reason.REFUND_WITHOUT_PAYMENT: Example(
        given="`R-4` was inspected, and its order `B-1` was paid elsewhere",
        call="RefundReturn",
        body='{"requestId": "key-86", "returnId": "R-4"}',
        says="order `B-1` has no payment here; pay it back where it was paid",
        then="pay it back there, then call again with `externalReference`, so that it is not paid twice",
    ),
    Reason.REFUND_EXCEEDS_CHARGE: Example(
        given="the customer of `B-3` was charged 4.90 for shipping, and claim `C-3` is open",
        call="RefundReturn",
        body='{"requestId": "key-97", "returnId": "C-3", "shippingMinor": 500}',
        says="return `C-3` would give back 500 for shipping, of what order `B-3` was charged for it 490 are left",
        then="leave `shippingMinor` out for what is due, or send an amount that is left",
    ),
    Reason.DELAY_NOT_FOUND: Example(
        call="GetDelay",
        body='{"orderId": "A-0"}',
        says="order `A-0` has no delay",
        then="list what there is: `router delay list`; report one: `router delay report A-1 --reason SUPPLIER`",
    ),
    Reason.DELAY_MOVED: Example(
        given="order `LATE-1` was reported late twice",
        call="AnswerDelay",
        body='{"orderId": "LATE-1", "answer": "DELAY_ANSWER_CONSENT", "noticeNumber": 1, "requestId": "key-180"}',
        says="notice 1 of order `LATE-1` is answered, notice 2 is the last one",
        then="show the customer what `GetDelay` returns, and send the answer with its notice number",
    ),
    Reason.PAYMENT_NOT_FOUND: Example(
        call="GetPayment",
        body='{"paymentId": "P-0"}',
        says="no payment has the id `P-0`",
        then="list what there is: `router payment list`",
    ),
    Reason.PAYMENT_EXISTS: Example(
        given="payment `P-1` of 10.00 EUR was authorized",
        call="AuthorizePayment",
        body=_pay("key-70", "P-1"),
        says="payment `P-1` was asked for already, of order `PAID-1`",
        then="read it with `GetPayment`; a second payment of the same order needs an id of its own",
    ),
    Reason.PAYMENT_EXCEEDED: Example(
        given="payment `P-1` of 10.00 EUR was authorized",
        call="CapturePayment",
        body='{"requestId": "key-71", "paymentId": "P-1", "amountMinor": "1001"}',
        says="of payment `P-1` 1000 can be captured, not 1001",
        then="capture what is open, or authorize another payment for the rest",
    ),
    Reason.PAYMENT_BUSY: Example(
        given="two servers on one database, and two requests about one payment at once",
        says="is under way; send this one again",
        then="send it again in a moment; whatever was under way is finished first",
    ),
    Reason.GIFT_ACCOUNT_NOT_FOUND: Example(
        call="GetGiftAccount",
        body='{"giftAccountId": "G-0"}',
        says="no gift account has the id `G-0`",
        then="list what there is: `router payment gifts`; make one with `IssueGiftBalance`",
    ),
    Reason.PAYMENT_MISSING: Example(
        given="order `PAID-1` of one red clock for 19.99 EUR is paid by `P-1` of 10.00 EUR",
        call="DispatchShipment",
        body='{"requestId": "key-72", "shipmentId": "PAID-1/1"}',
        says="goods for 19.99 EUR of order `PAID-1` will have left, its payments cover 10.00 EUR",
        then="authorize the 9.99 EUR that are missing under another payment's id, then dispatch again",
    ),
    Reason.PAYMENT_DECLINED: Example(
        given="a provider that does not capture what it authorized",
        says="says no: ",
        then="look up the code at the provider; authorize a new payment, or ask the payer for another way",
    ),
    Reason.PAYMENT_METHOD_REFUSED: Example(
        given="a server without `--payments`",
        call="AuthorizePayment",
        body=_pay("key-73", "P-2", method="PAYMENT_METHOD_CARD"),
        says="nobody here takes CARD; taken are CASH_ON_DELIVERY",
        then="start the server with `--payments URL`, or pay in a way that it takes",
    ),
    Reason.PROVIDER_UNREACHABLE: Example(
        given="a provider that answers with 503",
        says="does not answer",
        then="send the same request with the same `request_id` until it is answered",
    ),
    Reason.WRONG_ITEM: Example(
        given="shipment A-3/1 is being picked and expects a red clock",
        call="ConfirmPick",
        body='{"requestId": "pick-1", "shipmentId": "A-3/1", "sku": "TIN-LAMP", "quantity": "1"}',
        says="1 of `TIN-LAMP` were scanned for shipment `A-3/1`, it expects",
        then="put it back and take what the message names; `GetPickList` shows all that is left to fetch",
    ),
    Reason.PICK_WAVE_NOT_FOUND: Example(
        call="GetPickList",
        body='{"waveId": "w-404"}',
        says="no pick wave has the id `w-404`",
        then="use the id that `CreatePickWave` answered",
    ),
    Reason.RESOURCE_NOT_FOUND: Example(
        call="ExportResource",
        body='{"resource": "product"}',
        says="no resource is called `product`; did you mean `products`?",
        then="take a name that `ListResources` or `router export --list` gives",
    ),
    Reason.RESOURCE_NOT_IMPORTABLE: Example(
        call="ImportResource",
        body='{"header": {"resource": "reservations", "validateOnly": true}}',
        says="`reservations` can be exported only: its rows come from `ReserveStock`",
        then="book what happened by the calls that the message names",
    ),
    Reason.PERSONAL_DATA_NOT_ASKED: Example(
        call="ExportResource",
        body='{"resource": "recipients"}',
        says="all of `recipients` is personal data",
        then="say `with_personal_data`, if you may have it",
    ),
    Reason.QUEUE_FULL: Example(
        given="more requests than the server can work on are waiting",
        says="commands with 250,000 rows are waiting already; nothing was done, try again",
        then="wait as `RetryInfo` says; send larger batches, not more of them",
    ),
    Reason.TOO_MANY_WATCHERS: Example(
        given="as many streams as the server allows are open",
        says="watchers are connected, at most",
        then="close streams that nobody reads; one stream with several readers behind it is enough",
    ),
    Reason.DEADLINE_PASSED: Example(
        given="a call with a deadline of a millisecond, on a busy server",
        says="the deadline passed before its turn; nothing was done",
        then="send it again with the same `request_id` and a longer deadline",
    ),
    Reason.DRAINING: Example(
        given="the server was told to stop and still works on what it took in",
        says="the server is stopping; nothing was done, try another or later",
        then="connect again in a second and send the same call",
    ),
    Reason.READ_ONLY: Example(
        given="the disk of the ledger is full",
        says="the disk of the ledger is full",
        then="make room; the server notices within a second or two, then send the same call again",
    ),
    Reason.COMMIT_INDETERMINATE: Example(
        given="the disk failed in the middle of a commit",
        says="the commit failed and may or may not be durable; repeat the call with the same request_id",
        then="wait for the restart and repeat the call: the recorded answer comes back if it was booked",
    ),
    Reason.UNKNOWN_METHOD: Example(
        given="a client of another version calls `RoutingService/RouteOrders`",
        says="the nearest is /router.api.v1.RoutingService/",
        then="generate the client from the protos of this version, or list the methods by reflection",
    ),
    Reason.INTERNAL: Example(
        given="a fault of the router's own",
        says="the server failed; its log has the cause under incident",
        then="repeating does not help; report the lines of the log with that incident",
    ),
}  # fmt: skip
