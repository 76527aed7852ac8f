"""Who holds units where: reservations of orders, and of those who have no order yet, as they stand now."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import NamedTuple

from router.app.engine.changes import FiledOrder
from router.app.ports import Reader
from router.app.records import ReservationFilter
from router.domain.identifiers import NodeId, Sku
from router.ledger.reservations import Reservation
from router.ledger.stock_reservations import ReservationState, StockReservation

Place = tuple[NodeId, Sku]

_PAGE = 1_000


class Held(NamedTuple):
    """A reservation that holds units; `reservation_id` is empty when it is an order's."""

    reservation_id: str
    reservation: Reservation


def list_held(
    reader: Reader,
    places: Collection[Place],
    orders: Iterable[FiledOrder],
    stock_reservations: Iterable[StockReservation],
) -> Mapping[Place, list[Held]]:
    """Everything that holds units at `places`; the values in memory count where the store has older ones."""
    known: dict[int, Held] = {one.position: Held("", one) for one in reader.list_held(places)}
    for filed in orders:
        known.update((one.position, Held("", one)) for one in filed.reservations)
    for kept in (_read_held(reader), stock_reservations):
        for reservation in kept:
            known.update((part.position, Held(reservation.id, part)) for part in reservation.parts)
    held: dict[Place, list[Held]] = {}
    for one in known.values():
        place = (one.reservation.account.node_id, one.reservation.account.sku)
        if one.reservation.left and place in places:
            held.setdefault(place, []).append(one)
    return held


def _read_held(reader: Reader) -> Iterator[StockReservation]:
    after: int | None = None
    while page := reader.list_stock_reservations(
        after, _PAGE, ReservationFilter(state=ReservationState.HELD)
    ):
        yield from page
        after = page[-1].number
