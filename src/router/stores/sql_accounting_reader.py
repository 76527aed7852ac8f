"""Questions about what units cost, as statements that all SQL stores understand."""

from collections.abc import Mapping, Sequence

from router.domain.identifiers import Sku
from router.ledger.accounting.vouchers import UnitCost
from router.stores import trade_tables
from router.stores.rows.accounting import unit_cost_of
from router.stores.sql import select
from router.stores.sql_questions import SqlQuestions


class SqlAccountingReader(SqlQuestions):
    """The part of a reader that tells what units cost."""

    def find_unit_costs(self, skus: Sequence[Sku]) -> Mapping[Sku, Sequence[UnitCost]]:
        found: dict[Sku, list[UnitCost]] = {}
        for row in self._rows_listed(select(trade_tables.UNIT_COST), "sku", skus) if skus else ():
            cost = unit_cost_of(row)
            found.setdefault(cost.sku, []).append(cost)
        return {sku: sorted(costs, key=lambda cost: cost.position) for sku, costs in found.items()}

    def list_unit_costs(self, start: int, end: int) -> Sequence[UnitCost]:
        statement = (
            f"{select(trade_tables.UNIT_COST)} WHERE position >= ? AND position < ? ORDER BY position, sku"
        )
        return tuple(map(unit_cost_of, self._rows(statement, start, end)))
