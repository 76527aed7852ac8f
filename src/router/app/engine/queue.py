"""The queue before the engine: bounded, many threads put, one takes batches."""

import time
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from threading import Condition

from msgspec import Struct

from router.app.answers.answer import Answered
from router.app.commands.command import Command
from router.app.commands.deciding import RouteOrders, RouteWave
from router.app.commands.documents import PutProducts
from router.app.commands.feeds import RecordSnapshot
from router.app.engine.pace import Pace, count_lines
from router.app.engine.returning import LOOK_SECONDS, Returning
from router.app.engine_port import Hearer
from router.domain.limits import (
    BATCH_ORDERS_MAX,
    LINES_PER_BATCH_MAX,
    QUEUE_COMMANDS_MAX,
    QUEUE_WAIT_MILLISECONDS,
)
from router.domain.reasons import Reason, RouterError

RETRY_MILLISECONDS = 100
"""When to try again at a full queue: some commits later."""
OVERLOADED_SHARE = 0.5
"""So much of the longest wait is allowed while more calls are refused than taken (decision 72)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueLimits:
    """Bounds of the queue, and of one batch taken from it. Rows are order lines, products and snapshot rows.

    A single command larger than a bound passes it alone. `wait_seconds_max`: orders that would wait longer, at the pace
    of the last batches, are refused, and those that would wait half as long while more calls are refused than taken. So
    are orders whose own deadline would pass. A batch of orders is about `batch_seconds_max` of work: the first of it
    need not wait for the last.
    """

    commands_max: int = QUEUE_COMMANDS_MAX
    rows_max: int = 20 * LINES_PER_BATCH_MAX
    batch_commands_max: int = BATCH_ORDERS_MAX
    batch_rows_max: int = LINES_PER_BATCH_MAX
    wait_seconds_max: float = QUEUE_WAIT_MILLISECONDS / 1_000
    batch_seconds_max: float = 0.25


class Waiting(Struct, frozen=True):
    """A command in the queue. After `deadline` (monotonic seconds) nobody waits for its answer."""

    command: Command
    deadline: float | None
    future: Hearer
    row_count: int
    line_count: int = 0


def count_rows(command: Command) -> int:
    """How much work and memory a command stands for."""
    if isinstance(command, RouteOrders):
        return count_lines(command)
    if isinstance(command, RouteWave):
        return sum([1 + len(order.lines) for order in command.orders])
    if isinstance(command, RecordSnapshot):
        return 1 + sum(map(len, command.on_hand.values()))
    if isinstance(command, PutProducts):
        return 1 + len(command.products)
    return 1


class CommandQueue:
    """First in, first out. Once closed it refuses new commands and gives out those it has."""

    def __init__(self, limits: QueueLimits, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._limits = limits
        self._monotonic = monotonic
        self._pace = Pace()
        self._returning = Returning(monotonic)
        self._line_count = 0
        self._taken: tuple[Sequence[Waiting], float] = ((), 0.0)
        self._taken_line_count = 0
        self._waiting: deque[Waiting] = deque()
        self._row_count = 0
        self._refused_count = 0
        self._is_overloaded = False
        self._is_closed = False
        self._expected = 0
        self._make_error: Callable[[], Exception] | None = None
        self._changed = Condition()
        self._wake_at = 1

    def put(self, command: Command, deadline: float | None) -> "Future[Answered]":
        """Refuses with QUEUE_FULL or DRAINING; then nothing happens to the command."""
        future: Future[Answered] = Future()
        self.put_for(future, command, deadline)
        return future

    def put_for(self, hearer: Hearer, command: Command, deadline: float | None) -> None:
        """The same with who shall hear the answer."""
        line_count = count_lines(command)
        waiting = Waiting(command, deadline, hearer, line_count or count_rows(command), line_count)
        with self._changed:
            if self._is_closed:
                raise RouterError(
                    Reason.DRAINING, "the server is stopping; nothing was done, try another or later"
                )
            self._refuse_overflow(waiting.row_count)
            if waiting.line_count:
                self._refuse_too_late(deadline)
            self._waiting.append(waiting)
            self._row_count += waiting.row_count
            self._line_count += waiting.line_count
            if len(self._waiting) >= self._wake_at:
                self._changed.notify()

    def admit_orders(self, deadline: float | None) -> None:
        """Refuses with QUEUE_FULL if any orders would be refused now, so that nobody has to read them first.

        It only looks, and takes no lock for that: every call is asked twice, and `put` asks again for good.
        """
        self._refuse_overflow(1)
        self._refuse_too_late(deadline)

    def waiting_count(self) -> int:
        """How many commands were not taken yet."""
        return len(self._waiting)

    def _refuse_overflow(self, row_count: int) -> None:
        limits, count = self._limits, len(self._waiting)
        is_full = count >= limits.commands_max or self._row_count + row_count > limits.rows_max
        if count and is_full:
            raise RouterError(
                Reason.QUEUE_FULL,
                f"{count} commands with {self._row_count} rows are waiting already; nothing was done, try again",
                retry_milliseconds=RETRY_MILLISECONDS,
                commands_waiting=count,
                rows_waiting=self._row_count,
            )

    def _refuse_too_late(self, deadline: float | None) -> None:
        """Orders whose answer nobody would hear any more, or that would wait for longer than is allowed."""
        seconds = self._pace.seconds(self._line_count + self._taken_line_count)
        allowed = self._limits.wait_seconds_max * (OVERLOADED_SHARE if self._is_overloaded else 1)
        # Of the time until a deadline the other half is for the decision and the answer.
        left = allowed if deadline is None else min(allowed, 0.5 * (deadline - self._monotonic()))
        if seconds > left:
            self._refused_count += seconds > allowed
            raise RouterError(
                Reason.QUEUE_FULL,
                f"{self._line_count} order lines are waiting already, about {seconds:.1f} s of work; "
                "nothing was done, try again",
                retry_milliseconds=max(RETRY_MILLISECONDS, round(500 * seconds)),
                commands_waiting=len(self._waiting),
                rows_waiting=self._row_count,
            )

    def answers_leave(self) -> None:
        """The answers of what was taken are on their way. By the thread that takes, before anybody has come back."""
        self._returning.begin(len(self._waiting), len(self._taken[0]))

    def answers_left(self) -> None:
        """All of them have been said. Any thread may say so."""
        self._returning.are_leaving = False

    def expect(self) -> None:
        """A command that was taken comes back: until then there is more to do."""
        with self._changed:
            self._expected += 1

    def put_back(self, waiting: Waiting) -> None:
        """A command that was expected, also after closing; it fails like all others where they failed."""
        with self._changed:
            self._expected -= 1
            if self._make_error is None:
                self._waiting.append(waiting)
                self._row_count += waiting.row_count
                self._line_count += waiting.line_count
                self._changed.notify()
                return
        waiting.future.set_exception(self._make_error())

    def take(self, seconds_max: float | None = None) -> list[Waiting] | None:
        """Wait for a command and take all that are there, with those who come back at once, up to a batch.

        Empty when none came within `seconds_max`; None when closed and done, with none expected back.
        """
        with self._changed:
            self._note_pace()
            if not self._changed.wait_for(lambda: self._waiting or self._is_done(), seconds_max):
                return []
            if not self._waiting:
                return None
            self._let_return()
            batch: list[Waiting] = []
            row_count = line_count = 0
            waiting_line_count = self._line_count
            while self._waiting and len(batch) < self._limits.batch_commands_max:
                row_count += self._waiting[0].row_count
                line_count += self._waiting[0].line_count
                is_long = self._pace.seconds(line_count) > self._limits.batch_seconds_max
                if batch and (row_count > self._limits.batch_rows_max or is_long):
                    break
                batch.append(self._waiting.popleft())
                self._row_count -= batch[-1].row_count
                self._line_count -= batch[-1].line_count
            self._taken = (batch, self._monotonic())
            self._taken_line_count = waiting_line_count - self._line_count
            self._is_overloaded, self._refused_count = self._refused_count > len(batch), 0
            return batch

    def _let_return(self) -> None:
        """Wait for those who were just answered as long as they come; nobody wakes the engine for each of them."""
        self._wake_at = self._returning.expected
        while not self._is_closed and self._returning.are_coming(len(self._waiting), self._line_count):
            self._changed.wait(LOOK_SECONDS)
        self._wake_at = 1

    def _note_pace(self) -> None:
        """Whoever takes again has done with what was taken before."""
        taken, begun = self._taken
        self._pace.note([one.line_count for one in taken], self._monotonic() - begun)
        self._taken, self._taken_line_count = ((), 0.0), 0

    def _is_done(self) -> bool:
        return self._is_closed and not self._expected

    def close(self) -> None:
        """Refuse everything new from now on."""
        with self._changed:
            self._is_closed = True
            self._changed.notify_all()

    def fail_all(self, make_error: Callable[[], Exception]) -> None:
        """Close, and give every command that still waits an error of its own."""
        self.close()
        with self._changed:
            waiting, self._waiting = list(self._waiting), deque()
            self._row_count = self._line_count = 0
            self._make_error = make_error
        for one in waiting:
            if one.future.running() or one.future.set_running_or_notify_cancel():
                one.future.set_exception(make_error())
