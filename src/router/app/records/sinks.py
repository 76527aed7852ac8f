"""Where events go outside, as the books remember it: how far each sink has come, and what it did not take."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import IntEnum

from router.domain.identifiers import Instant
from router.domain.reasons import Reason, RouterError

_NEVER = Instant(0)


class HeldState(IntEnum):
    """What is to become of an event that a sink did not take. Numbers are stored and never change their meaning.

    HELD: it is tried again by itself; DEAD: only when somebody asks for it; DELIVERED: it has arrived after all.
    """

    HELD = 1
    DEAD = 2
    DELIVERED = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldEvent:
    """An event that a sink did not take, kept so that the sink can go on with others. Dead, it is a dead letter.

    No attempts: it waits behind another one of its order.
    """

    sink: str
    position: int
    order_id: str
    state: HeldState
    attempts: int
    error: str
    time: Instant = _NEVER


@dataclass(frozen=True, slots=True, kw_only=True)
class SinkRecord:
    """How far a sink has come.

    Everything up to `cursor` has arrived or is held. `epoch` counts the replays: whoever serves the sink under an
    older one has to look again. `holder` serves it alone until `lease_end` and then whoever comes first.
    `trouble` says why nothing goes out, or is empty; `is_disabled` that nothing will until somebody says so.
    """

    name: str
    cursor: int
    epoch: int = 0
    holder: str = ""
    lease_end: Instant = _NEVER
    is_disabled: bool = False
    trouble: str = ""


def no_sink(name: str, known: Iterable[str]) -> RouterError:
    names = ", ".join(f"`{one}`" for one in sorted(known)) or "there is none yet"
    return RouterError(Reason.SINK_NOT_FOUND, f"no sink `{name}` was ever served; known: {names}", sink=name)
