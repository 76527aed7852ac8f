"""What a customer can be promised, and by when."""

from dataclasses import dataclass

from router.app.answers.decided import Versions
from router.app.answers.restocks import Restock
from router.domain.identifiers import OrderId, ServiceLevelId
from router.domain.plan import Plan
from router.ledger.orders import LineQuantities as LineQuantities


@dataclass(frozen=True, slots=True, kw_only=True)
class Promise:
    """What the order would get by one service level; by any that it may use where `service_level_id` is None."""

    service_level_id: ServiceLevelId | None
    plan: Plan
    restocks: tuple[Restock, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PromisesQuoted:
    order_id: OrderId
    promises: tuple[Promise, ...]
    versions: Versions
