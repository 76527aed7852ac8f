"""Counting accounts of an SQLite file on: both of a shelf by one statement where nothing but promises changed them."""

from collections.abc import Collection
from typing import Any

import apsw
from msgspec.structs import astuple

from router.app.ports.store import CommitFailed
from router.app.records.commit import Commit
from router.ledger.accounts import Account
from router.ledger.reserved import Reserved, ReservedEntries
from router.stores.account_ids import Numbered
from router.stores.commit_rows import counted_on
from router.stores.sql import count, count_reserved

_Pair = tuple[Account, Account]


def count_on(writer: apsw.Connection, commit: Commit, numbered: Numbered) -> None:
    """No row may name a number that is not its account's: each is compared where the account stands."""
    ids, balances, before = numbered.ids, commit.balances, writer.total_changes()
    expected = len(balances) - len(numbered.new)
    single: Collection[Account] = [account for account, _ in counted_on(commit, numbered)]
    if isinstance(commit.entries, ReservedEntries):
        pairs, single = shelves_of(commit.entries.reserved, set(numbered.new))
        writer.executemany(count_reserved(), [_pair_row(commit, numbered, *pair) for pair in pairs])
    writer.executemany(count(), [astuple(balances[one]) + one + (ids[one],) for one in single])
    if writer.total_changes() - before != expected:
        raise CommitFailed(f"the commit of batch {commit.batch.number} failed: an account has another number")


def shelves_of(reserved: Reserved, new: Collection[Account]) -> tuple[list[_Pair], list[Account]]:
    """The pairs of accounts of which neither is new, and of all others the account that is not."""
    accounts = reserved.accounts
    pairs = list(zip(accounts[::2], accounts[1::2], strict=True))
    if not new:
        return pairs, []
    is_split = [taken in new or shelf in new for taken, shelf in pairs]
    apart = [one for pair, split in zip(pairs, is_split, strict=True) if split for one in pair]
    whole = [pair for pair, split in zip(pairs, is_split, strict=True) if not split]
    return whole, [one for one in apart if one not in new]


def _pair_row(commit: Commit, numbered: Numbered, taken: Account, shelf: Account) -> tuple[Any, ...]:
    receives, gives = commit.balances[taken], commit.balances[shelf]
    return (
        receives.debits_pending,
        gives.credits_pending,
        receives.version,
        gives.version,
        shelf.sku,
        shelf.node_id,
        numbered.ids[taken],
        numbered.ids[shelf],
    )
