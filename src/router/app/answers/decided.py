"""What became of orders that were decided: one by one, jointly, or again."""

from dataclasses import dataclass
from enum import IntEnum

from msgspec import Struct, field

from router.app.answers.restocks import Restock
from router.domain.identifiers import (
    DecisionId,
    Digest,
    Instant,
    OrderId,
)
from router.domain.plan import Plan
from router.ledger.orders import LineQuantities as LineQuantities
from router.routing.written_plan import Planned, read_plan

NO_DECISION = DecisionId("")


class Versions(Struct, frozen=True, kw_only=True, gc=False):
    rules_digest: Digest
    network_digest: Digest
    ledger_position: int
    decision_time: Instant


class Routed(Struct, frozen=True, kw_only=True, gc=False):
    """One order decided (and, unless it was only validated, reserved).

    One that was decided again names the decision before, and why; its plan is of what could still be decided.
    `restocks`: of units that wait, when they can be there as it was seen when they were decided.
    """

    decision_id: DecisionId
    order_id: OrderId
    planned: Planned = field(name="plan")
    versions: Versions
    shipment_numbers: tuple[int, ...] = ()
    replaces: DecisionId = NO_DECISION
    because: str = ""
    restocks: tuple[Restock, ...] = ()

    @property
    def plan(self) -> Plan:
        return read_plan(self.planned)


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """One order of a batch, or a whole command, refused: the reason, a sentence, and its facts."""

    order_id: str
    reason: str
    message: str


class RoutedOrders(Struct, frozen=True, kw_only=True, gc=False):
    results: tuple[Routed | Refused, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class WaveRouted:
    """A wave decided: its outcomes in order, and the proof of the `joint_count` orders that were decided jointly.

    `redecided_count` orders got other plans than the search gave them, because others took meanwhile what they were
    to get. `is_cut`: the search was ended before its effort was spent. Of what was decided jointly, the orders
    `without_substitutes` were offered other products by rules, and none was looked at; of `without_transfers_count`
    no unit could move first.
    """

    results: tuple[Routed | Refused, ...]
    joint_count: int
    objective_milli: int
    bound_milli: int
    redecided_count: int = 0
    is_cut: bool = False
    without_substitutes: tuple[OrderId, ...] = ()
    without_transfers_count: int = 0


class RerouteOutcome(IntEnum):
    """What came of an order that was to be decided again. Numbers are stored and equal those of the public contract."""

    MOVED = 1
    STAYED = 2
    FROZEN = 3
    REFUSED = 4


class Rerouted(Struct, frozen=True, kw_only=True, gc=False):
    """One order decided again. MOVED: with the decision that replaces another; REFUSED: with a reason.

    `saved_milli` None: what stood could not be kept, so staying had no price.
    """

    order_id: OrderId
    outcome: RerouteOutcome
    decision_id: DecisionId = NO_DECISION
    replaces: DecisionId = NO_DECISION
    withdrawn_count: int = 0
    added_count: int = 0
    saved_milli: int | None = None
    reason: str = ""
    message: str = ""


class OrdersRerouted(Struct, frozen=True, kw_only=True):
    """Outcomes in the order of the orders; `next_page_token` is that of the command."""

    results: tuple[Rerouted, ...]
    next_page_token: str = ""


class ShipmentRejected(Struct, frozen=True, kw_only=True):
    """How often nodes rejected shipments of the order, and what came of deciding it again.

    `rerouted` None: it was rejected so often that a person has to look.
    """

    shipment_id: str
    rejection_count: int
    rerouted: Rerouted | None = None
