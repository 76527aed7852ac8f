"""The ids by which rows name accounts: those used lately are known, the database is asked for the others."""

from collections.abc import Callable, Collection, Mapping, Sequence
from itertools import chain
from typing import NamedTuple, cast

from router.app.records.commit import Commit
from router.ledger.accounts import Account
from router.ledger.entry_columns import ColumnEntries, ColumnReservations
from router.stores.postings import count_postings_at

KNOWN_MAX = 200_000
"""LIMIT: ids that are kept between commits."""

Ids = Mapping[Account, int]

_UNKNOWN = (None, None)


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
        self._pairs: dict[Account, tuple[int | None, int | None]] = {}
        """Of a shelf, or of what waits, both ids of the pair in columns of which it is the second account."""
        self.count = count

    def number(self, commit: Commit) -> Numbered:
        """New accounts are numbered in the order of their first entry.

        An account is new when all entries that ever touched it are of this commit.
        """
        if len(self._known) > KNOWN_MAX:
            self._known.clear()
            self._pairs.clear()
        known, counted = self._known, self._find_known(commit)
        held: list[Account] = []
        if not isinstance(commit.reservations, ColumnReservations):
            # New ones are of accounts that the commit counts.
            held += [one.account for one in commit.reservations if one.account not in known]
        if all(counted) and not held:
            return Numbered(known, (), cast(list[int], counted))
        listed, unknown = list(commit.balances), [place for place, id in enumerate(counted) if id is None]
        rises = zip(unknown, count_postings_at(commit, unknown), strict=True)
        new = [listed[place] for place, rise in rises if commit.balances[listed[place]].version == rise]
        is_new = set(new)
        others = dict.fromkeys([*[listed[place] for place in unknown], *held])
        self._learn([account for account in others if account not in is_new])
        for account in new:
            self.count += 1
            known[account] = self.count
        for place in unknown:
            counted[place] = known[listed[place]]
        return Numbered(known, new, cast(list[int], counted))

    def _find_known(self, commit: Commit) -> list[int | None]:
        """The ids of the accounts that the commit counts, as far as they are known.

        Those of a pair in columns were mostly together before, and are found by one look.
        """
        if not isinstance(commit.entries, ColumnEntries):
            return list(map(self._known.get, commit.balances))
        accounts = commit.entries.columns.accounts
        found = [self._pairs.get(account, _UNKNOWN) for account in accounts[1::2]]
        for pair, one in enumerate(found):
            if one is _UNKNOWN:
                taken, shelf = accounts[2 * pair : 2 * pair + 2]
                found[pair] = ids = self._known.get(taken), self._known.get(shelf)
                if all(ids):
                    self._pairs[shelf] = ids
        return list(chain.from_iterable(found))

    def learn(self, others: Ids) -> None:
        """Accounts that somebody else numbered, all those that follow the last one known."""
        self._known.update(others)
        self.count += len(others)

    def forget(self, count: int) -> None:
        """Nothing of what was numbered last is there: the database has so many accounts."""
        self._known.clear()
        self._pairs.clear()
        self.count = count

    def _learn(self, accounts: Sequence[Account]) -> None:
        if accounts:
            self._known.update(self._find(accounts))
