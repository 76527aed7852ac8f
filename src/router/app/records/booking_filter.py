"""Which bookings are asked for."""

from dataclasses import dataclass

from router.domain.identifiers import Day
from router.ledger.bookings import Booking, BookingState


@dataclass(frozen=True, slots=True, kw_only=True)
class BookingFilter:
    """All that is given holds. `ship_day_max`: to leave by that day. `void_declined`: the carrier did not void it."""

    node_id: str = ""
    carrier_id: str = ""
    ship_day_max: Day | None = None
    state: BookingState | None = None
    manifest: int | None = None
    void_declined: bool = False

    def takes(self, one: Booking) -> bool:
        return (
            (not self.node_id or one.node_id == self.node_id)
            and (not self.carrier_id or one.carrier_id == self.carrier_id)
            and (self.ship_day_max is None or one.ship_day <= self.ship_day_max)
            and (self.state is None or one.state is self.state)
            and (self.manifest is None or one.manifest == self.manifest)
            and (not self.void_declined or bool(one.void_decline_code))
        )
