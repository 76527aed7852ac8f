"""The journal: balances, entries, batches, turnovers."""

from collections.abc import Mapping, Sequence
from itertools import repeat
from typing import Any

from msgspec.structs import astuple

from router.domain.identifiers import Instant, NodeId, Sku
from router.ledger.accounts import Account, Balance, Bucket
from router.ledger.chain import Batch
from router.ledger.entries import Entry, balanced
from router.ledger.entry_columns import ColumnEntries
from router.ledger.flows import EntryCode
from router.ledger.past import Turnover
from router.stores.account_ids import Numbered
from router.stores.rows.row import Row, of_the_books

_BUCKETS = {int(bucket): bucket for bucket in Bucket}
_CODES = {int(code): code for code in EntryCode}


def balance_row(ids: Mapping[Account, int], account: Account, balance: Balance) -> tuple[Any, ...]:
    return (ids[account], account.sku, account.node_id, account.lot, int(account.bucket), *astuple(balance))


def account_of(node_id: str, sku: str, lot: str, bucket: int) -> Account:
    return Account(NodeId(node_id), Sku(sku), lot, _BUCKETS[bucket])


@of_the_books("is not an account")
def balance_of(row: Row) -> tuple[Account, Balance]:
    return account_of(*row[:4]), Balance(*row[4:])


def entry_rows(numbered: Numbered, entries: Sequence[Entry]) -> list[tuple[Any, ...]]:
    if not isinstance(entries, ColumnEntries):
        return [entry_row(numbered.ids, one) for one in entries]
    columns = entries.columns
    debits, credits = numbered.counted[::2], numbered.counted[1::2]
    codes = columns.each(int(EntryCode.RESERVE), int(EntryCode.BACKORDER_OPEN))
    return list(
        zip(
            range(columns.first, columns.first + len(columns)),
            repeat(columns.time),
            [codes[pair] for pair in columns.pairs],
            [debits[pair] for pair in columns.pairs],
            [credits[pair] for pair in columns.pairs],
            columns.quantities,
            repeat(0),
            columns.order_ids,
            columns.line_ids,
        )
    )


def entry_row(ids: Mapping[Account, int], entry: Entry) -> tuple[Any, ...]:
    return (
        entry.position,
        entry.time,
        int(entry.code),
        ids[entry.debit],
        ids[entry.credit],
        entry.quantity,
        entry.pending_position,
        entry.reference,
        entry.line_id,
    )


@of_the_books("of the journal is not an entry")
def entry_of(row: Row) -> Entry:
    (
        position,
        time,
        code,
        quantity,
        pending,
        reference,
        line_id,
        sku,
        lot,
        d_node,
        d_bucket,
        c_node,
        c_bucket,
    ) = row
    entry = Entry(
        position=position,
        time=Instant(time),
        code=_CODES[code],
        debit=account_of(d_node, sku, lot, d_bucket),
        credit=account_of(c_node, sku, lot, c_bucket),
        quantity=quantity,
        pending_position=pending,
        reference=reference,
        line_id=line_id,
    )
    return balanced(entry)


def batch_row(batch: Batch) -> tuple[Any, ...]:
    return (batch.number, batch.entry_count, batch.last_position, batch.time, batch.hash)


@of_the_books("of the journal is not a batch")
def batch_of(row: Row) -> Batch:
    number, entry_count, last_position, time, digest = row
    if not isinstance(entry_count, int) or entry_count < 0:
        raise ValueError(f"it has {entry_count} entries")
    return Batch(
        number=number,
        entry_count=entry_count,
        last_position=last_position,
        time=Instant(time),
        hash=digest,
    )


def turnover_of(row: Row, *, is_debit: bool) -> Turnover:
    # Some databases add whole numbers up to a decimal.
    return Turnover(
        account=account_of(*row[:4]),
        is_debit=is_debit,
        code=_CODES[row[4]],
        quantity=int(row[5]),
        count=int(row[6]),
    )
