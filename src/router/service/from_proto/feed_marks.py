"""Where a movement stands in what a feed counts."""

from google.protobuf.message import Message

from router.api.v1 import feed_mark_pb2
from router.domain.limits import EPOCH_MAX, SEQUENCE_MAX
from router.ledger.feeds import Counting, FeedMark, Mark
from router.service.faults import Faults


def told_by(request: Message, faults: Faults) -> FeedMark | None:
    """The mark in a request's `feed_mark`, if there is one."""
    if not request.HasField("feed_mark"):
        return None
    message: feed_mark_pb2.FeedMark = request.feed_mark  # type: ignore[attr-defined]
    feed_id = faults.identifier(message.feed_id, "feed_mark.", "feed_id")
    epoch = faults.whole(message.epoch, "feed_mark.", "epoch", 0, EPOCH_MAX)
    match message.WhichOneof("at"):
        case "sequence":
            value = faults.whole(message.sequence, "feed_mark.", "sequence", 1, SEQUENCE_MAX)
            return FeedMark(feed_id=feed_id, counting=Counting.SEQUENCE, mark=Mark(epoch, value))
        case "time":
            value = faults.instant(message.time, "feed_mark.", "time")
            return FeedMark(feed_id=feed_id, counting=Counting.TIME, mark=Mark(epoch, value))
    return FeedMark(feed_id=feed_id, counting=Counting.NOTHING, mark=Mark(epoch, 0))
