"""A delay of what has not left yet, and its customer's say in it, as one table: consent or cancellation, each in time.

The days follow the mail order rule of the United States (16 CFR 435.2): a first delay of at most 30 days is agreed to
by silence; a longer one, one that nobody can say the length of, and every further one needs the customer's word, and
without it the order is canceled and what was paid goes back.
"""

from collections.abc import Mapping
from enum import IntEnum

from msgspec import Struct
from msgspec.structs import replace

from router.domain.identifiers import Day, Instant, OrderId
from router.domain.reasons import Reason, RouterError
from router.ledger.event_kinds import EventKind
from router.ledger.flows import EntryCode
from router.ledger.lifecycle import Effect, Notice, Transition

SILENCE_DAYS_MAX = 30
"""A first delay of more days is not consented to by silence: 16 CFR 435.2(b)(1)(ii)."""

ANSWER_DAYS = 30
"""So many days after the day that was promised, a customer who was asked once must have answered: 435.2(b)(1)(iii)."""

ANSWER_DAYS_MIN = 7
"""Who is asked late has at least so many days."""

STATED_DAYS = 30
"""Where no day was promised, goods leave within so many days after the order: 435.2(a)(1)."""

NEVER = Instant(0)


class DelayState(IntEnum):
    """Where a delay is. Numbers are stored and equal those of the public contract.

    EXPECTED: what was promised will not be kept; its customer does not know. TOLD: the customer knows the new day, and
    silence is consent. ASKED: only the customer's word is. AGREED: the customer said yes. CANCELED: what had not left
    is canceled, money is to go back. REFUNDED: it went back. OVER: nothing waits to leave any more.
    """

    EXPECTED = 1
    TOLD = 2
    ASKED = 3
    AGREED = 4
    CANCELED = 5
    REFUNDED = 6
    OVER = 7


class DelayEvent(IntEnum):
    """What can happen to a delay. LAPSE: the day came and nothing left. LEAVE: all left, or was canceled otherwise."""

    EXPECT = 1
    TELL = 2
    ASK = 3
    AGREE = 4
    REFUSE = 5
    LAPSE = 6
    REFUND = 7
    LEAVE = 8


def _effect(told: EventKind | None = None, notice: Notice | None = None, *entries: EntryCode) -> Effect:
    return Effect(frozenset(entries), told, notice)


_BACK = (EntryCode.VOID, EntryCode.BACKORDER_CLOSE)

DELAY_EFFECTS: Mapping[DelayEvent, Effect] = {
    DelayEvent.EXPECT: _effect(EventKind.DELAY_EXPECTED),
    DelayEvent.TELL: _effect(EventKind.DELAY_TOLD, Notice.DELAY_TOLD),
    DelayEvent.ASK: _effect(EventKind.DELAY_ASKED, Notice.DELAY_ASKED),
    DelayEvent.AGREE: _effect(EventKind.DELAY_AGREED),
    DelayEvent.REFUSE: _effect(EventKind.ORDER_CANCELED, Notice.CANCELLATION, *_BACK),
    DelayEvent.LAPSE: _effect(EventKind.ORDER_CANCELED, Notice.CANCELLATION, *_BACK),
    DelayEvent.REFUND: _effect(EventKind.DELAY_REFUNDED),
    DelayEvent.LEAVE: _effect(),
}

_X, _T, _Q, _A, _C, _R, _O = DelayState
_OPEN = (_X, _T, _Q, _A)

_LEADS: Mapping[tuple[DelayState | None, DelayEvent], DelayState] = {
    (None, DelayEvent.EXPECT): _X,
    **{(state, DelayEvent.EXPECT): _X for state in _OPEN},
    (_X, DelayEvent.TELL): _T,
    (_X, DelayEvent.ASK): _Q,
    (_T, DelayEvent.AGREE): _A,
    (_Q, DelayEvent.AGREE): _A,
    **{(state, DelayEvent.REFUSE): _C for state in _OPEN},
    **{(state, DelayEvent.LAPSE): _C for state in (_T, _Q, _A)},
    **{(state, DelayEvent.LEAVE): _O for state in _OPEN},
    (_C, DelayEvent.REFUND): _R,
}

DELAY_TRANSITIONS: Mapping[tuple[DelayState | None, DelayEvent], Transition[DelayState]] = {
    pair: Transition(frozenset({state}), DELAY_EFFECTS[pair[1]]) for pair, state in _LEADS.items()
}
"""The life of a delay; a pair that is not listed is refused."""

OPEN = frozenset(_OPEN)
"""In one of these something still waits to leave."""


class Delay(Struct, frozen=True, kw_only=True, gc=False):
    """The delay of an order, which has one; `round` counts how often its customer was due to hear of a new day.

    `number` rises in the order of finding. `promised_day` is when it should have left at first, `agreed_day` what
    stands agreed, None: whenever it can. `expected_day` is when it leaves now, None: nobody can say. `due_time` is when
    time alone moves it on, 0: never. `told_time` is when its customer was told last. `zone` is where its days begin and
    end.
    """

    number: int
    order_id: OrderId
    state: DelayState
    round: int
    promised_day: Day
    agreed_day: Day | None
    expected_day: Day | None
    due_time: Instant
    told_time: Instant = NEVER
    cause: str = ""
    zone: str = "UTC"

    @property
    def id(self) -> str:
        return self.order_id

    @property
    def silence_agrees(self) -> bool:
        """Whether saying nothing is consent to what is expected now."""
        if self.expected_day is None or self.agreed_day is None:
            return False
        return self.round == 1 and self.expected_day - self.agreed_day <= SILENCE_DAYS_MAX

    @property
    def answer_day(self) -> Day | None:
        """The last day on which an answer counts while it is TOLD or ASKED; None: every day until it leaves."""
        if self.state is DelayState.TOLD:
            return self.expected_day
        return self.agreed_day if self.round > 1 else Day(self.promised_day + ANSWER_DAYS)


def delay_moved(delay: Delay, event: DelayEvent, **changes: object) -> Delay:
    """The delay after `event`. Refuses with ORDER_STATE_FORBIDS what cannot meet its state; names where it could."""
    state = _LEADS.get((delay.state, event))
    if state is None:
        allowed = ", ".join(one.name for one, met in _LEADS if one and met is event)
        raise RouterError(
            Reason.ORDER_STATE_FORBIDS,
            f"the delay of order `{delay.order_id}` is {delay.state.name}, {event.name} can meet it only while it is"
            f" {allowed}",
            order_id=delay.order_id,
            state=delay.state.name,
        )
    return replace(delay, state=state, **changes)


def expected_again(delay: Delay, expected_day: Day | None, cause: str) -> Delay:
    """The delay with another day, of which its customer must hear. What was TOLD in silence or AGREED stands agreed.

    Refuses with ORDER_STATE_FORBIDS one that is over.
    """
    has_heard = delay.state is not DelayState.EXPECTED
    agreed = delay.expected_day if delay.state in (DelayState.TOLD, DelayState.AGREED) else delay.agreed_day
    return delay_moved(
        delay,
        DelayEvent.EXPECT,
        expected_day=expected_day,
        agreed_day=agreed,
        round=delay.round + has_heard,
        cause=cause,
    )
