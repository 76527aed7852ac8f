"""Orders in columns over the wire: the decisions are those of the same orders in rows."""

from collections.abc import Iterator
from datetime import date, timedelta
from itertools import islice
from random import Random
from typing import Any

import grpc
import pytest
from msgspec.structs import replace

from router.api.messages.columns import columns_message
from router.api.messages.orders import order_message
from router.api.v1 import columns_pb2 as pb
from router.api.v1 import order_pb2, orders_pb2, purchasing_pb2, routing_pb2
from router.domain.identifiers import Day, Instant, LineId, OrderId, Sku
from router.domain.order import Destination, Order, OrderLine
from router.domain.place import Point
from tests.service.builders import MONDAY_NOON
from tests.service.harness import Client, a_server, refusal_of

SKUS = ("RED-CLOCK", "BLUE-LAMP", "GREEN-VASE")
NEXT_YEAR = date.today().year + 1
STOCK = {"LYON": dict.fromkeys(SKUS, 60), "LILLE": {"RED-CLOCK": 25, "BLUE-LAMP": 10}}
NOON_MICROS = MONDAY_NOON.seconds * 1_000_000


def some_orders(seed: int, count: int, *, with_points: bool = False) -> list[Order]:
    """So many that stock runs out: whole, split, and left out."""
    random = Random(seed)
    return [
        Order(
            id=OrderId(f"C-{seed}-{number}"),
            channel=random.choice(("web", "app")),
            customer_id=random.choice(("", "anna", "bert")),
            tier=random.choice(("", "GOLD")),
            destination=Destination(
                country="FR",
                postal_code=random.choice(("75001", "69001")),
                point=Point(45_000_000 + number, 3_000_000) if with_points else None,
            ),
            lines=tuple(
                OrderLine(
                    id=LineId(str(line)),
                    sku=Sku(sku),
                    quantity=random.randint(1, 4),
                    unit_price_minor=random.randint(0, 5_000),
                )
                for line, sku in enumerate(random.sample(SKUS, random.randint(1, 3)), start=1)
            ),
            place_time=Instant(NOON_MICROS + number),
            promise_day=random.choice((None, Day(739_573))),
        )
        for number in range(count)
    ]


def in_columns(orders: list[Order], request_id: str, **more: Any) -> pb.RouteOrderColumnsRequest:
    return pb.RouteOrderColumnsRequest(
        orders=columns_message(orders), request_id=request_id, decision_time=MONDAY_NOON, **more
    )


def in_rows(orders: list[Order], request_id: str) -> routing_pb2.BatchRouteOrdersRequest:
    return routing_pb2.BatchRouteOrdersRequest(
        orders=map(order_message, orders), request_id=request_id, decision_time=MONDAY_NOON
    )


@pytest.fixture(scope="module")
def stocked() -> Iterator[Client]:
    with a_server() as client:
        client.set_up(STOCK)
        yield client


def rows_of(response: pb.RouteOrderColumnsResponse, orders: list[Order]) -> list[dict[str, Any]]:
    """Each decided order of columns in the terms of `facts_of`."""
    plans, found = response.plans, []
    shipment = allocation = unshipped = 0
    for number, place in enumerate(plans.order):
        lines = [line.id for line in orders[place].lines]
        shipments = []
        for at in range(shipment, shipment + plans.shipment_count[number]):
            last = allocation + plans.shipment_allocation_count[at]
            shipments.append(
                (
                    plans.words[plans.shipment_node[at]],
                    plans.words[plans.shipment_service_level[at]],
                    plans.shipment_parcel_count[at],
                    plans.shipment_delivery_day[at] - plans.shipment_ship_day[at],
                    {
                        lines[plans.allocation_line[one]]: plans.allocation_quantity[one]
                        for one in range(allocation, last)
                    },
                )
            )
            allocation = last
        shipment += plans.shipment_count[number]
        last = unshipped + plans.unshipped_count[number]
        found.append(
            {
                "order_id": orders[place].id,
                "decision_id": plans.decision_ids[number],
                "costs": (
                    plans.status[number],
                    plans.total_minor[number],
                    plans.objective_milli[number],
                    plans.bound_milli[number],
                ),
                "shipments": shipments,
                "unshipped": [
                    (
                        lines[plans.unshipped_line[one]],
                        plans.unshipped_quantity[one],
                        plans.unshipped_action[one],
                    )
                    for one in range(unshipped, last)
                ],
            }
        )
        unshipped = last
    assert (shipment, allocation) == (len(plans.shipment_node), len(plans.allocation_line))
    return found


def facts_of(routed: routing_pb2.RoutedOrder) -> dict[str, Any]:
    plan = routed.plan
    return {
        "order_id": routed.order_id,
        "decision_id": routed.decision_id,
        "costs": (plan.status, plan.total_minor, plan.objective_milli, plan.bound_milli),
        "shipments": [
            (
                one.node_id,
                one.service_level_id,
                len(one.parcels),
                days_between(one.ship_date, one.delivery_date),
                units_of(one),
            )
            for one in plan.shipments
        ],
        "unshipped": [(one.line_id, one.quantity, one.action) for one in plan.unshipped],
    }


def days_between(first: str, last: str) -> int:
    return (date.fromisoformat(last) - date.fromisoformat(first)).days


def units_of(shipment: order_pb2.Shipment) -> dict[str, int]:
    units: dict[str, int] = {}
    for parcel in shipment.parcels:
        for one in parcel.allocations:
            units[one.line_id] = units.get(one.line_id, 0) + one.quantity
    return units


@pytest.mark.parametrize("with_points", [False, True])
def test_decides_and_books_as_the_same_orders_in_rows(with_points: bool) -> None:
    orders = some_orders(5, 60, with_points=with_points)
    strange = replace(orders[7], lines=(replace(orders[7].lines[0], sku=Sku("NOBODY-KNOWS")),))
    orders[7] = strange
    with a_server() as rows, a_server() as columns:
        rows.set_up(STOCK)
        columns.set_up(STOCK)
        batch = rows.routing.BatchRouteOrders(in_rows(orders, "batch"))
        response = columns.columns.RouteOrderColumns(in_columns(orders, "batch"))

        expected = [facts_of(one.routed) for one in batch.results if one.HasField("routed")]
        assert rows_of(response, orders) == expected
        assert any(len(one["shipments"]) > 1 for one in expected)
        assert any(one["unshipped"] for one in expected)
        (error,) = response.errors
        assert (error.order_id, error.reason) == (strange.id, "UNKNOWN_SKU")
        assert error == next(one.error for one in batch.results if one.HasField("error"))
        assert [rows.available(sku) for sku in SKUS] == [columns.available(sku) for sku in SKUS]
        assert rows.position() == columns.position()
        for one in orders[:7]:
            request = orders_pb2.GetOrderRequest(order_id=one.id)
            assert rows.orders.GetOrder(request).record.order == columns.orders.GetOrder(request).record.order


def supplied(client: Client) -> Client:
    """Four clocks and nothing else, and 24 more that come in two weeks."""
    client.set_up({"LYON": {"RED-CLOCK": 4, "BLUE-LAMP": 0}})
    supplier = purchasing_pb2.Supplier(
        supplier_id="acme",
        name="Acme",
        lead_hours=48,
        node_id="LYON",
        offers=[purchasing_pb2.SupplierOffer(sku="RED-CLOCK", unit_price_minor=400)],
    )
    client.purchasing.PutSuppliers(
        purchasing_pb2.PutSuppliersRequest(suppliers=[supplier], request_id="acme")
    )
    client.purchasing.PlacePurchaseOrder(
        purchasing_pb2.PlacePurchaseOrderRequest(
            supplier_id="acme",
            purchase_order_id="po-1",
            lines=[purchasing_pb2.UnitsToPurchase(sku="RED-CLOCK", quantity=24)],
            expected_date=f"{NEXT_YEAR}-12-01",
            request_id="po-1",
        )
    )
    return client


def restocks_of(response: pb.RouteOrderColumnsResponse, orders: list[Order]) -> list[list[Any]]:
    """By decided order what columns say of its waiting units, in the terms of rows."""
    plans, found = response.plans, []
    restocks = iter(
        zip(
            plans.restock_line, plans.restock_quantity, plans.restock_expected_day, plans.restock_source_count
        )
    )
    sources = iter(
        zip(
            plans.source_quantity,
            plans.source_node,
            plans.source_expected_day,
            plans.source_purchase_order,
            plans.source_transfer,
        )
    )
    for place, count in zip(plans.order, plans.restock_count, strict=True):
        found.append(
            [
                (
                    orders[place].lines[line].id,
                    quantity,
                    date_of(day),
                    [
                        (units, plans.words[node], date_of(due), plans.words[purchase], plans.words[transfer])
                        for units, node, due, purchase, transfer in islice(sources, source_count)
                    ],
                )
                for line, quantity, day, source_count in islice(restocks, count)
            ]
        )
    assert (next(restocks, None), next(sources, None)) == (None, None)
    return found


def date_of(day: int) -> str:
    return (date(1970, 1, 1) + timedelta(days=day)).isoformat() if day else ""


def test_says_when_waiting_units_can_be_there_as_in_rows() -> None:
    orders = [
        replace(
            order,
            lines=tuple(
                replace(line, sku=Sku(("RED-CLOCK", "BLUE-LAMP")[number % 2]))
                for number, line in enumerate(order.lines[:2])
            ),
        )
        for order in some_orders(9, 12)
    ]
    with a_server() as rows, a_server() as columns:
        batch = supplied(rows).routing.BatchRouteOrders(in_rows(orders, "batch"))
        response = supplied(columns).columns.RouteOrderColumns(in_columns(orders, "batch"))

    expected = [
        [
            (
                one.line_id,
                one.quantity,
                one.expected_date,
                [
                    (
                        part.quantity,
                        part.node_id,
                        part.expected_date,
                        part.purchase_order_id,
                        part.transfer_id,
                    )
                    for part in one.sources
                ],
            )
            for one in result.routed.restocks
        ]
        for result in batch.results
    ]
    assert restocks_of(response, orders) == expected
    clocks = [one for told in expected for one in told if one[3]]
    assert clocks, "some wait for the purchase order"
    assert {one[3][0][3] for one in clocks} == {"po-1"}
    assert any(not one[2] for told in expected for one in told), "nobody brings lamps"


def test_says_nothing_of_restocks_where_nobody_waits(stocked: Client) -> None:
    order = replace(
        some_orders(11, 1)[0], lines=(OrderLine(id=LineId("1"), sku=Sku("RED-CLOCK"), quantity=1),)
    )

    response = stocked.columns.RouteOrderColumns(in_columns([order], "whole"))

    assert len(response.plans.order) == 1
    assert not response.plans.restock_count


def test_a_repeat_gets_the_recorded_answer_and_another_body_is_refused(stocked: Client) -> None:
    orders = some_orders(6, 3)
    first = stocked.columns.RouteOrderColumns(in_columns(orders, "again"))

    again = stocked.columns.RouteOrderColumns(in_columns(orders, "again"))

    assert again.replayed
    again.replayed = False
    assert again == first
    refusal = refusal_of(stocked.columns.RouteOrderColumns, in_columns(orders[:2], "again"))
    assert refusal.reason == "IDEMPOTENCY_KEY_REUSED"


def test_a_try_writes_nothing(stocked: Client) -> None:
    before = stocked.position()

    response = stocked.columns.RouteOrderColumns(in_columns(some_orders(8, 2), "", validate_only=True))

    assert len(response.plans.order) == 2
    assert stocked.position() == before


@pytest.mark.parametrize(
    ("field", "value", "fault"),
    [
        ("channel", [0], ("orders.channel", "WRONG_COUNT")),
        ("channel", [], ("orders.channel", "WRONG_COUNT")),
        ("tier", [0], ("orders.tier", "WRONG_COUNT")),
        ("line_count", [1, 0], ("orders.line_quantity", "WRONG_COUNT")),
        ("line_quantity", [1, 0], ("orders.line_quantity[1]", "OUT_OF_RANGE")),
        ("line_sku", [0, 99], ("orders.line_sku[1]", "OUT_OF_RANGE")),
        ("order_ids", ["A", "A"], ("orders.order_ids[1]", "DUPLICATE")),
        ("order_ids", [], ("orders.order_ids", "WRONG_COUNT")),
        ("country", [2, 2], ("orders.country[0]", "UNKNOWN_COUNTRY")),
        ("latitude_microdegrees", [1, 2], ("orders.longitude_microdegrees", "REQUIRED")),
        ("promise_day", [-1, 0], ("orders.promise_day[0]", "OUT_OF_RANGE")),
        ("place_time_micros", [-1, 0], ("orders.place_time_micros[0]", "OUT_OF_RANGE")),
        ("line_unit_price_minor", [-1, 0], ("orders.line_unit_price_minor[0]", "OUT_OF_RANGE")),
    ],
)
def test_names_the_entry_at_fault(
    stocked: Client, field: str, value: list[Any], fault: tuple[str, str]
) -> None:
    columns = pb.OrderColumns(
        words=["FR", "web", "RED-CLOCK"],
        order_ids=["B-1", "B-2"],
        channel=[1, 1],
        country=[0, 0],
        line_count=[1, 1],
        line_sku=[2, 2],
        line_quantity=[1, 1],
    )
    columns.ClearField(field)
    getattr(columns, field).extend(value)

    request = pb.RouteOrderColumnsRequest(orders=columns, request_id="bad")

    refusal = refusal_of(stocked.columns.RouteOrderColumns, request)

    assert refusal.reason == "INVALID_REQUEST"
    assert fault in refusal.violations.items()


def test_names_the_order_and_the_line_at_fault(stocked: Client) -> None:
    columns = pb.OrderColumns(
        words=["FR", "web", "RED-CLOCK"],
        order_ids=["B-1", "B-2"],
        channel=[1, 7],
        country=[0, 0],
        line_count=[2, 3],
        line_sku=[2] * 5,
        line_quantity=[1, 0, 1, 1, -3],
    )

    with pytest.raises(grpc.RpcError) as refused:
        stocked.columns.RouteOrderColumns(pb.RouteOrderColumnsRequest(orders=columns, request_id="bad"))

    details = refused.value.details()
    for fault in (
        'channel[1] is 7, must be 0 to 2 (order "B-2")',
        'line_quantity[1] is 0, must be 1 to 1,000,000 (line 2 of order "B-1")',
        'line_quantity[4] is -3, must be 1 to 1,000,000 (line 3 of order "B-2")',
    ):
        assert fault in details
