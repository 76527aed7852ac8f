"""The hash chain: each batch of entries seals all before it. Tamper-evident, not tamper-proof.

Hashed are packed integers and length-prefixed text, never a text format whose rendering may change.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from struct import Struct

from msgspec.structs import astuple

from router.domain.identifiers import Instant
from router.ledger.accounts import Bucket
from router.ledger.entries import Entry
from router.ledger.entry_columns import ColumnEntries, EntryColumns
from router.ledger.flows import EntryCode

GENESIS = bytes(32)
"""What the first batch follows."""

HEAD = Struct(">qqqq")
ENTRY = Struct(">qqBBBqqHHHHHH")
"""Its numbers, then the lengths of its texts."""
_TIME_AND_FLOW = Struct(">qBBB")
_IN_COLUMNS = Struct(f">q{_TIME_AND_FLOW.size}sqqHHHHHH")
"""The same bytes, with those in one piece that entries in columns share."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """One commit: the entries up to `last_position` (as many as `entry_count`), when, and the hash up to here."""

    number: int
    entry_count: int
    last_position: int
    time: Instant
    hash: bytes


def seal(previous: bytes, number: int, last_position: int, time: Instant, entries: Sequence[Entry]) -> Batch:
    """The batch of `entries` that follows the batch with hash `previous`."""
    digest = sha256(previous)
    digest.update(HEAD.pack(number, len(entries), last_position, time))
    if isinstance(entries, ColumnEntries):
        digest.update(pack_columns(entries.columns))
    else:
        digest.update(b"".join(map(pack_entry, entries)))
    return Batch(
        number=number,
        entry_count=len(entries),
        last_position=last_position,
        time=time,
        hash=digest.digest(),
    )


def pack_columns(columns: EntryColumns) -> bytes:
    """The bytes of all entries in columns, the same as those of `pack_entry`."""
    pack, accounts = _IN_COLUMNS.pack, columns.accounts
    same = columns.each(
        _TIME_AND_FLOW.pack(columns.time, EntryCode.RESERVE, Bucket.PICKING, Bucket.ON_HAND),
        _TIME_AND_FLOW.pack(columns.time, EntryCode.BACKORDER_OPEN, Bucket.BACKORDER, Bucket.DEMAND_OPEN),
    )
    positions = range(columns.first, columns.first + len(columns))
    each = positions, columns.pairs, columns.quantities, columns.order_ids, columns.line_ids
    packed: list[bytes] = []
    add = packed.append
    for position, pair, quantity, reference, line_id in zip(*each, strict=True):
        node_id, sku, lot, _ = accounts[2 * pair]
        text = f"{sku}{lot}{node_id}{node_id}{reference}{line_id}"
        if text.isascii():
            a, b, c, d, e = len(sku), len(lot), len(node_id), len(reference), len(line_id)
        else:
            a, b, c, d, e = [len(one.encode()) for one in (sku, lot, node_id, reference, line_id)]
        add(pack(position, same[pair], quantity, 0, a, b, c, c, d, e))
        add(text.encode())
    return b"".join(packed)


def pack_entry(entry: Entry) -> bytes:
    """The bytes of an entry that are hashed; different entries have different bytes."""
    position, time, code, debit, credit, quantity, pending_position, reference, line_id = astuple(entry)
    node_id, sku, lot, bucket = debit
    credit_node_id, _, _, credit_bucket = credit
    text = f"{sku}{lot}{node_id}{credit_node_id}{reference}{line_id}"
    texts = sku, lot, node_id, credit_node_id, reference, line_id
    sizes = map(len, texts) if text.isascii() else [len(one.encode()) for one in texts]
    numbers = ENTRY.pack(position, time, code, bucket, credit_bucket, quantity, pending_position, *sizes)
    return numbers + text.encode()
