"""`router stock feeds | guard | suspect`: who reports stock, and snapshots that a person has to judge."""

import uuid

import click

from router.cli.connection import TIMEOUT_SECONDS, client_options, connected
from router.cli.groups import Group
from router.cli.output import as_dict, console, enum_word, plain_table, print_json
from router.cli.stock.shortfalls import show_shortfalls


@click.command()
@client_options
def feeds(address: str, tls_ca: str | None, as_json: bool) -> None:
    """List who reports stock, what each counts by, and how far it is."""
    from router.api.v1.feeds_pb2 import ListFeedsRequest
    from router.api.v1.feeds_pb2_grpc import FeedsServiceStub

    with connected(address, tls_ca) as channel:
        response = FeedsServiceStub(channel).ListFeeds(ListFeedsRequest(), timeout=TIMEOUT_SECONDS)
    if as_json:
        print_json(feeds=[as_dict(feed) for feed in response.feeds])
        return
    table = plain_table("feed", "counts by", "epoch", "newest", "guard")
    for feed in response.feeds:
        newest = str(feed.newest_sequence) if feed.newest_sequence else f"lag {feed.lag_seconds} s"
        if feed.HasField("newest_time"):
            newest = feed.newest_time.ToJsonString()
        guard = f"{feed.guard_percent} %" if feed.guard_percent else "–"
        table.add_row(feed.feed_id, enum_word(feed, "counting").lower(), str(feed.epoch), newest, guard)
    console().print(table if response.feeds else "no feed was ever heard")


@click.command()
@click.argument("feed_id", metavar="FEED")
@click.argument("percent", metavar="PERCENT", type=click.IntRange(0, 10_000))
@client_options
def guard(feed_id: str, percent: int, address: str, tls_ca: str | None, as_json: bool) -> None:
    """Keep snapshots of FEED aside that change more than PERCENT of a node's units; 0 lets all through."""
    from router.api.v1.feeds_pb2 import PutFeedRequest
    from router.api.v1.feeds_pb2_grpc import FeedsServiceStub

    request = PutFeedRequest(feed_id=feed_id, guard_percent=percent, request_id=str(uuid.uuid4()))
    with connected(address, tls_ca) as channel:
        FeedsServiceStub(channel).PutFeed(request, timeout=TIMEOUT_SECONDS)
    if as_json:
        print_json(feed={"feedId": feed_id, "guardPercent": percent})
        return
    what = f"that change more than {percent} % of a node are kept aside" if percent else "are all let through"
    console().print(f"snapshots of {feed_id} {what}")


@click.group(cls=Group)
def suspect() -> None:
    """Snapshots that were kept aside because they change too much."""


@suspect.command("list")
@click.option("--all", "with_judged", is_flag=True, help="Those that were judged, too.")
@client_options
def list_suspects(with_judged: bool, address: str, tls_ca: str | None, as_json: bool) -> None:
    """List what waits for a person."""
    from router.api.v1.feeds_pb2 import SUSPECT_STATE_WAITING, ListSuspectSnapshotsRequest
    from router.api.v1.feeds_pb2_grpc import FeedsServiceStub

    request = ListSuspectSnapshotsRequest(page_size=1_000)
    if not with_judged:
        request.state = SUSPECT_STATE_WAITING
    with connected(address, tls_ca) as channel:
        response = FeedsServiceStub(channel).ListSuspectSnapshots(request, timeout=TIMEOUT_SECONDS)
    if as_json:
        print_json(suspects=[as_dict(one) for one in response.suspects])
        return
    table = plain_table("snapshot", "feed", "state", "received", "why")
    for one in response.suspects:
        judged = f" ({one.author}: {one.note})" if one.author or one.note else ""
        table.add_row(
            one.suspect_id,
            one.feed_id,
            enum_word(one, "state") + judged,
            one.receive_time.ToJsonString(),
            one.suspicion,
        )
    console().print(table if response.suspects else "nothing waits")


@suspect.command()
@click.argument("suspect_id", metavar="ID")
@click.option("--author", required=True, help="Who judges.")
@click.option("--note", default="", help="Why.")
@client_options
def approve(suspect_id: str, author: str, note: str, address: str, tls_ca: str | None, as_json: bool) -> None:
    """Book a snapshot after all; what was counted anew since stays as it is."""
    from router.api.v1.feeds_pb2 import ApproveSnapshotRequest
    from router.api.v1.feeds_pb2_grpc import FeedsServiceStub

    request = ApproveSnapshotRequest(
        suspect_id=suspect_id, author=author, note=note, request_id=str(uuid.uuid4())
    )
    with connected(address, tls_ca) as channel:
        response = FeedsServiceStub(channel).ApproveSnapshot(request, timeout=TIMEOUT_SECONDS)
    if as_json:
        print_json(approved=as_dict(response))
        return
    console().print(
        f"booked: {response.changed_count:,} figures changed, {response.stale_count:,} were newer"
    )
    show_shortfalls(response.shortfalls)


@suspect.command()
@click.argument("suspect_id", metavar="ID")
@click.option("--author", required=True, help="Who judges.")
@click.option("--note", default="", help="Why.")
@client_options
def reject(suspect_id: str, author: str, note: str, address: str, tls_ca: str | None, as_json: bool) -> None:
    """Leave a snapshot out for good."""
    from router.api.v1.feeds_pb2 import RejectSnapshotRequest
    from router.api.v1.feeds_pb2_grpc import FeedsServiceStub

    request = RejectSnapshotRequest(
        suspect_id=suspect_id, author=author, note=note, request_id=str(uuid.uuid4())
    )
    with connected(address, tls_ca) as channel:
        response = FeedsServiceStub(channel).RejectSnapshot(request, timeout=TIMEOUT_SECONDS)
    if as_json:
        print_json(rejected=as_dict(response))
        return
    console().print(f"{suspect_id} will never be booked")
