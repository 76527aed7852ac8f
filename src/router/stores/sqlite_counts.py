"""Counting accounts of an SQLite file on: both of a shelf by one statement where nothing but promises changed them."""

from collections.abc import Collection
from typing import Any

import apsw
from msgspec.structs import astuple

from router.app.ports.store import CommitFailed
from router.app.records.commit import Commit
from router.ledger.accounts import Account, Balance
from router.ledger.entry_columns import ColumnEntries, EntryColumns
from router.ledger.flows import EntryCode
from router.stores.account_ids import Numbered
from router.stores.commit_rows import counted_on
from router.stores.sql import count, count_reserved

_Rows = list[tuple[Any, ...]]


def count_on(writer: apsw.Connection, commit: Commit, numbered: Numbered) -> None:
    """No row may name a number that is not its account's: each is compared where the account stands."""
    before = writer.total_changes()
    counted = counted_on(commit, numbered)
    if isinstance(commit.entries, ColumnEntries):
        writer.executemany(count_reserved(), shelf_rows(commit, numbered, commit.entries.columns))
        counted = waiting(commit.entries.columns, counted)
    if counted:
        ids = numbered.ids
        writer.executemany(count(), [astuple(balance) + one + (ids[one],) for one, balance in counted])
    if writer.total_changes() - before != len(commit.balances) - len(numbered.new):
        raise CommitFailed(f"the commit of batch {commit.batch.number} failed: an account has another number")


def waiting(
    columns: EntryColumns, counted: Collection[tuple[Account, Balance]]
) -> Collection[tuple[Account, Balance]]:
    """Those of `counted` that are no shelf's."""
    if columns.only_reserve:
        return ()
    pairs = zip(columns.codes, columns.accounts[::2], columns.accounts[1::2], strict=True)
    shelves = {account for code, *both in pairs if code is EntryCode.RESERVE for account in both}
    return [one for one in counted if one[0] not in shelves]


def shelf_rows(commit: Commit, numbered: Numbered, columns: EntryColumns) -> _Rows:
    """Of a commit in columns, both accounts of each shelf; of one that is new there is no row yet, so none is found."""
    reserve, accounts = EntryCode.RESERVE, columns.accounts
    balances, ids = list(commit.balances.values()), numbered.counted
    each = columns.codes, accounts[1::2], balances[::2], balances[1::2], ids[::2], ids[1::2]
    return [
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
        for code, shelf, receives, gives, taken_id, shelf_id in zip(*each, strict=True)
        if code is reserve
    ]
