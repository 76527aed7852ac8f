"""What the router needs of whoever moves money. Connectors supply it, one for each way to pay."""

from dataclasses import dataclass
from typing import Protocol

from router.domain.identifiers import Instant, OrderId
from router.ledger.payments import NEVER, PaymentMethod


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedPayment:
    """`token` is what the payer's client got from the provider for a card or a wallet; it is never kept."""

    payment_id: str
    order_id: OrderId
    method: PaymentMethod
    amount_minor: int
    currency: str
    token: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What a provider says of a payment. Neither authorized nor declined: it does not know yet."""

    provider_id: str
    authorized_minor: int = 0
    expire_time: Instant = NEVER
    decline_code: str = ""


class ProviderUnreachable(Exception):
    """Whether the provider did it is unknown; asked again with the same key it does it once."""


class ProviderDeclined(Exception):
    """The provider says no, and will again. The text is its code."""


class PaymentProvider(Protocol):
    """Moves money. Every call may come twice with the same key, and does then what it did the first time.

    Amounts are minor units. All may raise ProviderUnreachable, and all but `authorize` and `look` ProviderDeclined.
    """

    def authorize(self, asked: AskedPayment, key: str) -> Said: ...

    def look(self, provider_id: str) -> Said:
        """What it says by now."""
        ...

    def capture(self, provider_id: str, amount_minor: int, key: str) -> None: ...

    def void(self, provider_id: str, key: str) -> None:
        """Release all that is not captured."""
        ...

    def renew(self, provider_id: str, key: str) -> Said:
        """Promise what is not captured anew, for as long as at first; the earlier promise is gone with the new one."""
        ...

    def refund(self, provider_id: str, amount_minor: int, key: str) -> None: ...

    def close(self) -> None:
        """Let go of connections; not asked again."""
        ...
