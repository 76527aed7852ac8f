"""Feeds: their guards, and snapshots that were kept aside."""

from typing import TypeVar

from router.api.v1 import feeds_pb2
from router.app.commands.feeds import ApproveSnapshot, PutFeed, RejectSnapshot
from router.app.records.filters import SuspectFilter
from router.app.records.suspects import SuspectState
from router.domain.limits import GUARD_PERCENT_MAX
from router.service.faults import Faults
from router.service.from_proto.keys import request_id_of
from router.service.parse import digest_of

Judgment = TypeVar("Judgment", ApproveSnapshot, RejectSnapshot)


def put_feed(request: feeds_pb2.PutFeedRequest) -> PutFeed:
    """The command to set a feed's guard."""
    faults = Faults()
    command = PutFeed(
        request_id=request_id_of(request.request_id, faults),
        body_digest=digest_of(request),
        feed_id=faults.identifier(request.feed_id, "", "feed_id"),
        guard_percent=faults.whole(request.guard_percent, "", "guard_percent", 0, GUARD_PERCENT_MAX),
    )
    faults.raise_if_any()
    return command


def approve_snapshot(request: feeds_pb2.ApproveSnapshotRequest) -> ApproveSnapshot:
    """The command to let a snapshot through."""
    return _judged(request, ApproveSnapshot)


def reject_snapshot(request: feeds_pb2.RejectSnapshotRequest) -> RejectSnapshot:
    """The command to leave a snapshot out."""
    return _judged(request, RejectSnapshot)


def _judged(
    request: feeds_pb2.ApproveSnapshotRequest | feeds_pb2.RejectSnapshotRequest, judgment: type[Judgment]
) -> Judgment:
    faults = Faults()
    command = judgment(
        request_id=request_id_of(request.request_id, faults),
        body_digest=digest_of(request),
        suspect_id=faults.identifier(request.suspect_id, "", "suspect_id"),
        author=faults.text(request.author, "", "author"),
        note=faults.text(request.note, "", "note"),
    )
    faults.raise_if_any()
    return command


def suspect_filter(request: feeds_pb2.ListSuspectSnapshotsRequest) -> SuspectFilter:
    """Which snapshots kept aside to list."""
    faults = Faults()
    if request.state not in feeds_pb2.SuspectState.values():
        faults.add(
            "state",
            "UNKNOWN_VALUE",
            f"state is {request.state}, must be one of {', '.join(feeds_pb2.SuspectState.keys())}",
        )
    feed_id = faults.text(request.feed_id, "", "feed_id")
    faults.raise_if_any()
    return SuspectFilter(state=SuspectState(request.state) if request.state else None, feed_id=feed_id)
