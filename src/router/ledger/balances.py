"""The one fold of entries into balances: memory, stores and the audit all count with it."""

from collections.abc import Iterable, Mapping, MutableMapping

from router.ledger.accounts import EMPTY, Account, Balance, new
from router.ledger.entries import Entry
from router.ledger.flows import PHASES


def fold(entries: Iterable[Entry], balances: MutableMapping[Account, Balance]) -> Mapping[Account, Balance]:
    """Count `entries`, in their order, into `balances`. Gives what they touched, in the order of the first touch."""
    touched: dict[Account, Balance] = {}
    for entry in entries:
        count(entry, touched, balances)
    balances.update(touched)
    return touched


def count(entry: Entry, after: MutableMapping[Account, Balance], before: Mapping[Account, Balance]) -> None:
    """Count one entry into `after`, where an account that is not there yet stands as in `before`."""
    phase, quantity, debit, credit = PHASES[entry.code], entry.quantity, entry.debit, entry.credit
    posted, pending = phase.posted * quantity, phase.pending * quantity
    after[debit] = debited(after.get(debit) or before.get(debit, EMPTY), posted, pending)
    after[credit] = credited(after.get(credit) or before.get(credit, EMPTY), posted, pending)


def debited(balance: Balance, posted: int, pending: int) -> Balance:
    """The balance of the receiving account with so many units more posted and pending."""
    debits, credits, debits_pending, credits_pending, version = balance
    return new(Balance, (debits + posted, credits, debits_pending + pending, credits_pending, version + 1))


def credited(balance: Balance, posted: int, pending: int) -> Balance:
    """The balance of the giving account, likewise."""
    debits, credits, debits_pending, credits_pending, version = balance
    return new(Balance, (debits, credits + posted, debits_pending, credits_pending + pending, version + 1))
