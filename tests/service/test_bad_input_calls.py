"""Bad input over real gRPC: the exact refusal, and nothing applied."""

from collections.abc import Callable
from typing import Any

import grpc
import pytest

from router.api.v1 import inventory_pb2, ledger_pb2, network_pb2, orders_pb2, routing_pb2, rules_pb2
from tests.service.builders import a_node, a_route_request, a_snapshot, an_order
from tests.service.harness import Client, read_refusal, refusal_of

ROUTE = "/router.api.v1.RoutingService/RouteOrder"
UPLOAD = "/router.api.v1.InventoryService/UploadStockSnapshot"


def bytes_of(request: Any) -> bytes:
    return request.SerializeToString()


def long_order(count: int) -> routing_pb2.RouteOrderRequest:
    return a_route_request("long", {f"S{number}": 1 for number in range(count)})


CASES: list[tuple[str, bytes, str, dict[str, str]]] = [
    (ROUTE, b"\xff\xff\xff", "INVALID_REQUEST", {"": "MALFORMED"}),
    (ROUTE, b"\x12\x02\xff\xfe", "INVALID_REQUEST", {"": "MALFORMED"}),
    (ROUTE, b"\x0b" * 1_000, "INVALID_REQUEST", {"": "MALFORMED"}),
    (ROUTE, b"\xfa\x3e\x01\x00", "INVALID_REQUEST", {"": "UNKNOWN_FIELD"}),
    (ROUTE, b"", "INVALID_REQUEST", {"order": "REQUIRED", "request_id": "REQUEST_ID_REQUIRED"}),
    (
        ROUTE,
        bytes_of(routing_pb2.RouteOrderRequest(order=an_order("A-1"))),
        "REQUEST_ID_REQUIRED",
        {"request_id": "REQUEST_ID_REQUIRED"},
    ),
    (
        ROUTE,
        bytes_of(a_route_request("a\nb")),
        "INVALID_REQUEST",
        {"order.order_id": "NOT_PRINTABLE", "request_id": "NOT_PRINTABLE"},
    ),
    (
        ROUTE,
        bytes_of(a_route_request("A", {"X": 0})),
        "INVALID_REQUEST",
        {"order.lines[0].quantity": "OUT_OF_RANGE"},
    ),
    (
        ROUTE,
        bytes_of(a_route_request("A", {"X": -1})),
        "INVALID_REQUEST",
        {"order.lines[0].quantity": "OUT_OF_RANGE"},
    ),
    (
        ROUTE,
        bytes_of(a_route_request("A", {"X": 10**18})),
        "INVALID_REQUEST",
        {"order.lines[0].quantity": "OUT_OF_RANGE"},
    ),
    (ROUTE, bytes_of(long_order(5_000)), "INVALID_REQUEST", {"order.lines": "WRONG_COUNT"}),
    (
        "/router.api.v1.RoutingService/GetDecision",
        bytes_of(routing_pb2.GetDecisionRequest()),
        "INVALID_REQUEST",
        {"order_id": "REQUIRED"},
    ),
    (
        "/router.api.v1.OrdersService/ListOrders",
        bytes_of(orders_pb2.ListOrdersRequest(page_size=1_001)),
        "INVALID_REQUEST",
        {"page_size": "OUT_OF_RANGE"},
    ),
    (
        "/router.api.v1.OrdersService/ListOrders",
        bytes_of(orders_pb2.ListOrdersRequest(page_token="made up")),
        "INVALID_REQUEST",
        {"page_token": "OUT_OF_RANGE"},
    ),
    (
        "/router.api.v1.OrdersService/WatchOrders",
        bytes_of(orders_pb2.WatchOrdersRequest(after_position=-1)),
        "INVALID_REQUEST",
        {"after_position": "OUT_OF_RANGE"},
    ),
    (
        "/router.api.v1.LedgerService/ListEntries",
        bytes_of(ledger_pb2.ListEntriesRequest(page_size=-1)),
        "INVALID_REQUEST",
        {"page_size": "OUT_OF_RANGE"},
    ),
    (
        "/router.api.v1.InventoryService/AdjustStock",
        bytes_of(inventory_pb2.AdjustStockRequest(node_id="LYON", sku="RED-CLOCK", request_id="k")),
        "INVALID_REQUEST",
        {"delta": "OUT_OF_RANGE", "reason_code": "UNKNOWN_VALUE"},
    ),
    (
        "/router.api.v1.NetworkService/PutNodes",
        bytes_of(network_pb2.PutNodesRequest(nodes=[a_node("", 91, 0)], request_id="k")),
        "INVALID_REQUEST",
        {"nodes[0].node_id": "REQUIRED", "nodes[0].point.latitude_microdegrees": "OUT_OF_RANGE"},
    ),
    (
        "/router.api.v1.RulesService/ActivateRules",
        bytes_of(rules_pb2.ActivateRulesRequest(request_id="k")),
        "INVALID_REQUEST",
        {"files": "WRONG_COUNT"},
    ),
]


@pytest.mark.parametrize(("method", "payload", "reason", "violations"), CASES)
def test_bad_input_is_refused_at_the_field_and_nothing_is_booked(
    client: Client, method: str, payload: bytes, reason: str, violations: dict[str, str]
) -> None:
    before = client.position()
    refusal = refusal_of(client.send_bytes, method, payload)

    assert (refusal.code, refusal.reason, refusal.domain) == ("INVALID_ARGUMENT", reason, "router.api.v1")
    assert refusal.violations == violations
    assert client.position() == before


def test_the_message_alone_names_field_value_and_limit(client: Client) -> None:
    refusal = refusal_of(client.routing.RouteOrder, a_route_request("A", {"X": 0}))

    assert refusal.message == "order.lines[0].quantity is 0, must be 1 to 1,000,000 [OUT_OF_RANGE]"


def test_of_very_many_faults_the_first_arrive_and_all_are_counted(client: Client) -> None:
    batch = routing_pb2.BatchRouteOrdersRequest(
        orders=[an_order(f"A-{i}", {f"S{n}": 0 for n in range(5)}) for i in range(1_000)], request_id="k"
    )
    refusal = refusal_of(client.routing.BatchRouteOrders, batch)

    assert refusal.reason == "INVALID_REQUEST"
    assert refusal.message.endswith("; and 4,995 more")
    assert refusal.facts["fault_count"] == "5000"
    assert list(refusal.violations)[:2] == ["orders[0].lines[0].quantity", "orders[0].lines[1].quantity"]


def test_a_message_beyond_the_limit_is_refused(client: Client) -> None:
    with pytest.raises(grpc.RpcError) as refused:
        client.send_bytes(ROUTE, b"\x0a" * ((16 << 20) + 1))

    assert refused.value.code() is grpc.StatusCode.RESOURCE_EXHAUSTED


def test_an_unknown_method_names_the_nearest(client: Client) -> None:
    refusal = refusal_of(client.send_bytes, "/router.api.v1.RoutingService/RouteOrdr", b"")

    assert (refusal.code, refusal.reason) == ("UNIMPLEMENTED", "UNKNOWN_METHOD")
    assert refusal.facts["nearest"] == "/router.api.v1.RoutingService/RouteOrder"


def test_unknown_things_of_a_good_request_are_named(client: Client) -> None:
    refusal = refusal_of(
        client.inventory.AdjustStock,
        inventory_pb2.AdjustStockRequest(
            node_id="MARS", sku="RED-CLOCK", delta=1, reason_code="FOUND", request_id="mars"
        ),
    )

    assert (refusal.code, refusal.reason) == ("INVALID_ARGUMENT", "UNKNOWN_NODE")
    assert "MARS" in refusal.message


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
    good = [bytes_of(message) for message in header_with()]
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


def test_a_token_of_another_list_is_refused(client: Client) -> None:
    page = client.ledger.ListBalances(ledger_pb2.ListBalancesRequest(page_size=1))
    refusal = refusal_of(
        client.ledger.ListEntries, ledger_pb2.ListEntriesRequest(page_token=page.next_page_token)
    )

    assert (refusal.reason, refusal.violations) == ("INVALID_REQUEST", {"page_token": "OUT_OF_RANGE"})


def test_a_refusal_fits_into_what_clients_accept(client: Client) -> None:
    batch = routing_pb2.BatchRouteOrdersRequest(
        orders=[an_order("ö" * 129, {"ä" * 129 + str(n): 0 for n in range(5)}) for _ in range(100)],
        request_id="k",
    )
    with pytest.raises(grpc.RpcError) as refused:
        client.routing.BatchRouteOrders(batch)
    trailers = sum(len(key) + len(value) for key, value in refused.value.trailing_metadata())

    assert read_refusal(refused.value).reason == "INVALID_REQUEST"
    assert trailers < 6_000
