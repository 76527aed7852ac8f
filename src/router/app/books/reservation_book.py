"""Stock reservations in memory: those of late, ready to be changed, and when each that has a limit runs out."""

from router.app.books.expiring import Expiring
from router.app.ports.store import Reader
from router.domain.identifiers import Instant
from router.domain.reasons import Reason, RouterError
from router.ledger.stock_reservations import ReservationState, StockReservation


def no_reservation(reservation_id: str) -> RouterError:
    return RouterError(
        Reason.RESERVATION_NOT_FOUND,
        f"no reservation has the id `{reservation_id}`",
        reservation_id=reservation_id,
    )


class ReservationBook(Expiring[StockReservation]):
    """A reservation runs out while it is held and has a limit."""

    def __init__(self, reader: Reader) -> None:
        super().__init__(reader.read_limits(), reader.find_stock_reservation, limit_of)

    def get(self, reservation_id: str) -> StockReservation:
        """The reservation as it stands. Refuses with RESERVATION_NOT_FOUND."""
        found = self.find(reservation_id)
        if found is None:
            raise no_reservation(reservation_id)
        return found


def limit_of(reservation: StockReservation) -> Instant | None:
    return reservation.expire_time if reservation.state is ReservationState.HELD else None
