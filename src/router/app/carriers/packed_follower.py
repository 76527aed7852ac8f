"""Books every shipment with its carrier as soon as it is picked, beside the engine."""

import logging
import time
from collections import deque
from collections.abc import Callable
from threading import Event, Thread

from router.app.carriers.booker import Booker
from router.app.commands.carriers import BookShipment
from router.app.records import Commit, EventKind
from router.domain.reasons import Reason, RouterError
from router.ledger.lifecycle import ShipmentState

log = logging.getLogger("router.carriers")

TRIES = 5
WAIT_SECONDS = 2.0
QUIET = frozenset({Reason.BOOKING_EXISTS, Reason.ORDER_STATE_FORBIDS, Reason.BOOKING_NOT_FOUND})
"""After these there is nothing more to do."""


class PackedFollower:
    """Works from `start` to `stop` in a thread of its own. What it gives up it says in the log."""

    def __init__(
        self, booker: Booker, waiting: Callable[[], list[str]], *, wait: Callable[[float], None] = time.sleep
    ) -> None:
        self._booker = booker
        self._waiting = waiting
        self._wait = wait
        self._due: deque[str] = deque()
        self._woken = Event()
        self._is_stopping = False
        self._thread = Thread(target=self._run, name="carrier-booking", daemon=True)

    def start(self) -> None:
        """First those that were picked while nobody looked."""
        self._due.extend(self._waiting())
        self._woken.set()
        self._thread.start()

    def stop(self) -> None:
        self._is_stopping = True
        self._woken.set()
        self._thread.join()

    def on_commit(self, commit: Commit) -> None:
        """A shipment is picked by its last scan, or when what was missing leaves nothing to look for."""
        voided = {event.subject for event in commit.events if event.kind is EventKind.BOOKING_VOIDED}
        picked = [
            one.id
            for one in commit.shipments
            if one.state is ShipmentState.PICKED and not one.tracking_number and one.id not in voided
        ]
        if picked:
            self._due.extend(picked)
            self._woken.set()

    def _run(self) -> None:
        while not self._is_stopping:
            self._woken.wait()
            self._woken.clear()
            while self._due and not self._is_stopping:
                self._book(self._due.popleft())

    def _book(self, shipment_id: str) -> None:
        for number in range(1, TRIES + 1):
            try:
                # The engine never sees this key twice for two questions: a repeat gets the one answer.
                self._booker.book(
                    BookShipment(request_id=f"picked/{shipment_id}", body_digest=b"", shipment_id=shipment_id)
                )
                return
            except RouterError as refused:
                if refused.reason in QUIET:
                    return
                if refused.reason is not Reason.CARRIER_UNREACHABLE or number == TRIES or self._is_stopping:
                    log.warning("shipment %s is not booked: %s", shipment_id, refused.message)
                    return
                self._wait(WAIT_SECONDS * number)
            except Exception:
                log.exception("shipment %s is not booked", shipment_id)
                return
