"""Counting accounts of an SQLite file on: both of a shelf by one statement where nothing but promises changed them."""

from typing import Any

import apsw
from msgspec.structs import astuple

from router.app.ports.store import CommitFailed
from router.app.records.commit import Commit
from router.ledger.reserved import ReservedEntries
from router.stores.account_ids import Numbered
from router.stores.commit_rows import counted_on
from router.stores.sql import count, count_reserved

_Rows = list[tuple[Any, ...]]


def count_on(writer: apsw.Connection, commit: Commit, numbered: Numbered) -> None:
    """No row may name a number that is not its account's: each is compared where the account stands."""
    before = writer.total_changes()
    if isinstance(commit.entries, ReservedEntries):
        writer.executemany(count_reserved(), shelf_rows(commit, numbered))
    else:
        ids, counted = numbered.ids, counted_on(commit, numbered)
        writer.executemany(count(), [astuple(balance) + one + (ids[one],) for one, balance in counted])
    if writer.total_changes() - before != len(commit.balances) - len(numbered.new):
        raise CommitFailed(f"the commit of batch {commit.batch.number} failed: an account has another number")


def shelf_rows(commit: Commit, numbered: Numbered) -> _Rows:
    """Of a commit in columns, both accounts of each shelf; of one that is new there is no row yet, so none is found."""
    accounts, balances, ids = list(commit.balances), list(commit.balances.values()), numbered.counted
    columns = accounts[1::2], balances[::2], balances[1::2], ids[::2], ids[1::2]
    return [
        (
            receives.debits_pending,
            gives.credits_pending,
            receives.version,
            gives.version,
            shelf[1],
            shelf[0],
            taken_id,
            shelf_id,
        )
        for shelf, receives, gives, taken_id, shelf_id in zip(*columns, strict=True)
    ]
