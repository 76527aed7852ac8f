"""Counting accounts of an SQLite file on: both of a shelf by one statement where nothing but promises changed them."""

from collections.abc import Collection
from itertools import compress
from typing import Any

import apsw
from msgspec.structs import astuple

from router.app.ports.store import CommitFailed
from router.app.records.commit import Commit
from router.ledger.accounts import Account, Balance
from router.ledger.entry_columns import ColumnEntries, EntryColumns
from router.stores.account_ids import Numbered
from router.stores.commit_rows import counted_on
from router.stores.sql import count, count_reserved

_Rows = list[tuple[Any, ...]]


def count_on(writer: apsw.Connection, commit: Commit, numbered: Numbered) -> None:
    """No row may name a number that is not its account's: each is compared where the account stands."""
    before = writer.total_changes()
    if not isinstance(commit.entries, ColumnEntries):
        counted = counted_on(commit, numbered)
    else:
        columns = commit.entries.columns
        writer.executemany(count_reserved(), shelf_rows(commit, numbered, columns))
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
