"""Route a wave: refuse the orders that cannot be decided, decide the others jointly, book every decision."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Protocol

from router.app.answers.decided import WaveRouted
from router.app.books.books import Books
from router.app.books.changes import Changes
from router.app.commands.deciding import RouteWave
from router.app.orders.route_orders import book_each, refuse_orders, without_booking, world_of
from router.app.steps.paid import paid_of
from router.domain.identifiers import Instant
from router.routing.wave.wave import Progress, Standing, WaveDecision
from router.routing.world import CapacityView, OrderToRoute, StockView, World
from router.solver.wave.patience import TimeUsed, until


class DecideWave(Protocol):
    """The joint decision: `routing.wave.route_wave` with its effort and its judge set."""

    def __call__(
        self,
        requests: Sequence[OrderToRoute],
        world: World,
        stock: StockView,
        capacity: CapacityView,
        *,
        progress: Progress,
        time_used: TimeUsed,
    ) -> WaveDecision: ...


def route_wave(
    books: Books, command: RouteWave, at: Instant, now: Instant, decide_wave: DecideWave
) -> tuple[Changes, WaveRouted]:
    """Decide for the command's instant or for `now`; booked `at` the ledger's time."""
    decision_time = now if command.decision_time is None else command.decision_time
    refused = refuse_orders(books, command.orders)
    requests = [
        OrderToRoute(order=order, decision_time=decision_time, paid=paid_of(books, order))
        for index, order in enumerate(command.orders)
        if index not in refused
    ]
    decide = command.decide or decide_wave
    time_used = until(command.is_wanted)
    wave = decide(requests, world_of(books), books, books, progress=command.progress, time_used=time_used)
    command.progress(Standing("BOOK", wave.objective_milli, wave.bound_milli))
    changes = Changes(after=books.head, time=at)
    results = tuple(book_each(books, changes, refused, wave.decisions, now))
    changes.file_recipients(command.recipients)
    return changes, WaveRouted(
        results=results,
        joint_count=wave.joint_count,
        objective_milli=wave.objective_milli,
        bound_milli=wave.bound_milli,
        redecided_count=wave.redecided_count,
        is_cut=wave.is_cut,
        without_substitutes=wave.without_substitutes,
        without_transfers_count=wave.without_transfers_count,
    )


def validate_wave(books: Books, command: RouteWave, now: Instant, decide_wave: DecideWave) -> WaveRouted:
    """The answer to the same command if it were booked, but for ids that only a booking gives."""
    _, answer = route_wave(books, command, now, now, decide_wave)
    seen = books.head.position
    return replace(answer, results=tuple(without_booking(one, seen) for one in answer.results))
