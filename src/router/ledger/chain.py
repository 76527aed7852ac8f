"""The hash chain: each batch of entries seals all before it. Tamper-evident, not tamper-proof.

Hashed are packed integers and length-prefixed text, never a text format whose rendering may change.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from struct import Struct

from msgspec.structs import astuple

from router.domain.identifiers import Instant
from router.ledger.entries import Entry

GENESIS = bytes(32)
"""What the first batch follows."""

HEAD = Struct(">qqqq")
ENTRY = Struct(">qqBBBqqHHHHHH")
"""Its numbers, then the lengths of its texts."""


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
    digest.update(b"".join(map(pack_entry, entries)))
    return Batch(
        number=number,
        entry_count=len(entries),
        last_position=last_position,
        time=time,
        hash=digest.digest(),
    )


def pack_entry(entry: Entry) -> bytes:
    """The bytes of an entry that are hashed; different entries have different bytes."""
    position, time, code, debit, credit, quantity, pending_position, reference, line_id = astuple(entry)
    node_id, sku, lot, bucket = debit
    credit_node_id, _, _, credit_bucket = credit
    text = f"{sku}{lot}{node_id}{credit_node_id}{reference}{line_id}"
    sizes: tuple[int, ...]
    if text.isascii():
        sizes = len(sku), len(lot), len(node_id), len(credit_node_id), len(reference), len(line_id)
    else:
        texts = sku, lot, node_id, credit_node_id, reference, line_id
        sizes = tuple([len(one.encode()) for one in texts])
    numbers = ENTRY.pack(position, time, code, bucket, credit_bucket, quantity, pending_position, *sizes)
    return numbers + text.encode()
