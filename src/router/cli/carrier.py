"""`router carrier`: pack shipments, book them with carriers and hand them over."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import uuid4

import click

from router.cli.connection import TIMEOUT_SECONDS, client_options, connected, page_options
from router.cli.failures import CommandFailed, Exit
from router.cli.groups import Group
from router.cli.output import as_dict, console, count_of, enum_word, plain_table, print_json, say_more
from router.domain.currency import amount_text

if TYPE_CHECKING:
    from router.api.v1.carriers_pb2 import Booking, Box

FORMATS = ("pdf", "csv")


@click.group(cls=Group)
def carrier() -> None:
    """Boxes, bookings with carriers, and manifests."""


@carrier.command("put-boxes")
@click.argument("boxes", nargs=-1, required=True, metavar="NAME:LxWxH:TARE:MAX...")
@client_options
def put_boxes(boxes: tuple[str, ...], address: str, tls_ca: str | None, as_json: bool) -> None:
    """Say which boxes there are, in place of those before: inner millimetres, grams empty, grams full at most."""
    from router.api.v1.carriers_pb2 import PutBoxesRequest
    from router.api.v1.carriers_pb2_grpc import CarriersServiceStub

    request = PutBoxesRequest(boxes=map(box_of, boxes), request_id=f"cli/{uuid4()}")
    with connected(address, tls_ca) as channel:
        answer = CarriersServiceStub(channel).PutBoxes(request, timeout=TIMEOUT_SECONDS)
    if as_json:
        print_json(put=as_dict(answer))
        return
    console().print(f"{answer.box_count} box{'' if answer.box_count == 1 else 'es'} put")


def box_of(text: str) -> "Box":
    """Refuses with exit code 2 what is no box."""
    from router.api.v1.carriers_pb2 import Box

    name, sizes, *grams = (*text.split(":"), "", "")[:4]
    numbers = [*sizes.split("x"), *grams]
    if len(numbers) != 5 or not all(one.isascii() and one.isdigit() and len(one) < 8 for one in numbers):
        raise CommandFailed(
            Exit.USAGE, f"`{text}` is no box, must be NAME:LxWxH:TARE:MAX such as S:200x150x100:80:5000"
        )
    length, width, height, tare, most = map(int, numbers)
    return Box(
        box_id=name,
        inner_length_mm=length,
        inner_width_mm=width,
        inner_height_mm=height,
        tare_grams=tare,
        weight_grams_max=most,
    )


@carrier.command()
@click.argument("shipment_id", metavar="SHIPMENT")
@client_options
def pack(shipment_id: str, address: str, tls_ca: str | None, as_json: bool) -> None:
    """Find boxes for SHIPMENT and keep how it is packed."""
    from router.api.v1.carriers_pb2 import PackShipmentRequest
    from router.api.v1.carriers_pb2_grpc import CarriersServiceStub

    request = PackShipmentRequest(shipment_id=shipment_id, request_id=f"cli/{uuid4()}")
    with connected(address, tls_ca) as channel:
        answer = CarriersServiceStub(channel).PackShipment(request, timeout=TIMEOUT_SECONDS)
    if as_json:
        print_json(packing=as_dict(answer))
        return
    screen = console()
    for number, one in enumerate(answer.boxes, start=1):
        screen.print(f"box {number}: {one.box.box_id}, {one.weight_grams / 1000:.3f} kg", style="bold")
        for unit in one.placements:
            screen.print(
                f"  line {unit.line_id} {unit.sku} at {unit.x_mm},{unit.y_mm},{unit.z_mm} lying"
                f" {unit.length_mm} x {unit.width_mm} x {unit.height_mm} mm"
            )
    if len(answer.boxes) != answer.planned_parcel_count:
        screen.print(f"its plan has {count_of(answer.planned_parcel_count, 'parcel')}")


@carrier.command()
@click.argument("shipment_id", metavar="SHIPMENT")
@client_options
def book(shipment_id: str, address: str, tls_ca: str | None, as_json: bool) -> None:
    """Book SHIPMENT with the carrier of its service level."""
    from router.api.v1.carriers_pb2 import BookShipmentRequest
    from router.api.v1.carriers_pb2_grpc import CarriersServiceStub

    request = BookShipmentRequest(shipment_id=shipment_id, request_id=f"cli/{uuid4()}")
    with connected(address, tls_ca) as channel:
        answer = CarriersServiceStub(channel).BookShipment(request, timeout=TIMEOUT_SECONDS)
    if as_json:
        print_json(booking=as_dict(answer.booking))
        return
    show_bookings([answer.booking])


@carrier.command()
@click.argument("shipment_id", metavar="SHIPMENT")
@client_options
def void(shipment_id: str, address: str, tls_ca: str | None, as_json: bool) -> None:
    """Tell the carrier not to expect SHIPMENT."""
    from router.api.v1.carriers_pb2 import VoidBookingRequest
    from router.api.v1.carriers_pb2_grpc import CarriersServiceStub

    request = VoidBookingRequest(shipment_id=shipment_id, request_id=f"cli/{uuid4()}")
    with connected(address, tls_ca) as channel:
        answer = CarriersServiceStub(channel).VoidBooking(request, timeout=TIMEOUT_SECONDS)
    if as_json:
        print_json(booking=as_dict(answer.booking))
        return
    show_bookings([answer.booking])


@carrier.command()
@click.option("--node", default="", metavar="NODE", help="Only of this node.")
@click.option("--carrier", "carrier_id", default="", metavar="CARRIER", help="Only with this carrier.")
@click.option(
    "--void-declined", is_flag=True, help="Only what carriers did not void when they were asked to."
)
@page_options
@client_options
def bookings(
    node: str,
    carrier_id: str,
    void_declined: bool,
    limit: int,
    page_token: str,
    address: str,
    tls_ca: str | None,
    as_json: bool,
) -> None:
    """List bookings, oldest first."""
    from router.api.v1.carriers_pb2 import ListBookingsRequest
    from router.api.v1.carriers_pb2_grpc import CarriersServiceStub

    request = ListBookingsRequest(
        page_size=limit,
        page_token=page_token,
        node_id=node,
        carrier_id=carrier_id,
        void_declined=void_declined,
    )
    with connected(address, tls_ca) as channel:
        page = CarriersServiceStub(channel).ListBookings(request, timeout=TIMEOUT_SECONDS)
    if as_json:
        print_json(bookings=[as_dict(one) for one in page.bookings], next_page_token=page.next_page_token)
        return
    show_bookings(list(page.bookings))
    say_more(page.next_page_token)


def show_bookings(found: "list[Booking]") -> None:
    table = plain_table(
        "shipment", "state", "by", "tracking number", "ships", "manifest", "not voided", ">parcels"
    )
    for one in found:
        table.add_row(
            one.shipment_id,
            enum_word(one, "state"),
            one.service_level_id,
            one.tracking_number,
            one.ship_date,
            one.manifest_id or "–",
            one.void_decline_code or "–",
            f"{one.parcel_count:,}",
        )
    console().print(table if found else "no bookings")


@carrier.command()
@click.argument("node", metavar="NODE")
@click.argument("carrier_id", metavar="CARRIER")
@click.argument("date", metavar="DATE")
@client_options
def close(node: str, carrier_id: str, date: str, address: str, tls_ca: str | None, as_json: bool) -> None:
    """Hand over to CARRIER all that is booked to leave NODE by DATE: each shipment leaves and is on the manifest."""
    from router.api.v1.carriers_pb2 import CloseManifestRequest
    from router.api.v1.carriers_pb2_grpc import CarriersServiceStub
    from router.cli.orders.order import currency_of

    request = CloseManifestRequest(
        node_id=node, carrier_id=carrier_id, date=date, request_id=f"cli/{uuid4()}"
    )
    with connected(address, tls_ca) as channel:
        answer = CarriersServiceStub(channel).CloseManifest(request, timeout=TIMEOUT_SECONDS)
        currency = currency_of(channel)
    if as_json:
        print_json(closed=as_dict(answer))
        return
    screen, one = console(), answer.manifest
    if answer.HasField("manifest"):
        screen.print(
            f"{one.manifest_id}: {count_of(one.shipment_count, 'shipment')}, {count_of(one.parcel_count, 'parcel')},"
            f" {one.weight_grams / 1000:.3f} kg, {amount_text(one.charge_minor, currency)} {currency};"
            f" {one.carrier_id} calls it {one.carrier_reference}"
        )
    else:
        screen.print("nothing to hand over")
    for left in answer.left_out:
        screen.print(f"left out: {left.message}")


@carrier.command()
@click.argument("manifest_id", metavar="MANIFEST")
@click.option("--format", "kind", type=click.Choice(FORMATS), help="Write it as a sheet or a table.")
@click.option("--to", metavar="FILE", help="Where; standard output unless given.")
@client_options
def manifest(
    manifest_id: str, kind: str | None, to: str | None, address: str, tls_ca: str | None, as_json: bool
) -> None:
    """Show a manifest, or write it as PDF or CSV."""
    from router.api.v1.carriers_pb2 import GetManifestRequest, ManifestFormat
    from router.api.v1.carriers_pb2_grpc import CarriersServiceStub

    name = f"MANIFEST_FORMAT_{kind.upper()}" if kind else "MANIFEST_FORMAT_UNSPECIFIED"
    request = GetManifestRequest(manifest_id=manifest_id, format=ManifestFormat.Value(name))
    with connected(address, tls_ca) as channel:
        answer = CarriersServiceStub(channel).GetManifest(request, timeout=TIMEOUT_SECONDS)
    if as_json:
        print_json(manifest=as_dict(answer))
    elif kind and to:
        try:
            Path(to).write_bytes(answer.content)
        except OSError as error:
            raise CommandFailed(Exit.USAGE, f"cannot write `{to}`: {error.strerror}") from error
    elif kind:
        sys.stdout.buffer.write(answer.content)
        sys.stdout.buffer.flush()
    else:
        show_bookings(list(answer.bookings))
