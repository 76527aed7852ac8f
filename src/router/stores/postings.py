"""How often a commit touches each account."""

from collections import Counter
from collections.abc import Collection
from itertools import chain

from router.app.records.commit import Commit
from router.ledger.accounts import Account
from router.ledger.entries import SIDES
from router.ledger.entry_columns import ColumnEntries


def count_postings(commit: Commit, accounts: Collection[Account]) -> Counter[Account]:
    """By how many entries each of `accounts` is touched: that much its version rose."""
    if isinstance(commit.entries, ColumnEntries):
        touched = commit.entries.columns.postings()
        return Counter({account: touched[account] for account in accounts})
    sides = chain.from_iterable(map(SIDES, commit.entries))
    return Counter(filter(accounts.__contains__, sides))
