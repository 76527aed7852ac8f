"""Feeds, counts and transfers over gRPC, from a client in another process than the server."""

import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from google.protobuf.timestamp_pb2 import Timestamp

from router.api.v1 import (
    feed_mark_pb2,
    feeds_pb2,
    inventory_pb2,
    ledger_pb2,
    orders_pb2,
    reservations_pb2,
    transfer_pb2,
)
from tests.service.builders import a_route_request, a_snapshot
from tests.service.harness import Client, refusal_of
from tests.service.test_process import a_process


@pytest.fixture(scope="module")
def far(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Client]:
    """A server process with a hundred red clocks and as many blue vases in Lyon."""
    folder: Path = tmp_path_factory.mktemp("far")
    with a_process(folder / "ledger.sqlite") as (_, client):
        client.set_up({"LYON": {"RED-CLOCK": 100, "BLUE-VASE": 100}}, is_on_account=True)
        yield client
        assert client.audit().clean


def mark(sequence: int) -> feed_mark_pb2.FeedMark:
    return feed_mark_pb2.FeedMark(feed_id="wms", sequence=sequence)


def on_hand(client: Client, sku: str, node_id: str = "LYON") -> int:
    found = client.inventory.GetAvailability(inventory_pb2.GetAvailabilityRequest(skus=[sku]))
    return next((row.on_hand for row in found.rows if row.node_id == node_id), 0)


def upload(client: Client, messages: list[Any]) -> inventory_pb2.UploadStockSnapshotResponse:
    answer: inventory_pb2.UploadStockSnapshotResponse = client.inventory.UploadStockSnapshot(iter(messages))
    return answer


def test_a_shipment_that_left_is_counted_once_whatever_comes_first(far: Client) -> None:
    for number, sequence in ((1, 20), (2, 40)):
        far.routing.RouteOrder(a_route_request(f"S-{number}", lines={"RED-CLOCK": 10}))
        request = orders_pb2.DispatchShipmentRequest(
            shipment_id=f"S-{number}/1", request_id=f"left {number}", feed_mark=mark(sequence)
        )
        if number == 2:
            upload(far, a_snapshot({"LYON": {"RED-CLOCK": 80}}, sequence=41))
        left = far.orders.DispatchShipment(request)
        assert left.already_counted == (number == 2)
        if number == 1:
            upload(far, a_snapshot({"LYON": {"RED-CLOCK": 100}}, sequence=19))
            assert on_hand(far, "RED-CLOCK") == 90

    assert on_hand(far, "RED-CLOCK") == 80


def test_units_posted_without_an_order_are_known_to_snapshots_too(far: Client) -> None:
    before = on_hand(far, "RED-CLOCK")
    line = reservations_pb2.StockLine(node_id="LYON", sku="RED-CLOCK", quantity=2)
    far.reservations.ReserveStock(
        reservations_pb2.ReserveStockRequest(
            reservation_id="cart", lines=[line], firm=True, request_id="cart"
        )
    )
    upload(far, a_snapshot({"LYON": {"RED-CLOCK": before - 2}}, sequence=45))
    posted = far.reservations.PostReservation(
        reservations_pb2.PostReservationRequest(
            reservation_id="cart", feed_mark=mark(44), request_id="post cart"
        )
    )

    assert posted.already_counted
    assert on_hand(far, "RED-CLOCK") == before - 2


def test_the_sum_of_the_rows_is_checked_if_there_is_one(far: Client) -> None:
    rows = b"LYON\tBLUE-VASE\t90\nLILLE\tBLUE-VASE\t7\n"
    messages = a_snapshot({"LYON": {"BLUE-VASE": 90}, "LILLE": {"BLUE-VASE": 7}}, sequence=50)
    messages[0].header.rows_sha256 = "0" * 64
    refusal = refusal_of(far.inventory.UploadStockSnapshot, iter(messages))
    messages[0].header.rows_sha256 = hashlib.sha256(rows).hexdigest()
    booked = upload(far, messages)

    assert (refusal.reason, refusal.violations) == (
        "SNAPSHOT_INCOMPLETE",
        {"header.rows_sha256": "INCOMPLETE"},
    )
    assert booked.changed_count == 2


def test_what_can_be_sold_is_booked_with_what_the_feed_took_off(far: Client) -> None:
    messages = a_snapshot({"LILLE": {"BLUE-VASE": 5}}, sequence=60)
    messages[0].header.basis = inventory_pb2.SNAPSHOT_BASIS_AVAILABLE
    silent = refusal_of(far.inventory.UploadStockSnapshot, iter(messages))
    messages[1].chunk.acknowledged.append(3)
    messages[0].header.rows_sha256 = hashlib.sha256(b"LILLE\tBLUE-VASE\t5\t3\n").hexdigest()
    upload(far, messages)

    assert (silent.reason, silent.violations) == (
        "SNAPSHOT_INCOMPLETE",
        {"chunks[0].acknowledged": "INCOMPLETE"},
    )
    assert on_hand(far, "BLUE-VASE", "LILLE") == 8


def test_a_feed_that_counts_by_its_clock_or_by_nothing_says_so(far: Client) -> None:
    by_clock = a_snapshot({"LILLE": {"RED-CLOCK": 4}}, sequence=0, request_id="by clock")
    by_clock[0].header.feed_id = "store"
    by_clock[0].header.as_of_time.CopyFrom(Timestamp(seconds=1_794_830_400))
    by_nothing = a_snapshot({"LILLE": {"BLUE-VASE": 8}}, sequence=0, request_id="by nothing")
    by_nothing[0].header.feed_id = "till"
    by_nothing[0].header.lag_seconds = 300
    upload(far, by_clock)
    upload(far, by_nothing)
    feeds = {feed.feed_id: feed for feed in far.feeds.ListFeeds(feeds_pb2.ListFeedsRequest()).feeds}

    assert list(feeds) == ["store", "till", "wms"]
    assert feeds["store"].counting == feeds_pb2.FEED_COUNTING_TIME
    assert feeds["store"].newest_time.seconds == 1_794_830_400
    assert (feeds["till"].counting, feeds["till"].lag_seconds) == (feeds_pb2.FEED_COUNTING_NOTHING, 300)
    assert feeds["wms"].newest_sequence >= 41


def test_an_absurd_snapshot_waits_for_a_person(far: Client) -> None:
    sku, before = "BLUE-VASE", on_hand(far, "BLUE-VASE")
    far.feeds.PutFeed(feeds_pb2.PutFeedRequest(feed_id="wms", guard_percent=30, request_id="guard"))
    kept = [upload(far, a_snapshot({"LYON": {sku: 1}}, sequence=n)).suspect_id for n in (70, 71)]
    between = on_hand(far, sku)
    far.feeds.RejectSnapshot(feeds_pb2.RejectSnapshotRequest(suspect_id=kept[0], request_id="no"))
    approved = far.feeds.ApproveSnapshot(
        feeds_pb2.ApproveSnapshotRequest(suspect_id=kept[1], author="ada", request_id="yes")
    )
    listed = far.feeds.ListSuspectSnapshots(feeds_pb2.ListSuspectSnapshotsRequest()).suspects
    far.feeds.PutFeed(feeds_pb2.PutFeedRequest(feed_id="wms", guard_percent=0, request_id="no guard"))

    assert (before, between, on_hand(far, sku), approved.changed_count) == (90, 90, 1, 1)
    assert [(one.state, one.author) for one in listed] == [
        (feeds_pb2.SUSPECT_STATE_REJECTED, ""),
        (feeds_pb2.SUSPECT_STATE_APPROVED, "ada"),
    ]


def test_a_count_compares_and_sets_and_keeps_its_reason(far: Client) -> None:
    units = on_hand(far, "RED-CLOCK")
    row = inventory_pb2.CountedUnits(
        node_id="LYON", sku="RED-CLOCK", counted=units - 1, expected_on_hand=units
    )
    request = inventory_pb2.CountStockRequest(
        rows=[row], reason_code="CYCLE_COUNT", request_id="count", reference="aisle 3"
    )
    counted, again = far.inventory.CountStock(request), far.inventory.CountStock(request)
    request.request_id = "count again"
    moved = refusal_of(far.inventory.CountStock, request)
    (entry,) = far.ledger.ListEntries(ledger_pb2.ListEntriesRequest(reference="aisle 3")).entries

    assert (counted.rows[0].difference, again.replayed) == (-1, True)
    assert (moved.code, moved.reason) == ("ABORTED", "STOCK_CHANGED")
    assert (entry.reason_code, entry.line_id) == ("CYCLE_COUNT", "")


def test_a_transfer_is_sent_seen_and_received(far: Client) -> None:
    sent = far.inventory.TransferStock(
        transfer_pb2.TransferStockRequest(
            from_node_id="LYON",
            to_node_id="LILLE",
            lines=[transfer_pb2.UnitsToSend(sku="RED-CLOCK", quantity=5)],
            expected_date="2026-12-01",
            request_id="send",
        )
    ).transfer
    rows = far.inventory.GetAvailability(inventory_pb2.GetAvailabilityRequest(skus=["RED-CLOCK"])).rows
    (inbound,) = next(row.inbound for row in rows if row.node_id == "LILLE")
    received = far.inventory.ReceiveTransfer(
        transfer_pb2.ReceiveTransferRequest(
            transfer_id=sent.transfer_id,
            lines=[transfer_pb2.UnitsReceived(sku="RED-CLOCK", quantity=3, damaged=1)],
            close=True,
            request_id="receive",
        )
    ).transfer
    listed = far.inventory.ListTransfers(transfer_pb2.ListTransfersRequest(node_id="LILLE")).transfers
    over = refusal_of(
        far.inventory.CancelTransfer,
        transfer_pb2.CancelTransferRequest(transfer_id=sent.transfer_id, request_id="back"),
    )

    assert (inbound.transfer_id, inbound.quantity, inbound.expected_date) == (
        sent.transfer_id,
        5,
        "2026-12-01",
    )
    (line,) = received.lines
    assert (line.received, line.damaged, line.lost, line.left) == (3, 1, 1, 0)
    assert list(listed) == [received]
    assert (over.code, over.reason) == ("FAILED_PRECONDITION", "TRANSFER_STATE_FORBIDS")


@pytest.mark.parametrize(
    ("call", "request_", "violations"),
    [
        (
            "CountStock",
            inventory_pb2.CountStockRequest(
                rows=[
                    inventory_pb2.CountedUnits(node_id="LYON", sku="A", counted=-1, expected_on_hand=1),
                    inventory_pb2.CountedUnits(node_id="LYON", sku="A", counted=1),
                ],
                reason_code="WHIM",
                request_id="k",
            ),
            {
                "rows[0].counted": "OUT_OF_RANGE",
                "rows[1].sku": "DUPLICATE",
                "rows[1].expected_on_hand": "REQUIRED",
                "reason_code": "UNKNOWN_VALUE",
            },
        ),
        (
            "TransferStock",
            transfer_pb2.TransferStockRequest(
                from_node_id="LYON",
                to_node_id="LYON",
                lines=[transfer_pb2.UnitsToSend(sku="A", quantity=0)],
                expected_date="tomorrow",
                feed_mark=feed_mark_pb2.FeedMark(sequence=-1),
                request_id="k",
            ),
            {
                "to_node_id": "OUT_OF_RANGE",
                "lines[0].quantity": "OUT_OF_RANGE",
                "expected_date": "NOT_A_DATE",
                "feed_mark.feed_id": "REQUIRED",
                "feed_mark.sequence": "OUT_OF_RANGE",
            },
        ),
        (
            "ReceiveTransfer",
            transfer_pb2.ReceiveTransferRequest(
                lines=[transfer_pb2.UnitsReceived(sku="A")], transfer_id="", request_id="k"
            ),
            {"transfer_id": "REQUIRED", "lines[0].quantity": "OUT_OF_RANGE"},
        ),
        ("ListTransfers", transfer_pb2.ListTransfersRequest(state=9), {"state": "UNKNOWN_VALUE"}),
    ],
)
def test_bad_requests_are_refused_with_every_fault(
    far: Client, call: str, request_: Any, violations: dict[str, str]
) -> None:
    assert refusal_of(getattr(far.inventory, call), request_).violations == violations


@pytest.mark.parametrize(
    ("changes", "violations"),
    [
        ({"sequence": 0}, {"header.sequence": "OUT_OF_RANGE"}),
        ({"lag_seconds": 5}, {"header.lag_seconds": "OUT_OF_RANGE"}),
        ({"sequence": 0, "lag_seconds": 604_801}, {"header.lag_seconds": "OUT_OF_RANGE"}),
        ({"sequence": 0, "lag_seconds": -1}, {"header.lag_seconds": "OUT_OF_RANGE"}),
        ({"epoch": -1}, {"header.epoch": "OUT_OF_RANGE"}),
        ({"rows_sha256": "abc"}, {"header.rows_sha256": "OUT_OF_RANGE"}),
    ],
)
def test_a_header_says_what_the_feed_counts_by(
    far: Client, changes: dict[str, Any], violations: dict[str, str]
) -> None:
    messages = a_snapshot({"LYON": {"RED-CLOCK": 1}}, sequence=99, request_id="odd")
    for name, value in changes.items():
        setattr(messages[0].header, name, value)

    assert refusal_of(far.inventory.UploadStockSnapshot, iter(messages)).violations == violations
