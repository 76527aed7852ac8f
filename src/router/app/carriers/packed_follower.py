"""Books every shipment with its carrier as soon as it is picked, beside the engine."""

import logging
from collections.abc import Callable

from router.app.agenda import Agenda
from router.app.carriers.booker import Booker
from router.app.commands.carriers import BookShipment
from router.app.records.commit import Commit
from router.domain.reasons import Reason, RouterError
from router.ledger.event_kinds import EventKind
from router.ledger.lifecycle import ShipmentState

log = logging.getLogger("router.carriers")

TRIES = 5
WAIT_SECONDS = 2.0
"""After so long a carrier that was not heard is asked again, then after twice, three times and so on."""

QUIET = frozenset({Reason.BOOKING_EXISTS, Reason.ORDER_STATE_FORBIDS, Reason.BOOKING_NOT_FOUND})
"""After these there is nothing more to do."""


class PackedFollower:
    """Works from `start` to `stop` in a thread of its own. What it gives up it says in the log."""

    def __init__(
        self, booker: Booker, waiting: Callable[[], list[str]], *, wait_seconds: float = WAIT_SECONDS
    ) -> None:
        self._booker = booker
        self._waiting = waiting
        self._wait_seconds = wait_seconds
        self._tries: dict[str, int] = {}
        """Of shipments whose carrier was not heard, how often it was asked."""
        self._agenda = Agenda(self._look, name="carrier-booking")

    def start(self) -> None:
        """First those that were picked while nobody looked."""
        self._agenda.call(self._waiting())
        self._agenda.start()

    def stop(self) -> None:
        """What a carrier is being asked is finished; the rest is found at the next start."""
        self._agenda.stop()

    def on_commit(self, commit: Commit) -> None:
        """A shipment is picked by its last scan, or when what was missing leaves nothing to look for."""
        voided = {event.subject for event in commit.events if event.kind is EventKind.BOOKING_VOIDED}
        picked = [
            one.id
            for one in commit.shipments
            if one.state is ShipmentState.PICKED and not one.tracking_number and one.id not in voided
        ]
        if picked:
            self._agenda.call(picked)

    def _look(self, shipment_id: str) -> float | None:
        tries = self._tries.pop(shipment_id, 0) + 1
        try:
            # The engine never sees this key twice for two questions: a repeat gets the one answer.
            self._booker.book(
                BookShipment(request_id=f"picked/{shipment_id}", body_digest=b"", shipment_id=shipment_id)
            )
        except RouterError as refused:
            if refused.reason is Reason.CARRIER_UNREACHABLE and tries < TRIES:
                self._tries[shipment_id] = tries
                return self._wait_seconds * tries
            if refused.reason not in QUIET:
                log.warning("shipment %s is not booked: %s", shipment_id, refused.message)
        except Exception:
            log.exception("shipment %s is not booked", shipment_id)
        return None
