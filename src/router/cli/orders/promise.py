"""`router promise`: when a cart would arrive by each service level, and what would wait."""

from typing import TYPE_CHECKING

import click

from router.cli.connection import TIMEOUT_SECONDS, client_options, connected
from router.cli.failures import CommandFailed, Exit
from router.cli.output import as_dict, console, plain_table, print_json
from router.domain.currency import amount_text

if TYPE_CHECKING:
    from router.api.v1.order_pb2 import OrderLine
    from router.api.v1.routing_pb2 import Promise


@click.command()
@click.argument("units", metavar="SKU[=UNITS]...", nargs=-1, required=True)
@click.option(
    "--to", "place", metavar="COUNTRY/POSTAL", required=True, help="Where it goes, such as US/60601."
)
@click.option("--channel", "sales_channel", default="web", show_default=True, help="The sales channel.")
@click.option("--tier", default="", help="The customer's tier.")
@click.option("--accepts-substitutes", is_flag=True, help="The customer takes what rules offer instead.")
@click.option(
    "--by", "levels", metavar="LEVEL", multiple=True, help="Only this service level; may be repeated."
)
@client_options
def promise(
    units: tuple[str, ...],
    place: str,
    sales_channel: str,
    tier: str,
    accepts_substitutes: bool,
    levels: tuple[str, ...],
    address: str,
    tls_ca: str | None,
    as_json: bool,
) -> None:
    """Say when a cart would arrive by each service level, what it would cost to send, and what would wait."""
    from router.api.v1.order_pb2 import Destination, Order
    from router.api.v1.routing_pb2 import QuotePromiseRequest
    from router.api.v1.routing_pb2_grpc import RoutingServiceStub
    from router.cli.orders.order import currency_of, stand_ins_of

    country, _, postal_code = place.partition("/")
    cart = Order(
        channel=sales_channel,
        tier=tier,
        accepts_substitutes=accepts_substitutes,
        destination=Destination(country=country, postal_code=postal_code),
        lines=[line_of(number, text) for number, text in enumerate(units, start=1)],
    )
    with connected(address, tls_ca) as channel:
        request = QuotePromiseRequest(order=cart, service_level_ids=levels)
        answer = RoutingServiceStub(channel).QuotePromise(request, timeout=TIMEOUT_SECONDS)
        currency = currency_of(channel)
    if as_json:
        print_json(**as_dict(answer), currency=currency)
        return
    is_swapped = any(stand_ins_of(one.plan) for one in answer.promises)
    table = plain_table("by", "arrives", "from", "waits", *(["instead"] if is_swapped else []), ">costs us")
    for one in answer.promises:
        nodes = dict.fromkeys(shipment.node_id for shipment in one.plan.shipments)
        table.add_row(
            one.service_level_id or "any",
            one.delivery_date or "nothing ships",
            ", ".join(nodes) or "–",
            waits(one),
            *([swaps(stand_ins_of(one.plan))] if is_swapped else []),
            amount_text(one.plan.total_minor, currency),
            style="bold" if not one.service_level_id else "",
        )
    console().print(table)


def line_of(number: int, text: str) -> "OrderLine":
    """`AUD-0001` is one unit, `AUD-0001=2` are two."""
    from router.api.v1.order_pb2 import OrderLine

    sku, equals, count = text.rpartition("=")
    if not equals:
        sku, count = text, "1"
    if not (sku and count.isascii() and count.isdigit()):
        raise CommandFailed(Exit.USAGE, f"`{text}` must read like AUD-0001 or AUD-0001=2")
    return OrderLine(line_id=str(number), sku=sku, quantity=int(count))


def waits(promise: "Promise") -> str:
    """`2 AUD-0001 until 2026-03-09`, or why the units do not ship."""
    days = {one.line_id: one.expected_date for one in promise.restocks}
    words = []
    for one in promise.plan.unshipped:
        day = days.get(one.line_id, "") or one.until_date
        words.append(f"{one.quantity:,} {one.sku} " + (f"until {day}" if day else one.reason))
    return ", ".join(words)


def swaps(stand_ins: "dict[tuple[str, str, str], int]") -> str:
    """`1 BLUE-CLOCK for RED-CLOCK`."""
    return ", ".join(f"{units:,} {sku} for {asked_sku}" for (_, sku, asked_sku), units in stand_ins.items())
