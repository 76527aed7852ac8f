"""Who holds units of a figure without an order: carts, other systems, nodes that cool off."""

from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from typing import TYPE_CHECKING

from router.cli.connection import TIMEOUT_SECONDS
from router.cli.stock.reservations import limit_of
from router.domain.limits import PAGE_SIZE_MAX

if TYPE_CHECKING:
    import grpc

    from router.api.v1.reservations_pb2 import Reservation

Place = tuple[str, str]
"""A node and a SKU."""

Hold = tuple["Reservation", int]
"""A stock reservation with the units that it holds at a place."""

HOLDS_SHOWN_MAX = 5


def read_holds(channel: "grpc.Channel", places: Collection[Place]) -> dict[Place, list[Hold]]:
    """The stock reservations at these places; without places nothing is asked."""
    from router.api.v1.reservations_pb2 import RESERVATION_STATE_HELD, ListReservationsRequest
    from router.api.v1.reservations_pb2_grpc import ReservationsServiceStub

    stub, holds = ReservationsServiceStub(channel), dict[Place, list[Hold]]()
    request = ListReservationsRequest(page_size=PAGE_SIZE_MAX, state=RESERVATION_STATE_HELD)
    is_over = not places
    while not is_over:
        page = stub.ListReservations(request, timeout=TIMEOUT_SECONDS)
        for one in page.reservations:
            for place, units in held_at(one).items():
                if units and place in places:
                    holds.setdefault(place, []).append((one, units))
        request.page_token = page.next_page_token
        is_over = not page.next_page_token
    return holds


def held_at(reservation: "Reservation") -> Counter[Place]:
    units = Counter[Place]()
    for line in reservation.lines:
        units[line.node_id, line.sku] += line.held
    return units


def hold_lines(holds: Sequence[Hold]) -> Iterator[tuple[str, int]]:
    """A line for each reservation with its units, those that hold most first, and one for all that are too many."""
    ordered = sorted(holds, key=lambda hold: -hold[1])
    for one, units in ordered[:HOLDS_SHOWN_MAX]:
        yield f"held by {one.reservation_id}, {limit_of(one)}", units
    if rest := ordered[HOLDS_SHOWN_MAX:]:
        yield f"held by {len(rest):,} more (router reservation list)", sum(units for _, units in rest)
