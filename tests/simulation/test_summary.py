"""The summary of a run, on three orders small enough to add up by hand."""

from router.api.v1 import order_pb2, routing_pb2
from router.simulation.summary import Summary, summarize


def test_counts_what_three_orders_come_to() -> None:
    orders = [an_order("A", promise_date="2026-03-06"), an_order("B", units=3), an_order("C")]
    results = [
        routed(
            "A",
            [a_shipment("WH-EDISON", "UPS/GROUND"), a_shipment("ST-BOSTON", "USPS/PRIORITY", late_days=1)],
            freight=1_500,
        ),
        routed("B", [a_shipment("WH-EDISON", "UPS/GROUND")], freight=700, backordered=2, backorder=300),
        routing_pb2.RouteResult(error=routing_pb2.OrderError(order_id="C", reason="UNKNOWN_SKU")),
    ]

    summary = summarize(orders, results)

    assert summary == Summary(
        orders=2,
        refused={"UNKNOWN_SKU": 1},
        lines=2,
        units=4,
        shipments=3,
        parcels=3,
        split_orders=1,
        unshipped_orders=1,
        unshipped_units={"BACKORDER": 2},
        promised_shipments=2,
        late_shipments=1,
        total_minor=2_500,
        cost_minor={"FREIGHT": 2_200, "BACKORDER": 300},
        by_service_level={"UPS/GROUND": 2, "USPS/PRIORITY": 1},
        by_node={"WH-EDISON": 2, "ST-BOSTON": 1},
        by_method={"PARTITION": 2},
        optimal_orders=2,
    )
    assert (summary.on_time_share, summary.optimal_share) == (0.5, 1.0)


def test_of_nothing_is_all_zero_and_in_time() -> None:
    summary = summarize([], [])

    assert (summary.orders, summary.total_minor) == (0, 0)
    assert (summary.on_time_share, summary.optimal_share) == (1.0, 1.0)


def an_order(order_id: str, *, units: int = 1, promise_date: str = "") -> order_pb2.Order:
    line = order_pb2.OrderLine(line_id="1", sku="RED-CLOCK", quantity=units)
    return order_pb2.Order(order_id=order_id, lines=[line], promise_date=promise_date)


def a_shipment(node_id: str, service_level_id: str, *, late_days: int = 0) -> order_pb2.Shipment:
    return order_pb2.Shipment(
        node_id=node_id, service_level_id=service_level_id, parcels=[order_pb2.Parcel()], late_days=late_days
    )


def routed(
    order_id: str,
    shipments: list[order_pb2.Shipment],
    *,
    freight: int,
    backordered: int = 0,
    backorder: int = 0,
) -> routing_pb2.RouteResult:
    costs = [order_pb2.CostPart(kind=order_pb2.COST_KIND_FREIGHT, amount_minor=freight)]
    unshipped = []
    if backordered:
        costs.append(order_pb2.CostPart(kind=order_pb2.COST_KIND_BACKORDER, amount_minor=backorder))
        unshipped.append(
            order_pb2.Unshipped(
                line_id="1", quantity=backordered, action=order_pb2.UNSHIPPED_ACTION_BACKORDER
            )
        )
    plan = order_pb2.Plan(
        status=order_pb2.SOLUTION_STATUS_OPTIMAL,
        method=order_pb2.SOLUTION_METHOD_PARTITION,
        total_minor=freight + backorder,
        shipments=shipments,
        unshipped=unshipped,
        costs=costs,
    )
    return routing_pb2.RouteResult(routed=routing_pb2.RoutedOrder(order_id=order_id, plan=plan))
