"""`router purchase waiting`, `limit` and `limits`: who waits for a product, and how many may."""

import uuid

import click

from router.cli.connection import TIMEOUT_SECONDS, client_options, connected
from router.cli.failures import CommandFailed, Exit
from router.cli.output import as_dict, console, plain_table, print_json

ANY = "any"


@click.command()
@click.argument("sku", metavar="SKU")
@click.option(
    "--tier", "tiers", multiple=True, help="A tier that is served first; may be given several times."
)
@click.option("--limit", default=100, show_default=True, type=click.IntRange(1, 1_000))
@client_options
def waiting(
    sku: str, tiers: tuple[str, ...], limit: int, address: str, tls_ca: str | None, as_json: bool
) -> None:
    """Who waits for a product, in the order of service, and when it can be there."""
    from router.api.v1.purchasing_pb2 import ListBackordersRequest
    from router.api.v1.purchasing_pb2_grpc import PurchasingServiceStub

    request = ListBackordersRequest(sku=sku, tiers=tiers, page_size=limit)
    with connected(address, tls_ca) as channel:
        found = PurchasingServiceStub(channel).ListBackorders(request, timeout=TIMEOUT_SECONDS)
    if as_json:
        print_json(**as_dict(found))
        return
    from router.cli.orders.order import source_name

    table = plain_table("order", "line", ">units", "promised", "tier", "expected", "brought by")
    for one in found.backorders:
        table.add_row(
            one.order_id,
            one.line_id,
            f"{one.quantity:,}",
            one.promise_date or "–",
            one.tier or "–",
            one.expected_date or "unknown",
            ", ".join(map(source_name, one.sources)) or "–",
        )
    console().print(table if table.row_count else f"nobody waits for {sku}")


@click.command()
@click.argument("limits", metavar="SKU=UNITS|any...", nargs=-1, required=True)
@client_options
def limit(limits: tuple[str, ...], address: str, tls_ca: str | None, as_json: bool) -> None:
    """How many units of a product may wait; what orders want beyond that is canceled."""
    from router.api.v1.purchasing_pb2 import BackorderLimit, PutBackorderLimitsRequest
    from router.api.v1.purchasing_pb2_grpc import PurchasingServiceStub

    asked = [
        BackorderLimit(sku=sku) if units is None else BackorderLimit(sku=sku, units=units)
        for sku, units in map(read_limit, limits)
    ]
    request = PutBackorderLimitsRequest(limits=asked, request_id=f"cli/{uuid.uuid4()}")
    with connected(address, tls_ca) as channel:
        answer = PurchasingServiceStub(channel).PutBackorderLimits(request, timeout=TIMEOUT_SECONDS)
    if as_json:
        print_json(put=as_dict(answer))
        return
    count = answer.limit_count
    console().print(f"{count} limit{'' if count == 1 else 's'} put")


@click.command("limits")
@client_options
def list_limits(address: str, tls_ca: str | None, as_json: bool) -> None:
    """List the products of which only so many units may wait."""
    from router.api.v1.purchasing_pb2 import ListBackorderLimitsRequest
    from router.api.v1.purchasing_pb2_grpc import PurchasingServiceStub

    with connected(address, tls_ca) as channel:
        stub = PurchasingServiceStub(channel)
        found = stub.ListBackorderLimits(ListBackorderLimitsRequest(), timeout=TIMEOUT_SECONDS)
    if as_json:
        print_json(limits=[as_dict(one) for one in found.limits])
        return
    for one in found.limits:
        console().print(f"{one.sku}  at most {one.units:,} may wait")
    if not found.limits:
        console().print("any number of any product may wait")


def read_limit(text: str) -> tuple[str, int | None]:
    """`RED-CLOCK=50`, or `RED-CLOCK=any`."""
    sku, equals, units = text.rpartition("=")
    if not (equals and sku and (units == ANY or (units.isascii() and units.isdigit()))):
        raise CommandFailed(Exit.USAGE, f"`{text}` must read like RED-CLOCK=50 or RED-CLOCK=any")
    return sku, None if units == ANY else int(units)
