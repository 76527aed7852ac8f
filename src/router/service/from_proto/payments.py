"""Payments: asking, looking, taking, releasing, giving back, listing."""

from router.api.v1 import payments_pb2 as pb
from router.app.commands.payments import (
    AuthorizePayment,
    CapturePayment,
    CheckPayment,
    IssueGiftBalance,
    RefundPayment,
    VoidPayment,
)
from router.domain.identifiers import Instant, OrderId
from router.domain.limits import PAYMENT_MINOR_MAX
from router.ledger.payments import PaymentMethod
from router.service.faults import Faults
from router.service.from_proto.keys import request_id_of
from router.service.parse import digest_of

TOKEN_LENGTH_MAX = 4_096


def authorize_payment(request: pb.AuthorizePaymentRequest) -> AuthorizePayment:
    """The command to ask for money."""
    faults = Faults()
    known = {int(method) for method in PaymentMethod}
    if request.method not in known:
        names = ", ".join(pb.PaymentMethod.keys()[1:])
        faults.add("method", "UNKNOWN_VALUE", f"method is {request.method}, must be one of {names}")
    command = AuthorizePayment(
        request_id=request_id_of(request.request_id, faults),
        body_digest=digest_of(request),
        payment_id=faults.identifier(request.payment_id, "", "payment_id"),
        order_id=OrderId(faults.identifier(request.order_id, "", "order_id")),
        method=PaymentMethod(request.method if request.method in known else PaymentMethod.CARD),
        amount_minor=faults.whole(request.amount_minor, "", "amount_minor", 1, PAYMENT_MINOR_MAX),
        token=secret(request.token, faults),
        gift_account_id=paying_account(request, faults),
    )
    faults.raise_if_any()
    return command


def paying_account(request: pb.AuthorizePaymentRequest, faults: Faults) -> str:
    """Only a gift balance is paid from an account, and with nothing else."""
    if not request.gift_account_id:
        return ""
    if request.method != pb.PAYMENT_METHOD_GIFT_BALANCE:
        text = (
            "gift_account_id goes with PAYMENT_METHOD_GIFT_BALANCE alone; leave it out, or pay by that method"
        )
        faults.add("gift_account_id", "NOT_TOGETHER", text)
    if request.token:
        text = "token goes with no gift_account_id: no provider is asked; leave one of the two out"
        faults.add("token", "NOT_TOGETHER", text)
    return faults.identifier(request.gift_account_id, "", "gift_account_id")


def issue_gift_balance(request: pb.IssueGiftBalanceRequest) -> IssueGiftBalance:
    """The command to give a gift account money."""
    faults = Faults()
    command = IssueGiftBalance(
        request_id=request_id_of(request.request_id, faults),
        body_digest=digest_of(request),
        gift_account_id=faults.identifier(request.gift_account_id, "", "gift_account_id"),
        amount_minor=faults.whole(request.amount_minor, "", "amount_minor", 1, PAYMENT_MINOR_MAX),
        reference=faults.identifier(request.reference, "", "reference"),
        reason_code=faults.text(request.reason_code, "", "reason_code"),
    )
    faults.raise_if_any()
    return command


def secret(token: str, faults: Faults) -> str:
    """A fault of it names its length, never the token."""
    if len(token) > TOKEN_LENGTH_MAX:
        faults.add(
            "token",
            "TOO_LONG",
            f"token has {len(token):,} characters, must have at most {TOKEN_LENGTH_MAX:,}",
        )
    return token


def check_payment(request: pb.CheckPaymentRequest) -> CheckPayment:
    """The command to ask what became of a payment."""
    faults = Faults()
    command = CheckPayment(
        request_id=request_id_of(request.request_id, faults),
        body_digest=digest_of(request),
        payment_id=faults.identifier(request.payment_id, "", "payment_id"),
    )
    faults.raise_if_any()
    return command


def capture_payment(request: pb.CapturePaymentRequest) -> CapturePayment:
    """The command to take money; without an amount it needs a shipment."""
    faults = Faults()
    if not (request.amount_minor or request.shipment_id):
        faults.add("amount_minor", "REQUIRED", "amount_minor is 0, must be given where no shipment_id is")
    command = CapturePayment(
        request_id=request_id_of(request.request_id, faults),
        body_digest=digest_of(request),
        payment_id=faults.identifier(request.payment_id, "", "payment_id"),
        amount_minor=faults.whole(request.amount_minor, "", "amount_minor", 0, PAYMENT_MINOR_MAX),
        shipment_id=faults.text(request.shipment_id, "", "shipment_id"),
    )
    faults.raise_if_any()
    return command


def void_payment(request: pb.VoidPaymentRequest) -> VoidPayment:
    """The command to release money."""
    faults = Faults()
    command = VoidPayment(
        request_id=request_id_of(request.request_id, faults),
        body_digest=digest_of(request),
        payment_id=faults.identifier(request.payment_id, "", "payment_id"),
    )
    faults.raise_if_any()
    return command


def refund_payment(request: pb.RefundPaymentRequest) -> RefundPayment:
    """The command to give money back."""
    faults = Faults()
    command = RefundPayment(
        request_id=request_id_of(request.request_id, faults),
        body_digest=digest_of(request),
        payment_id=faults.identifier(request.payment_id, "", "payment_id"),
        amount_minor=faults.whole(request.amount_minor, "", "amount_minor", 1, PAYMENT_MINOR_MAX),
        reason=faults.text(request.reason_code, "", "reason_code"),
        external_reference=faults.text(request.external_reference, "", "external_reference"),
    )
    faults.raise_if_any()
    return command


def expires_by(request: pb.ListPaymentsRequest) -> Instant | None:
    """Until when payments run out that are asked for; None: all are."""
    if not request.HasField("expires_by"):
        return None
    faults = Faults()
    if request.page_token:
        text = "page_token goes on no list of what runs out; ask for a longer page"
        faults.add("page_token", "NOT_TOGETHER", text)
    if request.act_declined:
        text = "act_declined goes on no list of what runs out; leave one of the two out"
        faults.add("act_declined", "NOT_TOGETHER", text)
    until = faults.instant(request.expires_by, "", "expires_by")
    faults.raise_if_any()
    return until
