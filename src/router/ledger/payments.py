"""Payments of orders: what a provider promised, what was taken of it, what went back; captured ≤ authorized, always."""

from enum import IntEnum

from msgspec import Struct
from msgspec.structs import replace

from router.domain.currency import amount_text, money_text
from router.domain.identifiers import Instant, OrderId
from router.domain.reasons import Reason, RouterError

NEVER = Instant(0)


class PaymentMethod(IntEnum):
    """How somebody pays. Numbers are stored and equal those of the public contract."""

    CARD = 1
    WALLET = 2
    BANK_TRANSFER = 3
    CASH_ON_DELIVERY = 4
    GIFT_BALANCE = 5


class PaymentState(IntEnum):
    """What can still happen to a payment; follows from its amounts. Numbers equal those of the public contract.

    PENDING: the provider has not said yet. AUTHORIZED: some of it can be captured. CAPTURED: nothing more can, and some
    was. DECLINED: the provider said no. VOIDED: what was authorized was released, uncaptured.
    """

    PENDING = 1
    AUTHORIZED = 2
    CAPTURED = 3
    DECLINED = 4
    VOIDED = 5


class PaymentAct(IntEnum):
    """What a provider is asked to do with a payment. Numbers are stored."""

    CAPTURE = 1
    VOID = 2
    REFUND = 3
    RENEW = 4


class Intent(Struct, frozen=True, kw_only=True, gc=False):
    """An act that a provider is being asked for; until its answer is known nothing else happens to the payment.

    `request_id` and `body_digest` are those of the request that wants it, so that whoever ends it answers that request.
    """

    act: PaymentAct
    amount: int
    request_id: str
    body_digest: bytes
    cause: str = ""


class Payment(Struct, frozen=True, kw_only=True, gc=False):
    """Amounts in minor units of `currency`: authorized = captured + released + open, refunded ≤ captured.

    `number` rises in the order of asking. `provider_id` is the provider's name for it. `decline_code` says why it was
    declined. An open amount is released at `expire_time`; NEVER: not by time. `intent` is what is under way.
    `declined_act` is what the provider said no to last, `declined_act_code` why; gone once it says yes to that.
    `gift_account_id` is the account of ours that it is paid from; empty: somebody else has the money.
    """

    id: str
    number: int
    order_id: OrderId
    method: PaymentMethod
    currency: str
    asked: int
    authorized: int = 0
    captured: int = 0
    released: int = 0
    refunded: int = 0
    expire_time: Instant = NEVER
    provider_id: str = ""
    decline_code: str = ""
    intent: Intent | None = None
    gift_account_id: str = ""
    declined_act: PaymentAct | None = None
    declined_act_code: str = ""

    def __post_init__(self) -> None:
        parts = (self.authorized, self.captured, self.released, self.refunded, self.open)
        assert min(parts) >= 0, "captured and released are parts of what was authorized"
        assert self.refunded <= self.captured, "what goes back was taken before"
        assert self.authorized <= self.asked, "nobody authorizes more than was asked"
        assert not (self.decline_code and self.authorized), "what was declined was not authorized"

    @property
    def open(self) -> int:
        """What can still be captured."""
        return self.authorized - self.captured - self.released

    @property
    def covers(self) -> int:
        """Up to what goods may leave for it: what was taken, and what can be."""
        return self.authorized - self.released

    @property
    def state(self) -> PaymentState:
        if self.decline_code:
            return PaymentState.DECLINED
        if not self.authorized:
            return PaymentState.PENDING
        if self.open:
            return PaymentState.AUTHORIZED
        return PaymentState.CAPTURED if self.captured else PaymentState.VOIDED

    @property
    def is_expiring(self) -> bool:
        """Whether time alone will release what is open: not while somebody may be taking it."""
        return self.open > 0 and self.expire_time != NEVER and self.intent is None


def captured(payment: Payment, amount: int) -> Payment:
    """The payment with so much more taken. Refuses with PAYMENT_EXCEEDED more than is open."""
    if amount > payment.open:
        raise exceeded(payment, f"{money_text(payment.open, payment.currency)} can be captured", amount)
    return replace(payment, captured=payment.captured + amount, intent=None)


def refunded(payment: Payment, amount: int) -> Payment:
    """The payment with so much more given back. Refuses with PAYMENT_EXCEEDED more than is still there."""
    left = payment.captured - payment.refunded
    if amount > left:
        raise exceeded(payment, f"{money_text(left, payment.currency)} can be refunded", amount)
    return replace(payment, refunded=payment.refunded + amount, intent=None)


def released(payment: Payment) -> Payment:
    """The payment with all that is open released. Refuses with PAYMENT_EXCEEDED when nothing is."""
    if not payment.open:
        raise exceeded(payment, "nothing can be released", payment.open)
    return replace(payment, released=payment.released + payment.open, intent=None)


def renewed(payment: Payment, *, provider_id: str, promised: int, expire_time: Instant) -> Payment:
    """The payment promised anew, no more than is open; of what is not promised any more it lets go."""
    assert 0 < promised <= payment.open, "what is not open is not promised again"
    return replace(
        payment,
        provider_id=provider_id,
        released=payment.released + payment.open - promised,
        expire_time=expire_time,
        intent=None,
    )


def declined(payment: Payment, act: PaymentAct, code: str) -> Payment:
    """The payment of which the provider said no to something; nothing is under way any more."""
    return replace(payment, intent=None, declined_act=act, declined_act_code=code)


def settled(payment: Payment, act: PaymentAct) -> Payment:
    """The payment without an earlier no to what was done now."""
    if payment.declined_act is not act:
        return payment
    return replace(payment, declined_act=None, declined_act_code="")


def intended(payment: Payment, intent: Intent) -> Payment:
    """The payment with something under way. Refuses as the act would, and with PAYMENT_BUSY while another one is."""
    if payment.intent is not None:
        raise busy(payment, payment.intent)
    if intent.act is PaymentAct.CAPTURE:
        captured(payment, intent.amount)
    elif intent.act is PaymentAct.REFUND:
        refunded(payment, intent.amount)
    else:
        released(payment)
    return replace(payment, intent=intent)


def busy(payment: Payment, intent: Intent) -> RouterError:
    return RouterError(
        Reason.PAYMENT_BUSY,
        f"of payment `{payment.id}` request `{intent.request_id}` is under way; send this one again",
        payment_id=payment.id,
    )


def exceeded(payment: Payment, can: str, amount: int) -> RouterError:
    asked, *parts = (
        amount_text(one, payment.currency)
        for one in (amount, payment.authorized, payment.captured, payment.released, payment.refunded)
    )
    told = ", ".join(
        map(" ".join, zip(parts, ("authorized", "captured", "released", "refunded"), strict=True))
    )
    return RouterError(
        Reason.PAYMENT_EXCEEDED,
        f"of payment `{payment.id}` {can}, not {asked}: {told}",
        payment_id=payment.id,
        state=payment.state.name,
        open=payment.open,
    )
