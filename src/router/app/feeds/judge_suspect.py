"""Judge a suspect snapshot: let it through, or leave it out for good."""

from dataclasses import replace

from router.app.answers.feeds import SuspectJudged
from router.app.books.books import Books
from router.app.books.changes import Changes
from router.app.commands.feeds import ApproveSnapshot, RejectSnapshot
from router.app.feeds.record_snapshot import book_snapshot, refuse_unknown
from router.app.feeds.suspects import unpack_snapshot
from router.app.records.suspects import Suspect, SuspectState
from router.app.steps.admit_feed import admit_snapshot
from router.app.stock.count_nodes import count_nodes
from router.domain.identifiers import Instant
from router.domain.reasons import Reason, RouterError
from router.ledger.event_kinds import EventKind
from router.ledger.feeds import Counting


def approve_snapshot(books: Books, command: ApproveSnapshot, at: Instant) -> tuple[Changes, SuspectJudged]:
    """Book it as it would be booked now: what was counted anew meanwhile stays as it is.

    Refuses with SUSPECT_STATE_FORBIDS one that was judged, or of a feed without marks one that waited longer than the
    feed's lag.
    """
    suspect = waiting_suspect(books, command.suspect_id)
    snapshot = unpack_snapshot(suspect.body)
    refuse_unknown(books, snapshot.on_hand)
    feed = admit_snapshot(books.feeds, snapshot, at)
    if feed.counting is Counting.NOTHING and at - suspect.time > snapshot.lag_microseconds:
        raise RouterError(
            Reason.SUSPECT_STATE_FORBIDS,
            f"snapshot `{command.suspect_id}` has waited longer than the lag of feed `{feed.feed_id}`, which cannot say"
            " what left since; reject it, and let the feed send a new one",
            suspect_id=command.suspect_id,
            state=suspect.state.name,
        )
    counts = tuple(count_nodes(books, feed, snapshot, at))
    changes, recorded = book_snapshot(books, feed, snapshot, counts, at)
    judged = replace(suspect, state=SuspectState.APPROVED, author=command.author, note=command.note)
    changes.suspects.append(judged)
    tell(changes, EventKind.SNAPSHOT_APPROVED, judged)
    return changes, SuspectJudged(suspect_id=command.suspect_id, state=judged.state.name, recorded=recorded)


def reject_snapshot(books: Books, command: RejectSnapshot, at: Instant) -> tuple[Changes, SuspectJudged]:
    """Book nothing of it, ever. Refuses with SUSPECT_STATE_FORBIDS one that was judged."""
    suspect = waiting_suspect(books, command.suspect_id)
    changes = Changes(after=books.head, time=at)
    judged = replace(suspect, state=SuspectState.REJECTED, author=command.author, note=command.note)
    changes.suspects.append(judged)
    tell(changes, EventKind.SNAPSHOT_REJECTED, judged)
    return changes, SuspectJudged(suspect_id=command.suspect_id, state=judged.state.name)


def waiting_suspect(books: Books, suspect_id: str) -> Suspect:
    """The one that nobody has judged. Refuses with SUSPECT_NOT_FOUND or SUSPECT_STATE_FORBIDS."""
    suspect = books.find_suspect(suspect_id)
    if suspect is None:
        raise RouterError(
            Reason.SUSPECT_NOT_FOUND,
            f"no snapshot kept aside has the id `{suspect_id}`",
            suspect_id=suspect_id,
        )
    if suspect.state is not SuspectState.WAITING:
        raise RouterError(
            Reason.SUSPECT_STATE_FORBIDS,
            f"snapshot `{suspect_id}` is {suspect.state.name} already, by {suspect.author or 'somebody'}",
            suspect_id=suspect_id,
            state=suspect.state.name,
        )
    return suspect


def tell(changes: Changes, kind: EventKind, suspect: Suspect) -> None:
    said = "; ".join(part for part in (suspect.id, suspect.author, suspect.note) if part)
    changes.tell(kind, subject=suspect.feed_id, text=said)
