"""Suspect snapshots: those that change too much of a node to be believed, kept aside until a person judges."""

from collections.abc import Sequence
from dataclasses import replace

import msgspec

from router.app.answers.feeds import SnapshotRecorded
from router.app.books.books import Books
from router.app.books.changes import Changes
from router.app.commands.feeds import RecordSnapshot
from router.app.records.suspects import Suspect, SuspectState
from router.app.stock.count_nodes import NodeCount
from router.domain.identifiers import Instant
from router.ledger.event_kinds import EventKind
from router.ledger.feeds import Feed

_ENCODER = msgspec.msgpack.Encoder(order="deterministic")


def describe_suspect(books: Books, feed: Feed, counts: Sequence[NodeCount]) -> str:
    """What is absurd in a snapshot, of its worst node; empty if nothing is.

    A node without units has nothing to lose: its first snapshot is let through.
    """
    if not feed.guard_percent:
        return ""
    worst, said = 0, ""
    for count in counts:
        changed = sum(abs(row.difference) for row in count.rows)
        _, stock = books.stock_of(count.node_id, (), with_others=True)
        debits, credits, *_ = stock.T
        held = int(debits.sum() - credits.sum())
        if held <= 0 or changed * 100 <= held * feed.guard_percent:
            continue
        percent = changed * 100 // held
        if percent >= worst:
            worst = percent
            said = f"{changed} of {held} units at {count.node_id} would change, {percent} % of them"
    return said


def keep_aside(
    books: Books,
    feed: Feed,
    command: RecordSnapshot,
    counts: Sequence[NodeCount],
    suspicion: str,
    at: Instant,
) -> tuple[Changes, SnapshotRecorded]:
    """Book nothing, keep the snapshot, and tell it."""
    changes = Changes(after=books.head, time=at)
    number = changes.next_event_position
    # A key may come again when it is forgotten; what was kept aside under it is not.
    is_new = books.find_suspect(command.request_id) is None
    suspect = Suspect(
        id=command.request_id if is_new else f"{command.request_id}#{number}",
        number=number,
        feed_id=feed.feed_id,
        state=SuspectState.WAITING,
        time=at,
        row_count=sum(map(len, command.on_hand.values())),
        suspicion=suspicion,
        body=pack_snapshot(replace(command, receive_time=at)),
    )
    changes.suspects.append(suspect)
    text = f"{suspect.id}: {suspicion}"
    changes.tell(
        EventKind.SNAPSHOT_KEPT_ASIDE,
        subject=feed.feed_id,
        text=text,
        node_ids=tuple(one.node_id for one in counts),
    )
    return changes, SnapshotRecorded(
        row_count=suspect.row_count,
        changed_count=0,
        stale_ignored=False,
        ledger_position=changes.position,
        suspect_id=suspect.id,
        suspicion=suspicion,
    )


def pack_snapshot(command: RecordSnapshot) -> bytes:
    return _ENCODER.encode(command)


def unpack_snapshot(body: bytes) -> RecordSnapshot:
    return msgspec.msgpack.decode(body, type=RecordSnapshot)
