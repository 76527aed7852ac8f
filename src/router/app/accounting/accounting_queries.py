"""Questions about accounting."""

from collections.abc import Sequence

from router.app.accounting.export import read_vouchers
from router.app.accounting.reconcile import Reconciliation, reconcile
from router.app.ports.store import Store
from router.domain.identifiers import Sku
from router.domain.reasons import Reason, RouterError, Violation
from router.ledger.accounting.chart import Chart
from router.ledger.accounting.vouchers import UnitCost, Voucher


class AccountingQueries:
    """Answered from what is committed, beside the engine, by any thread."""

    def __init__(self, store: Store, chart: Chart) -> None:
        self._store = store
        self.chart = chart

    def end_of_range(self, after: int, until: int) -> int:
        """Where a range behind `after` ends: at `until`, or at the last entry for 0.

        Refuses with INVALID_REQUEST a range that is not there.
        """
        with self._store.reader() as reader:
            last = reader.head().position
        end = until or last
        if after > end or end > last:
            text = (
                f"the range goes from {after:,} to {end:,}, the last entry has {last:,}; take one in between"
            )
            field = "after_position" if after > end else "until_position"
            raise RouterError(
                Reason.INVALID_REQUEST, text, violations=[Violation(field, "OUT_OF_RANGE", text)]
            )
        return end

    def read_vouchers(self, after: int, until: int) -> tuple[list[Voucher], int]:
        """Of the next entries behind `after`, not beyond `until`; and the position that they go up to."""
        with self._store.reader() as reader:
            return read_vouchers(reader, self.chart, after, until)

    def reconcile(self) -> Reconciliation:
        """Takes as long as reading the whole journal does."""
        with self._store.reader() as reader:
            return reconcile(reader, self.chart)

    def list_unit_costs(self, skus: Sequence[str]) -> list[UnitCost]:
        """By SKU and position."""
        with self._store.reader() as reader:
            found = reader.find_unit_costs([Sku(sku) for sku in skus])
        return [cost for sku in sorted(found) for cost in found[sku]]
