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

_NO_ID = 1 << 63
"""Greater than all."""

_Rows = list[tuple[Any, ...]]


def count_on(writer: apsw.Connection, commit: Commit, numbered: Numbered) -> None:
    """No row may name a number that is not its account's: each is compared where the account stands."""
    before = writer.total_changes()
    if isinstance(commit.entries, ReservedEntries):
        shelves, single = shelf_rows(commit, numbered)
        if shelves:
            writer.executemany(count_reserved(), shelves)
    else:
        ids = numbered.ids
        single = [astuple(balance) + one + (ids[one],) for one, balance in counted_on(commit, numbered)]
    if single:
        writer.executemany(count(), single)
    if writer.total_changes() - before != len(commit.balances) - len(numbered.new):
        raise CommitFailed(f"the commit of batch {commit.batch.number} failed: an account has another number")


def shelf_rows(commit: Commit, numbered: Numbered) -> tuple[_Rows, _Rows]:
    """Of a commit in columns, both accounts of each shelf, and where one of them is new the other alone."""
    accounts, balances, ids = list(commit.balances), list(commit.balances.values()), numbered.counted
    columns = [half for both in (accounts, balances, ids) for half in (both[::2], both[1::2])]
    first_new = min(map(numbered.ids.__getitem__, numbered.new), default=_NO_ID)
    shelves: _Rows = []
    single: _Rows = []
    for taken, shelf, receives, gives, taken_id, shelf_id in zip(*columns, strict=True):
        if taken_id < first_new and shelf_id < first_new:
            shelves.append(
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
            )
        elif shelf_id < first_new:
            single.append(astuple(gives) + shelf + (shelf_id,))
        elif taken_id < first_new:
            single.append(astuple(receives) + taken + (taken_id,))
    return shelves, single
