"""Settle deliveries: remember how far a sink has come, and who serves it alone for the next seconds."""

from dataclasses import replace

from router.app.answers.events import DeliveriesSettled
from router.app.books.books import Books
from router.app.books.changes import Changes
from router.app.commands.events import SettleDeliveries
from router.app.records.sinks import SinkRecord
from router.domain.identifiers import Instant
from router.domain.reasons import Reason, RouterError


def settle_deliveries(
    books: Books, command: SettleDeliveries, at: Instant
) -> tuple[Changes, DeliveriesSettled]:
    """Take the cursor and the held events over. Not accepted, and nothing is changed, while another relay holds the
    sink, and when a replay came in between: look again then.
    """
    changes = Changes(after=books.head, time=at)
    record = books.sinks.get(command.sink)
    if record is None:
        record = SinkRecord(name=command.sink, cursor=min(command.cursor, books.head.event_position))
    is_held_by_another = record.holder not in ("", command.holder) and at < record.lease_end
    if is_held_by_another or command.epoch != record.epoch:
        return changes, DeliveriesSettled(record=record, is_accepted=False)
    refuse_impossible(books, command)
    settled = replace(
        record,
        cursor=command.cursor,
        holder=command.holder if command.lease_seconds else "",
        lease_end=Instant(at + command.lease_seconds * 1_000_000) if command.lease_seconds else Instant(0),
        is_disabled=command.is_disabled,
        trouble=command.trouble,
    )
    changes.sinks[settled.name] = settled
    changes.held_events.update(
        ((settled.name, held.position), replace(held, sink=settled.name, time=at)) for held in command.held
    )
    return changes, DeliveriesSettled(record=settled, is_accepted=True)


def refuse_impossible(books: Books, command: SettleDeliveries) -> None:
    """Refuse with INVALID_REQUEST positions that no event has yet."""
    last = books.head.event_position
    beyond = [
        position
        for position in (command.cursor, *(held.position for held in command.held))
        if position > last
    ]
    if beyond:
        raise RouterError(
            Reason.INVALID_REQUEST,
            f"sink `{command.sink}` settles position {beyond[0]:,}, the last event has {last:,}",
            sink=command.sink,
            position=beyond[0],
        )
