"""Entries: the only way units move. Nothing is ever edited; a correction is another entry.

INVARIANT: an entry balances or does not exist. Who makes one of what others say makes it by `balanced`. What is
reserved for routed orders is not checked entry by entry, which takes ten times as long as making it: its accounts are
made in pairs that balance (`entry_columns.py`, `hold_units.hold_each`).
"""

from operator import attrgetter

from msgspec import Struct

from router.domain.identifiers import Instant
from router.ledger.accounts import Account
from router.ledger.flows import FLOWS, SETTLING, EntryCode


class Entry(Struct, frozen=True, kw_only=True, gc=False):
    """`quantity` units of one SKU from the `credit` account to the `debit` account.

    `pending_position` names the earlier entry that this one settles, 0 if none: the reservation that a POST, VOID or
    EXPIRE resolves, or the entry that a CORRECT reverses. `reference` is the cause: an order, a feed, a transfer or a
    reason; `line_id` the line of the order, or of a correction its reason code.
    """

    position: int
    time: Instant
    code: EntryCode
    debit: Account
    credit: Account
    quantity: int
    pending_position: int = 0
    reference: str = ""
    line_id: str = ""


def balanced(entry: Entry) -> Entry:
    """The same entry, if it is one."""
    code = entry.code
    _, sku, lot, receives = entry.debit
    _, given_sku, given_lot, gives = entry.credit
    assert entry.quantity > 0, "an entry moves at least one unit"
    assert sku == given_sku, "an entry never turns one SKU into another"
    assert lot == given_lot, "an entry never turns one lot into another"
    assert (code, gives, receives) in FLOWS, "no such movement"
    assert (code in SETTLING) == (entry.pending_position > 0), "exactly these settle an earlier entry"
    return entry


SIDES = attrgetter("debit", "credit")
"""The two accounts of an entry."""
