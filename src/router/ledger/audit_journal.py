"""The audit's first half: reading the journal once, counting everything again, noticing what cannot be true."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from router.domain.identifiers import Sku
from router.ledger.accounts import GIFTS, NO_NODE, OUTSIDE, Account, Balance, Bucket
from router.ledger.balances import count_each
from router.ledger.chain import GENESIS, Batch, seal
from router.ledger.corrections import CORRECTABLE, is_mirror
from router.ledger.entries import Entry
from router.ledger.flows import RESOLVING, EntryCode
from router.ledger.serials import Serial


@dataclass(slots=True)
class Journal:
    """What the journal says, gathered while reading it once."""

    balances: dict[Account, Balance] = field(default_factory=dict)
    open_units: dict[int, int] = field(default_factory=dict)
    corrections: dict[int, int] = field(default_factory=dict)
    """Positions of reversing entries by that of the entry they reverse."""
    serials: dict[int, Counter[Sku]] = field(default_factory=dict)
    """Serial numbers by the position of the entry that they left by; each is taken out when its entry is read."""
    issued: Counter[Account] = field(default_factory=Counter)
    """Minor units given to each gift account, less those that were taken back as a mistake."""
    faults: list[str] = field(default_factory=list)
    hash: bytes = GENESIS
    number: int = 0
    position: int = 0
    time: int = 0


def note_serials(journal: Journal, serials: Iterable[Serial]) -> None:
    """Remember what the entries to come have to account for."""
    for one in serials:
        journal.serials.setdefault(one.position, Counter())[one.sku] += 1


def read_batch(journal: Journal, batch: Batch, entries: Sequence[Entry]) -> None:
    """I9 and I10 of one batch, and all that its entries say."""
    faults = journal.faults
    if batch.number != journal.number + 1:
        faults.append(f"batch {batch.number} follows batch {journal.number}")
    if batch.time <= journal.time:
        faults.append(f"batch {batch.number} is not later than the one before")
    sealed = seal(journal.hash, batch.number, batch.last_position, batch.time, entries)
    if sealed != batch:
        faults.append(f"batch {batch.number}: its entries do not have its hash")
    for entry in entries:
        read_entry(journal, entry)
    if batch.last_position != journal.position:
        faults.append(f"batch {batch.number} ends at {journal.position}, not at {batch.last_position}")
    if journal.time > batch.time:
        faults.append(f"batch {batch.number} holds an entry later than itself")
    journal.number, journal.time, journal.hash = batch.number, batch.time, batch.hash


def read_entry(journal: Journal, entry: Entry) -> None:
    """I9, I5, I6 and I19 of one entry; it is counted in."""
    faults = journal.faults
    if entry.position != journal.position + 1:
        faults.append(f"entry {entry.position} follows entry {journal.position}")
    if entry.time < journal.time:
        faults.append(f"entry {entry.position} is earlier than the one before")
    journal.position, journal.time = entry.position, entry.time
    for account in (entry.debit, entry.credit):
        if (account.bucket in OUTSIDE) != (account.node_id == NO_NODE):
            faults.append(f"entry {entry.position}: no account can be named {account}")
    count_each((entry,), journal.balances, journal.balances)
    if entry.code is EntryCode.RESERVE:
        journal.open_units[entry.position] = entry.quantity
        if journal.balances[entry.credit].free < 0:
            faults.append(f"entry {entry.position} promises units of {entry.credit} that are not free")
    elif entry.code in RESOLVING:
        resolve(journal, entry)
    elif entry.code is EntryCode.CORRECT:
        if entry.pending_position in journal.corrections:
            faults.append(f"entry {entry.position} reverses entry {entry.pending_position} once more")
        journal.corrections[entry.pending_position] = entry.position
    if entry.credit.bucket in GIFTS and journal.balances[entry.credit].units < 0:
        faults.append(f"entry {entry.position} takes more than there is of {entry.credit}")
    note_issue(journal, entry.code, entry.debit, entry.credit, entry.quantity)
    if entry.position in journal.serials:
        account_for_serials(journal, entry)


def note_issue(journal: Journal, code: EntryCode, debit: Account, credit: Account, quantity: int) -> None:
    """Count what a gift account is given, and what is taken back of it."""
    if code is EntryCode.GIFT_ISSUE:
        journal.issued[debit] += quantity
    elif code is EntryCode.CORRECT and credit.bucket is Bucket.GIFT:
        journal.issued[credit] -= quantity


def resolve(journal: Journal, entry: Entry) -> None:
    """I6: what is left of a reservation is all that can be resolved."""
    left = journal.open_units.pop(entry.pending_position, 0) - entry.quantity
    if left < 0:
        journal.faults.append(
            f"entry {entry.position} resolves more than reservation {entry.pending_position} holds"
        )
    elif left:
        journal.open_units[entry.pending_position] = left


def account_for_serials(journal: Journal, entry: Entry) -> None:
    """A serial number is of one unit that left by its entry."""
    serials = journal.serials.pop(entry.position)
    if entry.code is not EntryCode.SHIP or set(serials) != {entry.debit.sku}:
        journal.faults.append(f"entry {entry.position} cannot have sent the serial numbers that name it")
    elif serials.total() > entry.quantity:
        journal.faults.append(
            f"entry {entry.position} sent {entry.quantity} units with {serials.total()} serial numbers"
        )


def wrong_corrections(journal: Journal, find_entry: Callable[[int], Entry | None]) -> Iterator[str]:
    """I6: a correction is the mirror of the entry that it names, and that entry is one that can be reversed.

    An entry that is not there at all is a gap, which reading has noticed.
    """
    for position, corrected_at in journal.corrections.items():
        original, correction = find_entry(position), find_entry(corrected_at)
        if original is None or correction is None:
            continue
        if original.code not in CORRECTABLE or not is_mirror(correction, original):
            yield f"entry {corrected_at} is not the mirror of entry {position}"
