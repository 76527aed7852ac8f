"""`router purchase suggest` and `promisable`: what to order, and what can be promised of what is to come."""

import uuid

import click

from router.cli.connection import TIMEOUT_SECONDS, client_options, connected
from router.cli.output import as_dict, console, plain_table, print_json
from router.cli.purchases.purchase import show
from router.domain.currency import money_text


@click.command()
@click.argument("skus", metavar="[SKU...]", nargs=-1)
@click.option("--supplier", "supplier_id", default="", metavar="ID", help="Only of this supplier.")
@click.option("--service", default=975, show_default=True, help="Per mille of deliveries that come in time.")
@click.option("--review", default=1, show_default=True, help="Days between two looks at stock.")
@click.option("--history", default=56, show_default=True, help="Days of past orders that count.")
@click.option("--holding", default=25, show_default=True, help="Percent a year that stock costs.")
@click.option("--place", "is_placing", is_flag=True, help="Place the orders, too, that suppliers take.")
@client_options
def suggest(
    skus: tuple[str, ...],
    supplier_id: str,
    service: int,
    review: int,
    history: int,
    holding: int,
    is_placing: bool,
    address: str,
    tls_ca: str | None,
    as_json: bool,
) -> None:
    """What to order of whom, and why this much; without SKUs all that is offered."""
    from router.api.v1.purchasing_pb2 import (
        PlacePurchaseOrderRequest,
        SuggestPurchasesRequest,
        UnitsToPurchase,
    )
    from router.api.v1.purchasing_pb2_grpc import PurchasingServiceStub
    from router.cli.orders.order import currency_of

    request = SuggestPurchasesRequest(
        skus=skus,
        supplier_id=supplier_id,
        service_permille=service,
        review_days=review,
        history_days=history,
        holding_percent=holding,
    )
    placed = []
    with connected(address, tls_ca) as channel:
        stub = PurchasingServiceStub(channel)
        found = stub.SuggestPurchases(request, timeout=TIMEOUT_SECONDS)
        for one in found.orders if is_placing else ():
            if not one.below_minimum:
                order = PlacePurchaseOrderRequest(
                    supplier_id=one.supplier_id,
                    node_id=one.node_id,
                    lines=[UnitsToPurchase(sku=line.sku, quantity=line.quantity) for line in one.lines],
                    reference="suggested",
                    request_id=f"cli/{uuid.uuid4()}",
                )
                placed.append(stub.PlacePurchaseOrder(order, timeout=TIMEOUT_SECONDS).purchase_order)
        currency = currency_of(channel)
    if as_json:
        print_json(**as_dict(found), placed=[as_dict(one) for one in placed])
        return
    screen = console()
    for one in found.orders:
        small = "; it takes no order as small as this" if one.below_minimum else ""
        screen.print(f"{one.supplier_id} to {one.node_id}, {money_text(one.value_minor, currency)}{small}")
        for line in one.lines:
            screen.print(f"  {line.quantity:,} {line.sku}: {line.why}")
    if found.without_supplier:
        screen.print(f"wait, and nobody offers them: {', '.join(found.without_supplier)}")
    if not (found.orders or found.without_supplier):
        screen.print("nothing is to be ordered")
    if placed:
        show(placed, as_json=False)


@click.command()
@click.argument("skus", metavar="SKU...", nargs=-1, required=True)
@client_options
def promisable(skus: tuple[str, ...], address: str, tls_ca: str | None, as_json: bool) -> None:
    """How many units can be promised by which day, after all that wait already."""
    from router.api.v1.purchasing_pb2 import GetAvailableToPromiseRequest
    from router.api.v1.purchasing_pb2_grpc import PurchasingServiceStub

    with connected(address, tls_ca) as channel:
        stub = PurchasingServiceStub(channel)
        found = stub.GetAvailableToPromise(GetAvailableToPromiseRequest(skus=skus), timeout=TIMEOUT_SECONDS)
    if as_json:
        print_json(**as_dict(found))
        return
    table = plain_table("SKU", "from", ">comes", ">can be promised", ">wait")
    for one in found.products:
        table.add_row(one.sku, "now", "–", f"{one.free:,}", f"{one.waiting:,}")
        for day in one.days:
            table.add_row("", day.date, f"{day.inbound:,}", f"{day.available:,}", "")
        if one.undated:
            table.add_row("", "unknown", f"{one.undated:,}", "–", "")
    console().print(table)
