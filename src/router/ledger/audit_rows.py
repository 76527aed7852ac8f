"""The journal read fast, from rows as stores keep them: whether all of it holds, not what is wrong where it does not.

It checks what `audit_journal.py` checks. Where anything is in doubt it says so and no more: the slow reading then names
every fault. A row costs a few dictionary look-ups and one packing; nothing is built for it.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha256
from itertools import islice
from struct import Struct, error

from router.domain.identifiers import Instant
from router.ledger.accounts import GIFTS, NO_NODE, OUTSIDE, Account, Balance
from router.ledger.audit_journal import Journal, note_issue
from router.ledger.chain import ENTRY, HEAD, Batch
from router.ledger.flows import FLOWS, PHASES, SETTLING, EntryCode, Phase

EntryRow = tuple[int, int, int, int, int, int, int, str, str]
"""position, time, code, debit, credit, quantity, pending_position, reference, line_id; accounts by their numbers."""

_SAME_TEXTS, _OWN_TEXTS = Struct(">HHHH"), Struct(">HH")
_PACKED = Struct(">qqBBBqq8sHH")
assert _PACKED.size == ENTRY.size, "the same bytes as `chain.pack_entry` packs"


class _Doubt(Exception):
    """Something is not as it must be."""


@dataclass(slots=True)
class _Movement:
    """What is the same for all entries of one code between two accounts."""

    debit_bucket: int
    credit_bucket: int
    text_lengths: bytes
    texts: bytes
    phase: Phase
    settles: bool
    is_gift: bool


class _Counters:
    """Counters by the numbers of accounts."""

    __slots__ = ("credits_pending", "credits_posted", "debits_pending", "debits_posted", "versions")

    def __init__(self, size: int) -> None:
        self.debits_posted = [0] * size
        self.credits_posted = [0] * size
        self.debits_pending = [0] * size
        self.credits_pending = [0] * size
        self.versions = [0] * size


def recount(
    journal: Journal, accounts: Mapping[int, Account], batches: Iterable[Batch], rows: Iterator[EntryRow]
) -> bool:
    """Read `rows` into `journal`, which may know serial numbers or what came before. False: there is a fault in it."""
    try:
        _recount(journal, accounts, batches, rows)
    except (_Doubt, KeyError, error):
        return False
    return True


def _recount(
    journal: Journal, accounts: Mapping[int, Account], batches: Iterable[Batch], rows: Iterator[EntryRow]
) -> None:
    movements: dict[tuple[int, int, int], _Movement] = {}
    counters = _Counters(max(accounts, default=0) + 1)
    numbers = {account: number for number, account in accounts.items()}
    for account, balance in journal.balances.items():
        _start_from(counters, numbers[account], balance)
    for batch in batches:
        if batch.number != journal.number + 1 or batch.time <= journal.time:
            raise _Doubt
        packed = _read_rows(journal, accounts, movements, counters, islice(rows, batch.entry_count))
        digest = sha256(journal.hash)
        digest.update(HEAD.pack(batch.number, batch.entry_count, batch.last_position, batch.time))
        digest.update(packed)
        if digest.digest() != batch.hash or journal.position != batch.last_position:
            raise _Doubt
        if journal.time > batch.time:
            raise _Doubt
        journal.number, journal.time, journal.hash = batch.number, batch.time, batch.hash
    if next(rows, None) is not None:
        raise _Doubt
    journal.balances = {
        account: _balance_of(counters, number)
        for number, account in accounts.items()
        if counters.versions[number]
    }


def _start_from(counters: _Counters, number: int, balance: Balance) -> None:
    counters.debits_posted[number] = balance.debits_posted
    counters.credits_posted[number] = balance.credits_posted
    counters.debits_pending[number] = balance.debits_pending
    counters.credits_pending[number] = balance.credits_pending
    counters.versions[number] = balance.version


def _balance_of(counters: _Counters, number: int) -> Balance:
    return Balance(
        counters.debits_posted[number],
        counters.credits_posted[number],
        counters.debits_pending[number],
        counters.credits_pending[number],
        counters.versions[number],
    )


def _read_rows(
    journal: Journal,
    accounts: Mapping[int, Account],
    movements: dict[tuple[int, int, int], _Movement],
    counters: _Counters,
    rows: Iterable[EntryRow],
) -> bytes:
    """Count the rows of one batch in; gives the bytes that its hash is made of."""
    pieces: list[bytes] = []
    position, time, pack = journal.position, journal.time, _PACKED.pack
    debits_posted, credits_posted = counters.debits_posted, counters.credits_posted
    debits_pending, credits_pending = counters.debits_pending, counters.credits_pending
    versions = counters.versions
    for own_position, own_time, code, debit, credit, quantity, pending, reference, line_id in rows:
        key = (code, debit, credit)
        movement = movements.get(key)
        if movement is None:
            movement = movements[key] = _movement_of(*key, accounts)
        own, line = reference.encode(), line_id.encode()
        pieces += (
            pack(
                own_position,
                own_time,
                code,
                movement.debit_bucket,
                movement.credit_bucket,
                quantity,
                pending,
                movement.text_lengths,
                len(own),
                len(line),
            ),
            movement.texts,
            own,
            line,
        )
        position += 1
        if own_position != position or own_time < time or quantity <= 0:
            raise _Doubt
        if movement.settles != (pending > 0):
            raise _Doubt
        time = own_time
        versions[debit] += 1
        versions[credit] += 1
        phase = movement.phase
        if phase is Phase.POSTED:
            debits_posted[debit] += quantity
            credits_posted[credit] += quantity
            if movement.settles or code == _SHIP:
                _note(journal, code, pending, position, quantity, accounts[debit])
            if movement.is_gift:
                source = accounts[credit]
                if source.bucket in GIFTS and debits_posted[credit] < credits_posted[credit]:
                    raise _Doubt
                note_issue(journal, _CODES[code], accounts[debit], source, quantity)
        elif phase is Phase.PENDING:
            debits_pending[debit] += quantity
            credits_pending[credit] += quantity
            journal.open_units[position] = quantity
            if debits_posted[credit] - credits_posted[credit] < credits_pending[credit]:
                raise _Doubt
        else:
            debits_pending[debit] -= quantity
            credits_pending[credit] -= quantity
            if phase is Phase.RESOLVE_POST:
                debits_posted[debit] += quantity
                credits_posted[credit] += quantity
            _resolve(journal, pending, quantity)
    journal.position, journal.time = position, Instant(time)
    return b"".join(pieces)


_CODES = {int(code): code for code in EntryCode}
_SHIP = int(EntryCode.SHIP)
_CORRECT = int(EntryCode.CORRECT)


def _movement_of(code: int, debit: int, credit: int, accounts: Mapping[int, Account]) -> _Movement:
    """Raises KeyError or _Doubt when there can be no such entry."""
    to, source = accounts[debit], accounts[credit]
    meaning = _CODES[code]
    is_possible = (
        (meaning, source.bucket, to.bucket) in FLOWS and to.sku == source.sku and to.lot == source.lot
    )
    is_named = all((one.bucket in OUTSIDE) == (one.node_id == NO_NODE) for one in (to, source))
    if not (is_possible and is_named):
        raise _Doubt
    texts = (to.sku.encode(), to.lot.encode(), to.node_id.encode(), source.node_id.encode())
    return _Movement(
        int(to.bucket),
        int(source.bucket),
        _SAME_TEXTS.pack(*map(len, texts)),
        b"".join(texts),
        PHASES[meaning],
        meaning in SETTLING,
        not GIFTS.isdisjoint((to.bucket, source.bucket)),
    )


def _resolve(journal: Journal, pending: int, quantity: int) -> None:
    left = journal.open_units.pop(pending, 0) - quantity
    if left < 0:
        raise _Doubt
    if left:
        journal.open_units[pending] = left


def _note(journal: Journal, code: int, pending: int, position: int, quantity: int, debit: Account) -> None:
    """An entry that reverses another, or that units with serial numbers left by."""
    if code == _CORRECT:
        if pending in journal.corrections:
            raise _Doubt
        journal.corrections[pending] = position
    elif (serials := journal.serials.pop(position, None)) is not None and (
        set(serials) != {debit.sku} or serials.total() > quantity
    ):
        raise _Doubt
