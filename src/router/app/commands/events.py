"""What relays report, and what is told once more."""

from dataclasses import dataclass

from router.app.commands.write import Write
from router.app.records.sinks import HeldEvent


@dataclass(frozen=True, slots=True, kw_only=True)
class SettleDeliveries:
    """A relay's report on its sink, and its claim to serve it alone for `lease_seconds` more; 0 lets go of it.

    It needs no key: to say it again changes nothing. `epoch` is the one under which the relay began.
    """

    sink: str
    holder: str
    epoch: int
    cursor: int
    lease_seconds: int
    held: tuple[HeldEvent, ...] = ()
    is_disabled: bool = False
    trouble: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplayEvents(Write):
    """`after_position` None: go on where the sink is. `order_id` narrows the dead letters to those of an order."""

    sink: str
    after_position: int | None = None
    with_dead_letters: bool = False
    order_id: str = ""
