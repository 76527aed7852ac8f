"""What units cost, as rows."""

from typing import Any

from router.domain.identifiers import Instant, Sku
from router.ledger.accounting.vouchers import UnitCost
from router.stores.rows.row import Row


def unit_cost_row(cost: UnitCost) -> tuple[Any, ...]:
    return (
        cost.sku,
        cost.position,
        cost.cost_minor,
        cost.currency,
        cost.before_minor,
        cost.held,
        cost.in_transit,
        cost.shipped,
        cost.time,
    )


def unit_cost_of(row: Row) -> UnitCost:
    sku, position, cost_minor, currency, before_minor, held, in_transit, shipped, time = row
    return UnitCost(
        sku=Sku(sku),
        position=position,
        cost_minor=cost_minor,
        currency=currency,
        before_minor=before_minor,
        held=held,
        in_transit=in_transit,
        shipped=shipped,
        time=Instant(time),
    )
