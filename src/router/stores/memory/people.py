"""The part of the memory store that holds whom orders are for, sealed."""

from collections.abc import Mapping, Sequence

from router.app.records.commit import Commit
from router.app.records.recipients import Contact, CustomerKey, SealedRecipient
from router.domain.identifiers import OrderId


class MemoryPeople:
    """Keys, contacts and sealed recipients as of the last commit."""

    def __init__(self) -> None:
        super().__init__()
        self._customer_keys: dict[str, CustomerKey] = {}
        self._contacts: set[Contact] = set()
        self._contact_key = b""
        self._recipients: dict[OrderId, SealedRecipient] = {}

    def _keep_people(self, commit: Commit) -> None:
        if commit.erased_customers:
            erased = set(commit.erased_customers)
            left = {key: one for key, one in self._recipients.items() if one.customer_id not in erased}
            self._recipients = left
            self._contacts = {one for one in self._contacts if one.customer_id not in erased}
        self._customer_keys.update((key.customer_id, key) for key in commit.customer_keys)
        self._recipients.update((one.order_id, one) for one in commit.recipients)
        self._contacts.update(commit.contacts)
        self._contact_key = commit.contact_key or self._contact_key

    def find_contact_key(self) -> bytes:
        return self._contact_key

    def list_contacts(self, customer_id: str) -> Sequence[bytes]:
        return tuple(sorted(one.digest for one in self._contacts if one.customer_id == customer_id))

    def list_contact_customers(self, digest: bytes, limit: int) -> Sequence[str]:
        return tuple(sorted(one.customer_id for one in self._contacts if one.digest == digest)[:limit])

    def find_customer_keys(self, customer_ids: Sequence[str]) -> Mapping[str, CustomerKey]:
        return {key: self._customer_keys[key] for key in customer_ids if key in self._customer_keys}

    def find_recipients(self, order_ids: Sequence[OrderId]) -> Mapping[OrderId, SealedRecipient]:
        return {key: self._recipients[key] for key in order_ids if key in self._recipients}
