"""Reads that go through the queue, so that their figures are those of one ledger position."""

from dataclasses import dataclass

from router.app.commands.write import Write
from router.domain.identifiers import Instant, NodeId, ServiceLevelId, Sku
from router.domain.order import Order


@dataclass(frozen=True, slots=True, kw_only=True)
class GetAvailability:
    """A read that goes through the queue, so that its figures are those of one ledger position."""

    skus: tuple[Sku, ...]
    node_ids: tuple[NodeId, ...] = ()
    with_lots: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class GetAvailableToPromise:
    """A read that goes through the queue, so that its figures are those of one ledger position."""

    skus: tuple[Sku, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class QuotePromise:
    """A read that goes through the queue, so that its promises are for one ledger position.

    Without `service_level_ids` every one that the order may use is quoted. `reservation_id` names units held for it.
    """

    order: Order
    service_level_ids: tuple[ServiceLevelId, ...] = ()
    decision_time: Instant | None = None
    reservation_id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class TryOut:
    """A read that goes through the queue: what a write of one use case would be answered; nothing stays of it."""

    command: Write
