"""Resources whose rows can be imported, in the order in which a new server takes them."""

from collections.abc import Callable
from typing import Any

from google.protobuf.message import Message

from router.api.messages.network import product_message
from router.api.v1 import (
    accounting_pb2,
    carriers_pb2,
    channels_pb2,
    fulfillment_pb2,
    inventory_pb2,
    network_pb2,
    order_pb2,
    purchasing_pb2,
    resources_pb2,
    returns_pb2,
    routing_pb2,
)
from router.app.commands.command import Command
from router.domain.identifiers import Instant
from router.domain.limits import (
    BACKORDER_LIMITS_PER_REQUEST_MAX,
    BOXES_MAX,
    CHANNELS_MAX,
    COUNTED_ROWS_MAX,
    LINES_PER_ORDER_MAX,
    NODES_MAX,
    PAGE_SIZE_MAX,
    PRODUCTS_PER_REQUEST_MAX,
    RETURN_POLICIES_MAX,
    SERVICE_LEVELS_MAX,
    SUPPLIERS_PER_REQUEST_MAX,
    UNIT_COSTS_PER_REQUEST_MAX,
)
from router.service.from_proto.accounting import put_unit_costs
from router.service.from_proto.carriers_of_parcels import put_boxes
from router.service.from_proto.channels import put_channels
from router.service.from_proto.inventory import adjust_stock, count_stock
from router.service.from_proto.network import put_network, put_nodes, put_service_levels
from router.service.from_proto.orders import batch_route_orders
from router.service.from_proto.picking import put_layout
from router.service.from_proto.products import put_products
from router.service.from_proto.purchasing import put_backorder_limits, put_suppliers
from router.service.from_proto.return_policies import put_return_policies
from router.service.resources.readers import (
    layouts,
    listed,
    network_of,
    orders,
    paged,
    part_of_network,
    stock,
    unit_costs,
)
from router.service.resources.resource import Intake, Resource, every
from router.service.to_proto.carriers import box_message
from router.service.to_proto.channels import channel_message
from router.service.to_proto.purchasing import supplier_message
from router.service.to_proto.returns import policy_message

ORDERS_PER_PIECE = 100
"""So few that other orders need not wait long for theirs."""


def without_clock(command: Callable[[Any], Command]) -> Callable[[Any, Instant], Command]:
    """Of a call that does not mind when it came."""
    return lambda request, received: command(request)


def puts(
    call: str,
    request: type[Message],
    command: Callable[[Any], Command],
    into: str = "",
    rows_max: int = 1,
    *,
    is_whole: bool = False,
) -> tuple[tuple[Callable[[Any], bool], Intake], ...]:
    """The intake of a call that takes a list of rows."""
    intake = Intake(
        call=call,
        request=request,
        command=without_clock(command),
        into=into,
        rows_max=rows_max,
        is_whole=is_whole,
    )
    return ((every, intake),)


def count_row(request: inventory_pb2.CountStockRequest, row: resources_pb2.StockRow) -> None:
    """Opening stock: nothing was there before."""
    request.reason_code = "OPENING"
    request.rows.add(node_id=row.node_id, sku=row.sku, counted=row.on_hand, expected_on_hand=0)


def found_lot(request: inventory_pb2.AdjustStockRequest, row: resources_pb2.StockRow) -> None:
    request.node_id, request.sku, request.lot = row.node_id, row.sku, row.lot
    request.expiry_day, request.delta = row.expiry_day, row.on_hand
    request.reason_code, request.expected_on_hand = "FOUND", 0


ROUTE = Intake(
    call="BatchRouteOrders",
    request=routing_pb2.BatchRouteOrdersRequest,
    command=batch_route_orders,
    into="orders",
    rows_max=ORDERS_PER_PIECE,
    weigh=lambda order: len(order.lines),
    weight_max=LINES_PER_ORDER_MAX,
)
COUNT = Intake(
    call="CountStock",
    request=inventory_pb2.CountStockRequest,
    command=without_clock(count_stock),
    into="rows",
    rows_max=COUNTED_ROWS_MAX,
    put=count_row,
    columns={"counted": "on_hand", "expected_on_hand": "on_hand"},
)
ADD_LOT = Intake(
    call="AdjustStock",
    request=inventory_pb2.AdjustStockRequest,
    command=without_clock(adjust_stock),
    put=found_lot,
    columns={"delta": "on_hand", "expected_on_hand": "on_hand"},
)

IMPORTABLE: tuple[Resource, ...] = (
    Resource(
        name="network",
        title="the whole network: nodes, carriers, service levels with their tariffs, places",
        message=network_pb2.Network,
        read=network_of,
        key=(),
        made_by=("PutNetwork",),
        intakes=(
            (
                every,
                Intake(
                    call="PutNetwork",
                    request=network_pb2.PutNetworkRequest,
                    command=without_clock(put_network),
                    put=lambda request, row: request.network.CopyFrom(row),
                    into="network",
                    is_whole=True,
                ),
            ),
        ),
    ),
    Resource(
        name="nodes",
        title="a node of the network",
        message=network_pb2.Node,
        read=part_of_network("nodes"),
        key=("node_id",),
        made_by=("PutNodes",),
        intakes=puts("PutNodes", network_pb2.PutNodesRequest, put_nodes, "nodes", NODES_MAX),
    ),
    Resource(
        name="service_levels",
        title="a service level of the network with its tariff",
        message=network_pb2.ServiceLevel,
        read=part_of_network("service_levels"),
        key=("service_level_id",),
        made_by=("PutServiceLevels",),
        intakes=puts(
            "PutServiceLevels",
            network_pb2.PutServiceLevelsRequest,
            put_service_levels,
            "service_levels",
            SERVICE_LEVELS_MAX,
        ),
    ),
    Resource(
        name="channels",
        title="a channel",
        message=channels_pb2.Channel,
        read=listed(lambda view: view.queries.channels.list_channels(), channel_message),
        key=("channel_id",),
        made_by=("PutChannels",),
        intakes=puts("PutChannels", channels_pb2.PutChannelsRequest, put_channels, "channels", CHANNELS_MAX),
    ),
    Resource(
        name="products",
        title="a product",
        message=network_pb2.Product,
        read=paged(lambda view, token: view.queries.list_products(PAGE_SIZE_MAX, token), product_message),
        key=("sku",),
        made_by=("PutProducts",),
        intakes=puts(
            "PutProducts", network_pb2.PutProductsRequest, put_products, "products", PRODUCTS_PER_REQUEST_MAX
        ),
    ),
    Resource(
        name="unit_costs",
        title="what a unit of a product costs now",
        message=accounting_pb2.UnitCost,
        read=unit_costs,
        key=("sku",),
        made_by=("PutUnitCosts",),
        without=("position", "currency"),
        intakes=puts(
            "PutUnitCosts",
            accounting_pb2.PutUnitCostsRequest,
            put_unit_costs,
            "unit_costs",
            UNIT_COSTS_PER_REQUEST_MAX,
        ),
    ),
    Resource(
        name="suppliers",
        title="a supplier with its offers",
        message=purchasing_pb2.Supplier,
        read=listed(lambda view: view.queries.purchases.list_suppliers(), supplier_message),
        key=("supplier_id",),
        made_by=("PutSuppliers",),
        intakes=puts(
            "PutSuppliers",
            purchasing_pb2.PutSuppliersRequest,
            put_suppliers,
            "suppliers",
            SUPPLIERS_PER_REQUEST_MAX,
        ),
    ),
    Resource(
        name="backorder_limits",
        title="how many units of a product may wait",
        message=purchasing_pb2.BackorderLimit,
        read=listed(
            lambda view: view.queries.purchases.list_backorder_limits(),
            lambda one: purchasing_pb2.BackorderLimit(sku=one[0], units=one[1]),
        ),
        key=("sku",),
        made_by=("PutBackorderLimits",),
        intakes=puts(
            "PutBackorderLimits",
            purchasing_pb2.PutBackorderLimitsRequest,
            put_backorder_limits,
            "limits",
            BACKORDER_LIMITS_PER_REQUEST_MAX,
        ),
    ),
    Resource(
        name="boxes",
        title="a box; a file of them replaces all that were",
        message=carriers_pb2.Box,
        read=listed(lambda view: view.queries.carriers.list_boxes(), box_message),
        key=("box_id",),
        made_by=("PutBoxes",),
        intakes=puts("PutBoxes", carriers_pb2.PutBoxesRequest, put_boxes, "boxes", BOXES_MAX, is_whole=True),
    ),
    Resource(
        name="return_policies",
        title="the return policy of a channel",
        message=returns_pb2.ReturnPolicy,
        read=listed(lambda view: view.queries.returns.list_policies(), policy_message),
        key=("channel",),
        made_by=("PutReturnPolicies",),
        intakes=puts(
            "PutReturnPolicies",
            returns_pb2.PutReturnPoliciesRequest,
            put_return_policies,
            "policies",
            RETURN_POLICIES_MAX,
        ),
    ),
    Resource(
        name="layouts",
        title="where goods lie in a node",
        message=fulfillment_pb2.PutLayoutRequest,
        read=layouts,
        key=("node_id",),
        made_by=("PutLayout",),
        without=("request_id",),
        intakes=puts("PutLayout", fulfillment_pb2.PutLayoutRequest, put_layout),
    ),
    Resource(
        name="stock",
        title="units on the shelves of a node, reserved ones included; imported where there were none before",
        message=resources_pb2.StockRow,
        read=stock,
        key=("node_id", "sku", "lot"),
        made_by=("CountStock", "AdjustStock"),
        intakes=((lambda row: not row.lot, COUNT), (lambda row: bool(row.lot), ADD_LOT)),
    ),
    Resource(
        name="orders",
        title="an order as it was asked for; an import decides it",
        message=order_pb2.Order,
        read=orders,
        key=("order_id",),
        made_by=("BatchRouteOrders",),
        personal=("recipient",),
        intakes=((every, ROUTE),),
    ),
)
