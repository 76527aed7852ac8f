"""`router order reject` and `exceptions`: a node does not ship, and the orders that were rejected too often."""

from uuid import uuid4

import click

from router.cli.connection import TIMEOUT_SECONDS, client_options, connected, page_options
from router.cli.failures import CommandFailed, Exit
from router.cli.output import as_dict, console, plain_table, print_json, say_more


@click.command()
@click.argument("shipment_id", metavar="SHIPMENT")
@click.option(
    "--reason", "reason_code", required=True, metavar="CODE", help="A code of yours: NOT_FOUND, CLOSED …"
)
@click.option(
    "--missing",
    multiple=True,
    metavar="SKU=UNITS",
    help="Units that are not there; may be given several times.",
)
@click.option(
    "--cool-off",
    "cool_off_seconds",
    type=click.IntRange(min=0),
    metavar="SECONDS",
    help="How long the node is offered none of its products.  [default: 14400]",
)
@click.option(
    "--node",
    "node_id",
    default="",
    metavar="NODE",
    help="Which node rejects: one that units still have to move from.  [default: the one that ships]",
)
@client_options
def reject(
    shipment_id: str,
    reason_code: str,
    missing: tuple[str, ...],
    cool_off_seconds: int | None,
    node_id: str,
    address: str,
    tls_ca: str | None,
    as_json: bool,
) -> None:
    """Say that a node does not ship SHIPMENT (`ORDER/NUMBER`); the order is decided again at once."""
    from router.api.v1.orders_pb2 import RejectShipmentRequest
    from router.api.v1.orders_pb2_grpc import OrdersServiceStub
    from router.cli.orders.course import read_course
    from router.cli.orders.order import currency_of, show_record

    request = RejectShipmentRequest(
        shipment_id=shipment_id,
        reason_code=reason_code,
        cool_off_seconds=cool_off_seconds,
        request_id=str(uuid4()),
        node_id=node_id,
    )
    for text in missing:
        sku, units = missing_of(text)
        request.missing.add(sku=sku, quantity=units)
    with connected(address, tls_ca) as channel:
        answer = OrdersServiceStub(channel).RejectShipment(request, timeout=TIMEOUT_SECONDS)
        course, currency = read_course(channel, answer.record), currency_of(channel)
    if as_json:
        print_json(rejection=as_dict(answer))
        return
    show_record(answer.record, currency, course)
    if answer.exception:
        console().print(
            f"rejected {answer.rejection_count} times: look at it, then router order reroute"
            f" {answer.record.order.order_id}",
            style="bold",
        )


def missing_of(text: str) -> tuple[str, int]:
    sku, equals, units = text.rpartition("=")
    if not (sku and equals and units.isascii() and units.isdigit()):
        raise CommandFailed(Exit.USAGE, f"--missing is `{text}`, must be SKU=UNITS such as LAMP=1")
    return sku, int(units)


@click.command()
@page_options
@client_options
def exceptions(limit: int, page_token: str, address: str, tls_ca: str | None, as_json: bool) -> None:
    """List orders with waiting units that nodes rejected so often that nothing decides them by itself."""
    from router.api.v1.orders_pb2 import ListExceptionsRequest
    from router.api.v1.orders_pb2_grpc import OrdersServiceStub

    request = ListExceptionsRequest(page_size=limit, page_token=page_token)
    with connected(address, tls_ca) as channel:
        page = OrdersServiceStub(channel).ListExceptions(request, timeout=TIMEOUT_SECONDS)
    if as_json:
        found = [as_dict(one) for one in page.exceptions]
        print_json(exceptions=found, next_page_token=page.next_page_token)
        return
    table = plain_table("order", "rejected", "last", "what")
    for one in page.exceptions:
        table.add_row(one.order_id, f"{one.rejection_count} times", one.shipment_id, one.text)
    console().print(table if page.exceptions else "no exceptions")
    say_more(page.next_page_token)
