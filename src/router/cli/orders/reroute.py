"""`router order reroute`: orders decided again, by name or page by page of all that can still move."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import click

from router.cli.connection import TIMEOUT_SECONDS, client_options, connected
from router.cli.failures import CommandFailed, Exit
from router.cli.output import as_dict, console, enum_word, plain_table, print_json
from router.domain.currency import amount_text

if TYPE_CHECKING:
    import grpc

    from router.api.v1.routing_pb2 import RerouteResult

REASONS = ("REQUEST", "SCHEDULE", "RECEIPT", "OUTAGE", "SHORTFALL", "REJECT")
PAGE_ORDERS = 100


@click.command()
@click.argument("order_ids", metavar="[ID]...", nargs=-1)
@click.option("--all", "is_all", is_flag=True, help="Every order that is not dispatched or canceled.")
@click.option("--waiting", is_flag=True, help="Only orders with units that wait, by promise, tier and age.")
@click.option("--sku", default="", help="Only orders of this product.")
@click.option("--node", "node_id", default="", help="Only orders with units reserved at this node.")
@click.option("--tier", "tiers", multiple=True, help="A tier to serve first; may be given several times.")
@click.option(
    "--move-price",
    "move_price",
    type=click.IntRange(min=0),
    metavar="MINOR",
    help="What each shipment that changes must save.  [default: as the server is set]",
)
@click.option("--reason", type=click.Choice(REASONS), default="REQUEST", show_default=True)
@click.option("--dry-run", is_flag=True, help="Say what would move, each order alone, and write nothing.")
@client_options
def reroute(
    order_ids: tuple[str, ...], address: str, tls_ca: str | None, as_json: bool, **asked: Any
) -> None:
    """Decide orders again whose shipments have not begun: those named, or a part of the pool.

    An order moves only when that is better than staying by more than the price of its changes, or when what stands
    cannot be kept. Shipments past their node's cut-off stay.
    """
    selects = [name for name in ("is_all", "waiting", "sku", "node_id") if asked[name]]
    if bool(order_ids) == bool(selects):
        raise CommandFailed(
            Exit.USAGE, "name orders, or say which with --all, --waiting, --sku or --node; one of both"
        )
    with connected(address, tls_ca) as channel:
        results = list(ask(channel, order_ids, asked))
        from router.cli.orders.order import currency_of

        currency = currency_of(channel) if results else ""
    if as_json:
        print_json(results=[as_dict(one) for one in results])
        return
    show_results(results, currency, is_dry=asked["dry_run"])


def ask(
    channel: "grpc.Channel", order_ids: tuple[str, ...], asked: dict[str, Any]
) -> "Iterator[RerouteResult]":
    """Outcomes of all pages; each page is booked by itself."""
    from router.api.v1.routing_pb2 import RerouteOrdersRequest, ReroutePool, RerouteReason
    from router.api.v1.routing_pb2_grpc import RoutingServiceStub

    pool = None
    if not order_ids:
        pool = ReroutePool(
            waiting_only=asked["waiting"], sku=asked["sku"], node_id=asked["node_id"], tiers=asked["tiers"]
        )
    page_token = ""
    while True:
        request = RerouteOrdersRequest(
            order_ids=order_ids,
            pool=pool,
            page_size=PAGE_ORDERS,
            page_token=page_token,
            move_price_minor=asked["move_price"],
            reason=RerouteReason.Value(f"REROUTE_REASON_{asked['reason']}"),
            validate_only=asked["dry_run"],
            request_id=str(uuid4()),
        )
        answer = RoutingServiceStub(channel).RerouteOrders(request, timeout=TIMEOUT_SECONDS)
        yield from answer.results
        page_token = answer.next_page_token
        if not page_token:
            return


def show_results(results: "list[RerouteResult]", currency: str, *, is_dry: bool) -> None:
    screen = console()
    told = [one for one in results if enum_word(one, "outcome") in ("MOVED", "REFUSED")]
    if told:
        table = plain_table("order", "outcome", ">withdrawn", ">added", ">saves", "")
        for one in told:
            table.add_row(*row_of(one, currency))
        screen.print(table)
    counts = dict.fromkeys(("MOVED", "STAYED", "FROZEN", "REFUSED"), 0)
    for one in results:
        counts[enum_word(one, "outcome")] += 1
    summary = ", ".join(f"{count:,} {word.lower()}" for word, count in counts.items() if count)
    dry = "; nothing was written" if is_dry else ""
    screen.print(f"{summary or 'no order can move'}{dry}", style="dim")


def row_of(one: "RerouteResult", currency: str) -> tuple[str, ...]:
    saved = amount_text(one.saved_minor, currency) if one.HasField("saved_minor") else "–"
    if one.HasField("error"):
        return one.order_id, "REFUSED", "–", "–", "–", one.error.message
    why = f"why: router order why {one.order_id}" if one.decision_id else ""
    return (
        one.order_id,
        enum_word(one, "outcome"),
        str(one.withdrawn_shipments),
        str(one.added_shipments),
        saved,
        why,
    )
