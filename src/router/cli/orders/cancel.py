"""`router order cancel`: units that nobody wants any more, looked at first if need be."""

from uuid import uuid4

import click

from router.cli.connection import TIMEOUT_SECONDS, client_options, connected
from router.cli.orders.edit import parted
from router.cli.output import as_dict, console, count_of, print_json


@click.command()
@click.argument("order_id", metavar="ID")
@click.option(
    "--line",
    "lines",
    multiple=True,
    metavar="LINE=UNITS",
    help="So many units of a line; may be repeated.  [default: all that has not left]",
)
@click.option("--reason", default="", metavar="TEXT", help="Why; the event of the cancellation says it.")
@click.option("--preview", is_flag=True, help="Only show what it would come to.")
@client_options
def cancel(
    order_id: str,
    lines: tuple[str, ...],
    reason: str,
    preview: bool,
    address: str,
    tls_ca: str | None,
    as_json: bool,
) -> None:
    """Cancel an order, or units of it, that have not left: units that wait first, then those that are reserved."""
    from router.api.v1.orders_pb2 import CancelOrderRequest
    from router.api.v1.orders_pb2_grpc import OrdersServiceStub
    from router.cli.orders.course import read_course
    from router.cli.orders.order import currency_of, show_lines, show_record

    request = CancelOrderRequest(order_id=order_id, reason=reason, validate_only=preview)
    for text in lines:
        line_id, units = parted(text, "--line", "LINE=UNITS such as 1=2")
        request.lines.add(line_id=line_id, quantity=units)
    if not preview:
        request.request_id = f"cli/{uuid4()}"
    with connected(address, tls_ca) as channel:
        answer = OrdersServiceStub(channel).CancelOrder(request, timeout=TIMEOUT_SECONDS)
        course, currency = read_course(channel, answer.record), currency_of(channel)
    if as_json:
        print_json(canceled=as_dict(answer))
        return
    given_back = count_of(answer.released_quantity, "unit")
    if preview:
        show_lines(answer.record)
        console().print(f"{given_back} would be given back; nothing is booked")
    else:
        show_record(answer.record, currency, course)
        console().print(f"{given_back} given back")
