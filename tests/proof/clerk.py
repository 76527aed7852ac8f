"""A clerk who checks every commit against all that came before it, with arithmetic of his own.

What he checks costs as much as the commit, not as the history, so it can be done after every operation. By number
as in `docs/internals/proof.md`: I1-I11 and I13.
"""

from collections import Counter
from dataclasses import dataclass, field
from hashlib import sha256
from struct import pack

from msgspec.structs import astuple

from router.app.records.commit import Commit
from router.ledger.accounts import Account, Bucket
from router.ledger.entries import Entry
from router.ledger.orders import OrderAccount

OPENS, KEEPS, GIVES_BACK = {"RESERVE"}, {"POST"}, {"VOID", "EXPIRE"}
"""How codes count that do more than move units at once."""


@dataclass(slots=True)
class Counters:
    """Of one account, as the clerk knows them."""

    debits_posted: int = 0
    credits_posted: int = 0
    debits_pending: int = 0
    credits_pending: int = 0
    version: int = 0

    def figures(self) -> tuple[int, ...]:
        return (
            self.debits_posted,
            self.credits_posted,
            self.debits_pending,
            self.credits_pending,
            self.version,
        )

    @property
    def free(self) -> int:
        return self.debits_posted - self.credits_posted - self.credits_pending


@dataclass(slots=True)
class Held:
    """An open reservation."""

    account: Account
    owner: tuple[str, str]
    left: int


@dataclass(slots=True)
class Clerk:
    """Raises an AssertionError that begins with the number of the invariant."""

    counters: dict[Account, Counters] = field(default_factory=dict)
    written: dict[Account, tuple[int, ...]] = field(default_factory=dict)
    """Of each account, what was last stored; per SKU, what that comes to over all accounts:"""
    posted: Counter[str] = field(default_factory=Counter)
    pending: Counter[str] = field(default_factory=Counter)
    held: dict[int, Held] = field(default_factory=dict)
    held_by_account: Counter[Account] = field(default_factory=Counter)
    held_by_line: Counter[tuple[str, str]] = field(default_factory=Counter)
    keys: set[str] = field(default_factory=set)
    position: int = 0
    event_position: int = 0
    batch_number: int = 0
    time: int = 0
    hash: bytes = bytes(32)

    def check(self, commit: Commit) -> None:
        assert commit.batch.number == self.batch_number + 1, "I9: a batch is missing"
        assert commit.batch.time > self.time, "I9: time does not rise"
        self._check_hash(commit)
        for entry in commit.entries:
            self._count(entry)
        self._check_balances(commit)
        for order in commit.orders:
            self._check_order(order)
        for outcome in commit.outcomes:
            assert outcome.request_id not in self.keys, f"I8: {outcome.request_id} has a second outcome"
            self.keys.add(outcome.request_id)
        for event in commit.events:
            self.event_position += 1
            assert event.position == self.event_position, f"I13: event {event.position} is out of its place"
        assert commit.head.position == self.position, "I9: the head is not where the journal ends"
        assert commit.head.event_position == self.event_position, "I13: the head counts other events"
        self.batch_number, self.time, self.hash = commit.batch.number, commit.batch.time, commit.batch.hash

    def _count(self, entry: Entry) -> None:
        self.position += 1
        assert entry.position == self.position, f"I9: entry {entry.position} is out of its place"
        assert self.time < entry.time, f"I9: entry {entry.position} is not later than the last batch"
        to = self.counters.setdefault(entry.debit, Counters())
        of = self.counters.setdefault(entry.credit, Counters())
        to.version += 1
        of.version += 1
        code, units = entry.code.name, entry.quantity
        if code in OPENS:
            to.debits_pending += units
            of.credits_pending += units
            assert of.free >= 0, f"I5: entry {entry.position} promises {-of.free} units that are not free"
            owner = (entry.reference, entry.line_id)
            self.held[entry.position] = Held(entry.credit, owner, 0)
            self._hold(entry.position, units)
            return
        if code in KEEPS | GIVES_BACK:
            to.debits_pending -= units
            of.credits_pending -= units
            assert entry.pending_position in self.held, (
                f"I6: entry {entry.position} settles nothing that is open"
            )
            self._hold(entry.pending_position, -units)
        if code not in GIVES_BACK:
            to.debits_posted += units
            of.credits_posted += units

    def _hold(self, position: int, units: int) -> None:
        held = self.held[position]
        held.left += units
        self.held_by_account[held.account] += units
        self.held_by_line[held.owner] += units
        assert held.left >= 0, f"I6: reservation {position} is resolved {-held.left} units too often"
        if not held.left:
            del self.held[position]

    def _check_balances(self, commit: Commit) -> None:
        touched = {account for entry in commit.entries for account in (entry.debit, entry.credit)}
        assert set(commit.balances) == touched, "I3: other accounts are written than were touched"
        for account in touched:
            mine = self.counters[account].figures()
            assert min(mine) >= 0, f"I2: {account} counts below zero"
            assert astuple(commit.balances[account]) == mine, f"I3: {account} is not what its entries make"
            debits, credits, debits_pending, credits_pending, _ = mine
            before = self.written.get(account, (0, 0, 0, 0, 0))
            self.posted[account.sku] += debits - credits - before[0] + before[1]
            self.pending[account.sku] += debits_pending - credits_pending - before[2] + before[3]
            self.written[account] = astuple(commit.balances[account])
            if account.bucket is Bucket.ON_HAND:
                assert self.held_by_account[account] == credits_pending, (
                    f"I4: {account} holds other reservations"
                )
        assert not any(self.posted.values()), "I1: units came from nowhere or went there"
        assert not any(self.pending.values()), "I1: promised units came from nowhere"

    def _check_order(self, order: OrderAccount) -> None:
        for line in order.lines:
            parts = (line.reserved, line.dispatched, line.backordered, line.canceled)
            assert min(parts) >= 0, f"I7: a part of {order.order_id}/{line.line_id} is below zero"
            assert sum(parts) == line.ordered, (
                f"I7: the parts of {order.order_id}/{line.line_id} do not add up"
            )
            held = self.held_by_line[order.order_id, line.line_id]
            assert held == line.reserved, f"I7: {order.order_id}/{line.line_id} holds {held} units"

    def _check_hash(self, commit: Commit) -> None:
        batch = commit.batch
        assert batch.entry_count == len(commit.entries), "I10: the batch counts other entries"
        digest = sha256(self.hash)
        digest.update(pack(">qqqq", batch.number, batch.entry_count, batch.last_position, batch.time))
        for entry in commit.entries:
            digest.update(bytes_of(entry))
        assert digest.digest() == batch.hash, f"I10: batch {batch.number} is sealed with another hash"
        assert commit.head.hash == batch.hash, "I10: the head has another hash"


def bytes_of(entry: Entry) -> bytes:
    """What is hashed of an entry, written down once more: a change of it breaks every chain that exists."""
    debit, credit = entry.debit, entry.credit
    texts = [debit.sku, debit.lot, debit.node_id, credit.node_id, entry.reference, entry.line_id]
    packed = [text.encode() for text in texts]
    numbers = pack(
        ">qqBBBqq",
        entry.position,
        entry.time,
        entry.code,
        debit.bucket,
        credit.bucket,
        entry.quantity,
        entry.pending_position,
    )
    return numbers + b"".join(pack(">H", len(text)) for text in packed) + b"".join(packed)
