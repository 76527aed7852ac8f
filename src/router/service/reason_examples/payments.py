"""Examples of refusals: payments and gift accounts."""

from collections.abc import Mapping

from router.domain.reasons import Reason
from router.service.reason_examples.example import Example


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


PAYMENTS: Mapping[Reason, Example] = {
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
        says="of payment `P-1` 10.00 EUR can be captured, not 10.01",
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
}
