"""Bad snapshots over real gRPC: the exact refusal, and no row booked; and what a good one does."""

from collections.abc import Callable
from typing import Any

import grpc
import pytest

from router.api.v1 import inventory_pb2
from tests.service.builders import a_snapshot
from tests.service.harness import Client, refusal_of

UPLOAD = "/router.api.v1.InventoryService/UploadStockSnapshot"


def header_with(**changes: Any) -> list[inventory_pb2.UploadStockSnapshotRequest]:
    messages = a_snapshot({"LYON": {"RED-CLOCK": 1, "TIN-LAMP": 1}}, sequence=77)
    for name, value in changes.items():
        setattr(messages[0].header, name, value)
    return messages


def chunk_with(
    node_id: str, skus: list[str], quantities: list[int]
) -> inventory_pb2.UploadStockSnapshotRequest:
    return inventory_pb2.UploadStockSnapshotRequest(
        chunk=inventory_pb2.SnapshotChunk(node_id=node_id, skus=skus, quantities=quantities)
    )


SNAPSHOTS: list[tuple[Callable[[], list[Any]], str, dict[str, str]]] = [
    (lambda: [], "SNAPSHOT_INCOMPLETE", {"header": "INCOMPLETE"}),
    (lambda: header_with()[1:], "SNAPSHOT_INCOMPLETE", {"header": "INCOMPLETE"}),
    (lambda: header_with()[:1], "SNAPSHOT_INCOMPLETE", {"header.row_count": "INCOMPLETE"}),
    (lambda: header_with(row_count=3), "SNAPSHOT_INCOMPLETE", {"header.row_count": "INCOMPLETE"}),
    (lambda: header_with(row_count=1), "SNAPSHOT_INCOMPLETE", {"header.row_count": "INCOMPLETE"}),
    (lambda: [*header_with(), header_with()[0]], "SNAPSHOT_INCOMPLETE", {"messages[2]": "INCOMPLETE"}),
    (
        lambda: [header_with()[0], chunk_with("LYON", ["RED-CLOCK", "TIN-LAMP"], [1])],
        "SNAPSHOT_INCOMPLETE",
        {"chunks[0].quantities": "INCOMPLETE"},
    ),
    (lambda: header_with(basis=0), "INVALID_REQUEST", {"header.basis": "UNKNOWN_VALUE"}),
    (lambda: header_with(scope=9), "INVALID_REQUEST", {"header.scope": "UNKNOWN_VALUE"}),
    (lambda: header_with(request_id=""), "REQUEST_ID_REQUIRED", {"request_id": "REQUEST_ID_REQUIRED"}),
    (
        lambda: header_with(feed_id="", sequence=0, row_count=2_000_001),
        "INVALID_REQUEST",
        {
            "header.feed_id": "REQUIRED",
            "header.sequence": "OUT_OF_RANGE",
            "header.row_count": "OUT_OF_RANGE",
        },
    ),
    (
        lambda: [header_with()[0], chunk_with("LYON", ["RED-CLOCK", "RED-CLOCK"], [1, 2])],
        "INVALID_REQUEST",
        {"chunks[0].skus[1]": "DUPLICATE"},
    ),
    (
        lambda: [
            header_with()[0],
            chunk_with("LYON", ["RED-CLOCK"], [1]),
            chunk_with("LYON", ["RED-CLOCK"], [1]),
        ],
        "INVALID_REQUEST",
        {"chunks[1].skus[0]": "DUPLICATE"},
    ),
    (
        lambda: [header_with()[0], chunk_with("LYON", ["", "TIN-LAMP"], [-1, 10**10])],
        "INVALID_REQUEST",
        {
            "chunks[0].skus[0]": "REQUIRED",
            "chunks[0].quantities[0]": "OUT_OF_RANGE",
            "chunks[0].quantities[1]": "OUT_OF_RANGE",
        },
    ),
]


@pytest.mark.parametrize(("messages", "reason", "violations"), SNAPSHOTS)
def test_a_bad_snapshot_is_refused_and_no_row_of_it_is_booked(
    client: Client, messages: Callable[[], list[Any]], reason: str, violations: dict[str, str]
) -> None:
    before = client.position()
    refusal = refusal_of(client.inventory.UploadStockSnapshot, iter(messages()))

    assert (refusal.code, refusal.reason) == ("INVALID_ARGUMENT", reason)
    assert refusal.violations == violations
    assert client.position() == before


def test_garbage_in_the_middle_of_a_snapshot_books_nothing(client: Client) -> None:
    before = client.position()
    good = [message.SerializeToString() for message in header_with()]
    refusal = refusal_of(client.send_bytes, UPLOAD, *good, b"\xff\xff")

    assert (refusal.reason, refusal.violations) == ("INVALID_REQUEST", {"": "MALFORMED"})
    assert client.position() == before


def test_a_snapshot_broken_off_by_its_client_books_nothing(client: Client) -> None:
    before = client.position()

    def broken_off() -> Any:
        yield header_with()[0]
        yield chunk_with("LYON", ["RED-CLOCK"], [1])
        raise RuntimeError("the feed died")

    with pytest.raises(grpc.RpcError):
        client.inventory.UploadStockSnapshot(broken_off())

    assert client.position() == before


def test_unknown_nodes_and_skus_of_a_snapshot_are_all_named(client: Client) -> None:
    before = client.position()
    refusal = refusal_of(
        client.inventory.UploadStockSnapshot,
        iter(a_snapshot({"LYON": {"NO-SUCH": 1, "RED-CLOCK": 2}, "MARS": {"RED-CLOCK": 3}}, sequence=78)),
    )

    assert (refusal.code, refusal.reason) == ("INVALID_ARGUMENT", "INVALID_REQUEST")
    assert len(refusal.violations) == 2
    assert client.position() == before


def test_a_newer_snapshot_changes_the_rows_it_names_and_an_older_one_nothing(client: Client) -> None:
    newer = client.inventory.UploadStockSnapshot(
        iter(a_snapshot({"LILLE": {"RED-CLOCK": 80, "BLUE-VASE": 5}}, sequence=101))
    )
    older = client.inventory.UploadStockSnapshot(iter(a_snapshot({"LILLE": {"RED-CLOCK": 1}}, sequence=100)))

    assert (newer.row_count, newer.changed_count, newer.stale_ignored) == (2, 1, False)
    assert (older.row_count, older.changed_count, older.stale_ignored) == (1, 0, True)
    assert client.available("RED-CLOCK")["LILLE"] == 80


def test_a_snapshot_sent_again_gets_the_recorded_answer(client: Client) -> None:
    first, second = (
        client.inventory.UploadStockSnapshot(iter(a_snapshot({"LILLE": {"BLUE-VASE": 4}}, sequence=102)))
        for _ in range(2)
    )

    assert (first.replayed, second.replayed) == (False, True)
    assert (first.changed_count, first.ledger_position) == (second.changed_count, second.ledger_position)
