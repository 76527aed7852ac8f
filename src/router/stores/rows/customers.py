"""Keys of customers and what is sealed under them."""

from typing import Any

from router.app.records.recipients import CustomerKey, SealedRecipient
from router.domain.identifiers import Instant, OrderId
from router.stores.rows.row import Row


def customer_key_row(key: CustomerKey) -> tuple[Any, ...]:
    return (key.customer_id, key.key, key.time)


def customer_key_of(row: Row) -> CustomerKey:
    return CustomerKey(customer_id=row[0], key=row[1], time=Instant(row[2]))


def recipient_row(recipient: SealedRecipient) -> tuple[Any, ...]:
    return (recipient.order_id, recipient.customer_id, recipient.body)


def recipient_of(row: Row) -> SealedRecipient:
    return SealedRecipient(order_id=OrderId(row[0]), customer_id=row[1], body=row[2])
