"""Questions about returns, as statements that all SQL stores understand."""

from collections.abc import Iterator, Mapping, Sequence

from router.domain.identifiers import Instant, OrderId
from router.domain.return_policy import ReturnPolicy
from router.ledger.returns import Return
from router.stores import trade_tables
from router.stores.rows.returns import policy_of, return_of
from router.stores.sql.questions import SqlQuestions
from router.stores.sql.statements import select

_RETURN = select(trade_tables.GOODS_RETURN)


class SqlReturnReader(SqlQuestions):
    """The part of a reader that tells what comes back."""

    def find_return(self, id: str) -> Return | None:
        row = self._row(f"{_RETURN} WHERE id = ?", id)
        return None if row is None else return_of(row)

    def list_returns(self, after: int | None, limit: int, order_id: OrderId | None) -> Sequence[Return]:
        conditions = (("number > ?", after or 0), ("order_id = ?", order_id))
        return tuple(map(return_of, self._page(_RETURN, conditions, "number", limit)))

    def read_return_limits(self) -> Iterator[tuple[Instant, str]]:
        rows = self._rows("SELECT expire_time, id FROM goods_return WHERE expire_time > 0")
        return ((Instant(time), id) for time, id in rows)

    def read_returns(self) -> Iterator[Return]:
        return map(return_of, self._rows(f"{_RETURN} ORDER BY number"))

    def list_return_policies(self) -> Mapping[str, ReturnPolicy]:
        return {one.channel: one for one in map(policy_of, self._rows(select(trade_tables.RETURN_POLICY)))}
