"""Feeds: who reports stock, and snapshots that a person has to judge."""

from router.api.v1 import feeds_pb2 as pb
from router.app.answers.feeds import FeedPut, SnapshotRecorded, SuspectJudged
from router.service.calls import Call
from router.service.desk import Desk
from router.service.from_proto.feeds import approve_snapshot, put_feed, reject_snapshot, suspect_filter
from router.service.to_proto.feeds import feed_message, suspect_message
from router.service.to_proto.inventory import shortfall_messages


class FeedsService:
    """See `feeds.proto`."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def ListFeeds(self, request: pb.ListFeedsRequest, call: Call) -> pb.ListFeedsResponse:
        feeds = await self._desk.read(call, self._desk.queries.stock.list_feeds)
        return pb.ListFeedsResponse(feeds=list(map(feed_message, feeds)))

    async def PutFeed(self, request: pb.PutFeedRequest, call: Call) -> pb.PutFeedResponse:
        _, replayed = await self._desk.ask(put_feed(request), call, FeedPut)
        return pb.PutFeedResponse(replayed=replayed)

    async def ListSuspectSnapshots(
        self, request: pb.ListSuspectSnapshotsRequest, call: Call
    ) -> pb.ListSuspectSnapshotsResponse:
        page = await self._desk.read(
            call,
            self._desk.queries.stock.list_suspects,
            request.page_size,
            request.page_token,
            suspect_filter(request),
        )
        return pb.ListSuspectSnapshotsResponse(
            suspects=list(map(suspect_message, page.items)), next_page_token=page.next_page_token
        )

    async def ApproveSnapshot(
        self, request: pb.ApproveSnapshotRequest, call: Call
    ) -> pb.ApproveSnapshotResponse:
        answer, replayed = await self._desk.ask(approve_snapshot(request), call, SuspectJudged)
        recorded = answer.recorded
        assert isinstance(recorded, SnapshotRecorded), "an approved snapshot was booked"
        return pb.ApproveSnapshotResponse(
            changed_count=recorded.changed_count,
            stale_count=recorded.stale_count,
            ledger_position=recorded.ledger_position,
            shortfalls=shortfall_messages(recorded.shortfalls),
            replayed=replayed,
        )

    async def RejectSnapshot(
        self, request: pb.RejectSnapshotRequest, call: Call
    ) -> pb.RejectSnapshotResponse:
        _, replayed = await self._desk.ask(reject_snapshot(request), call, SuspectJudged)
        return pb.RejectSnapshotResponse(replayed=replayed)
