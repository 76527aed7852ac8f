"""`router order edit`: what an edit would do, and, with the token of that, doing exactly this."""

from typing import TYPE_CHECKING
from uuid import uuid4

import click

from router.cli.connection import TIMEOUT_SECONDS, client_options, connected
from router.cli.failures import CommandFailed, Exit
from router.cli.output import as_dict, console, print_json
from router.domain.currency import amount_text

if TYPE_CHECKING:
    from router.api.v1.orders_pb2 import EditOrderRequest, EditOrderResponse


@click.command()
@click.argument("order_id", metavar="ID")
@click.option(
    "--line", "lines", multiple=True, metavar="LINE=UNITS", help="Units wanted from now on; 0 removes it."
)
@click.option("--add", "added", multiple=True, metavar="LINE:SKU=UNITS", help="A new line.")
@click.option("--country", default="", metavar="CODE", help="Where it goes instead.")
@click.option("--region", default="", metavar="NAME")
@click.option("--postal-code", default="", metavar="CODE")
@click.option("--by", "levels", multiple=True, metavar="CARRIER/LEVEL", help="By what it may go instead.")
@click.option("--by-any", is_flag=True, help="By whatever is best.")
@click.option(
    "--promise", metavar="DATE", help="The last day promised instead; empty takes the promise away."
)
@click.option("--author", required=True, metavar="WHO", help="Who edits it; the decision record keeps it.")
@click.option("--note", default="", metavar="TEXT", help="Why; the decision record keeps it.")
@click.option("--confirm", "token", default="", metavar="TOKEN", help="Do what was shown with this token.")
@client_options
def edit(
    order_id: str,
    lines: tuple[str, ...],
    added: tuple[str, ...],
    country: str,
    region: str,
    postal_code: str,
    levels: tuple[str, ...],
    by_any: bool,
    promise: str | None,
    author: str,
    note: str,
    token: str,
    address: str,
    tls_ca: str | None,
    as_json: bool,
) -> None:
    """Show what an edit of an order would change; given again with --confirm and the token shown, do it."""
    from router.api.v1.orders_pb2 import EditOrderRequest
    from router.api.v1.orders_pb2_grpc import OrdersServiceStub
    from router.cli.orders.order import currency_of, show_record

    request = EditOrderRequest(
        order_id=order_id, author=author, note=note, confirm_token=token, promise_date=promise
    )
    add_lines(request, lines, added)
    if (region or postal_code) and not country:
        raise CommandFailed(
            Exit.USAGE,
            "give --country too, for where it goes is said anew as a whole: country, region, postal code",
        )
    if country:
        request.destination.country = country
        request.destination.region = region
        request.destination.postal_code = postal_code
    if levels or by_any:
        request.service_levels.SetInParent()
        request.service_levels.service_level_ids.extend(levels)
    if token:
        request.request_id = str(uuid4())
    with connected(address, tls_ca) as channel:
        answer = OrdersServiceStub(channel).EditOrder(request, timeout=TIMEOUT_SECONDS)
        currency = currency_of(channel)
    if as_json:
        print_json(edit=as_dict(answer))
        return
    show_record(answer.record, currency)
    show_edit(answer, currency)


def add_lines(request: "EditOrderRequest", lines: tuple[str, ...], added: tuple[str, ...]) -> None:
    for text in lines:
        line_id, units = parted(text, "--line", "LINE=UNITS such as 1=2")
        request.lines.add(line_id=line_id, quantity=units)
    for text in added:
        name, units = parted(text, "--add", "LINE:SKU=UNITS such as 9:LAMP=2")
        line_id, colon, sku = name.partition(":")
        if not (line_id and colon and sku):
            raise CommandFailed(Exit.USAGE, f"--add is `{text}`, must be LINE:SKU=UNITS such as 9:LAMP=2")
        request.lines.add(line_id=line_id, sku=sku, quantity=units)


def parted(text: str, option: str, like: str) -> tuple[str, int]:
    name, equals, units = text.rpartition("=")
    if not (name and equals and units.isascii() and units.isdigit()):
        raise CommandFailed(Exit.USAGE, f"{option} is `{text}`, must be {like}")
    return name, int(units)


def show_edit(answer: "EditOrderResponse", currency: str) -> None:
    screen = console()
    before, after = (
        amount_text(one, currency) for one in (answer.cost_before_minor, answer.cost_after_minor)
    )
    days = (
        f"{answer.delivery_date_before or 'nothing ships'} → {answer.delivery_date_after or 'nothing ships'}"
    )
    screen.print(f"cost {before} → {after} {currency}; last delivery {days}")
    for what, ids in (
        ("withdrawn", answer.withdrawn_shipment_ids),
        ("added", answer.added_shipment_ids),
        ("kept", answer.kept_shipment_ids),
    ):
        if ids:
            screen.print(f"{what}: {', '.join(ids)}")
    goods = f"goods {amount_text(answer.goods_minor, currency)} {currency}"
    if answer.uncovered_minor:
        goods += f", of which {amount_text(answer.uncovered_minor, currency)} are not covered by payments yet"
    screen.print(goods)
    if not answer.booked:
        screen.print(f"nothing was done; to do exactly this: --confirm {answer.confirm_token}", style="bold")
