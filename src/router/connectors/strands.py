"""Which events of one sink may go now: many strands at a time, each in its order. Pure: it is told the time.

A strand is what must arrive in order: the events of one order; without an order, those of one subject.

    journal -> take -> strands -> start -> (delivery) -> settle -> cursor, held events, dead letters

A strand that fails waits longer each time while the others go on; from its third failure on its events are held in the
books, so that the cursor passes them. After `attempts_max` failures they are dead letters, those behind them too, so
that nothing ever overtakes. When strand after strand fails it is the sink that is down: then one event at a time is
tried, another each time, so that an outage takes time and hardly any event's last attempt.
"""

import heapq
from collections import deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from router.app.records.events import Event
from router.app.records.sinks import HeldEvent, HeldState
from router.connectors.backoff import Backoff, Jitter
from router.connectors.sink import Delivered, Gone, Outcome

HOLD_AFTER = 3
DOWN_AFTER = 5
"""Failures in a row, of a strand until it is held and of a sink until it counts as down."""
RETRY_SECONDS_MAX = 3_600.0
"""LIMIT: no receiver may ask for more patience than that."""
ERROR_LENGTH_MAX = 300


OF_STRAND = Backoff(1.0, 3_600.0)
OF_SINK = Backoff(1.0, 60.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """How patiently and how much at a time. `attempts_max` 0 means without end; `batch_max` events of a strand go at
    once; `in_order` makes all events one strand.
    """

    concurrency: int = 8
    batch_max: int = 1
    attempts_max: int = 24
    in_order: bool = False
    of_strand: Backoff = OF_STRAND
    of_sink: Backoff = OF_SINK
    open_max: int = 1_000
    held_max: int = 10_000


@dataclass(slots=True, eq=False)
class _Strand:
    key: str
    events: deque[Event] = field(default_factory=deque)
    attempts: int = 0
    is_held: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Sending:
    """Events on their way, to be settled."""

    events: tuple[Event, ...]
    strand: _Strand


class Strands:
    """The state of one sink's deliveries since its `cursor`. One thread uses it."""

    def __init__(self, sink: str, cursor: int, policy: Policy, jitter: Jitter) -> None:
        self.taken = cursor
        self.is_gone = False
        self.trouble = ""
        self._sink = sink
        self._policy = policy
        self._jitter = jitter
        self._strands: dict[str, _Strand] = {}
        self._ready: deque[_Strand] = deque()
        self._waiting: list[tuple[float, int, _Strand]] = []
        self._order_of_waiting = 0
        self._open: dict[int, None] = {}
        self._dead: set[str] = set()
        self._stale: set[int] = set()
        self._held_count = 0
        self._in_flight = 0
        self._failures = 0
        self._pause_end = 0.0
        self._changed: dict[int, HeldEvent] = {}

    @property
    def cursor(self) -> int:
        """Everything up to here has arrived or is held."""
        return next(iter(self._open)) - 1 if self._open else self.taken

    @property
    def changed(self) -> Mapping[int, HeldEvent]:
        """Held events by position that are not in the books as they are here."""
        return self._changed

    @property
    def is_idle(self) -> bool:
        """Whether everything taken has arrived or is dead."""
        return not self._strands

    @property
    def room(self) -> int:
        """How many more events may be taken now."""
        if self._held_count >= self._policy.held_max:
            return 0
        return self._policy.open_max - len(self._open)

    def booked(self, rows: Iterable[HeldEvent]) -> None:
        """These are in the books now."""
        for row in rows:
            if self._changed.get(row.position) is row:
                del self._changed[row.position]

    def remember(self, rows: Sequence[tuple[HeldEvent, Event]]) -> None:
        """What the books hold, by position. Rows beyond the cursor are of events that will be taken again."""
        for row, event in rows:
            key = self._key_of(event)
            if event.position > self.taken:
                self._stale.add(event.position)
            elif row.state is HeldState.DEAD or key in self._dead:
                self._dead.add(key)
                if row.state is not HeldState.DEAD:
                    self._mark(event, HeldState.DEAD, 0, row.error)
            else:
                strand = self._strand(key)
                strand.is_held = True
                strand.events.append(event)
                self._held_count += 1

    def take(self, events: Sequence[Event], is_wanted: Callable[[Event], bool]) -> None:
        """The next events of the journal; those that nobody wants have arrived already."""
        for event in events:
            assert event.position > self.taken, "events are taken in their order"
            self.taken = event.position
            key = self._key_of(event)
            if not is_wanted(event):
                continue
            if key in self._dead:
                self._mark(event, HeldState.DEAD, 0, "waits behind a dead letter of its order")
                continue
            strand = self._strand(key)
            strand.events.append(event)
            if strand.is_held:
                self._hold(strand, (event,), "waits behind a held event of its order")
            else:
                self._open[event.position] = None

    def start(self, now: float) -> list[Sending]:
        """What is to be delivered now; each of them must be settled."""
        started: list[Sending] = []
        if self.is_gone or now < self._pause_end:
            return started
        limit = self._policy.concurrency if self._failures < DOWN_AFTER else 1
        while self._in_flight < limit and (strand := self._next(now)) is not None:
            events = tuple(strand.events)[: self._policy.batch_max]
            started.append(Sending(events, strand))
            self._in_flight += 1
        return started

    def seconds_to_next(self, now: float) -> float | None:
        """When `start` may have something again, unless something is settled or taken before."""
        if self.is_gone or not (self._ready or self._waiting):
            return None
        limit = self._policy.concurrency if self._failures < DOWN_AFTER else 1
        if self._in_flight >= limit:
            return None
        due = now if self._ready else self._waiting[0][0]
        return max(0.0, due - now, self._pause_end - now)

    def settle(self, sending: Sending, outcome: Outcome, now: float) -> None:
        """What became of `sending`."""
        self._in_flight -= 1
        if isinstance(outcome, Delivered):
            self._arrived(sending, now)
        elif isinstance(outcome, Gone):
            self.is_gone = True
            self.trouble = outcome.error[:ERROR_LENGTH_MAX]
            self._ready.appendleft(sending.strand)
        else:
            self._failed(sending, outcome.error[:ERROR_LENGTH_MAX], outcome.retry_seconds, now)

    def _arrived(self, sending: Sending, now: float) -> None:
        strand = sending.strand
        for event in sending.events:
            strand.events.popleft()
            self._open.pop(event.position, None)
            if strand.is_held or event.position in self._stale:
                self._mark(event, HeldState.DELIVERED, strand.attempts + 1, "")
        self._held_count -= len(sending.events) if strand.is_held else 0
        self._stale.difference_update(event.position for event in sending.events)
        strand.attempts = 0
        if self._failures >= DOWN_AFTER:
            # It is up again: nobody has to wait for what was due to its being down.
            self._waiting = [(now, order, waiting) for _, order, waiting in self._waiting]
            heapq.heapify(self._waiting)
        self._failures = 0
        self.trouble = ""
        if strand.events:
            self._ready.append(strand)
        else:
            del self._strands[strand.key]

    def _failed(self, sending: Sending, error: str, retry_seconds: float, now: float) -> None:
        strand = sending.strand
        strand.attempts += 1
        self._failures += 1
        self.trouble = error
        if self._failures >= DOWN_AFTER:
            wait = self._policy.of_sink.seconds(self._failures - DOWN_AFTER + 1, self._jitter)
            self._pause_end = max(self._pause_end, now + wait)
        if retry_seconds:
            self._pause_end = max(self._pause_end, now + min(retry_seconds, RETRY_SECONDS_MAX))
        if self._policy.attempts_max and strand.attempts >= self._policy.attempts_max:
            self._give_up(strand, error)
            return
        may_hold = self._policy.attempts_max and self._failures < DOWN_AFTER
        if may_hold and strand.attempts >= HOLD_AFTER and not strand.is_held:
            strand.is_held = True
            self._hold(strand, strand.events, error)
        self._order_of_waiting += 1
        due = now + self._policy.of_strand.seconds(strand.attempts, self._jitter)
        heapq.heappush(self._waiting, (due, self._order_of_waiting, strand))

    def _hold(self, strand: _Strand, events: Iterable[Event], error: str) -> None:
        for event in events:
            is_first = event is strand.events[0]
            self._mark(event, HeldState.HELD, strand.attempts if is_first else 0, error)
            self._open.pop(event.position, None)
            self._held_count += 1

    def _give_up(self, strand: _Strand, error: str) -> None:
        self._dead.add(strand.key)
        self._held_count -= len(strand.events) if strand.is_held else 0
        for number, event in enumerate(strand.events):
            behind = "waits behind a dead letter of its order"
            self._mark(event, HeldState.DEAD, 0 if number else strand.attempts, behind if number else error)
            self._open.pop(event.position, None)
        del self._strands[strand.key]

    def _mark(self, event: Event, state: HeldState, attempts: int, error: str) -> None:
        self._changed[event.position] = HeldEvent(
            sink=self._sink,
            position=event.position,
            order_id=event.order_id,
            state=state,
            attempts=attempts,
            error=error,
        )

    def _next(self, now: float) -> _Strand | None:
        """The next strand: one that failed before when it is due, unless the sink is down; then one that has not."""
        is_due = bool(self._waiting) and self._waiting[0][0] <= now
        if self._ready and not (is_due and self._failures < DOWN_AFTER):
            return self._ready.popleft()
        return heapq.heappop(self._waiting)[2] if is_due else None

    def _strand(self, key: str) -> _Strand:
        if (strand := self._strands.get(key)) is None:
            strand = self._strands[key] = _Strand(key)
            self._ready.append(strand)
        return strand

    def _key_of(self, event: Event) -> str:
        if self._policy.in_order:
            return ""
        return f"order {event.order_id}" if event.order_id else f"subject {event.subject}"
