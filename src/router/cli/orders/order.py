"""`router order`: one order or many, and why it was decided as it was."""

from typing import TYPE_CHECKING

import click

from router.cli.connection import TIMEOUT_SECONDS, client_options, connected, page_options
from router.cli.groups import Group
from router.cli.orders.course import Course, course_lines, read_course
from router.cli.output import as_dict, console, enum_word, head, plain_table, print_json, say_more
from router.domain.currency import amount_text

if TYPE_CHECKING:
    from collections.abc import Mapping

    import grpc

    from router.api.v1.fulfillment_pb2 import ShipmentRecord
    from router.api.v1.order_pb2 import Plan, PlannedTransfer, Shipment
    from router.api.v1.orders_pb2 import OrderRecord
    from router.api.v1.routing_pb2 import Restock, RestockSource

STATES = ("ALLOCATED", "PARTIALLY_ALLOCATED", "BACKORDERED", "DISPATCHED", "CANCELED", "DELIVERED", "HELD")


@click.group(cls=Group)
def order() -> None:
    """Orders after their decision."""


@order.command()
@click.argument("order_id", metavar="ID")
@client_options
def show(order_id: str, address: str, tls_ca: str | None, as_json: bool) -> None:
    """Show one order: its state, its lines, what ships from where, and what became of it."""
    from router.api.v1.orders_pb2 import GetOrderRequest
    from router.api.v1.orders_pb2_grpc import OrdersServiceStub

    with connected(address, tls_ca) as channel:
        request = GetOrderRequest(order_id=order_id)
        record = OrdersServiceStub(channel).GetOrder(request, timeout=TIMEOUT_SECONDS).record
        course, currency = read_course(channel, record), currency_of(channel)
    if as_json:
        print_json(order=as_dict(record), **course.as_dict())
        return
    show_record(record, currency, course)


@order.command("list")
@click.option("--state", type=click.Choice(STATES), help="Only orders in this state.")
@click.option("--channel", "sales_channel", default="", help="Only orders of this sales channel.")
@click.option("--customer", "customer_id", default="", help="Only orders of this customer.")
@page_options
@client_options
def list_orders(
    state: str | None,
    sales_channel: str,
    customer_id: str,
    limit: int,
    page_token: str,
    address: str,
    tls_ca: str | None,
    as_json: bool,
) -> None:
    """List orders, oldest first."""
    from router.api.v1.orders_pb2 import ListOrdersRequest, OrderState
    from router.api.v1.orders_pb2_grpc import OrdersServiceStub

    request = ListOrdersRequest(
        page_size=limit,
        page_token=page_token,
        state=OrderState.Value(f"ORDER_STATE_{state or 'UNSPECIFIED'}"),
        channel=sales_channel,
        customer_id=customer_id,
    )
    with connected(address, tls_ca) as channel:
        page = OrdersServiceStub(channel).ListOrders(request, timeout=TIMEOUT_SECONDS)
        currency = currency_of(channel)
    if as_json:
        print_json(orders=[as_dict(record) for record in page.records], next_page_token=page.next_page_token)
        return
    table = plain_table("order", "state", "channel", "ships from", ">units", ">total")
    for record in page.records:
        nodes = ", ".join(dict.fromkeys(shipment.node_id for shipment in record.plan.shipments))
        units = sum(line.ordered for line in record.lines)
        total = amount_text(record.plan.total_minor, currency)
        table.add_row(
            record.order.order_id,
            enum_word(record, "state"),
            record.order.channel,
            nodes or "–",
            f"{units:,}",
            total,
        )
    console().print(table)
    say_more(page.next_page_token)


@order.command()
@click.argument("order_id", metavar="ID")
@click.option(
    "--replay", is_flag=True, help="Also decide again from the stored inputs and compare the bytes."
)
@client_options
def why(order_id: str, replay: bool, address: str, tls_ca: str | None, as_json: bool) -> None:
    """Say why an order ships from where it ships, and what every other node would have cost."""
    from router.api.v1.routing_pb2 import ExplainDecisionRequest, GetDecisionRequest
    from router.api.v1.routing_pb2_grpc import RoutingServiceStub
    from router.cli.orders.why import show_explanation

    with connected(address, tls_ca) as channel:
        routing = RoutingServiceStub(channel)
        request = ExplainDecisionRequest(order_id=order_id, replay=replay)
        explained = routing.ExplainDecision(request, timeout=TIMEOUT_SECONDS)
        asked = GetDecisionRequest(decision_id=explained.routed.decision_id)
        captured = routing.GetDecision(asked, timeout=TIMEOUT_SECONDS).order
        currency = currency_of(channel, explained.routed.versions.network_digest)
    if as_json:
        print_json(explanation=as_dict(explained), order=as_dict(captured), currency=currency)
        return
    show_explanation(explained, captured, currency)


def currency_of(channel: "grpc.Channel", network_digest: str = "") -> str:
    """The currency of all amounts, which the network says."""
    from router.api.v1.network_pb2 import GetNetworkRequest
    from router.api.v1.network_pb2_grpc import NetworkServiceStub

    request = GetNetworkRequest(network_digest=network_digest)
    return NetworkServiceStub(channel).GetNetwork(request, timeout=TIMEOUT_SECONDS).network.currency


def show_record(record: "OrderRecord", currency: str, course: Course | None = None) -> None:
    """Without a `course` as it was decided."""
    screen, plan = console(), record.plan
    show_lines(record)
    show_shipments(record, currency, {} if course is None else course.shipments)
    for restock in record.restocks:
        screen.print(f"line {restock.line_id}: {expected_text(restock)}")
    for text in () if course is None else course_lines(course, currency):
        screen.print(text)
    total = f"total {amount_text(plan.total_minor, currency)} {currency}, {enum_word(plan, 'status').lower()}"
    if record.decision_id:
        total += f"; decision {record.decision_id}; why: router order why {record.order.order_id}"
    screen.print(total, style="dim")


def show_lines(record: "OrderRecord") -> None:
    """The order's state, where it goes, and how many units of each line are where."""
    screen, order = console(), record.order
    destination = " ".join(
        filter(None, (order.destination.postal_code, order.destination.region, order.destination.country))
    )
    counter = f", collected at {order.pickup_node_id}" if order.pickup_node_id else ""
    promise = f", promised {order.promise_date}" if order.promise_date else ""
    screen.print(head(order.order_id, f"{enum_word(record, 'state')}  to {destination}{counter}{promise}"))
    if enum_word(record.place, "source") == "COUNTRY":
        screen.print("of its place only the country is known", style="yellow")
    table = plain_table(
        "line", "SKU", ">ordered", ">reserved", ">dispatched", ">delivered", ">backordered", ">canceled"
    )
    for line in record.lines:
        left = (line.dispatched, line.delivered)
        parts = (line.ordered, line.reserved, *left, line.backordered, line.canceled)
        table.add_row(line.line_id, line.sku, *(f"{units:,}" if units else "–" for units in parts))
    screen.print(table)


def expected_text(restock: "Restock") -> str:
    """`2 x RED-CLOCK expected by 2026-12-07: 2 of purchase order po-7 at LYON`, and how many nobody knows of."""
    sources = [
        f"{one.quantity:,} of {source_name(one)} at {one.node_id} on {one.expected_date}"
        for one in restock.sources
    ]
    unknown = restock.quantity - sum(one.quantity for one in restock.sources)
    if unknown:
        sources.append(f"{unknown:,} nobody knows when")
    day = f"by {restock.expected_date}" if restock.expected_date else "on no known day"
    return f"{restock.quantity:,} x {restock.sku} expected {day}: {', '.join(sources)}"


def source_name(one: "RestockSource") -> str:
    if one.purchase_order_id:
        return f"purchase order {one.purchase_order_id}"
    return f"transfer {one.transfer_id}"


def stand_ins_of(
    plan: "Plan", now: "Mapping[str, ShipmentRecord] | None" = None
) -> "dict[tuple[str, str, str], int]":
    """Units by line, product that is sent and product that was asked for, where these are not the same. Of shipments
    that are known to stand as they do `now` those that are left: some are not found, or canceled.
    """
    units: dict[tuple[str, str, str], int] = {}
    for shipment in plan.shipments:
        planned = [one for parcel in shipment.parcels for one in parcel.allocations]
        asked = {(one.line_id, one.sku): one.asked_sku for one in planned}
        standing = now.get(shipment.shipment_id) if now else None
        for one in planned if standing is None else standing.units:
            if asked_sku := asked.get((one.line_id, one.sku)):
                place = one.line_id, one.sku, asked_sku
                units[place] = units.get(place, 0) + one.quantity
    return units


def arrival_text(shipment: "Shipment", standing: "ShipmentRecord | None") -> str:
    """The day on which it is expected now, or came, beside that of its plan where it is another one."""
    late = f" ({shipment.late_days} late)" if shipment.late_days else ""
    expected = "" if standing is None else standing.expected_date
    if not expected or expected == shipment.delivery_date:
        return shipment.delivery_date + late
    return f"{expected} (planned {shipment.delivery_date})"


def transfer_line(
    shipment: "Shipment", transfer: "PlannedTransfer", standing: "ShipmentRecord | None"
) -> str:
    """What moves first, by plan, or that it came. Nothing where the shipment was canceled."""
    if standing is not None and enum_word(standing, "state") == "CANCELED":
        return ""
    goods = ", ".join(f"{one.quantity:,} x {one.sku}" for one in transfer.allocations)
    moved = {(one.line_id, one.sku) for one in transfer.allocations}
    if standing is not None and moved.isdisjoint((one.line_id, one.sku) for one in standing.awaited):
        return (
            f"{shipment.shipment_id}: {goods} came from {transfer.from_node_id} to {shipment.node_id} first"
        )
    return (
        f"{shipment.shipment_id}: {goods} moves from {transfer.from_node_id} to {shipment.node_id} first, "
        f"leaves {transfer.depart_date}, arrives {transfer.arrive_date}"
    )


def show_shipments(record: "OrderRecord", currency: str, now: "Mapping[str, ShipmentRecord]") -> None:
    """With the units of each that stand `now`, where that is known: some are not found, or canceled."""
    plan, dispatched = record.plan, set(record.dispatched_shipment_ids)
    table = plain_table(
        "shipment",
        *(["state"] if now else []),
        "from",
        "by",
        "ships",
        "arrives",
        ">parcels",
        ">units",
        ">cost",
    )
    for shipment in plan.shipments:
        standing = now.get(shipment.shipment_id)
        sent = [one for parcel in shipment.parcels for one in parcel.allocations]
        units = sum(one.quantity for one in (sent if standing is None else standing.units))
        left = " (left)" if standing is None and shipment.shipment_id in dispatched else ""
        cost = sum(part.amount_minor for part in shipment.costs)
        table.add_row(
            shipment.shipment_id + left,
            *([] if standing is None else [enum_word(standing, "state")]),
            shipment.node_id,
            shipment.service_level_id,
            shipment.ship_date,
            arrival_text(shipment, standing),
            f"{len(shipment.parcels):,}",
            f"{units:,}",
            amount_text(cost, currency),
        )
    if plan.shipments:
        console().print(table)
    for shipment in plan.shipments:
        for transfer in shipment.transfers:
            if line := transfer_line(shipment, transfer, now.get(shipment.shipment_id)):
                console().print(line)
    rules = {(one.line_id, one.sku): f" by rule {one.rule}" for one in plan.substitutions}
    for (line_id, sku, asked_sku), units in stand_ins_of(plan, now).items():
        because = rules.get((line_id, sku), "")
        console().print(f"line {line_id}: {units:,} x {sku} instead of {asked_sku}{because}")
    for unshipped in plan.unshipped:
        because = f" by rule {unshipped.rule}" if unshipped.rule else ""
        console().print(
            f"line {unshipped.line_id}: {unshipped.quantity:,} x {unshipped.sku} not shipped, {unshipped.reason}; "
            f"{enum_word(unshipped, 'action').lower()}{because}",
        )
