"""`router pick`: the work of a node: begin on shipments, walk, scan, say what is missing, label, hand over."""

import sys
import time
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import click

from router.cli.connection import TIMEOUT_SECONDS, client_options, connected
from router.cli.failures import CommandFailed, Exit
from router.cli.groups import Group
from router.cli.output import as_dict, console, count_of, enum_word, plain_table, print_json
from router.cli.samples import refuse_unwritable, write_file
from router.domain.limits import COOL_OFF_SECONDS

if TYPE_CHECKING:
    import grpc

    from router.api.v1.fulfillment_pb2 import GetPickListResponse
    from router.api.v1.fulfillment_pb2_grpc import FulfillmentServiceStub

PAPERS = {"pdf": "PDF", "zpl": "ZPL", "packing-list": "PACKING_LIST_PDF"}


@click.group(cls=Group)
def pick() -> None:
    """The work of a node: begin on shipments, walk, scan, label and hand over."""


@pick.command()
@click.argument("shipment_ids", metavar="[SHIPMENT...]", nargs=-1)
@click.option(
    "--node", default="", metavar="NODE", help="All of this node that are due, instead of named ones."
)
@click.option(
    "--hours", default=0.0, metavar="HOURS", help="With --node: due is what must leave within so many hours."
)
@client_options
def release(
    shipment_ids: tuple[str, ...], node: str, hours: float, address: str, tls_ca: str | None, as_json: bool
) -> None:
    """Let a node begin on shipments; they are not decided otherwise any more."""
    from router.api.v1.fulfillment_pb2 import ReleaseShipmentsRequest

    if bool(shipment_ids) == bool(node):
        raise CommandFailed(Exit.USAGE, "name shipments, or a node with --node, one of both")
    request = ReleaseShipmentsRequest(node_id=node, shipment_ids=shipment_ids, request_id=new_key())
    if node:
        request.begin_by.FromSeconds(int(time.time() + 3_600 * hours))
    with connected(address, tls_ca) as channel:
        answer = fulfillment(channel).ReleaseShipments(request, timeout=TIMEOUT_SECONDS)
    if as_json:
        print_json(released=as_dict(answer))
        return
    console().print(" ".join(answer.shipment_ids) or "nothing is due")


@pick.command()
@click.argument("node", metavar="NODE")
@click.option(
    "--shipment", "shipment_ids", multiple=True, metavar="ID", help="Exactly these; may be repeated."
)
@click.option("--at-most", default=0, metavar="COUNT", help="At most so many shipments.  [default: 20]")
@client_options
def wave(
    node: str, shipment_ids: tuple[str, ...], at_most: int, address: str, tls_ca: str | None, as_json: bool
) -> None:
    """Take released shipments of NODE together, the most urgent first, and show what to fetch for them."""
    from router.api.v1.fulfillment_pb2 import CreatePickWaveRequest, GetPickListRequest

    request = CreatePickWaveRequest(
        node_id=node, shipment_ids=shipment_ids, shipments_max=at_most, request_id=new_key()
    )
    with connected(address, tls_ca) as channel:
        stub = fulfillment(channel)
        made = stub.CreatePickWave(request, timeout=TIMEOUT_SECONDS)
        if not made.wave_id:
            console().print(f"nothing of {node} is released")
            return
        found = stub.GetPickList(GetPickListRequest(wave_id=made.wave_id), timeout=TIMEOUT_SECONDS)
    show_list(found, as_json=as_json)


@pick.command("list")
@click.argument("name", metavar="WAVE|SHIPMENT")
@client_options
def pick_list(name: str, address: str, tls_ca: str | None, as_json: bool) -> None:
    """Show what is left to fetch, in the order of a short walk."""
    from router.api.v1.fulfillment_pb2 import GetPickListRequest

    by = {"shipment_id": name} if "/" in name else {"wave_id": name}
    with connected(address, tls_ca) as channel:
        found = fulfillment(channel).GetPickList(GetPickListRequest(**by), timeout=TIMEOUT_SECONDS)
    show_list(found, as_json=as_json)


def show_list(found: "GetPickListResponse", *, as_json: bool) -> None:
    if as_json:
        print_json(pick_list=as_dict(found))
        return
    screen = console()
    walk = f", {found.walk_cm / 100:,.0f} m to walk" if found.walk_cm else ""
    screen.print(f"{found.wave_id} at {found.node_id}{walk}", style="bold")
    table = plain_table("bin", "SKU", ">units", "for")
    for item in found.items:
        by_shipment: Counter[str] = Counter()
        for part in item.parts:
            by_shipment[part.shipment_id] += part.quantity
        goals = ", ".join(f"{units:,} {shipment_id}" for shipment_id, units in by_shipment.items())
        sku = f"{item.sku} lot {item.lot}" if item.lot else item.sku
        table.add_row(item.bin_label or "–", sku, f"{item.quantity:,}", goals)
    screen.print(table if found.items else "nothing is left to fetch")


@pick.command()
@click.argument("shipment_id", metavar="SHIPMENT")
@click.argument("units", metavar="SKU[=UNITS]")
@click.option("--lot", default="", help="The lot that was scanned.")
@client_options
def scan(shipment_id: str, units: str, lot: str, address: str, tls_ca: str | None, as_json: bool) -> None:
    """Say that units are off the shelf for SHIPMENT; what it does not expect is refused."""
    from router.api.v1.fulfillment_pb2 import ConfirmPickRequest

    sku, quantity = units_of(units)
    request = ConfirmPickRequest(
        shipment_id=shipment_id, sku=sku, quantity=quantity, lot=lot, request_id=new_key()
    )
    with connected(address, tls_ca) as channel:
        answer = fulfillment(channel).ConfirmPick(request, timeout=TIMEOUT_SECONDS)
    tell(answer, as_json=as_json)


@pick.command()
@click.argument("shipment_id", metavar="SHIPMENT")
@click.argument("units", metavar="SKU[=UNITS]")
@click.option("--reason", required=True, metavar="CODE", help="Why, such as EMPTY_BIN or DAMAGED.")
@click.option("--lot", default="", help="The lot that is missing.")
@click.option("--bin-empty", is_flag=True, help="Nothing of it is there, whatever the books say.")
@click.option(
    "--cool-off",
    "cool_off_seconds",
    default=COOL_OFF_SECONDS,
    show_default=True,
    type=click.IntRange(min=0),
    metavar="SECONDS",
    help="How long the node is offered none of it; 0: what the books have left of it is believed.",
)
@client_options
def short(
    shipment_id: str,
    units: str,
    reason: str,
    lot: str,
    bin_empty: bool,
    cool_off_seconds: int,
    address: str,
    tls_ca: str | None,
    as_json: bool,
) -> None:
    """Say that units for SHIPMENT are not there; they leave the books, and the order is decided again."""
    from router.api.v1.fulfillment_pb2 import ShortPickRequest

    sku, quantity = units_of(units)
    request = ShortPickRequest(
        shipment_id=shipment_id,
        sku=sku,
        quantity=quantity,
        reason=reason,
        lot=lot,
        bin_empty=bin_empty,
        cool_off_seconds=cool_off_seconds,
        request_id=new_key(),
    )
    with connected(address, tls_ca) as channel:
        answer = fulfillment(channel).ShortPick(request, timeout=TIMEOUT_SECONDS)
    tell(answer, as_json=as_json)


@pick.command()
@click.argument("shipment_id", metavar="SHIPMENT")
@click.option("--format", "paper", type=click.Choice(sorted(PAPERS)), default="pdf", show_default=True)
@click.option("--out", type=click.Path(dir_okay=False), metavar="FILE", help="Instead of standard output.")
@client_options
def label(
    shipment_id: str, paper: str, out: str | None, address: str, tls_ca: str | None, as_json: bool
) -> None:
    """Write the labels of SHIPMENT, one for each parcel, or its packing list."""
    from router.api.v1.fulfillment_pb2 import GetLabelRequest, LabelFormat

    path = Path(out) if out else None
    refuse_unwritable(path)
    if path is None and paper != "zpl" and not as_json and sys.stdout.isatty():
        raise click.UsageError("a PDF cannot be read in a terminal; name a file with --out")
    wanted = LabelFormat.Value(f"LABEL_FORMAT_{PAPERS[paper]}")
    request = GetLabelRequest(shipment_id=shipment_id, format=wanted)
    with connected(address, tls_ca) as channel:
        answer = fulfillment(channel).GetLabel(request, timeout=TIMEOUT_SECONDS)
    if as_json:
        print_json(label=as_dict(answer))
    elif path is None:
        sys.stdout.buffer.write(answer.content)
    else:
        write_file(path, answer.content)
        console().print(f"{out}: {count_of(answer.parcel_count, 'parcel')}")


@pick.command()
@click.argument("shipment_id", metavar="SHIPMENT")
@click.option("--tracking", default="", metavar="NUMBER", help="What its carrier calls it.")
@client_options
def dispatch(shipment_id: str, tracking: str, address: str, tls_ca: str | None, as_json: bool) -> None:
    """Say that SHIPMENT left; `router carrier close` does it for all that is on a manifest."""
    from router.api.v1.orders_pb2 import DispatchShipmentRequest
    from router.api.v1.orders_pb2_grpc import OrdersServiceStub

    request = DispatchShipmentRequest(shipment_id=shipment_id, tracking_number=tracking, request_id=new_key())
    with connected(address, tls_ca) as channel:
        answer = OrdersServiceStub(channel).DispatchShipment(request, timeout=TIMEOUT_SECONDS)
    if as_json:
        print_json(order=as_dict(answer.record))
        return
    console().print(
        f"{shipment_id} left; order {answer.record.order.order_id} is {enum_word(answer.record, 'state')}"
    )


def tell(answer: Any, *, as_json: bool) -> None:
    """Where a shipment is after a scan."""
    if as_json:
        print_json(shipment=as_dict(answer))
        return
    left = f", {answer.left_to_pick:,} left to fetch" if answer.left_to_pick else ""
    console().print(f"{answer.shipment_id} {enum_word(answer, 'state')}{left}")
    for one in getattr(answer, "put_back", ()):
        console().print(f"put back {one.quantity:,} {one.sku}: the kit it is of comes whole from elsewhere")


def units_of(text: str) -> tuple[str, int]:
    """`RED-CLOCK=2`, or one unit. Refuses with exit code 2 what is no number of units."""
    sku, _, count = text.partition("=")
    if not sku or (count and not (count.isascii() and count.isdigit())):
        raise CommandFailed(Exit.USAGE, f"`{text}` must be SKU or SKU=UNITS such as RED-CLOCK=2")
    return sku, int(count or 1)


def fulfillment(channel: "grpc.Channel") -> "FulfillmentServiceStub":
    from router.api.v1.fulfillment_pb2_grpc import FulfillmentServiceStub

    return FulfillmentServiceStub(channel)


def new_key() -> str:
    return f"cli/{uuid4()}"
