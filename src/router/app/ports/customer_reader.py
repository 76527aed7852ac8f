"""What customers and their contacts ask a store; a part of `app.ports.Reader`."""

from collections.abc import Mapping, Sequence
from typing import Protocol

from router.app.records.recipients import CustomerKey, SealedRecipient
from router.domain.identifiers import OrderId


class CustomerReader(Protocol):
    """Of everything committed."""

    def find_contact_key(self) -> bytes:
        """What contacts are made with; empty before the first."""
        ...

    def list_contacts(self, customer_id: str) -> Sequence[bytes]: ...

    def list_contact_customers(self, digest: bytes, limit: int) -> Sequence[str]:
        """Customers that are known by it, by id."""
        ...

    def find_customer_keys(self, customer_ids: Sequence[str]) -> Mapping[str, CustomerKey]:
        """Of those that ever had one, destroyed ones too."""
        ...

    def find_recipients(self, order_ids: Sequence[OrderId]) -> Mapping[OrderId, SealedRecipient]: ...
