"""`router purchase`: what to buy of whom, and what was ordered."""

import uuid
from typing import TYPE_CHECKING

import click

from router.cli.connection import TIMEOUT_SECONDS, client_options, connected
from router.cli.groups import Group
from router.cli.output import as_dict, console, enum_word, plain_table, print_json
from router.cli.stock.transfer import read_units

if TYPE_CHECKING:
    from collections.abc import Iterable

    from router.api.v1.purchasing_pb2 import PurchaseOrder


@click.group(cls=Group)
def purchase() -> None:
    """Suppliers, what to order of them, and purchase orders until they arrive."""


@purchase.command()
@client_options
def suppliers(address: str, tls_ca: str | None, as_json: bool) -> None:
    """List all suppliers."""
    from router.api.v1.purchasing_pb2 import ListSuppliersRequest
    from router.api.v1.purchasing_pb2_grpc import PurchasingServiceStub

    with connected(address, tls_ca) as channel:
        stub = PurchasingServiceStub(channel)
        found = stub.ListSuppliers(ListSuppliersRequest(), timeout=TIMEOUT_SECONDS)
    if as_json:
        print_json(suppliers=[as_dict(one) for one in found.suppliers])
        return
    table = plain_table("supplier", "orders", "to", "lead time", ">offers", ">order cost", ">minimum")
    for one in found.suppliers:
        table.add_row(
            one.supplier_id,
            "closed" if one.closed else "open",
            one.node_id,
            f"{one.lead_hours} ± {one.lead_deviation_hours} h",
            f"{len(one.offers):,}",
            f"{one.order_cost_minor:,}",
            f"{one.min_order_value_minor:,}",
        )
    console().print(table if found.suppliers else "no suppliers were put; put them with PutSuppliers")


@purchase.command()
@click.argument("supplier_id", metavar="SUPPLIER")
@click.argument("units", metavar="SKU=UNITS...", nargs=-1, required=True)
@click.option(
    "--id", "order_id", default="", metavar="ID", help="Its name; without one the router makes one."
)
@click.option("--to", "node_id", default="", metavar="NODE", help="Where the supplier delivers by default.")
@click.option(
    "--expected", default="", metavar="DATE", help="When it arrives; after the lead time by default."
)
@client_options
def place(
    supplier_id: str,
    units: tuple[str, ...],
    order_id: str,
    node_id: str,
    expected: str,
    address: str,
    tls_ca: str | None,
    as_json: bool,
) -> None:
    """Order units from a supplier."""
    from router.api.v1.purchasing_pb2 import PlacePurchaseOrderRequest, UnitsToPurchase
    from router.api.v1.purchasing_pb2_grpc import PurchasingServiceStub

    request = PlacePurchaseOrderRequest(
        supplier_id=supplier_id,
        lines=[UnitsToPurchase(sku=sku, quantity=count) for sku, (count, *_) in map(read_units, units)],
        purchase_order_id=order_id,
        node_id=node_id,
        expected_date=expected,
        request_id=f"cli/{uuid.uuid4()}",
    )
    with connected(address, tls_ca) as channel:
        answer = PurchasingServiceStub(channel).PlacePurchaseOrder(request, timeout=TIMEOUT_SECONDS)
    show([answer.purchase_order], as_json=as_json)


@purchase.command()
@click.argument("order_id", metavar="ID")
@click.option("--expected", default="", metavar="DATE", help="The day that the supplier says.")
@click.option("--reference", default="", help="The supplier's own number.")
@client_options
def acknowledge(
    order_id: str, expected: str, reference: str, address: str, tls_ca: str | None, as_json: bool
) -> None:
    """The supplier will deliver."""
    from router.api.v1.purchasing_pb2 import AcknowledgePurchaseOrderRequest
    from router.api.v1.purchasing_pb2_grpc import PurchasingServiceStub

    request = AcknowledgePurchaseOrderRequest(
        purchase_order_id=order_id,
        expected_date=expected,
        reference=reference,
        request_id=f"cli/{uuid.uuid4()}",
    )
    with connected(address, tls_ca) as channel:
        answer = PurchasingServiceStub(channel).AcknowledgePurchaseOrder(request, timeout=TIMEOUT_SECONDS)
    show([answer.purchase_order], as_json=as_json)


@purchase.command()
@click.argument("order_id", metavar="ID")
@click.argument("day", metavar="DATE")
@click.option("--reason", default="", help="Why.")
@client_options
def date(order_id: str, day: str, reason: str, address: str, tls_ca: str | None, as_json: bool) -> None:
    """What is still to come is expected on another day, such as 2026-12-01."""
    from router.api.v1.purchasing_pb2 import ChangePurchaseOrderDateRequest
    from router.api.v1.purchasing_pb2_grpc import PurchasingServiceStub

    request = ChangePurchaseOrderDateRequest(
        purchase_order_id=order_id, expected_date=day, reason=reason, request_id=f"cli/{uuid.uuid4()}"
    )
    with connected(address, tls_ca) as channel:
        answer = PurchasingServiceStub(channel).ChangePurchaseOrderDate(request, timeout=TIMEOUT_SECONDS)
    show([answer.purchase_order], as_json=as_json)


@purchase.command()
@click.argument("order_id", metavar="ID")
@click.argument("units", metavar="[SKU=UNITS[/BROKEN]...]", nargs=-1)
@click.option("--close", is_flag=True, help="What has not arrived now never will.")
@click.option(
    "--extra", "accepts_extra", is_flag=True, help="It is true that so many more came than were ordered."
)
@client_options
def receive(
    order_id: str,
    units: tuple[str, ...],
    close: bool,
    accepts_extra: bool,
    address: str,
    tls_ca: str | None,
    as_json: bool,
) -> None:
    """Book what arrived; without units everything that is to come."""
    from router.api.v1.purchasing_pb2 import PurchasedUnitsReceived, ReceivePurchaseOrderRequest
    from router.api.v1.purchasing_pb2_grpc import PurchasingServiceStub

    lines = []
    for sku, counts in map(read_units, units):
        good, broken = (*counts, 0)[:2]
        lines.append(PurchasedUnitsReceived(sku=sku, quantity=good, damaged=broken))
    request = ReceivePurchaseOrderRequest(
        purchase_order_id=order_id,
        lines=lines,
        close=close,
        accept_extra=accepts_extra,
        request_id=f"cli/{uuid.uuid4()}",
    )
    with connected(address, tls_ca) as channel:
        answer = PurchasingServiceStub(channel).ReceivePurchaseOrder(request, timeout=TIMEOUT_SECONDS)
    show([answer.purchase_order], as_json=as_json)


@purchase.command()
@click.argument("order_id", metavar="ID")
@click.option("--reason", default="", help="Why.")
@client_options
def cancel(order_id: str, reason: str, address: str, tls_ca: str | None, as_json: bool) -> None:
    """What is still to come will not."""
    from router.api.v1.purchasing_pb2 import CancelPurchaseOrderRequest
    from router.api.v1.purchasing_pb2_grpc import PurchasingServiceStub

    request = CancelPurchaseOrderRequest(
        purchase_order_id=order_id, reason=reason, request_id=f"cli/{uuid.uuid4()}"
    )
    with connected(address, tls_ca) as channel:
        answer = PurchasingServiceStub(channel).CancelPurchaseOrder(request, timeout=TIMEOUT_SECONDS)
    show([answer.purchase_order], as_json=as_json)


@purchase.command("list")
@click.option("--all", "with_over", is_flag=True, help="Those that are over, too.")
@click.option("--supplier", "supplier_id", default="", metavar="ID", help="Only those of this supplier.")
@click.option("--node", "node_id", default="", metavar="NODE", help="Only those for this node.")
@client_options
def list_orders(
    with_over: bool, supplier_id: str, node_id: str, address: str, tls_ca: str | None, as_json: bool
) -> None:
    """List what is on order."""
    from router.api.v1.purchasing_pb2 import ListPurchaseOrdersRequest
    from router.api.v1.purchasing_pb2_grpc import PurchasingServiceStub

    request = ListPurchaseOrdersRequest(
        page_size=1_000, supplier_id=supplier_id, node_id=node_id, open_only=not with_over
    )
    with connected(address, tls_ca) as channel:
        answer = PurchasingServiceStub(channel).ListPurchaseOrders(request, timeout=TIMEOUT_SECONDS)
    show(answer.purchase_orders, as_json=as_json)
    if answer.next_page_token:
        click.echo("there are more; ListPurchaseOrders gives them by pages", err=True)


def show(orders: "Iterable[PurchaseOrder]", *, as_json: bool) -> None:
    if as_json:
        print_json(purchase_orders=[as_dict(one) for one in orders])
        return
    table = plain_table(
        "order",
        "supplier",
        "to",
        "state",
        "expected",
        "SKU",
        ">ordered",
        ">received",
        ">damaged",
        ">closed",
        ">to come",
    )
    for one in orders:
        words = (
            one.purchase_order_id,
            one.supplier_id,
            one.node_id,
            enum_word(one, "state"),
            one.expected_date,
        )
        for line in one.lines:
            figures = (line.ordered, line.received, line.damaged, line.closed, line.left)
            table.add_row(*words, line.sku, *(f"{units:,}" if units else "–" for units in figures))
            words = ("", "", "", "", "")
    console().print(table if table.row_count else "nothing is on order")
