"""A promised day that nobody means over real gRPC: refused in rows, in columns and in edits."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from google.protobuf.timestamp_pb2 import Timestamp

from router.api.v1 import columns_pb2, orders_pb2
from tests.service.builders import a_route_request
from tests.service.harness import Client, a_server, refusal_of

PLACED = datetime(2026, 3, 2, 12, tzinfo=UTC)
BOUNDS = "must be 2025-03-01 to 2031-03-03: from a year before the order"
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@pytest.fixture(scope="module")
def client() -> Iterator[Client]:
    with a_server() as connected:
        connected.set_up({"LYON": {"RED-CLOCK": 50}})
        yield connected
        assert list(connected.audit().faults) == []


def placed() -> Timestamp:
    stamp = Timestamp()
    stamp.FromDatetime(PLACED)
    return stamp


@pytest.mark.parametrize("day", ["1999-03-04", "2025-02-28", "2031-03-04", "2099-03-04"])
def test_a_promise_years_from_the_order_is_refused_in_rows(client: Client, day: str) -> None:
    request = a_route_request("odd", {"RED-CLOCK": 1}, request_id=f"odd {day}")
    request.order.place_time.CopyFrom(placed())
    request.order.promise_date = day

    refused = refusal_of(client.routing.RouteOrder, request)

    assert refused.violations == {"order.promise_date": "OUT_OF_RANGE"}
    assert f"promise_date is {day}, {BOUNDS}" in refused.message


@pytest.mark.parametrize("day", ["2025-03-01", "2031-03-03"])
def test_the_first_and_the_last_day_that_may_be_promised_are_taken(client: Client, day: str) -> None:
    request = a_route_request(f"edge {day}", {"RED-CLOCK": 1})
    request.order.place_time.CopyFrom(placed())
    request.order.promise_date = day

    assert client.routing.RouteOrder(request).routed.plan.shipments


def test_without_a_place_time_the_day_counts_from_now(client: Client) -> None:
    request = a_route_request("now", {"RED-CLOCK": 1})
    request.order.promise_date = str((datetime.now(UTC) + timedelta(days=365 * 6)).date())

    assert refusal_of(client.routing.RouteOrder, request).violations == {"order.promise_date": "OUT_OF_RANGE"}


def test_a_promise_years_from_the_order_is_refused_in_columns(client: Client) -> None:
    orders = columns_pb2.OrderColumns(
        words=["web", "FR", "69001", "RED-CLOCK"],
        order_ids=["C-1", "C-2"],
        channel=[0, 0],
        country=[1, 1],
        postal_code=[2, 2],
        place_time_micros=[placed().ToMicroseconds()] * 2,
        promise_day=[(PLACED - EPOCH).days + 2, 47_000],
        line_count=[1, 1],
        line_sku=[3, 3],
        line_quantity=[1, 1],
    )
    request = columns_pb2.RouteOrderColumnsRequest(orders=orders, request_id="columns")

    refused = refusal_of(client.columns.RouteOrderColumns, request)

    assert refused.violations == {"orders.promise_day[1]": "OUT_OF_RANGE"}
    assert f"promise_day[1] is 47,000 (2098-09-06), {BOUNDS}" in refused.message


def test_an_edit_to_a_promise_years_from_the_order_is_refused(client: Client) -> None:
    request = a_route_request("edited", {"RED-CLOCK": 1})
    request.order.place_time.CopyFrom(placed())
    request.ClearField("decision_time")
    client.routing.RouteOrder(request)
    edit = orders_pb2.EditOrderRequest(
        order_id="edited", author="ann", note="called", promise_date="2099-03-04"
    )

    refused = refusal_of(client.orders.EditOrder, edit)

    assert refused.violations == {"promise_date": "OUT_OF_RANGE"}
    assert f"promise_date is 2099-03-04, {BOUNDS}" in refused.message
    shown = client.orders.GetOrder(orders_pb2.GetOrderRequest(order_id="edited")).record.order
    assert shown.promise_date == ""
