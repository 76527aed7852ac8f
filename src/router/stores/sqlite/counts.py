"""Counting accounts of an SQLite file on: both of a shelf together where nothing but promises changed them."""

from collections.abc import Collection
from itertools import compress
from typing import Any

import apsw
from msgspec.structs import astuple

from router.app.ports.store import CommitFailed
from router.app.records.commit import Commit
from router.ledger.accounts import Account, Balance, Bucket
from router.ledger.entry_columns import ColumnEntries, EntryColumns
from router.stores.account_ids import Numbered
from router.stores.commit_rows import counted_on
from router.stores.sql.statements import count
from router.stores.sqlite.at_once import insert_rows
from router.stores.table import Table, integers, texts

RESERVED = Table(
    "reserved",
    (
        *integers("units_taken units_promised taken_version shelf_version"),
        *texts("sku node_id lot"),
        *integers("taken_id shelf_id"),
    ),
    key=(),
)
"""What reserving changes of a shelf and of what is taken from it, side by side where they are: two rows of accounts.

It is a view of the connection that writes, and counts when rows are added to it, many by one statement: as a statement
for each shelf it pushed out all others that the driver keeps.
"""

_TAKEN = f"account.bucket = {Bucket.PICKING:d}"
_COUNTING = f"""
CREATE TEMP VIEW {RESERVED.name} ({", ".join(RESERVED.names)}) AS VALUES ({", ".join("0" * len(RESERVED.names))});
CREATE TEMP TRIGGER count_reserved INSTEAD OF INSERT ON {RESERVED.name} BEGIN
    UPDATE OR FAIL account
    SET
        debits_pending = iif({_TAKEN}, new.units_taken, debits_pending),
        credits_pending = iif({_TAKEN}, credits_pending, new.units_promised),
        version = iif({_TAKEN}, new.taken_version, new.shelf_version)
    WHERE
        sku = new.sku AND node_id = new.node_id AND lot = new.lot
        AND bucket BETWEEN {Bucket.ON_HAND:d} AND {Bucket.PICKING:d}
        AND +id = iif({_TAKEN}, new.taken_id, new.shelf_id);
END
"""
"""A fault undoes the whole commit: with `OR FAIL` SQLite keeps no copy of each page to undo one row."""

_Rows = list[tuple[Any, ...]]


def open_counts(writer: apsw.Connection) -> None:
    """To be called once, before anything is counted on."""
    writer.execute(_COUNTING)


def count_on(writer: apsw.Connection, commit: Commit, numbered: Numbered) -> None:
    """No row may name a number that is not its account's: each is compared where the account stands."""
    before = writer.total_changes()
    if not isinstance(commit.entries, ColumnEntries):
        counted = counted_on(commit, numbered)
    else:
        columns = commit.entries.columns
        insert_rows(writer, RESERVED, shelf_rows(commit, numbered, columns))
        counted = waiting_of(columns, counted_on(commit, numbered)) if columns.waiting else ()
    if counted:
        ids = numbered.ids
        writer.executemany(count(), [astuple(balance) + one + (ids[one],) for one, balance in counted])
    if writer.total_changes() - before != len(commit.balances) - len(numbered.new):
        raise CommitFailed(f"the commit of batch {commit.batch.number} failed: an account has another number")


def waiting_of(
    columns: EntryColumns, counted: Collection[tuple[Account, Balance]]
) -> Collection[tuple[Account, Balance]]:
    """Those of `counted` in which units wait."""
    waiting = {account for pair in columns.waiting for account in columns.accounts[2 * pair : 2 * pair + 2]}
    return [one for one in counted if one[0] in waiting]


def shelf_rows(commit: Commit, numbered: Numbered, columns: EntryColumns) -> _Rows:
    """Of a commit in columns, both accounts of each shelf; of one that is new there is no row yet, so none is found."""
    balances, ids = list(commit.balances.values()), numbered.counted
    each = columns.accounts[1::2], balances[::2], balances[1::2], ids[::2], ids[1::2]
    rows = [
        (
            receives.debits_pending,
            gives.credits_pending,
            receives.version,
            gives.version,
            shelf[1],
            shelf[0],
            shelf[2],
            taken_id,
            shelf_id,
        )
        for shelf, receives, gives, taken_id, shelf_id in zip(*each, strict=True)
    ]
    return list(compress(rows, columns.each(reserving=True, waiting=False))) if columns.waiting else rows
