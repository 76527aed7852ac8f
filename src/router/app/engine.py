"""The engine: one thread that takes what waits, decides it together, commits once, and only then answers.

    take a batch -> repeated requests get their recorded answers -> use cases change the books in memory
                 -> one commit -> answers

No timer gathers a batch: the next one forms while the last one commits.
"""

from collections.abc import Callable, Sequence
from concurrent.futures import Future
from functools import partial
from threading import Thread

from router.app.answers import Answer, Answered
from router.app.batch import Batch, Reply, is_validation
from router.app.books import Books
from router.app.clock_watch import ClockWatch
from router.app.commands import Command, Write
from router.app.outcomes import RecentOutcomes
from router.app.ports import Clock, CommitFailed, CommitRefused, Store
from router.app.queue import CommandQueue, QueueLimits, Waiting
from router.app.read_only import ReadOnly, Room
from router.app.records import Commit
from router.app.route_orders import Route
from router.app.route_wave import DecideWave
from router.domain.limits import CLOCK_JUMP_SECONDS
from router.domain.reasons import Reason, RouterError
from router.routing.route import route as route_exactly
from router.routing.wave import route_wave as route_jointly
from router.solver.problem import DEFAULT_EFFORT, Effort

WAIT_SECONDS_MAX = 86_400.0
"""A condition cannot be waited for during centuries."""

RECENT_OUTCOMES_WEIGHT_MAX = 20_000
"""Orders whose answers are kept ready for a repeat; older ones are read from the store."""


def routing(effort: Effort = DEFAULT_EFFORT, *, verify: bool = False) -> Route:
    """The decision with its effort; `verify` lets the independent judge check every solution."""
    return partial(route_exactly, effort=effort, verify=verify)


def deciding_waves(effort: Effort = DEFAULT_EFFORT, *, verify: bool = False) -> DecideWave:
    """The joint decision with its effort, judged likewise."""
    return partial(route_jointly, effort=effort, verify=verify)


class Engine:
    """Takes commands from any thread and answers them by futures.

    `on_failure` is called once, from the engine's thread, when the engine had to stop: the books can then no
    longer be trusted to equal the store, and only a new start helps. `on_commit` is called from that thread after
    every commit, when its answers have left, and must not take long; `on_writable` when the store has no room any
    more (False) and when it has room again (True).
    """

    def __init__(
        self,
        store: Store,
        clock: Clock,
        *,
        route: Route | None = None,
        decide_wave: DecideWave | None = None,
        limits: QueueLimits | None = None,
        clock_jump_seconds_max: int = CLOCK_JUMP_SECONDS,
        on_failure: Callable[[Exception], None] | None = None,
        on_commit: Callable[[Commit], None] | None = None,
        on_writable: Callable[[bool], None] | None = None,
    ) -> None:
        self._store = store
        self._clock = clock
        self._route = route or routing()
        self._decide_wave = decide_wave or deciding_waves()
        self._on_failure = on_failure
        self._on_commit = on_commit
        self._on_writable = on_writable
        self._queue = CommandQueue(limits or QueueLimits())
        self._room = Room(store, clock)
        self._watch = ClockWatch(clock_jump_seconds_max)
        self._books = Books(store, self._watch)
        self._recent = RecentOutcomes(RECENT_OUTCOMES_WEIGHT_MAX)
        self._thread = Thread(target=self._run, name="engine", daemon=True)

    def start(self) -> None:
        """Begin to work on what is queued."""
        self._thread.start()

    def submit(self, command: Command, deadline: float | None = None) -> "Future[Answered]":
        """The answer to come, after its commit.

        Raises at once and with no effect QUEUE_FULL, DRAINING, or REQUEST_ID_REQUIRED.
        The future fails with a RouterError when the command is refused: DEADLINE_PASSED (in monotonic seconds)
        if its turn came too late, COMMIT_INDETERMINATE if nobody knows whether it is durable.
        """
        if isinstance(command, Write) and not command.request_id and not is_validation(command):
            raise RouterError(
                Reason.REQUEST_ID_REQUIRED, "request_id is empty; send a new one with every new request"
            )
        return self._queue.put(command, deadline)

    def drain(self) -> None:
        """Refuse new commands with DRAINING; those that wait are still worked on."""
        self._queue.close()

    def stop(self) -> None:
        """Drain, and return when everything that waited is answered. The store stays open."""
        self.drain()
        if self._thread.ident is not None:
            self._thread.join()

    @property
    def read_only(self) -> ReadOnly | None:
        """Why nothing is written now; None when writes are worked on. May be asked by any thread."""
        return self._room.missing

    def _run(self) -> None:
        while (taken := self._queue.take(self._patience())) is not None:
            waiting = self._drop_late(taken)
            try:
                if self._room.look():
                    self._tell_writable(True)
                replies, commit = self._decide_and_book([one.command for one in waiting])
            except Exception as error:
                self._fail(waiting, error)
                return
            answer_all(waiting, replies)
            if commit is not None and self._on_commit is not None:
                self._on_commit(commit)

    def _decide_and_book(self, commands: Sequence[Command]) -> tuple[list[Reply], Commit | None]:
        """Replies to `commands`, to be let go, and what was committed for them."""
        batch = self._next_batch()
        try:
            return batch.work(commands), batch.commit()
        except CommitRefused as error:
            # Nothing of the batch is durable, so nothing of it may stay in memory: the books are what the store says.
            self._books = Books(self._store, self._watch)
            self._room.run_out(error)
            self._tell_writable(False)
        batch = self._next_batch()
        return batch.work(commands), batch.commit()

    def _next_batch(self) -> Batch:
        missing = self._room.missing
        self._watch.read(self._clock)
        return Batch(
            self._books,
            self._store,
            self._recent,
            self._route,
            self._decide_wave,
            self._watch.now,
            None if missing is None else missing.refusal,
        )

    def _tell_writable(self, is_writable: bool) -> None:
        if self._on_writable is not None:
            self._on_writable(is_writable)

    def _patience(self) -> float | None:
        """Seconds until something is due that happens by itself; None when nothing is."""
        if self._room.missing is not None:
            return self._room.patience
        due = self._books.next_due()
        return None if due is None else min(WAIT_SECONDS_MAX, max(0.0, (due - self._clock.now()) / 1e6))

    def _drop_late(self, taken: Sequence[Waiting]) -> list[Waiting]:
        """Those somebody still waits for; the others are told, and nothing happens to them."""
        now = self._clock.monotonic()
        waiting = []
        for one in taken:
            if not one.future.set_running_or_notify_cancel():
                continue
            if one.deadline is not None and one.deadline <= now:
                one.future.set_exception(
                    RouterError(
                        Reason.DEADLINE_PASSED, "the deadline passed before its turn; nothing was done"
                    )
                )
                continue
            waiting.append(one)
        return waiting

    def _fail(self, waiting: Sequence[Waiting], error: Exception) -> None:
        """Tell everybody, and stop: only the store knows now what is true."""
        for one in waiting:
            one.future.set_exception(failure_of(error))
        self._queue.fail_all(lambda: RouterError(Reason.DRAINING, "the server is stopping; nothing was done"))
        if self._on_failure is not None:
            self._on_failure(error)


def answer_all(waiting: Sequence[Waiting], replies: Sequence[Reply]) -> None:
    """Let the answers of a committed batch go."""
    for one, reply in zip(waiting, replies, strict=True):
        if isinstance(reply.result, Exception):
            one.future.set_exception(reply.result)
        else:
            answer: Answer = reply.result
            one.future.set_result(Answered(answer=answer, replayed=reply.is_replayed))


def failure_of(error: Exception) -> Exception:
    """What those hear whose batch was not surely committed: of a bug the bug, for nothing was booked then."""
    if not isinstance(error, CommitFailed):
        return error
    refusal = RouterError(
        Reason.COMMIT_INDETERMINATE,
        "the commit failed and may or may not be durable; repeat the call with the same request_id",
    )
    refusal.__cause__ = error
    return refusal
