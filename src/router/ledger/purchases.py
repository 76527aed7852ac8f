"""Purchase orders: units ordered from a supplier for a node, acknowledged, dated, received in parts, or closed.

The life of one is a table: what an event may do in a state. What has no row is refused with
PURCHASE_ORDER_STATE_FORBIDS. `docs/supply.md` is drawn from the same rows.
"""

from collections.abc import Iterable, Mapping
from enum import IntEnum
from typing import NamedTuple

from msgspec import Struct
from msgspec.structs import replace

from router.domain.identifiers import Day, Instant, NodeId, Sku
from router.domain.reasons import Reason, RouterError
from router.ledger.event_kinds import EventKind
from router.ledger.flows import EntryCode
from router.ledger.lifecycle import Effect, Transition


class PurchaseState(IntEnum):
    """Where a purchase order is. Numbers are stored and equal those of the public contract.

    PLACED: the supplier has not answered. ACKNOWLEDGED: it will deliver. PARTLY_RECEIVED: some of it arrived. RECEIVED:
    nothing more is to come, and some arrived. CANCELED: nothing arrived and nothing will.
    """

    PLACED = 1
    ACKNOWLEDGED = 2
    PARTLY_RECEIVED = 3
    RECEIVED = 4
    CANCELED = 5


class PurchaseEvent(IntEnum):
    """What can happen to a purchase order. CANCEL ends what is still to come."""

    PLACE = 1
    ACKNOWLEDGE = 2
    CHANGE_DATE = 3
    RECEIVE = 4
    CANCEL = 5


PURCHASE_EFFECTS: Mapping[PurchaseEvent, Effect] = {
    PurchaseEvent.PLACE: Effect(frozenset({EntryCode.PURCHASE}), EventKind.PURCHASE_ORDER_PLACED, None),
    PurchaseEvent.ACKNOWLEDGE: Effect(frozenset(), EventKind.PURCHASE_ORDER_ACKNOWLEDGED, None),
    PurchaseEvent.CHANGE_DATE: Effect(frozenset(), EventKind.PURCHASE_ORDER_DATED, None),
    PurchaseEvent.RECEIVE: Effect(
        frozenset({EntryCode.PURCHASE, EntryCode.PURCHASE_RECEIVE, EntryCode.PURCHASE_CLOSE}),
        EventKind.PURCHASE_ORDER_RECEIVED,
        None,
    ),
    PurchaseEvent.CANCEL: Effect(
        frozenset({EntryCode.PURCHASE_CLOSE}), EventKind.PURCHASE_ORDER_CANCELED, None
    ),
}

_P, _A, _S, _R, _C = PurchaseState

_LEADS: Mapping[tuple[PurchaseState | None, PurchaseEvent], tuple[PurchaseState, ...]] = {
    (None, PurchaseEvent.PLACE): (_P,),
    (_P, PurchaseEvent.ACKNOWLEDGE): (_A,),
    **{(state, PurchaseEvent.CHANGE_DATE): (state,) for state in (_P, _A, _S)},
    **{(state, PurchaseEvent.RECEIVE): (_S, _R, _C) for state in (_P, _A)},
    (_S, PurchaseEvent.RECEIVE): (_S, _R),
    **{(state, PurchaseEvent.CANCEL): (_C,) for state in (_P, _A)},
    (_S, PurchaseEvent.CANCEL): (_R,),
}

PURCHASE_TRANSITIONS: Mapping[tuple[PurchaseState | None, PurchaseEvent], Transition[PurchaseState]] = {
    pair: Transition(frozenset(states), PURCHASE_EFFECTS[pair[1]]) for pair, states in _LEADS.items()
}
"""The life of a purchase order; a pair that is not listed is refused."""

OPEN = frozenset({_P, _A, _S})
"""Of a purchase order in one of these something is still to come."""


class PurchaseLine(Struct, frozen=True, kw_only=True, gc=False):
    """Units of one SKU: ordered + extra = received + damaged + closed + left. `extra` ones came without being ordered.

    `unit_price_minor` is the price at which they were ordered.
    """

    sku: Sku
    ordered: int
    unit_price_minor: int
    received: int = 0
    damaged: int = 0
    closed: int = 0
    extra: int = 0

    def __post_init__(self) -> None:
        assert self.ordered > 0, "a line orders at least one unit"
        parts = (self.received, self.damaged, self.closed, self.extra, self.left)
        assert min(parts) >= 0, "no part is negative"

    @property
    def left(self) -> int:
        """Units still to come."""
        return self.ordered + self.extra - self.received - self.damaged - self.closed


class Receipt(NamedTuple):
    """What arrived of one SKU: good units, of a lot if they have one, and broken ones."""

    received: int
    damaged: int = 0
    lot: str = ""
    expiry_day: Day | None = None


class PurchaseOrder(Struct, frozen=True, kw_only=True, gc=False):
    """`id` is the client's, or made of `number`, which rises in the order of placing.

    `expected_day` is local to the node; None: nobody knows yet. `reference` is the supplier's own number.
    """

    id: str
    number: int
    supplier_id: str
    node_id: NodeId
    state: PurchaseState
    lines: tuple[PurchaseLine, ...]
    place_time: Instant
    expected_day: Day | None = None
    reference: str = ""

    @property
    def is_open(self) -> bool:
        """Whether any of it can still come."""
        return self.state in OPEN

    def left_of(self, sku: Sku) -> int:
        """Units of a SKU still to come."""
        return sum(line.left for line in self.lines if line.sku == sku)


def purchase_order_id_of(number: int) -> str:
    """The id of one for which the client had none: `po-` and at least twelve digits."""
    return f"po-{number:012d}"


def check_purchase_allowed(order: PurchaseOrder, event: PurchaseEvent) -> None:
    """Refuse with PURCHASE_ORDER_STATE_FORBIDS when `event` cannot meet the state; names where it could."""
    if (order.state, event) in PURCHASE_TRANSITIONS:
        return
    allowed = ", ".join(one.name for one, met in PURCHASE_TRANSITIONS if one and met is event)
    if order.is_open:
        step = "go on with what it allows"
    elif event is PurchaseEvent.RECEIVE:
        step = "book what arrives anyway with AdjustStock"
    else:
        step = "nothing of it is to come any more"
    raise RouterError(
        Reason.PURCHASE_ORDER_STATE_FORBIDS,
        f"purchase order `{order.id}` is {order.state.name}, for {event.name} it must be {allowed}; {step}",
        purchase_order_id=order.id,
        state=order.state.name,
    )


def after_receipt(order: PurchaseOrder, arrived: Mapping[Sku, Receipt], *, closes: bool) -> PurchaseOrder:
    """The order with `arrived` counted in. If it `closes`, nothing of it is to come any more."""
    lines = tuple(_received(line, arrived.get(line.sku), closes=closes) for line in order.lines)
    return replace(order, lines=lines, state=_state_of(lines))


def closed(order: PurchaseOrder) -> PurchaseOrder:
    """The order of which nothing is to come any more."""
    return after_receipt(order, {}, closes=True)


def _received(line: PurchaseLine, arrived: Receipt | None, *, closes: bool) -> PurchaseLine:
    good, broken = (arrived.received, arrived.damaged) if arrived else (0, 0)
    after = replace(
        line,
        received=line.received + good,
        damaged=line.damaged + broken,
        extra=line.extra + max(0, good + broken - line.left),
    )
    return replace(after, closed=after.closed + after.left) if closes else after


def _state_of(lines: Iterable[PurchaseLine]) -> PurchaseState:
    lines = tuple(lines)
    if any(line.left for line in lines):
        return PurchaseState.PARTLY_RECEIVED
    has_arrived = any(line.received or line.damaged for line in lines)
    return PurchaseState.RECEIVED if has_arrived else PurchaseState.CANCELED
