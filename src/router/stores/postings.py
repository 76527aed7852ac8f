"""How often a commit touches each account."""

from collections import Counter
from collections.abc import Collection, Sequence
from itertools import chain

from router.app.records.commit import Commit
from router.ledger.accounts import Account
from router.ledger.entries import SIDES
from router.ledger.entry_columns import ColumnEntries


def count_postings(commit: Commit, accounts: Collection[Account]) -> Counter[Account]:
    """By how many entries each of `accounts` is touched: that much its version rose."""
    sides = chain.from_iterable(map(SIDES, commit.entries))
    return Counter(filter(accounts.__contains__, sides))


def count_postings_at(commit: Commit, places: Sequence[int]) -> Sequence[int]:
    """The same of accounts by their places among those that the commit counts."""
    if isinstance(commit.entries, ColumnEntries):
        _, counts = commit.entries.columns.of_pairs()
        return [counts[place // 2] for place in places]
    counted = list(commit.balances)
    asked = [counted[place] for place in places]
    touched = count_postings(commit, frozenset(asked))
    return [touched[account] for account in asked]
