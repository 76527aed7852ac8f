"""Examples of refusals: returns and refunds."""

from collections.abc import Mapping

from router.domain.reasons import Reason
from router.service.reason_examples.example import Example


def _back(key: str, order_id: str, return_id: str) -> str:
    """A request to send a red clock back."""
    line = '[{"lineId": "1", "quantity": 1}]'
    return (
        f'{{"requestId": "{key}", "orderId": "{order_id}", "returnId": "{return_id}", "reasonCode": "UNWANTED",'
        f' "lines": {line}}}'
    )


RETURNS: Mapping[Reason, Example] = {
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
        says="return `R-1` is AUTHORIZED, to inspect it, it must be RECEIVING, RECEIVED, INSPECTED",
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
}
