"""The ids by which rows name accounts: those used lately are known, the database is asked for the others."""

from collections.abc import Callable, Mapping, Sequence

from router.app.records import Commit
from router.ledger.accounts import Account
from router.stores.postings import count_postings

KNOWN_MAX = 200_000
"""LIMIT: ids that are kept between commits."""

Ids = Mapping[Account, int]


class AccountIds:
    """Ids count up from 1 without a gap, so that how many there are says which one is next.

    `find` gives the ids of accounts that the database has.
    """

    def __init__(self, find: Callable[[Sequence[Account]], Ids], count: int) -> None:
        self._find = find
        self._known: dict[Account, int] = {}
        self.count = count

    def number(self, commit: Commit) -> Ids:
        """The ids of all accounts of a commit; new ones are numbered in the order of their first entry.

        An account is new when all entries that ever touched it are of this commit.
        """
        if len(self._known) > KNOWN_MAX:
            self._known.clear()
        postings = count_postings(commit)
        is_new = {account for account, one in commit.balances.items() if one.version == postings[account]}
        wanted = dict.fromkeys((*commit.balances, *(one.account for one in commit.reservations)))
        self._learn([one for one in wanted if one not in self._known and one not in is_new])
        for account in commit.balances:
            if account in is_new:
                self.count += 1
                self._known[account] = self.count
        return self._known

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
