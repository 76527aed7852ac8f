"""Who holds units where: reservations of orders, and of those who have no order yet, as they stand now."""

from collections.abc import Container, Iterable, Iterator, Mapping
from typing import NamedTuple

from router.app.books.changes import FiledOrder
from router.app.ports.store import Reader
from router.app.records.filters import ReservationFilter
from router.domain.identifiers import NodeId, Sku
from router.ledger.accounts import Bucket
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
    promised: Mapping[Place, int],
    orders: Iterable[FiledOrder],
    stock_reservations: Iterable[StockReservation],
) -> Mapping[Place, list[Held]]:
    """Everything that holds units at the places of `promised`, which says how many units on hand are held there.

    The values in memory count where the store has older ones. LIMIT: where orders do not hold all of them, the store's
    stock reservations that are held are read until the others are found.
    """
    known: dict[int, Held] = {one.position: Held("", one) for one in reader.list_held(promised)}
    for filed in orders:
        known.update((one.position, Held("", one)) for one in filed.reservations)
    for reservation in stock_reservations:
        known.update((part.position, Held(reservation.id, part)) for part in reservation.parts)
    missing = sum(promised.values()) - sum(
        _units_on_hand(one.reservation, promised) for one in known.values()
    )
    for reservation in _read_held(reader) if missing else ():
        for part in reservation.parts:
            if part.position not in known:
                known[part.position] = Held(reservation.id, part)
                missing -= _units_on_hand(part, promised)
        if not missing:
            break
    held: dict[Place, list[Held]] = {}
    for one in known.values():
        if one.reservation.left and (place := _place_of(one.reservation)) in promised:
            held.setdefault(place, []).append(one)
    return held


def _place_of(one: Reservation) -> Place:
    return one.account.node_id, one.account.sku


def _units_on_hand(one: Reservation, places: Container[Place]) -> int:
    """Units that it holds on the shelf of one of the places."""
    return one.left if one.account.bucket is Bucket.ON_HAND and _place_of(one) in places else 0


def _read_held(reader: Reader) -> Iterator[StockReservation]:
    after: int | None = None
    while page := reader.list_stock_reservations(
        after, _PAGE, ReservationFilter(state=ReservationState.HELD)
    ):
        yield from page
        after = page[-1].number
