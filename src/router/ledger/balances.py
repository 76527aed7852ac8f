"""The one fold of entries into balances: memory, stores and the audit all count with it."""

from collections.abc import Iterable, Mapping, MutableMapping

from router.ledger.accounts import EMPTY, Account, Balance, new
from router.ledger.entries import Entry
from router.ledger.flows import PHASES, Phase


def fold(entries: Iterable[Entry], balances: MutableMapping[Account, Balance]) -> Mapping[Account, Balance]:
    """Count `entries`, in their order, into `balances`. Gives what they touched, in the order of the first touch."""
    touched: dict[Account, Balance] = {}
    for entry in entries:
        count(entry, touched, balances)
    for account, balance in touched.items():
        balances[account] = balance
    return touched


def count(entry: Entry, after: MutableMapping[Account, Balance], before: Mapping[Account, Balance]) -> None:
    """Count one entry into `after`, where an account that is not there yet stands as in `before`."""
    phase, quantity, debit, credit = PHASES[entry.code], entry.quantity, entry.debit, entry.credit
    after[debit] = debited(after.get(debit) or before.get(debit, EMPTY), phase, quantity)
    after[credit] = credited(after.get(credit) or before.get(credit, EMPTY), phase, quantity)


def debited(balance: Balance, phase: Phase, quantity: int) -> Balance:
    """The balance of the receiving account after an entry of `phase`."""
    debits, credits, debits_pending, credits_pending, version = balance
    debits, debits_pending = debits + phase.posted * quantity, debits_pending + phase.pending * quantity
    return new(Balance, (debits, credits, debits_pending, credits_pending, version + 1))


def credited(balance: Balance, phase: Phase, quantity: int) -> Balance:
    """The balance of the giving account after an entry of `phase`."""
    debits, credits, debits_pending, credits_pending, version = balance
    credits, credits_pending = credits + phase.posted * quantity, credits_pending + phase.pending * quantity
    return new(Balance, (debits, credits, debits_pending, credits_pending, version + 1))
