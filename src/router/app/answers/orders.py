"""An order as it is, and what was done to it."""

from dataclasses import dataclass

from msgspec import Struct

from router.app.answers.restocks import Restock
from router.domain.identifiers import (
    Day,
    DecisionId,
    Digest,
    Instant,
)
from router.domain.order import Order
from router.domain.place import Place
from router.domain.plan import Plan
from router.ledger.orders import LineQuantities as LineQuantities
from router.ledger.stock_reservations import StockReservation


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderRecord:
    """An order as it stands. `state` is a name of `ledger.lifecycle.OrderState`."""

    order: Order
    state: str
    lines: tuple[LineQuantities, ...]
    plan: Plan
    decision_id: DecisionId
    position: int
    dispatched_shipment_ids: tuple[str, ...] = ()
    shipment_numbers: tuple[int, ...] = ()
    """Of the plan's shipments, in their order."""
    return_ids: tuple[str, ...] = ()
    replacement_order_ids: tuple[str, ...] = ()
    restocks: tuple[Restock, ...] = ()
    """Of units that wait for stock: when they can be there."""
    network_digest: Digest | None = None
    """The network of its decision, None: of an order that is not read back."""
    place: Place | None = None
    """Where it goes, and how exactly that is known."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderCanceled:
    record: OrderRecord
    released_quantity: int


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderHeld:
    """`released_quantity`: units whose reservation was given back."""

    record: OrderRecord
    released_quantity: int


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderReleased:
    record: OrderRecord


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderEdited:
    """An order as an edit makes it, against what it was; amounts of goods in minor units, costs in thousandths.

    `confirm_token` confirms exactly this edit. `uncovered_minor`: what payments do not cover yet of the goods' price.
    """

    record: OrderRecord
    confirm_token: str
    is_booked: bool
    cost_before_milli: int
    cost_after_milli: int
    delivery_day_before: Day | None
    delivery_day_after: Day | None
    withdrawn_shipment_ids: tuple[str, ...]
    added_shipment_ids: tuple[str, ...]
    kept_shipment_ids: tuple[str, ...]
    goods_minor: int
    uncovered_minor: int


class ReservationChanged(Struct, frozen=True, kw_only=True, gc=False):
    """A stock reservation after what was asked; `already_counted`: snapshots had all posted units as gone."""

    reservation: StockReservation
    already_counted: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerErased:
    """`erase_time` is that of the first erasure since there was anything to erase."""

    customer_id: str
    erase_time: Instant
