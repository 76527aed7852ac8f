"""`router order hold` and `release`: an order waits for a person, and a person lets it go."""

from uuid import uuid4

import click

from router.cli.connection import TIMEOUT_SECONDS, client_options, connected
from router.cli.output import as_dict, console, print_json

REASONS = ("FRAUD", "ADDRESS", "APPROVAL", "PAYMENT", "OTHER")


@click.command()
@click.argument("order_id", metavar="ID")
@click.option("--reason", required=True, type=click.Choice(REASONS), help="Why it must wait.")
@click.option("--author", required=True, metavar="WHO", help="Who holds it.")
@client_options
def hold(order_id: str, reason: str, author: str, address: str, tls_ca: str | None, as_json: bool) -> None:
    """Hold an order that has not begun: it gives back what it reserved, and nothing of it ships until its release."""
    from router.api.v1.orders_pb2 import HoldOrderRequest, HoldReason
    from router.api.v1.orders_pb2_grpc import OrdersServiceStub
    from router.cli.orders.course import read_course
    from router.cli.orders.order import currency_of, show_record

    request = HoldOrderRequest(
        order_id=order_id,
        reason=HoldReason.Value(f"HOLD_REASON_{reason}"),
        author=author,
        request_id=str(uuid4()),
    )
    with connected(address, tls_ca) as channel:
        answer = OrdersServiceStub(channel).HoldOrder(request, timeout=TIMEOUT_SECONDS)
        currency, course = currency_of(channel), read_course(channel, answer.record)
    if as_json:
        print_json(hold=as_dict(answer))
        return
    show_record(answer.record, currency, course)
    units = answer.released_quantity
    console().print(
        f"held, {units:,} unit{'' if units == 1 else 's'} given back;"
        f" to let it go: router order release {order_id} --author WHO"
    )


@click.command()
@click.argument("order_id", metavar="ID")
@click.option("--author", required=True, metavar="WHO", help="Who releases it; the decision record keeps it.")
@click.option("--note", default="", metavar="TEXT", help="Why; the decision record keeps it.")
@client_options
def release(order_id: str, author: str, note: str, address: str, tls_ca: str | None, as_json: bool) -> None:
    """Release an order that a person or a rule holds; it is decided again at once, and no rule holds it any more."""
    from router.api.v1.orders_pb2 import ReleaseOrderRequest
    from router.api.v1.orders_pb2_grpc import OrdersServiceStub
    from router.cli.orders.course import read_course
    from router.cli.orders.order import currency_of, show_record

    request = ReleaseOrderRequest(order_id=order_id, author=author, note=note, request_id=str(uuid4()))
    with connected(address, tls_ca) as channel:
        answer = OrdersServiceStub(channel).ReleaseOrder(request, timeout=TIMEOUT_SECONDS)
        currency, course = currency_of(channel), read_course(channel, answer.record)
    if as_json:
        print_json(release=as_dict(answer))
        return
    show_record(answer.record, currency, course)
