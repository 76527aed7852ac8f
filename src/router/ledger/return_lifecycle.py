"""The life of a return, as one table: what an event may do in a state.

A row says where the event may lead, which entries it may book, how it is told, and which notice the customer is due.
What has no row is refused with RETURN_STATE_FORBIDS. `docs/returns.md` is drawn from the same rows. A claim is a return
of which nothing comes back.
"""

from collections.abc import Iterable, Mapping
from enum import IntEnum
from typing import NamedTuple

from router.domain.reasons import Reason, RouterError
from router.ledger.event_kinds import EventKind
from router.ledger.flows import EntryCode
from router.ledger.lifecycle import Effect, Notice


class ReturnState(IntEnum):
    """Where a return is. Numbers are stored and equal those of the public contract.

    AUTHORIZED: its units may be sent. RECEIVING: some arrived, others are awaited. RECEIVED: none are awaited any more,
    some were not looked at yet. INSPECTED: all that arrived were. CANCELED: nothing of it comes. EXPIRED: nothing came
    in time. CLAIMED: a claim waits for money or a replacement. SETTLED: it has it. WITHDRAWN: nobody claims any more.
    """

    AUTHORIZED = 1
    RECEIVING = 2
    RECEIVED = 3
    INSPECTED = 4
    CANCELED = 5
    EXPIRED = 6
    CLAIMED = 7
    SETTLED = 8
    WITHDRAWN = 9


class ReturnEvent(IntEnum):
    """What can happen to a return."""

    AUTHORIZE = 1
    CLAIM = 2
    RECEIVE = 3
    INSPECT = 4
    CANCEL = 5
    EXPIRE = 6
    REFUND = 7
    REPLACE = 8


def _effect(*entries: EntryCode, told: EventKind, notice: Notice | None = None) -> Effect:
    return Effect(frozenset(entries), told, notice)


RETURN_EFFECTS: Mapping[ReturnEvent, Effect] = {
    ReturnEvent.AUTHORIZE: _effect(
        EntryCode.RETURN_EXPECT, told=EventKind.RETURN_AUTHORIZED, notice=Notice.RETURN
    ),
    ReturnEvent.CLAIM: _effect(EntryCode.DISCREPANCY, EntryCode.CLAIM, told=EventKind.CLAIM_OPENED),
    ReturnEvent.RECEIVE: _effect(
        EntryCode.RETURN_EXPECT,
        EntryCode.RETURN_RECEIVE,
        EntryCode.RETURN_RELEASE,
        told=EventKind.RETURN_RECEIVED,
        notice=Notice.RETURN_ARRIVAL,
    ),
    ReturnEvent.INSPECT: _effect(
        EntryCode.RETURN_RESTOCK,
        EntryCode.RETURN_SCRAP,
        EntryCode.QUARANTINE,
        EntryCode.REFURBISH,
        EntryCode.RETURN_TO_VENDOR,
        EntryCode.SNAPSHOT_TRUE_UP,
        told=EventKind.RETURN_INSPECTED,
    ),
    ReturnEvent.CANCEL: _effect(EntryCode.RETURN_RELEASE, EntryCode.CLAIM, told=EventKind.RETURN_CANCELED),
    ReturnEvent.EXPIRE: _effect(EntryCode.RETURN_RELEASE, told=EventKind.RETURN_EXPIRED),
    ReturnEvent.REFUND: _effect(told=EventKind.RETURN_REFUNDED, notice=Notice.REFUND),
    ReturnEvent.REPLACE: _effect(told=EventKind.RETURN_REPLACED),
}

_S, _E = ReturnState, ReturnEvent

_LEADS: Mapping[tuple[ReturnState | None, ReturnEvent], tuple[ReturnState, ...]] = {
    (None, _E.AUTHORIZE): (_S.AUTHORIZED,),
    (_S.AUTHORIZED, _E.RECEIVE): (_S.RECEIVING, _S.RECEIVED),
    (_S.RECEIVING, _E.RECEIVE): (_S.RECEIVING, _S.RECEIVED),
    (_S.RECEIVED, _E.RECEIVE): (_S.RECEIVED,),
    (_S.INSPECTED, _E.RECEIVE): (_S.RECEIVED,),
    (_S.CANCELED, _E.RECEIVE): (_S.RECEIVED,),
    (_S.EXPIRED, _E.RECEIVE): (_S.RECEIVED,),
    (_S.RECEIVING, _E.INSPECT): (_S.RECEIVING,),
    (_S.RECEIVED, _E.INSPECT): (_S.RECEIVED, _S.INSPECTED),
    (_S.INSPECTED, _E.INSPECT): (_S.INSPECTED,),
    (_S.AUTHORIZED, _E.CANCEL): (_S.CANCELED,),
    (_S.RECEIVING, _E.CANCEL): (_S.RECEIVED, _S.INSPECTED),
    (_S.AUTHORIZED, _E.EXPIRE): (_S.EXPIRED,),
    (_S.RECEIVING, _E.EXPIRE): (_S.RECEIVED, _S.INSPECTED),
    **{(state, _E.REFUND): (state,) for state in (_S.RECEIVING, _S.RECEIVED, _S.INSPECTED)},
    **{(state, _E.REPLACE): (state,) for state in (_S.RECEIVING, _S.RECEIVED, _S.INSPECTED)},
    (None, _E.CLAIM): (_S.CLAIMED,),
    (_S.CLAIMED, _E.CANCEL): (_S.WITHDRAWN,),
    (_S.CLAIMED, _E.REFUND): (_S.CLAIMED, _S.SETTLED),
    (_S.CLAIMED, _E.REPLACE): (_S.CLAIMED, _S.SETTLED),
}


class ReturnTransition(NamedTuple):
    """Where an event may lead, and what it does."""

    states: frozenset[ReturnState]
    effect: Effect


RETURN_TRANSITIONS: Mapping[tuple[ReturnState | None, ReturnEvent], ReturnTransition] = {
    pair: ReturnTransition(frozenset(states), RETURN_EFFECTS[pair[1]]) for pair, states in _LEADS.items()
}
"""The life of a return; a pair that is not listed is refused."""


def check_return_allowed(return_id: str, state: ReturnState, event: ReturnEvent) -> None:
    """Refuse with RETURN_STATE_FORBIDS when `event` cannot meet the state of a return; names where it could."""
    if (state, event) in RETURN_TRANSITIONS:
        return
    verb = event.name.lower()
    allowed = ", ".join(one.name for one in met_by(event))
    raise RouterError(
        Reason.RETURN_STATE_FORBIDS,
        f"return `{return_id}` is {state.name}, to {verb} it, it must be {allowed}; read it with GetReturn",
        return_id=return_id,
        state=state.name,
    )


def met_by(event: ReturnEvent) -> Iterable[ReturnState]:
    """The states that an event can meet."""
    return [state for state, met in RETURN_TRANSITIONS if state is not None and met is event]
