"""Bad input over real gRPC: the exact refusal, and nothing applied."""

from typing import Any

import grpc
import pytest

from router.api.v1 import inventory_pb2, ledger_pb2, network_pb2, orders_pb2, routing_pb2, rules_pb2
from tests.service.builders import a_node, a_route_request, an_order
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
        "/router.api.v1.InventoryService/AdjustStock",
        bytes_of(
            inventory_pb2.AdjustStockRequest(
                node_id="LYON",
                sku="RED-CLOCK",
                delta=1,
                reason_code="RECEIPT",
                expiry_day="2026-13-01",
                request_id="k",
            )
        ),
        "INVALID_REQUEST",
        {"expiry_day": "NOT_A_DATE", "lot": "REQUIRED"},
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


def test_a_token_of_another_list_is_refused(client: Client) -> None:
    page = client.ledger.ListBalances(ledger_pb2.ListBalancesRequest(page_size=1))
    refusal = refusal_of(
        client.ledger.ListEntries, ledger_pb2.ListEntriesRequest(page_token=page.next_page_token)
    )

    assert (refusal.reason, refusal.violations) == ("INVALID_REQUEST", {"page_token": "OUT_OF_RANGE"})


def test_a_token_of_another_list_with_keys_of_the_same_kind_is_refused(client: Client) -> None:
    page = client.ledger.ListEntries(ledger_pb2.ListEntriesRequest(page_size=1))
    refusal = refusal_of(
        client.orders.ListOrders, orders_pb2.ListOrdersRequest(page_token=page.next_page_token)
    )

    assert (refusal.reason, refusal.violations) == ("INVALID_REQUEST", {"page_token": "OUT_OF_RANGE"})


def test_a_token_of_other_filters_is_refused_instead_of_skipping_what_they_find(client: Client) -> None:
    page = client.ledger.ListBalances(ledger_pb2.ListBalancesRequest(page_size=1))
    request = ledger_pb2.ListBalancesRequest(page_token=page.next_page_token, node_id="LYON")

    refusal = refusal_of(client.ledger.ListBalances, request)

    assert (refusal.reason, refusal.violations) == ("INVALID_REQUEST", {"page_token": "OUT_OF_RANGE"})
    assert "ask as for the page before" in refusal.message


def test_a_token_goes_on_with_pages_of_another_size_as_of_a_position(client: Client) -> None:
    page = client.ledger.ListBalances(ledger_pb2.ListBalancesRequest(page_size=1))
    request = ledger_pb2.ListBalancesRequest(
        page_token=page.next_page_token, page_size=2, position=page.ledger_position
    )

    rest = client.ledger.ListBalances(request)

    assert rest.balances[0].account > page.balances[0].account


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


def test_a_bomb_of_compressed_bytes_is_refused(client: Client) -> None:
    bomb: Any = client.channel.unary_unary(ROUTE)
    with pytest.raises(grpc.RpcError) as refused:
        bomb(b"\x00" * (48 << 20), compression=grpc.Compression.Gzip)

    assert refused.value.code() is grpc.StatusCode.RESOURCE_EXHAUSTED
