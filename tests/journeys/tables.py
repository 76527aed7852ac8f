"""Every life there is: which step of a scenario is which event, and what may happen in which state.

Orders, shipments, returns, purchase orders and delays have their table in the router, and it is taken from there. Where
the router derives the state from amounts or units, the table stands here: a second opinion on what may happen.
"""

from collections.abc import Callable, Collection, Mapping
from enum import IntEnum
from typing import Any, NamedTuple

from router.ledger.bookings import BookingState
from router.ledger.delays import DELAY_TRANSITIONS, DelayEvent, DelayState
from router.ledger.lifecycle import (
    ORDER_TRANSITIONS,
    SHIPMENT_TRANSITIONS,
    OrderEvent,
    OrderState,
    ShipmentEvent,
    ShipmentState,
)
from router.ledger.payments import PaymentAct, PaymentState
from router.ledger.purchases import PURCHASE_TRANSITIONS, PurchaseEvent, PurchaseState
from router.ledger.return_lifecycle import RETURN_TRANSITIONS, ReturnEvent, ReturnState
from router.ledger.stock_reservations import ReservationState
from router.ledger.transfers import TransferState
from tests.scenarios.play import Play
from tests.scenarios.worlds import Refused

Pair = tuple[Any, Any]
Step = dict[str, Any]


class BookingEvent(IntEnum):
    BOOK = 1
    VOID = 2


class ReservationEvent(IntEnum):
    EXTEND = 1
    FIRM = 2
    POST = 3
    VOID = 4


class TransferEvent(IntEnum):
    RECEIVE = 1
    CANCEL = 2


class RenewalEvent(IntEnum):
    """What becomes of a promise whose time comes; no call asks for it. Numbers are none of `PaymentAct`."""

    RENEW_BY_TIME = 11
    REFUSE_BY_TIME = 12


PAYMENT_ROWS = frozenset(
    {
        (PaymentState.AUTHORIZED, PaymentAct.CAPTURE),
        (PaymentState.AUTHORIZED, PaymentAct.VOID),
        (PaymentState.AUTHORIZED, PaymentAct.REFUND),
        (PaymentState.CAPTURED, PaymentAct.REFUND),
        (PaymentState.AUTHORIZED, RenewalEvent.RENEW_BY_TIME),
        (PaymentState.AUTHORIZED, RenewalEvent.REFUSE_BY_TIME),
    }
)
BOOKING_ROWS = frozenset(
    {
        (None, BookingEvent.BOOK),
        (BookingState.BOOKED, BookingEvent.VOID),
        (BookingState.VOIDED, BookingEvent.BOOK),
    }
)
RESERVATION_ROWS = frozenset((ReservationState.HELD, event) for event in ReservationEvent)
TRANSFER_ROWS = frozenset((TransferState.OPEN, event) for event in TransferEvent)


class Life(NamedTuple):
    """`rows` are the pairs that may happen; `events` those that can be asked for in any state, by the word of their
    step, and `refused_with` is why one without a row is refused. `see` says the state. `passing` are states that the
    router itself leaves at once, so that nobody meets them by chance.
    """

    states: type[IntEnum]
    rows: Collection[Pair]
    refused_with: frozenset[str]
    see: Callable[[Play, str], Any]
    events: Mapping[str, IntEnum]
    passing: frozenset[IntEnum] = frozenset()

    @property
    def own_rows(self) -> frozenset[Pair]:
        """Those that are met when a step is not refused, because no table of the router is watched."""
        return frozenset() if isinstance(self.rows, Mapping) else frozenset(self.rows)

    @property
    def impossible(self) -> frozenset[Pair]:
        """States and events without a row, of the events that can be asked for."""
        lasting = (state for state in self.states if state not in self.passing)
        pairs = ((state, event) for state in lasting for event in self.events.values())
        return frozenset(pair for pair in pairs if pair not in self.rows)


def see_transfer(play: Play, transfer_id: str) -> TransferState | None:
    found = play.look("transfer", None).transfers
    return next((TransferState(one.state) for one in found if one.transfer_id == transfer_id), None)


LIVES = (
    Life(
        OrderState,
        ORDER_TRANSITIONS,
        frozenset({"ORDER_STATE_FORBIDS"}),
        lambda play, id: OrderState(play.look("order", id).record.state),
        {
            "cancel order": OrderEvent.CANCEL,
            "hold order": OrderEvent.HOLD,
            "edit order": OrderEvent.EDIT,
            "release order": OrderEvent.RELEASE,
        },
    ),
    Life(
        ShipmentState,
        SHIPMENT_TRANSITIONS,
        frozenset({"ORDER_STATE_FORBIDS"}),
        lambda play, id: ShipmentState(play.look("shipment", id).record.state),
        {
            "release shipments": ShipmentEvent.RELEASE,
            "acknowledge shipment": ShipmentEvent.ACKNOWLEDGE,
            "pick wave": ShipmentEvent.START_PICK,
            "pick": ShipmentEvent.PICK,
            "short pick": ShipmentEvent.SHORTEN,
            "reject shipment": ShipmentEvent.REJECT,
            "dispatch": ShipmentEvent.DISPATCH,
        },
    ),
    Life(
        BookingState,
        BOOKING_ROWS,
        frozenset({"BOOKING_EXISTS", "BOOKING_STATE_FORBIDS", "ORDER_STATE_FORBIDS"}),
        lambda play, id: BookingState(play.look("booking", id).booking.state),
        {"book": BookingEvent.BOOK, "void booking": BookingEvent.VOID},
    ),
    Life(
        DelayState,
        DELAY_TRANSITIONS,
        frozenset({"ORDER_STATE_FORBIDS"}),
        lambda play, id: DelayState(play.look("delay", id).delay.state),
        {
            "report delay": DelayEvent.EXPECT,
            "answer delay CONSENT": DelayEvent.AGREE,
            "answer delay CANCEL": DelayEvent.REFUSE,
        },
        frozenset({DelayState.CANCELED}),
    ),
    Life(
        PaymentState,
        PAYMENT_ROWS,
        frozenset({"PAYMENT_EXCEEDED"}),
        lambda play, id: PaymentState(play.look("payment", id).payment.state),
        {
            "capture payment": PaymentAct.CAPTURE,
            "void payment": PaymentAct.VOID,
            "refund payment": PaymentAct.REFUND,
        },
    ),
    Life(
        ReturnState,
        RETURN_TRANSITIONS,
        frozenset({"RETURN_STATE_FORBIDS"}),
        lambda play, id: ReturnState(play.look("return", id).record.state),
        {
            "receive return": ReturnEvent.RECEIVE,
            "inspect return": ReturnEvent.INSPECT,
            "cancel return": ReturnEvent.CANCEL,
            "refund return": ReturnEvent.REFUND,
            "send replacement": ReturnEvent.REPLACE,
        },
    ),
    Life(
        PurchaseState,
        PURCHASE_TRANSITIONS,
        frozenset({"PURCHASE_ORDER_STATE_FORBIDS"}),
        lambda play, id: PurchaseState(play.look("purchase order", id).purchase_order.state),
        {
            "acknowledge purchase order": PurchaseEvent.ACKNOWLEDGE,
            "change purchase order date": PurchaseEvent.CHANGE_DATE,
            "receive purchase order": PurchaseEvent.RECEIVE,
            "cancel purchase order": PurchaseEvent.CANCEL,
        },
    ),
    Life(
        ReservationState,
        RESERVATION_ROWS,
        frozenset({"ALREADY_RESOLVED", "RESERVATION_EXPIRED"}),
        lambda play, id: ReservationState(play.look("reservation", id).reservation.state),
        {
            "extend reservation": ReservationEvent.EXTEND,
            "firm reservation": ReservationEvent.FIRM,
            "post reservation": ReservationEvent.POST,
            "void reservation": ReservationEvent.VOID,
        },
    ),
    Life(
        TransferState,
        TRANSFER_ROWS,
        frozenset({"TRANSFER_STATE_FORBIDS"}),
        see_transfer,
        {"receive transfer": TransferEvent.RECEIVE, "cancel transfer": TransferEvent.CANCEL},
    ),
)

LIFE_OF: Mapping[str, Life] = {word: life for life in LIVES for word in life.events}


def word_of(step: Mapping[str, Any]) -> str:
    """The verb, and what else tells one event from another."""
    verb = next(iter(step))
    return f"{verb} {step['answer']}" if verb == "answer delay" else verb


def subject_of(step: Mapping[str, Any]) -> str:
    """Whom the step is about: the first, where it could be several."""
    verb = next(iter(step))
    subject = step["shipment ids"] if verb == "pick wave" else step[verb]
    return str(subject[0] if isinstance(subject, list) else subject)


def pair_of(play: Play, step: Mapping[str, Any]) -> Pair | None:
    """The state that the step meets, and its event; None where it is not one event of one life, or where more than the
    state decides: an answer to a notice may be too old for any.
    """
    word = word_of(step)
    if word not in LIFE_OF or "notice number" in step:
        return None
    life = LIFE_OF[word]
    try:
        state = life.see(play, subject_of(step))
    except Refused:
        state = None
    return (state, life.events[word])
