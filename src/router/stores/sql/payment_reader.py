"""Questions about channels and payments, as statements that all SQL stores understand."""

from collections.abc import Iterator, Mapping, Sequence

from router.app.records.payment_filter import PaymentFilter
from router.domain.channel import Channel
from router.domain.identifiers import Instant
from router.ledger.payments import Payment
from router.stores import trade_tables
from router.stores.rows.documents import channel_of
from router.stores.rows.payments import payment_of
from router.stores.sql.questions import SqlQuestions
from router.stores.sql.statements import select

_PAYMENT = select(trade_tables.PAYMENT)


class SqlPaymentReader(SqlQuestions):
    """The part of a reader that tells where orders come from and how they were paid."""

    def list_channels(self) -> Mapping[str, Channel]:
        return {one.id: one for one in map(channel_of, self._rows(select(trade_tables.CHANNEL)))}

    def find_payment(self, id: str) -> Payment | None:
        row = self._row(f"{_PAYMENT} WHERE id = ?", id)
        return None if row is None else payment_of(row)

    def list_payments(self, after: int | None, limit: int, where: PaymentFilter) -> Sequence[Payment]:
        conditions = (
            ("number > ?", after or 0),
            ("order_id = ?", where.order_id or None),
            ("gift_account_id = ?", where.gift_account_id or None),
            ("declined_act > ?", 0 if where.act_declined else None),
        )
        return tuple(map(payment_of, self._page(_PAYMENT, conditions, "number", limit)))

    def read_payment_limits(self) -> Iterator[tuple[Instant, str]]:
        rows = self._rows(
            "SELECT expire_time, id FROM payment WHERE expire_time > 0 AND authorized > captured + released"
        )
        return ((Instant(time), id) for time, id in rows)

    def read_payments(self) -> Iterator[Payment]:
        return map(payment_of, self._rows(f"{_PAYMENT} ORDER BY number"))
