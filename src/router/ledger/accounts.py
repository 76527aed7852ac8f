"""Accounts: where units are. An account is a place (node and bucket) of one SKU and lot.

The receiving account of an entry is debited, the giving account is credited. So the units in a place are its
posted debits less its posted credits, and units promised from a place are its pending credits.

Buckets of a node carry its id: `in_transit` that of the node the units are bound for, `on_order` that of the node that
a purchase order is for, `shipped`, `delivered` and `return_inbound` that of the node they came from. The outside world
(`supplier`, `adjustment`, `customer`, `lost`) and the demand pair (`demand_open`, `backorder`) belong to no node:
theirs is empty.

Money has accounts of the same kind: the currency stands in the place of the SKU, and units are minor units. So much has
been `authorized` or `captured` as the journal says, and `payer` is where all of it comes from. What a gift account can
pay with is `gift`, what payments hold of it besides is `gift_held`: these carry its id in the place of a node's.
"""

from enum import IntEnum
from typing import NamedTuple

from msgspec import Struct

from router.domain.identifiers import NodeId, Sku

NO_NODE = NodeId("")

new = tuple.__new__
"""What a named tuple calls to be made, in half of its time: for those that are made with every entry."""


class Bucket(IntEnum):
    """Numbers are stored in journals and never change their meaning."""

    ON_HAND = 1
    PICKING = 2
    SHIPPED = 3
    SUPPLIER = 4
    ADJUSTMENT = 5
    CUSTOMER = 6
    DEMAND_OPEN = 7
    BACKORDER = 8
    IN_TRANSIT = 9
    DELIVERED = 10
    RETURN_INBOUND = 11
    INSPECT = 12
    DAMAGED = 13
    QUARANTINE = 14
    LOST = 15
    ON_ORDER = 18
    PAYER = 20
    AUTHORIZED = 21
    CAPTURED = 22
    REFURBISH = 26
    GIFT = 27
    GIFT_HELD = 28


OUTSIDE = frozenset(
    {
        Bucket.SUPPLIER,
        Bucket.ADJUSTMENT,
        Bucket.CUSTOMER,
        Bucket.LOST,
        Bucket.DEMAND_OPEN,
        Bucket.BACKORDER,
        Bucket.PAYER,
        Bucket.AUTHORIZED,
        Bucket.CAPTURED,
    }
)
"""The buckets that belong to no node."""

GIFTS = frozenset({Bucket.GIFT, Bucket.GIFT_HELD})
"""The buckets of gift accounts: neither ever holds less than nothing."""

MONEY = frozenset({Bucket.PAYER, Bucket.AUTHORIZED, Bucket.CAPTURED}) | GIFTS
"""The buckets of money."""


_ON_HAND, _PICKING = Bucket.ON_HAND, Bucket.PICKING


class Account(NamedTuple):
    """Key of an account. `lot` is empty where lots are not kept."""

    node_id: NodeId
    sku: Sku
    lot: str
    bucket: Bucket

    def __str__(self) -> str:
        """`node/sku/bucket`, the node empty for the outside world; the lot, if any, follows the SKU after `#`."""
        sku = f"{self.sku}#{self.lot}" if self.lot else self.sku
        return f"{self.node_id}/{sku}/{self.bucket.name.lower()}"


def on_hand(node_id: NodeId, sku: Sku, lot: str = "") -> Account:
    return new(Account, (node_id, sku, lot, _ON_HAND))


def picking(node_id: NodeId, sku: Sku, lot: str = "") -> Account:
    return new(Account, (node_id, sku, lot, _PICKING))


def shipped(node_id: NodeId, sku: Sku, lot: str = "") -> Account:
    return Account(node_id, sku, lot, Bucket.SHIPPED)


def at_node(bucket: Bucket, node_id: NodeId, sku: Sku, lot: str = "") -> Account:
    """The account of a SKU in any bucket of a node."""
    assert bucket not in OUTSIDE, f"{bucket.name} belongs to no node"
    return Account(node_id, sku, lot, bucket)


def outside(bucket: Bucket, sku: Sku, lot: str = "") -> Account:
    """The account of a SKU in a bucket that belongs to no node."""
    assert bucket in OUTSIDE, f"{bucket.name} belongs to a node"
    return Account(NO_NODE, sku, lot, bucket)


def money(bucket: Bucket, currency: Sku) -> Account:
    """The account of a currency; it belongs to no node."""
    assert bucket in MONEY - GIFTS, f"{bucket.name} is not one for all payers"
    return Account(NO_NODE, currency, "", bucket)


def gift(bucket: Bucket, gift_account_id: str, currency: Sku) -> Account:
    """What a gift account has, or has held for payments."""
    assert bucket in GIFTS, f"{bucket.name} belongs to no gift account"
    return Account(NodeId(gift_account_id), currency, "", bucket)


class Balance(Struct, frozen=True, gc=False, array_like=True):
    """The four counters of an account, none ever negative, and the number of entries that touched it."""

    debits_posted: int = 0
    credits_posted: int = 0
    debits_pending: int = 0
    credits_pending: int = 0
    version: int = 0

    @property
    def units(self) -> int:
        """Units in the account now."""
        return self.debits_posted - self.credits_posted

    @property
    def free(self) -> int:
        """Units in the account that no reservation holds; negative when a count found fewer than are reserved."""
        return self.debits_posted - self.credits_posted - self.credits_pending


EMPTY = Balance()
