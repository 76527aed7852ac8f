"""Which rows of a kind to list; an empty field takes all."""

from dataclasses import dataclass

from router.app.records.suspects import SuspectState
from router.domain.identifiers import Instant
from router.ledger.delays import Delay, DelayState
from router.ledger.lifecycle import OrderState, ShipmentState
from router.ledger.shipments import ShipmentAccount
from router.ledger.stock_reservations import ReservationState
from router.ledger.transfers import TransferState


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderFilter:
    """Which orders to list; an empty field takes all.

    `are_exceptions`: those that wait and that nodes rejected so often that only a person decides them again.
    """

    state: OrderState | None = None
    channel: str = ""
    customer_id: str = ""
    are_exceptions: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ShipmentFilter:
    """Which shipments to list; an empty field takes all. `begin_by`: those with a cut-off up to then."""

    state: ShipmentState | None = None
    node_id: str = ""
    begin_by: Instant | None = None
    tracking_number: str = ""
    wave: int = 0
    order_id: str = ""

    def takes(self, one: ShipmentAccount) -> bool:
        """Whether a shipment is one of them."""
        return (
            (self.state is None or one.state is self.state)
            and (not self.node_id or one.node_id == self.node_id)
            and (self.begin_by is None or one.cut_off_time <= self.begin_by)
            and (not self.tracking_number or one.tracking_number == self.tracking_number)
            and (not self.wave or one.wave == self.wave)
            and (not self.order_id or one.order_id == self.order_id)
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ReservationFilter:
    """Which stock reservations to list; an empty field takes all."""

    state: ReservationState | None = None
    reference: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class TransferFilter:
    """Which transfers to list; an empty field takes all. `node_id` is where they come from or go to."""

    state: TransferState | None = None
    node_id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DelayFilter:
    """Which delays to list; an empty field takes all. `due_by`: those that time alone moves on until then."""

    state: DelayState | None = None
    due_by: Instant | None = None

    def takes(self, one: Delay) -> bool:
        """Whether a delay is one of them."""
        is_due = self.due_by is None or 0 < one.due_time <= self.due_by
        return (self.state is None or one.state is self.state) and is_due


@dataclass(frozen=True, slots=True, kw_only=True)
class SuspectFilter:
    """Which snapshots kept aside to list; an empty field takes all."""

    state: SuspectState | None = None
    feed_id: str = ""
