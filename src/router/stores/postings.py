"""How often a commit touches each account."""

from collections import Counter

from router.app.records.commit import Commit
from router.ledger.accounts import Account


def count_postings(commit: Commit) -> Counter[Account]:
    """By how many entries: that much the account's version rose."""
    count = Counter([entry.debit for entry in commit.entries])
    count.update([entry.credit for entry in commit.entries])
    return count
