"""The engine: one thread that takes what waits, decides it together, commits once, and only then answers.

    take a batch -> repeated requests get their recorded answers -> use cases change the books in memory
                 -> one commit -> answers

Where other engines commit to the same store, each takes its turn (`app/engine/turns.py`).

No timer gathers a batch: the next one forms while the last one commits and its answers leave.
"""

from collections.abc import Callable, Sequence
from concurrent.futures import Future
from threading import Thread

from router.app.answers.answer import Answered
from router.app.books.books import Books
from router.app.books.clock_watch import ClockNews, ClockWatch
from router.app.commands.command import Command
from router.app.commands.deciding import RouteWave
from router.app.commands.events import SettleDeliveries
from router.app.commands.write import Write
from router.app.engine.answering import answer_all, failure_of, is_found_wave, is_new_wave, those_who_wait
from router.app.engine.batch import Batch, Reply
from router.app.engine.deciders import (
    DecideAhead,
    Deciders,
    deciding_again,
    deciding_waves,
    each_alone,
    routing,
    routing_apart,
)
from router.app.engine.outcomes import RecentOutcomes
from router.app.engine.queue import CommandQueue, QueueLimits, Waiting
from router.app.engine.read_only import ReadOnly, Room
from router.app.engine.turns import UpToDate, decide_ahead
from router.app.engine.wave_facts import freeze
from router.app.engine.wave_searches import WaveSearches
from router.app.engine.work import is_validation, work
from router.app.engine_port import Hearer
from router.app.orders.reroute_order import Reroute
from router.app.orders.route_orders import Route
from router.app.orders.route_wave import DecideWave
from router.app.ports.clock import Clock
from router.app.ports.store import CommitRefused, Store, StoreError, StoreUnreachable, TurnLost
from router.app.records.commit import Commit
from router.domain.limits import CLOCK_JUMP_SECONDS
from router.domain.reasons import Reason, RouterError
from router.routing.decision import Prices
from router.routing.network.transit import TransitTimes

WAIT_SECONDS_MAX = 86_400.0
"""A condition cannot be waited for during centuries."""

PATIENCE_IN_DOUBT_SECONDS = 1.0
"""When the store is asked again what is due, after it did not answer."""

TURNS_MAX = 5
"""LIMIT: how often a batch is worked on whose commit the database cut short."""

RECENT_OUTCOMES_WEIGHT_MAX = 20_000
"""Orders whose answers are kept ready for a repeat; older ones are read from the store."""


def refuse_without_key(command: Command) -> None:
    if isinstance(command, Write) and not command.request_id and not is_validation(command):
        raise RouterError(
            Reason.REQUEST_ID_REQUIRED, "request_id is empty; send a new one with every new request"
        )


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
        route_apart: Route | None = None,
        decide_wave: DecideWave | None = None,
        reroute: Reroute | None = None,
        make_ahead: Callable[[], DecideAhead] | None = None,
        limits: QueueLimits | None = None,
        clock_jump_seconds_max: int = CLOCK_JUMP_SECONDS,
        on_failure: Callable[[Exception], None] | None = None,
        on_commit: Callable[[Commit], None] | None = None,
        on_writable: Callable[[bool], None] | None = None,
    ) -> None:
        self._store = store
        self._clock = clock
        self._deciders = Deciders(
            route=route or routing(monotonic=clock.monotonic),
            route_apart=route_apart
            or (routing_apart(monotonic=clock.monotonic) if route is None else each_alone(route)),
            decide_wave=decide_wave or deciding_waves(),
            reroute=reroute or deciding_again(),
        )
        self._make_ahead = make_ahead
        self._on_failure = on_failure
        self._on_commit = on_commit
        self._on_writable = on_writable
        self._queue = CommandQueue(limits or QueueLimits(), clock.monotonic)
        self._room = Room(store, clock)
        self._watch = ClockWatch(clock_jump_seconds_max)
        self._up_to_date = UpToDate(store, self._watch)
        with self._up_to_date.look():
            """Whatever is wrong with the store is said before anybody waits."""
        self._recent = RecentOutcomes(RECENT_OUTCOMES_WEIGHT_MAX)
        self._searches = WaveSearches(
            clock, self._deciders.route, self._deciders.decide_wave, self._queue.put_back
        )
        self._thread = Thread(target=self._run, name="engine", daemon=True)

    def start(self) -> None:
        """Begin to work on what is queued."""
        self._thread.start()

    @property
    def thread_id(self) -> int | None:
        """The system's number of the engine's thread; None before it begins."""
        return self._thread.native_id

    def submit(self, command: Command, deadline: float | None = None) -> "Future[Answered]":
        """The answer to come, after its commit.

        Raises at once and with no effect QUEUE_FULL, DRAINING, or REQUEST_ID_REQUIRED.
        The future fails with a RouterError when the command is refused: DEADLINE_PASSED (in monotonic seconds)
        if its turn came too late, COMMIT_INDETERMINATE if nobody knows whether it is durable.
        """
        refuse_without_key(command)
        return self._queue.put(command, deadline)

    def submit_for(self, hearer: Hearer, command: Command, deadline: float | None) -> None:
        """The same, heard by `hearer` in the engine's thread, which must not take long."""
        refuse_without_key(command)
        self._queue.put_for(hearer, command, deadline)

    def admit_orders(self, deadline: float | None = None) -> None:
        """Refuses with QUEUE_FULL orders that `submit` would refuse, before anybody reads them. Any thread may ask."""
        self._queue.admit_orders(deadline)

    def waiting_count(self) -> int:
        """How many commands wait for their turn. Any thread may ask."""
        return self._queue.waiting_count()

    def answers_leave(self) -> None:
        """The first answer of a batch was heard: those who get them may ask again at once. In the engine's thread."""
        self._queue.answers_leave()

    def answers_left(self) -> None:
        """All of them were said. Any thread may say so."""
        self._queue.answers_left()

    def use_prices(self, prices: Prices) -> None:
        """Decide by these prices of stock and capacity from the next batch on. Any thread may say so."""
        self._up_to_date.prices = prices

    def use_transits(self, times: TransitTimes) -> None:
        """Estimate arrivals by these from the next batch on. Any thread may say so."""
        self._up_to_date.transits = times

    def drain(self) -> None:
        """Refuse new commands with DRAINING; those that wait are still worked on, waves as far as they are found."""
        self._queue.close()
        self._searches.end()

    def stop(self) -> None:
        """Drain, and return when everything that waited is answered. The store stays open."""
        self.drain()
        if self._thread.ident is not None:
            self._thread.join()
        self._searches.close()

    @property
    def read_only(self) -> ReadOnly | None:
        """Why nothing is written now; None when writes are worked on. May be asked by any thread."""
        return self._room.missing

    @property
    def clock_ahead(self) -> int | None:
        """By how many microseconds the clock has leapt ahead, as far as it was looked at; None while it is believed.
        May be asked by any thread.
        """
        return None if self._watch.is_trusted else self._watch.ahead

    def _run(self) -> None:
        while (taken := self._queue.take(self._patience())) is not None:
            self._searches.count -= sum(is_found_wave(one.command) for one in taken)
            waiting = those_who_wait(taken, self._clock.monotonic())
            new_waves = [one for one in waiting if is_new_wave(one.command)]
            try:
                if self._room.look():
                    self._tell_writable(True)
                self._work_off([one for one in waiting if not is_new_wave(one.command)])
                # What came with them is booked, so the search sees it.
                if at_once := [one for one in new_waves if not self._is_searched(one)]:
                    self._work_off(at_once)
            except Exception as error:
                self._fail(waiting, error)
                return

    def _work_off(self, waiting: Sequence[Waiting]) -> None:
        """Decide, book and answer as one batch. Without commands only what time brings is booked."""
        replies, commit = self._decide_and_book([one.command for one in waiting])
        answer_all(waiting, replies)
        if commit is None:
            return
        # When nobody waits for it: the callers have their answers, and where the store is shared others the turn.
        self._up_to_date.books.forget_old_orders()
        if self._on_commit is not None:
            self._on_commit(commit)
        self._store.tidy()

    def _is_searched(self, one: Waiting) -> bool:
        """Whether a search for a new wave begins, from which it comes back. Where none can, the batch says why."""
        command = one.command
        if not isinstance(command, RouteWave) or self._room.missing is not None:
            return False
        self._watch.read(self._clock)
        try:
            with self._up_to_date.look() as books:
                if self._is_known(command.request_id):
                    return False
                frozen = freeze(books, command, self._watch.now)
        except (RouterError, StoreError, TurnLost):
            return False
        try:
            self._searches.begin(one, *frozen)
        except RouterError as refusal:
            one.future.set_exception(refusal)
        else:
            self._queue.expect()
        return True

    def _is_known(self, request_id: str) -> bool:
        if not request_id:
            return False
        return self._recent.find(request_id) is not None or bool(self._store.find_outcomes([request_id]))

    def _decide_and_book(self, commands: Sequence[Command]) -> tuple[list[Reply], Commit | None]:
        """Replies to `commands`, to be let go, and what was committed for them."""
        for _ in range(TURNS_MAX):
            try:
                return self._work_on(commands)
            except TurnLost:
                # Nothing of the batch is durable, so nothing of it may stay in memory: the books are what is stored.
                self._up_to_date.forget()
            except CommitRefused as error:
                self._up_to_date.forget()
                self._room.run_out(error)
                self._tell_writable(False)
                if isinstance(error, StoreUnreachable):
                    break
        return [Reply(self._turned_away()) for _ in commands], None

    def _turned_away(self) -> RouterError:
        if self._room.missing is not None:
            return self._room.missing.refusal()
        return RouterError(
            Reason.READ_ONLY,
            f"the database cut the commit short {TURNS_MAX} times; nothing was done, try again",
        )

    def _work_on(self, commands: Sequence[Command]) -> tuple[list[Reply], Commit | None]:
        """Where the books are shared, what takes long is decided before the turn, and reads need no turn."""
        self._watch.read(self._clock)
        if not self._store.is_shared:
            with self._up_to_date.turn() as books:
                return self._book(books, commands, self._deciders)
        with self._up_to_date.look() as seen:
            if not self._needs_turn(seen, commands):
                return work(self._next_batch(seen, self._deciders), commands), None
        deciders = self._deciders
        if self._room.missing is None:
            deciders = decide_ahead(seen, commands, self._watch.now, deciders, self._make_ahead)
        with self._up_to_date.turn() as books:
            return self._book(books, commands, deciders if books is seen else self._deciders)

    def _needs_turn(self, books: Books, commands: Sequence[Command]) -> bool:
        """Whether something may be booked: what is asked for, or what is due."""
        if any(isinstance(one, Write | SettleDeliveries) and not is_validation(one) for one in commands):
            return True
        due = books.next_due()
        return (due is not None and due <= self._watch.now) or self._watch.news is not ClockNews.NOTHING

    def _book(
        self, books: Books, commands: Sequence[Command], deciders: Deciders
    ) -> tuple[list[Reply], Commit | None]:
        batch = self._next_batch(books, deciders)
        return work(batch, commands), batch.commit()

    def _next_batch(self, books: Books, deciders: Deciders) -> Batch:
        missing = self._room.missing
        return Batch(
            books,
            self._store,
            self._recent,
            deciders,
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
        try:
            due = self._up_to_date.next_due()
        except StoreError:
            return PATIENCE_IN_DOUBT_SECONDS
        return None if due is None else min(WAIT_SECONDS_MAX, max(0.0, (due - self._clock.now()) / 1e6))

    def _fail(self, waiting: Sequence[Waiting], error: Exception) -> None:
        """Tell everybody, and stop: only the store knows now what is true."""
        for one in waiting:
            if not one.future.done():
                one.future.set_exception(failure_of(error))
        self._queue.fail_all(lambda: RouterError(Reason.DRAINING, "the server is stopping; nothing was done"))
        if self._on_failure is not None:
            self._on_failure(error)
