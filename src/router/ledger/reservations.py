"""Reservations: pending entries, resolved at most once in total, by posting and by voiding."""

from msgspec import Struct
from msgspec.structs import replace

from router.domain.identifiers import LineId, OrderId
from router.ledger.accounts import Account, Bucket

RESERVABLE = frozenset({Bucket.ON_HAND, Bucket.IN_TRANSIT})
"""The buckets whose units can be promised: those of a shelf, and those under way that an order's plan moves."""


class Reservation(Struct, frozen=True, kw_only=True, gc=False):
    """Units of a line held at a node: for a shipment (numbered from 1) of an order, or for a stock reservation.

    `position` is that of its RESERVE entry, `account` the node's `on_hand`, or what is under way to it.
    Without an order `order_id` is empty and `shipment` 0. `voided` are the units given back, in time or by its limit.
    """

    position: int
    account: Account
    order_id: OrderId
    line_id: LineId
    shipment: int
    quantity: int
    posted: int = 0
    voided: int = 0

    def __post_init__(self) -> None:
        assert self.account.bucket in RESERVABLE, "units are reserved where they are or come from"
        assert self.posted >= 0 <= self.voided, "a resolution is never taken back"
        assert self.posted + self.voided <= self.quantity, "a reservation resolves at most once in total"

    @property
    def left(self) -> int:
        """Units still held."""
        return self.quantity - self.posted - self.voided

    def post(self, quantity: int | None = None) -> "Reservation":
        """The reservation with `quantity` units posted, or all that are left."""
        return replace(self, posted=self.posted + (self.left if quantity is None else quantity))

    def void(self, quantity: int) -> "Reservation":
        """The reservation with `quantity` units released."""
        return replace(self, voided=self.voided + quantity)
