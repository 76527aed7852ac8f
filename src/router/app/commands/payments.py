"""Money is authorized, captured, voided and refunded."""

from dataclasses import dataclass, field

from router.app.commands.write import Write
from router.app.ports.payment_provider import Said
from router.domain.identifiers import Instant, OrderId
from router.ledger.payments import Intent, PaymentMethod


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentWrite(Write):
    """Something done to a payment; `app/payments/cashier.py` asks the provider before the engine is asked."""

    payment_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AuthorizePayment(PaymentWrite):
    """`said` is added by the cashier. `token` is for the provider alone and is kept nowhere.

    `gift_account_id`: pay from that account of ours, no provider is asked.
    """

    order_id: OrderId
    method: PaymentMethod
    amount_minor: int
    token: str = field(default="", repr=False)
    gift_account_id: str = ""
    said: Said | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class IssueGiftBalance(Write):
    """Give a gift account money to pay with; the first time makes it. `reference` is what it was given for."""

    gift_account_id: str
    amount_minor: int
    reference: str
    reason_code: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckPayment(PaymentWrite):
    """`said` is added by the cashier."""

    said: Said | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class BeginPaymentAct(PaymentWrite):
    """Write down what a provider is going to be asked for, if so much was captured before as its asker believes."""

    intent: Intent
    captured_before: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DropPaymentAct(PaymentWrite):
    """The provider said no to what was under way, for a reason of its own."""

    decline_code: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CapturePayment(PaymentWrite):
    """`amount_minor` 0: what the goods of the shipment cost."""

    amount_minor: int = 0
    shipment_id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class VoidPayment(PaymentWrite):
    pass


@dataclass(frozen=True, slots=True, kw_only=True)
class RenewPayment(PaymentWrite):
    """Have what is open promised anew before it runs out at `expire_time`. `said` is added by the cashier."""

    expire_time: Instant
    said: Said | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class RefundPayment(PaymentWrite):
    """`external_reference` is what the provider calls money that it gave back already; empty: it is asked to."""

    amount_minor: int
    reason: str = ""
    external_reference: str = ""
