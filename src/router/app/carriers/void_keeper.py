"""The keeper of voids: tells carriers not to expect what was canceled after it was booked, beside the engine.

    a commit that cancels a booked shipment -> the booker, under the key `void/<number of the booking>` -> VOIDED

Nothing is remembered: at the start all bookings of canceled shipments are found in the books, and a carrier that is
asked again under the same key voids once. A carrier's no is kept with the booking, and not asked for again.
"""

import logging

from router.app.agenda import Agenda
from router.app.carriers.booker import Booker
from router.app.carriers.carrier_queries import CarrierQueries
from router.app.commands.carriers import VoidBooking
from router.app.ports.store import StoreError
from router.app.records.commit import Commit
from router.domain.reasons import Reason, RouterError
from router.ledger.bookings import Booking, BookingState
from router.ledger.lifecycle import ShipmentState

log = logging.getLogger("router.carriers")

AGAIN_SECONDS = 30.0
"""After so long what a carrier did not answer is asked again."""

OVER = frozenset(
    {
        Reason.BOOKING_NOT_FOUND,
        Reason.BOOKING_STATE_FORBIDS,
        Reason.ORDER_STATE_FORBIDS,
        Reason.CARRIER_DECLINED,
    }
)
"""After these there is nothing more to do: others were first, or the carrier's no is kept with the booking."""


class VoidKeeper:
    """Works from `start` to `stop` in a thread of its own."""

    def __init__(
        self, booker: Booker, queries: CarrierQueries, *, again_seconds: float = AGAIN_SECONDS
    ) -> None:
        self._booker = booker
        self._queries = queries
        self._again_seconds = again_seconds
        self._agenda = Agenda(self._look, name="carrier-voids")

    def start(self) -> None:
        """First those that were canceled while nobody looked."""
        self._agenda.call(one.shipment_id for one in self._queries.list_canceled())
        self._agenda.start()

    def stop(self) -> None:
        """What a carrier is being asked is finished; the rest is found at the next start."""
        self._agenda.stop()

    def on_commit(self, commit: Commit) -> None:
        """To be called after every commit, from any thread."""
        canceled = [
            one.id for one in commit.shipments if one.state is ShipmentState.CANCELED and one.tracking_number
        ]
        if canceled:
            self._agenda.call(canceled)

    def void(self, shipment_id: str) -> None:
        """Have the booking of a canceled shipment voided, if there is one to void. Refuses as the booker does."""
        booking = self._queries.find_booking(shipment_id)
        if booking is not None and is_due(booking):
            self._booker.void(
                VoidBooking(request_id=f"void/{booking.number}", body_digest=b"", shipment_id=shipment_id)
            )

    def _look(self, shipment_id: str) -> float | None:
        try:
            self.void(shipment_id)
        except (RouterError, StoreError) as error:
            log.warning("the booking of shipment %s is not voided: %s", shipment_id, error)
            is_over = isinstance(error, RouterError) and error.reason in OVER
            return None if is_over else self._again_seconds
        except Exception:
            log.exception("the booking of shipment %s is not voided", shipment_id)
            return self._again_seconds
        return None


def is_due(booking: Booking) -> bool:
    """Whether its carrier still expects it, and was not asked in vain."""
    return booking.state is BookingState.BOOKED and not booking.void_decline_code
