"""Sealing personal data: under a key for each customer, so that who destroys the key destroys the data, wherever it is.

Nothing is decided from what is sealed, and nothing else that is stored holds it.
"""

import os
from collections.abc import Sequence
from dataclasses import dataclass, field

import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from router.app.books.changes import Changes
from router.app.books.contacts import contacts_of
from router.app.ports.store import Reader, StoreError
from router.app.records.recipients import KEY_BYTES, Contact, CustomerKey, SealedRecipient
from router.domain.identifiers import Instant, OrderId
from router.domain.recipient import Recipient

DESTROYED = bytes(KEY_BYTES)
"""What stands in the place of a key that was destroyed."""
_NONCE_BYTES = 12

_ENCODER = msgspec.msgpack.Encoder()
_DECODER = msgspec.msgpack.Decoder(Recipient)


@dataclass(frozen=True, slots=True, kw_only=True)
class Personal:
    """What a commit holds of personal data: keys made or destroyed, recipients sealed, customers to be erased first."""

    keys: tuple[CustomerKey, ...] = ()
    recipients: tuple[SealedRecipient, ...] = ()
    erased: tuple[str, ...] = ()
    contacts: tuple[Contact, ...] = ()
    contact_key: bytes = b""
    """Made now; empty: there is one already."""


@dataclass(slots=True)
class _Safe:
    """Keys and sealed recipients as they become while changes are gone through in their order."""

    keys: dict[str, CustomerKey]
    changed: set[str] = field(default_factory=set)
    recipients: dict[OrderId, SealedRecipient] = field(default_factory=dict)
    erased: dict[str, None] = field(default_factory=dict)
    contact_key: bytes = b""
    contacts: dict[Contact, None] = field(default_factory=dict)

    def put(self, order_id: OrderId, customer_id: str, recipient: Recipient, at: Instant) -> None:
        known = self.keys.get(customer_id)
        if known is None or known.key == DESTROYED:
            known = CustomerKey(customer_id=customer_id, key=os.urandom(KEY_BYTES), time=at)
            self.keys[customer_id] = known
            self.changed.add(customer_id)
        body = seal(known.key, order_id, recipient)
        self.recipients[order_id] = SealedRecipient(order_id=order_id, customer_id=customer_id, body=body)
        for digest in contacts_of(self.contact_key, recipient):
            self.contacts[Contact(customer_id=customer_id, digest=digest)] = None

    def erase(self, customer_id: str, at: Instant) -> None:
        self.keys[customer_id] = CustomerKey(customer_id=customer_id, key=DESTROYED, time=at)
        self.changed.add(customer_id)
        self.erased[customer_id] = None
        kept = {key: one for key, one in self.recipients.items() if one.customer_id != customer_id}
        self.recipients = kept
        self.contacts = {one: None for one in self.contacts if one.customer_id != customer_id}


def seal_personal(reader: Reader, changes: Sequence[Changes]) -> Personal:
    """Seal what `changes` hold of recipients, and destroy the keys of the customers they erase, in their order."""
    concerned = dict.fromkeys(
        [order.customer_id for one in changes for order, _ in one.recipients]
        + [customer_id for one in changes for customer_id in one.erased_customers]
    )
    if not concerned:
        return Personal()
    known = reader.find_contact_key()
    safe = _Safe(
        dict(reader.find_customer_keys(tuple(concerned))), contact_key=known or os.urandom(KEY_BYTES)
    )
    for one in changes:
        for order, recipient in one.recipients:
            safe.put(order.id, order.customer_id, recipient, one.time)
        for customer_id in one.erased_customers:
            safe.erase(customer_id, one.time)
    return Personal(
        keys=tuple(safe.keys[customer_id] for customer_id in concerned if customer_id in safe.changed),
        recipients=tuple(safe.recipients.values()),
        erased=tuple(safe.erased),
        contacts=tuple(safe.contacts),
        contact_key=b"" if known or not safe.contacts else safe.contact_key,
    )


def seal(key: bytes, order_id: OrderId, recipient: Recipient) -> bytes:
    """AES-256-GCM; bound to the order, so that it opens as that of no other."""
    nonce = os.urandom(_NONCE_BYTES)
    return nonce + AESGCM(key).encrypt(nonce, _ENCODER.encode(recipient), order_id.encode())


def unseal(key: CustomerKey | None, sealed: SealedRecipient | None) -> Recipient | None:
    """None where there is no recipient or its key was destroyed. Raises StoreError when it was tampered with."""
    if sealed is None or key is None or key.key == DESTROYED:
        return None
    nonce, body = sealed.body[:_NONCE_BYTES], sealed.body[_NONCE_BYTES:]
    try:
        return _DECODER.decode(AESGCM(key.key).decrypt(nonce, body, sealed.order_id.encode()))
    except InvalidTag as error:
        raise StoreError(
            f"the recipient of order `{sealed.order_id}` does not open with the key of its customer"
        ) from error
