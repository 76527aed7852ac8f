"""The ids by which rows name accounts: those used lately are known, the database is asked for the others."""

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import NamedTuple, cast

from router.app.records.commit import Commit
from router.ledger.accounts import Account
from router.ledger.entry_columns import ColumnReservations
from router.stores.postings import count_postings

KNOWN_MAX = 200_000
"""LIMIT: ids that are kept between commits."""

Ids = Mapping[Account, int]


class Numbered(NamedTuple):
    """The ids of all accounts of a commit, which of its accounts the database does not have yet, and the ids of those
    that it counts, in their order.
    """

    ids: Ids
    new: Collection[Account]
    counted: Sequence[int]


class AccountIds:
    """Ids count up from 1 without a gap, so that how many there are says which one is next.

    `find` gives the ids of accounts that the database has.
    """

    def __init__(self, find: Callable[[Sequence[Account]], Ids], count: int) -> None:
        self._find = find
        self._known: dict[Account, int] = {}
        self.count = count

    def number(self, commit: Commit) -> Numbered:
        """New accounts are numbered in the order of their first entry.

        An account is new when all entries that ever touched it are of this commit.
        """
        if len(self._known) > KNOWN_MAX:
            self._known.clear()
        known, balances = self._known, commit.balances
        counted = list(map(known.get, balances))
        held: list[Account] = []
        if not isinstance(commit.reservations, ColumnReservations):
            # New ones are of accounts that the commit counts.
            held += [one.account for one in commit.reservations if one.account not in known]
        if all(counted) and not held:
            return Numbered(known, (), cast(list[int], counted))
        unknown = [account for account, id in zip(balances, counted, strict=True) if id is None]
        touched = count_postings(commit, set(unknown))
        new = [account for account in unknown if balances[account].version == touched[account]]
        is_new = set(new)
        self._learn([account for account in dict.fromkeys((*unknown, *held)) if account not in is_new])
        for account in new:
            self.count += 1
            known[account] = self.count
        ids = [id or known[account] for account, id in zip(balances, counted, strict=True)]
        return Numbered(known, new, ids)

    def learn(self, others: Ids) -> None:
        """Accounts that somebody else numbered, all those that follow the last one known."""
        self._known.update(others)
        self.count += len(others)

    def forget(self, count: int) -> None:
        """Nothing of what was numbered last is there: the database has so many accounts."""
        self._known.clear()
        self.count = count

    def _learn(self, accounts: Sequence[Account]) -> None:
        if accounts:
            self._known.update(self._find(accounts))
