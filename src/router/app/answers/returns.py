"""Returns and what is sent for them."""

from dataclasses import dataclass

from msgspec import Struct

from router.domain.identifiers import (
    DecisionId,
    OrderId,
)
from router.domain.return_policy import ReturnOption
from router.ledger.orders import LineQuantities as LineQuantities
from router.ledger.returns import Return


@dataclass(frozen=True, slots=True, kw_only=True)
class ReturnPoliciesPut:
    policy_count: int


class ReturnChanged(Struct, frozen=True, kw_only=True, gc=False):
    """A return or claim as it is now; `options` are the nodes that a new one could go to, the best first."""

    record: Return
    ledger_position: int
    options: tuple[ReturnOption, ...] = ()


class ReplacementSent(Struct, frozen=True, kw_only=True, gc=False):
    """A return of which units were sent again, by the decision of another order."""

    record: Return
    decision_id: DecisionId
    order_id: OrderId
