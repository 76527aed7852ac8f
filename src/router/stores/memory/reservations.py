"""Reservations in memory: those of orders, found by order and by what they hold, and those that belong to none."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from itertools import islice

from router.app.records.commit import Commit
from router.app.records.filters import ReservationFilter
from router.domain.identifiers import Instant, NodeId, OrderId, Sku
from router.ledger.reservations import Reservation
from router.ledger.stock_reservations import ReservationState, StockReservation

Place = tuple[NodeId, Sku]


class MemoryReservations:
    """The part of `MemoryStore` that keeps what is promised."""

    def __init__(self) -> None:
        super().__init__()
        self._reservations: dict[OrderId, dict[int, Reservation]] = {}
        self._held: dict[Place, dict[int, Reservation]] = {}
        self._stock_reservations: dict[str, StockReservation] = {}

    def _keep_reservations(self, commit: Commit) -> None:
        for one in commit.reservations:
            self._reservations.setdefault(one.order_id, {})[one.position] = one
            at_its_place = self._held.setdefault((one.account.node_id, one.account.sku), {})
            if one.left:
                at_its_place[one.position] = one
            else:
                at_its_place.pop(one.position, None)
        self._stock_reservations.update((one.id, one) for one in commit.stock_reservations)

    def list_reservations(self, order_id: OrderId) -> Sequence[Reservation]:
        return tuple(self._reservations.get(order_id, {}).values())

    def list_held(self, places: Collection[Place]) -> Sequence[Reservation]:
        nothing: Mapping[int, Reservation] = {}
        held = (one for place in places for one in self._held.get(place, nothing).values())
        return tuple(sorted(held, key=lambda one: one.position))

    def read_reservations(self) -> Iterator[Reservation]:
        return (reservation for held in self._reservations.values() for reservation in held.values())

    def find_stock_reservation(self, id: str) -> StockReservation | None:
        return self._stock_reservations.get(id)

    def list_stock_reservations(
        self, after: int | None, limit: int, where: ReservationFilter
    ) -> Sequence[StockReservation]:
        matching = (
            one
            for one in self._stock_reservations.values()
            if (after is None or one.number > after)
            and (where.state is None or one.state is where.state)
            and (not where.reference or one.reference == where.reference)
        )
        return tuple(islice(matching, limit))

    def read_limits(self) -> Iterator[tuple[Instant, str]]:
        for one in self._stock_reservations.values():
            if one.state is ReservationState.HELD and one.expire_time is not None:
                yield one.expire_time, one.id

    def read_stock_reservations(self) -> Iterator[StockReservation]:
        return iter(self._stock_reservations.values())
