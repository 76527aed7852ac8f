"""Admit a feed: whether what it sends belongs to the epoch and the count it is known by."""

from dataclasses import replace

from router.app.books.feed_books import FeedBooks
from router.app.commands.feeds import RecordSnapshot
from router.domain.identifiers import Instant
from router.domain.reasons import Reason, RouterError
from router.ledger.feeds import Counting, Feed, FeedMark, Mark

_COUNTS_BY = {
    Counting.SEQUENCE: "sequence numbers",
    Counting.TIME: "the time of its clock",
    Counting.NOTHING: "nothing",
}


def admit_snapshot(books: FeedBooks, command: RecordSnapshot, at: Instant) -> Feed:
    """The feed as it is with this snapshot. Refuses an epoch or a count that it did not have, unless it restarts.

    A lag that grows begins to count anew: what left before it was not remembered that long.
    """
    told = FeedMark(feed_id=command.feed_id, counting=command.counting, mark=command.mark)
    feed = _admitted(books, told, at, may_restart=command.restarts)
    if feed.counting is not Counting.NOTHING:
        newest = max(Mark(feed.epoch, feed.newest), command.mark)
        return replace(feed, epoch=newest.epoch, newest=newest.value)
    has_grown = command.lag_microseconds > feed.lag_microseconds
    return replace(
        feed,
        lag_microseconds=command.lag_microseconds,
        heard_since=at if has_grown else feed.heard_since,
    )


def admit_movement(books: FeedBooks, told: FeedMark, at: Instant) -> Feed:
    """The feed as it is with this movement; a feed may be known by a movement first. Refuses as above."""
    return _admitted(books, told, at, may_restart=False)


def _admitted(books: FeedBooks, told: FeedMark, at: Instant, *, may_restart: bool) -> Feed:
    feed = books.feeds.get(told.feed_id)
    if feed is None:
        return Feed(feed_id=told.feed_id, counting=told.counting, epoch=told.mark.epoch, heard_since=at)
    epoch = told.mark.epoch
    if epoch > feed.epoch:
        if may_restart:
            return Feed(
                feed_id=feed.feed_id,
                counting=told.counting,
                epoch=epoch,
                floor=feed.floor,
                heard_since=at,
                guard_percent=feed.guard_percent,
            )
        raise RouterError(
            Reason.FEED_EPOCH_UNKNOWN,
            f"feed `{feed.feed_id}` is in epoch {feed.epoch}, not {epoch};"
            " let a snapshot with `restart` begin it first",
            feed_id=feed.feed_id,
            epoch=feed.epoch,
        )
    if epoch == feed.epoch and told.counting is not feed.counting:
        raise RouterError(
            Reason.FEED_COUNTS_OTHERWISE,
            f"feed `{feed.feed_id}` counts by {_COUNTS_BY[feed.counting]} in epoch {feed.epoch},"
            f" not by {_COUNTS_BY[told.counting]}; begin a new epoch with a snapshot that has `restart` to change it",
            feed_id=feed.feed_id,
            counting=feed.counting.name,
        )
    return feed
