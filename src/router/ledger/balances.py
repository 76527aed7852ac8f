"""The one fold of entries into balances: memory, stores and the audit all count with it."""

from collections.abc import Iterable, MutableMapping

from router.ledger.accounts import EMPTY, Account, Balance, new
from router.ledger.entries import Entry
from router.ledger.flows import PHASES, Phase


def fold(entries: Iterable[Entry], balances: MutableMapping[Account, Balance]) -> None:
    """Count `entries`, in their order, into `balances`. An account appears with its first entry."""
    for entry in entries:
        phase, quantity = PHASES[entry.code], entry.quantity
        debit = balances.get(entry.debit, EMPTY)
        credit = balances.get(entry.credit, EMPTY)
        balances[entry.debit] = debited(debit, phase, quantity)
        balances[entry.credit] = credited(credit, phase, quantity)


def debited(balance: Balance, phase: Phase, quantity: int) -> Balance:
    """The balance of the receiving account after an entry of `phase`."""
    posted, credits, pending, credits_pending, version = balance
    if phase is Phase.POSTED:
        return new(Balance, (posted + quantity, credits, pending, credits_pending, version + 1))
    if phase is Phase.PENDING:
        return new(Balance, (posted, credits, pending + quantity, credits_pending, version + 1))
    if phase is Phase.RESOLVE_POST:
        return new(Balance, (posted + quantity, credits, pending - quantity, credits_pending, version + 1))
    return new(Balance, (posted, credits, pending - quantity, credits_pending, version + 1))


def credited(balance: Balance, phase: Phase, quantity: int) -> Balance:
    """The balance of the giving account after an entry of `phase`."""
    debits, posted, debits_pending, pending, version = balance
    if phase is Phase.POSTED:
        return new(Balance, (debits, posted + quantity, debits_pending, pending, version + 1))
    if phase is Phase.PENDING:
        return new(Balance, (debits, posted, debits_pending, pending + quantity, version + 1))
    if phase is Phase.RESOLVE_POST:
        return new(Balance, (debits, posted + quantity, debits_pending, pending - quantity, version + 1))
    return new(Balance, (debits, posted, debits_pending, pending - quantity, version + 1))
