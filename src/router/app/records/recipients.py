"""Who gets the goods: sealed under a key for each customer, so that it can be erased."""

from dataclasses import dataclass

from router.domain.identifiers import Instant, OrderId

KEY_BYTES = 32


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerKey:
    """What opens a customer's personal data; zeros once it is destroyed. `time` is when it was made or destroyed."""

    customer_id: str
    key: bytes
    time: Instant


@dataclass(frozen=True, slots=True, kw_only=True)
class SealedRecipient:
    """Whom an order goes to, sealed under the key of its customer."""

    order_id: OrderId
    customer_id: str
    body: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Contact:
    """By what a customer is known again under another id."""

    customer_id: str
    digest: bytes
