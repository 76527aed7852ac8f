"""`router reservation`: stock held for those who have no order yet."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

import click

from router.cli.connection import TIMEOUT_SECONDS, client_options, connected, page_options
from router.cli.groups import Group
from router.cli.output import as_dict, console, enum_word, plain_table, print_json, say_more

if TYPE_CHECKING:
    from router.api.v1.reservations_pb2 import Reservation

STATES = ("HELD", "POSTED", "VOIDED", "EXPIRED", "ORDERED")


@click.group(cls=Group)
def reservation() -> None:
    """Stock held for those who have no order yet."""


@reservation.command()
@click.argument("reservation_id", metavar="ID")
@client_options
def show(reservation_id: str, address: str, tls_ca: str | None, as_json: bool) -> None:
    """Show one reservation: its limit, and what became of each line."""
    from router.api.v1.reservations_pb2 import GetReservationRequest
    from router.api.v1.reservations_pb2_grpc import ReservationsServiceStub

    with connected(address, tls_ca) as channel:
        request = GetReservationRequest(reservation_id=reservation_id)
        found = ReservationsServiceStub(channel).GetReservation(request, timeout=TIMEOUT_SECONDS).reservation
    if as_json:
        print_json(reservation=as_dict(found))
        return
    table = plain_table("line", "SKU", "node", ">asked", ">held", ">left", ">given back")
    for line in found.lines:
        counts = (line.asked, line.held, line.posted, line.voided)
        table.add_row(
            line.line_id, line.sku, line.node_id, *(f"{count:,}" if count else "–" for count in counts)
        )
    screen = console()
    screen.print(f"{found.reservation_id}  {enum_word(found, 'state')}  {limit_of(found)}")
    screen.print(table)
    if found.order_id:
        screen.print(f"its units went to order {found.order_id}", style="dim")


@reservation.command("list")
@click.option("--state", type=click.Choice(STATES), help="Only reservations in this state.")
@click.option("--reference", default="", help="Only reservations of this reference.")
@page_options
@client_options
def list_reservations(
    state: str | None,
    reference: str,
    limit: int,
    page_token: str,
    address: str,
    tls_ca: str | None,
    as_json: bool,
) -> None:
    """List reservations, oldest first."""
    from router.api.v1.reservations_pb2 import ListReservationsRequest, ReservationState
    from router.api.v1.reservations_pb2_grpc import ReservationsServiceStub

    request = ListReservationsRequest(
        page_size=limit,
        page_token=page_token,
        state=ReservationState.Value(f"RESERVATION_STATE_{state or 'UNSPECIFIED'}"),
        reference=reference,
    )
    with connected(address, tls_ca) as channel:
        page = ReservationsServiceStub(channel).ListReservations(request, timeout=TIMEOUT_SECONDS)
    if as_json:
        print_json(
            reservations=[as_dict(one) for one in page.reservations], next_page_token=page.next_page_token
        )
        return
    show_list(page.reservations)
    say_more(page.next_page_token)


def show_list(reservations: "Iterable[Reservation]") -> None:
    table = plain_table("reservation", "state", "limit", "reference", ">held")
    for one in reservations:
        held = sum(line.held for line in one.lines)
        table.add_row(one.reservation_id, enum_word(one, "state"), limit_of(one), one.reference, f"{held:,}")
    console().print(table)


def limit_of(one: "Reservation") -> str:
    return f"until {one.expire_time.ToJsonString()}" if one.HasField("expire_time") else "firm"
