"""Questions about delays, as statements that all SQL stores understand."""

from collections.abc import Iterator, Sequence

from router.app.records.filters import DelayFilter
from router.ledger.delays import OPEN, Delay
from router.stores import trade_tables
from router.stores.rows.delays import delay_of
from router.stores.sql.questions import SqlQuestions
from router.stores.sql.statements import select

_DELAY = select(trade_tables.DELAY)
_OPEN_MAX = int(max(OPEN))


class SqlDelayReader(SqlQuestions):
    """The part of a reader that tells which orders are late."""

    def find_delay(self, order_id: str) -> Delay | None:
        row = self._row(f"{_DELAY} WHERE order_id = ?", order_id)
        return None if row is None else delay_of(row)

    def list_delays(self, after: int | None, limit: int, where: DelayFilter) -> Sequence[Delay]:
        conditions = (
            ("number > ?", after or 0),
            ("state = ?", where.state and int(where.state)),
            ("due_time > 0 AND due_time <= ?", where.due_by),
        )
        return tuple(map(delay_of, self._page(_DELAY, conditions, "number", limit)))

    def read_open_delays(self) -> Iterator[Delay]:
        return map(delay_of, self._rows(f"{_DELAY} WHERE state <= {_OPEN_MAX} ORDER BY number"))

    def read_delays(self) -> Iterator[Delay]:
        return map(delay_of, self._rows(f"{_DELAY} ORDER BY number"))
