"""Put a feed: set how much of a node one of its snapshots may change."""

from dataclasses import replace

from router.app.answers.feeds import FeedPut
from router.app.books.books import Books
from router.app.books.changes import Changes
from router.app.commands.feeds import PutFeed
from router.domain.identifiers import Instant
from router.domain.reasons import Reason, RouterError
from router.ledger.event_kinds import EventKind


def put_feed(books: Books, command: PutFeed, at: Instant) -> tuple[Changes, FeedPut]:
    """Set the guard of a feed that has been heard. Refuses with FEED_NOT_FOUND any other name."""
    feed = books.feeds.feeds.get(command.feed_id)
    if feed is None:
        raise RouterError(
            Reason.FEED_NOT_FOUND,
            f"feed `{command.feed_id}` was never heard; its first snapshot makes it known",
            feed_id=command.feed_id,
        )
    changes = Changes(after=books.head, time=at)
    changes.feeds = {feed.feed_id: replace(feed, guard_percent=command.guard_percent)}
    changes.tell(EventKind.FEED_CHANGED, subject=feed.feed_id, text=f"guard {command.guard_percent} %")
    return changes, FeedPut(feed_id=feed.feed_id)
