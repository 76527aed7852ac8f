"""Waves are searched for beside the engine's thread, so that everybody else is answered meanwhile.

    engine: freeze what the wave reads -> beside: search -> engine, in turn: keep what can still be had, book, answer

One wave is searched for at a time, in the sequence in which they came.
"""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from math import inf
from typing import Any

from msgspec import structs

from router.app.commands.deciding import RouteWave
from router.app.cores import run_anywhere
from router.app.engine.queue import Waiting
from router.app.engine.wave_facts import FoundWave, WaveFacts
from router.app.orders.route_orders import Route
from router.app.orders.route_wave import DecideWave
from router.app.ports.clock import Clock
from router.domain.reasons import Reason, RouterError
from router.routing.wave.wave import Standing, WaveDecision
from router.solver.wave.patience import TimeUsed

SEARCHES_MAX = 8
"""LIMIT: each holds up to 20,000 orders and a copy of what they read."""

SEARCH_SHARE = 0.7
"""Part of the time until the caller's deadline that the search may take; the rest is for booking and answering."""

RETRY_MILLISECONDS = 5_000


class WaveSearches:
    """Begun by the engine's thread; `hand_back` gets each wave with its answer, from the thread that searched."""

    def __init__(
        self, clock: Clock, route: Route, decide_wave: DecideWave, hand_back: Callable[[Waiting], None]
    ) -> None:
        self._clock = clock
        self._route = route
        self._decide_wave = decide_wave
        self._hand_back = hand_back
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="wave", initializer=run_anywhere)
        self._is_ending = False
        self.count = 0
        """Waves not handed back yet; the engine's thread counts them up, and down when it takes them."""

    def begin(self, waiting: Waiting, command: RouteWave, facts: WaveFacts) -> None:
        """Search for the wave, which is handed back once that ends. Refuses with QUEUE_FULL."""
        if self.count >= SEARCHES_MAX:
            raise RouterError(
                Reason.QUEUE_FULL,
                f"{self.count} waves are being searched for already; nothing was done, try again later",
                retry_milliseconds=RETRY_MILLISECONDS,
                waves_waiting=self.count,
            )
        if self.count:
            command.progress(Standing("WAIT"))
        self.count += 1
        self._thread.submit(self._search, waiting, command, facts)

    def end(self) -> None:
        """Let every search end where it stands; what was found is handed back and booked."""
        self._is_ending = True

    def close(self) -> None:
        """No more searches; those begun were handed back."""
        self._thread.shutdown(wait=True)

    def _search(self, waiting: Waiting, command: RouteWave, facts: WaveFacts) -> None:
        decide: Callable[..., WaveDecision]
        try:
            wave = self._decide_wave(
                facts.requests,
                facts.world,
                facts,
                facts,
                progress=command.progress,
                time_used=self._time_used(command, waiting.deadline),
            )
            decide = FoundWave(facts, wave, self._route)
        except Exception as error:
            decide = failing(error)
        self._hand_back(structs.replace(waiting, command=replace(command, decide=decide)))

    def _time_used(self, command: RouteWave, deadline: float | None) -> TimeUsed:
        """The part of its time that the search has used: all of it once nobody waits for it any more."""
        begun = self._clock.monotonic()
        ends = [] if deadline is None else [begun + SEARCH_SHARE * (deadline - begun)]
        if command.search_seconds_max:
            ends.append(begun + command.search_seconds_max)
        seconds = max(0.0, min(ends, default=inf) - begun)

        def part() -> float:
            is_over = self._is_ending or not command.is_wanted() or not seconds
            return 1.0 if is_over else (self._clock.monotonic() - begun) / seconds

        return TimeUsed(part, seconds)


def failing(error: Exception) -> Callable[..., WaveDecision]:
    """What tells of an error of the search where the wave is decided."""

    def decide(*_: Any, **__: Any) -> WaveDecision:
        raise error

    return decide
