"""Feeds, and snapshots that were kept aside."""

from router.api.messages.times import timestamp
from router.api.v1 import feeds_pb2
from router.app.records.suspects import Suspect
from router.domain.identifiers import Instant
from router.ledger.feeds import Counting, Feed


def feed_message(feed: Feed) -> feeds_pb2.Feed:
    message = feeds_pb2.Feed(
        feed_id=feed.feed_id,
        counting=feeds_pb2.FeedCounting.ValueType(feed.counting),
        epoch=feed.epoch,
        lag_seconds=feed.lag_microseconds // 1_000_000,
        guard_percent=feed.guard_percent,
    )
    if feed.counting is Counting.SEQUENCE:
        message.newest_sequence = feed.newest
    elif feed.counting is Counting.TIME and feed.newest:
        message.newest_time.CopyFrom(timestamp(Instant(feed.newest)))
    return message


def suspect_message(suspect: Suspect) -> feeds_pb2.SuspectSnapshot:
    return feeds_pb2.SuspectSnapshot(
        suspect_id=suspect.id,
        feed_id=suspect.feed_id,
        state=feeds_pb2.SuspectState.ValueType(suspect.state),
        receive_time=timestamp(suspect.time),
        row_count=suspect.row_count,
        suspicion=suspect.suspicion,
        author=suspect.author,
        note=suspect.note,
    )
