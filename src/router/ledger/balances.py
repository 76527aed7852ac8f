"""The one fold of entries into balances: memory, stores and the audit all count with it."""

from collections.abc import Iterable, Mapping, MutableMapping, Sequence

from msgspec.structs import astuple

from router.ledger.accounts import EMPTY, Account, Balance
from router.ledger.entries import Entry
from router.ledger.entry_columns import EntryColumns
from router.ledger.flows import PHASES


def fold(entries: Iterable[Entry], balances: MutableMapping[Account, Balance]) -> Mapping[Account, Balance]:
    """Count `entries`, in their order, into `balances`. Gives what they touched, in the order of the first touch."""
    touched: dict[Account, Balance] = {}
    count_each(entries, touched, balances)
    balances.update(touched)
    return touched


def count_each(
    entries: Iterable[Entry], after: MutableMapping[Account, Balance], before: Mapping[Account, Balance]
) -> None:
    """Count entries into `after`, where an account that is not there yet stands as in `before`.

    INVARIANT: an entry changes balances as `debited` and `credited` do, whose calls would be half of the loop's time.
    """
    counted, stood = after.get, before.get
    for entry in entries:
        phase, quantity, debit, credit = PHASES[entry.code], entry.quantity, entry.debit, entry.credit
        posted, pending = phase.posted * quantity, phase.pending * quantity
        one = counted(debit) or stood(debit, EMPTY)
        after[debit] = Balance(
            one.debits_posted + posted,
            one.credits_posted,
            one.debits_pending + pending,
            one.credits_pending,
            one.version + 1,
        )
        one = counted(credit) or stood(credit, EMPTY)
        after[credit] = Balance(
            one.debits_posted,
            one.credits_posted + posted,
            one.debits_pending,
            one.credits_pending + pending,
            one.version + 1,
        )


def count_columns(columns: EntryColumns, before: Sequence[Balance]) -> list[Balance]:
    """Of accounts in columns what is in them after their entries, as `count_each` would count; `before` likewise.

    Refuses with AssertionError where more is reserved than is free.
    """
    after: list[Balance] = []
    units_by_pair, counts = columns.of_pairs()
    waits = columns.each(reserving=False, waiting=True)
    pairs = zip(waits, before[::2], before[1::2], units_by_pair, counts, strict=True)
    for is_waiting, taken, shelf, units, count in pairs:
        debits, credits, promised = shelf.debits_posted, shelf.credits_posted, shelf.credits_pending
        posted, pending = taken.debits_posted, taken.debits_pending
        if is_waiting:
            posted, credits = posted + units, credits + units
        else:
            pending, promised = pending + units, promised + units
            if debits - credits < promised:
                account = columns.accounts[len(after) + 1]
                missing = promised - debits + credits
                raise AssertionError(f"{account} would promise {missing} units that are not free")
        after.append(
            Balance(posted, taken.credits_posted, pending, taken.credits_pending, taken.version + count)
        )
        after.append(Balance(debits, credits, shelf.debits_pending, promised, shelf.version + count))
    return after


def debited(balance: Balance, posted: int, pending: int) -> Balance:
    """The balance of the receiving account with so many units more posted and pending."""
    debits, credits, debits_pending, credits_pending, version = astuple(balance)
    return Balance(debits + posted, credits, debits_pending + pending, credits_pending, version + 1)


def credited(balance: Balance, posted: int, pending: int) -> Balance:
    """The balance of the giving account, likewise."""
    debits, credits, debits_pending, credits_pending, version = astuple(balance)
    return Balance(debits, credits + posted, debits_pending, credits_pending + pending, version + 1)
