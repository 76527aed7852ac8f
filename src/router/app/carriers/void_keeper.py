"""The keeper of voids: tells carriers not to expect what was canceled after it was booked, beside the engine.

    a commit that cancels a booked shipment -> the booker, under the key `void/<number of the booking>` -> VOIDED

Nothing is remembered: at the start all bookings of canceled shipments are found in the books, and a carrier that is
asked again under the same key voids once. A carrier's no is kept with the booking, and not asked for again.
"""

import logging
import time
from collections.abc import Callable, Iterable
from threading import Condition, Thread

from router.app.carriers.booker import Booker
from router.app.carriers.carrier_queries import CarrierQueries
from router.app.commands.carriers import VoidBooking
from router.app.ports import StoreError
from router.app.records import Commit
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
        self,
        booker: Booker,
        queries: CarrierQueries,
        *,
        again_seconds: float = AGAIN_SECONDS,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._booker = booker
        self._queries = queries
        self._again_seconds = again_seconds
        self._monotonic = monotonic
        self._changed = Condition()
        self._due: dict[str, float] = {}
        """Shipments, and when each is to be looked at."""
        self._is_stopping = False
        self._thread = Thread(target=self._run, name="carrier-voids", daemon=True)

    def start(self) -> None:
        """First those that were canceled while nobody looked."""
        self._call(one.shipment_id for one in self._queries.list_canceled())
        self._thread.start()

    def stop(self) -> None:
        """What a carrier is being asked is finished; the rest is found at the next start."""
        with self._changed:
            self._is_stopping = True
            self._changed.notify_all()
        if self._thread.ident is not None:
            self._thread.join()

    def on_commit(self, commit: Commit) -> None:
        """To be called after every commit, from any thread."""
        canceled = [
            one.id for one in commit.shipments if one.state is ShipmentState.CANCELED and one.tracking_number
        ]
        if canceled:
            self._call(canceled)

    def void(self, shipment_id: str) -> None:
        """Have the booking of a canceled shipment voided, if there is one to void. Refuses as the booker does."""
        booking = self._queries.find_booking(shipment_id)
        if booking is not None and is_due(booking):
            self._booker.void(
                VoidBooking(request_id=f"void/{booking.number}", body_digest=b"", shipment_id=shipment_id)
            )

    def _call(self, shipment_ids: Iterable[str]) -> None:
        now = self._monotonic()
        with self._changed:
            self._due.update(dict.fromkeys(shipment_ids, now))
            self._changed.notify()

    def _later(self, shipment_id: str) -> None:
        with self._changed:
            self._due.setdefault(shipment_id, self._monotonic() + self._again_seconds)

    def _run(self) -> None:
        while (shipment_id := self._next()) is not None:
            try:
                self.void(shipment_id)
            except (RouterError, StoreError) as error:
                log.warning("the booking of shipment %s is not voided: %s", shipment_id, error)
                if not (isinstance(error, RouterError) and error.reason in OVER):
                    self._later(shipment_id)
            except Exception:
                log.exception("the booking of shipment %s is not voided", shipment_id)
                self._later(shipment_id)

    def _next(self) -> str | None:
        """The next shipment that is due, waited for; None when it is time to stop."""
        with self._changed:
            while not self._is_stopping:
                now = self._monotonic()
                shipment_id = min(self._due, key=self._due.__getitem__, default=None)
                if shipment_id is not None and self._due[shipment_id] <= now:
                    del self._due[shipment_id]
                    return shipment_id
                self._changed.wait(None if shipment_id is None else self._due[shipment_id] - now)
            return None


def is_due(booking: Booking) -> bool:
    """Whether its carrier still expects it, and was not asked in vain."""
    return booking.state is BookingState.BOOKED and not booking.void_decline_code
