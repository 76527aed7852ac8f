"""Examples of refusals: what is asked of orders, channels, customers and documents."""

from collections.abc import Mapping

from router.domain.reasons import Reason
from router.service.reason_examples.example import OTHER_VERSION, Example, correct_stock


def _order(order_id: str, *, sku: str = "RED-CLOCK", quantity: int = 1, channel: str = "web") -> str:
    """A request to route an order of one line."""
    line = f'{{"lineId": "1", "sku": "{sku}", "quantity": "{quantity}"}}'
    to = '{"country": "FR", "postalCode": "69001"}'
    order = f'{{"orderId": "{order_id}", "channel": "{channel}", "destination": {to}, "lines": [{line}]}}'
    return f'{{"requestId": "order {order_id}", "order": {order}}}'


_NODE = (
    '{"nodeId": "NICE", "kind": "STORE", "country": "FR",'
    ' "point": {"latitudeMicrodegrees": 43700000, "longitudeMicrodegrees": 7270000},'
    ' "calendar": {"timeZone": "Europe/Paris", "workingDays": [{"weekday": 1, "cutOffMinute": 960}]},'
    ' "serviceLevelIds": ["DHL/AIR"]}'
)

ORDERS: Mapping[Reason, Example] = {
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
        body=correct_stock(requestId="key-11", sku="BLUE-CLOCK"),
        says="product `BLUE-CLOCK` is unknown; put it first",
        then="send the product with `PutProducts`, then the same call with a new `request_id`",
    ),
    Reason.UNKNOWN_NODE: Example(
        call="AdjustStock",
        body=correct_stock(requestId="key-12", nodeId="NICE"),
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
        says="order `A-2` is CANCELED, nothing of it is left to cancel",
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
    Reason.NETWORK_MOVED: Example(
        given="somebody put another network since the plan was made",
        call="ActivateRules",
        body='{"requestId": "key-10", "files": [{"name": "shop.yaml", "content": ""}],'
        ' "expectedNetworkDigest": "' + OTHER_VERSION + '"}',
        says="the network in force changed: expected `c18a3a03346e`",
        then="run `router rules plan` again: what the rules do depends on the network",
    ),
}
