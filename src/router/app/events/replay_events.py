"""Replay events: let a sink begin again behind a position or with its dead letters; a disabled one goes on."""

from dataclasses import replace
from itertools import islice

from router.app.answers.events import EventsReplayed
from router.app.books.books import Books
from router.app.books.changes import Changes
from router.app.commands.events import ReplayEvents
from router.app.records.sinks import HeldEvent, HeldState, no_sink
from router.domain.identifiers import Instant
from router.domain.reasons import Reason, RouterError

REVIVED_MAX = 10_000
"""LIMIT: of dead letters at a time; ask again for more."""


def replay_events(books: Books, command: ReplayEvents, at: Instant) -> tuple[Changes, EventsReplayed]:
    """The events keep their ids. Whoever serves the sink notices by its epoch. Refuses with SINK_NOT_FOUND."""
    record = books.sinks.get(command.sink)
    if record is None:
        raise no_sink(command.sink, books.sinks)
    cursor = record.cursor if command.after_position is None else command.after_position
    if cursor > books.head.event_position:
        raise RouterError(
            Reason.INVALID_REQUEST,
            f"after_position is {cursor:,}, the last event has {books.head.event_position:,}",
            after_position=cursor,
        )
    changes = Changes(after=books.head, time=at)
    replayed = replace(record, cursor=cursor, epoch=record.epoch + 1, is_disabled=False, trouble="")
    changes.sinks[record.name] = replayed
    revived = dead_letters(books, command) if command.with_dead_letters else ()
    for held in revived:
        changes.held_events[record.name, held.position] = replace(
            held, state=HeldState.HELD, attempts=0, time=at
        )
    return changes, EventsReplayed(record=replayed, revived_count=len(revived))


def dead_letters(books: Books, command: ReplayEvents) -> tuple[HeldEvent, ...]:
    """The oldest of an order, or of all orders: what is younger stays behind them, so that nothing overtakes."""
    found = books.list_dead_letters(command.sink)
    wanted = (held for held in found if not command.order_id or held.order_id == command.order_id)
    return tuple(islice(wanted, REVIVED_MAX))
