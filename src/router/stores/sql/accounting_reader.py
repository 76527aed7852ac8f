"""Questions about what units cost and whose they are, as statements that all SQL stores understand."""

from collections.abc import Mapping, Sequence

from router.domain.identifiers import NodeId, Sku
from router.ledger.accounting.owners import NodeOwner, OwnerSince
from router.ledger.accounting.vouchers import UnitCost
from router.stores import trade_tables
from router.stores.rows.accounting import node_owner_of, unit_cost_of
from router.stores.sql.questions import SqlQuestions
from router.stores.sql.statements import select


class SqlAccountingReader(SqlQuestions):
    """The part of a reader that tells what units cost and whose they are."""

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

    def read_node_owners(self) -> Sequence[OwnerSince]:
        statement = "SELECT node_id, position, is_supplier FROM node_owner ORDER BY node_id, position"
        return tuple(
            OwnerSince(NodeId(node_id), position, bool(is_supplier))
            for node_id, position, is_supplier in self._rows(statement)
        )

    def list_node_owners(self, start: int, end: int) -> Sequence[NodeOwner]:
        statement = (
            f"{select(trade_tables.NODE_OWNER)} WHERE position >= ? AND position < ?"
            " ORDER BY position, node_id"
        )
        return tuple(map(node_owner_of, self._rows(statement, start, end)))
