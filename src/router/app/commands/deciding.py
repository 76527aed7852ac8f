"""Orders are decided: one by one, jointly, or again."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import IntEnum

from router.app.commands.write import Write
from router.domain.identifiers import Instant, NodeId, OrderId, Sku
from router.domain.limits import COOL_OFF_SECONDS
from router.domain.order import Order
from router.domain.recipient import Recipient
from router.routing.wave.wave import Progress, WaveDecision


@dataclass(frozen=True, slots=True, kw_only=True)
class RouteOrders(Write):
    """Decide these orders as if one after another. `decision_time` None means the engine's clock.

    `reservation_id` names the stock reservation whose units go to the order, which is then the only one.

    `recipients` says whom orders go to; nothing is decided from it. Nobody waits for the answer after `deadline`
    (monotonic seconds): searches end before it.
    """

    orders: tuple[Order, ...]
    recipients: Mapping[OrderId, Recipient] = field(default_factory=dict)
    decision_time: Instant | None = None
    validate_only: bool = False
    reservation_id: str = ""
    deadline: float | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class RouteWave(Write):
    """Decide these orders jointly. `progress` hears where the search stands, from the thread that searches.

    The search ends where it stands after `search_seconds_max` (0: when its effort is spent). Once `is_wanted` says no,
    it ends and nothing is booked. `decide` answers for a wave that was searched for beside the engine's thread.
    """

    orders: tuple[Order, ...]
    recipients: Mapping[OrderId, Recipient] = field(default_factory=dict)
    decision_time: Instant | None = None
    validate_only: bool = False
    search_seconds_max: int = 0
    progress: Progress = field(default=lambda standing: None, compare=False)
    is_wanted: Callable[[], bool] = field(default=lambda: True, compare=False)
    decide: Callable[..., WaveDecision] | None = field(default=None, compare=False)


class Because(IntEnum):
    """Why orders are decided again. Names are stored; numbers equal those of the public contract."""

    REQUEST = 1
    SCHEDULE = 2
    RECEIPT = 3
    OUTAGE = 4
    SHORTFALL = 5
    REJECT = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class RerouteOrders(Write):
    """Decide these orders again, one after another. `move_milli` is the price of each shipment that changes.

    `next_page_token` is where the pool goes on that they were chosen from; it is answered as it is.
    """

    order_ids: tuple[OrderId, ...]
    because: Because
    move_milli: int
    validate_only: bool = False
    next_page_token: str = ""


THE_ONE_THAT_SHIPS = NodeId("")


@dataclass(frozen=True, slots=True, kw_only=True)
class RejectShipment(Write):
    """`missing` units of SKUs are not there; for `cool_off_seconds` the node is offered none of its SKUs.

    `node_id` rejects; empty: the node that ships. It may be one that the shipment's units still have to move from.

    What waits then is decided again, where a change costs `move_milli`. `unless_acknowledged`: refused once the node
    has said that it will ship it.
    """

    shipment_id: str
    reason_code: str
    unless_acknowledged: bool = False
    node_id: NodeId = THE_ONE_THAT_SHIPS
    missing: Mapping[Sku, int] = field(default_factory=dict)
    cool_off_seconds: int = COOL_OFF_SECONDS
    move_milli: int = 0
