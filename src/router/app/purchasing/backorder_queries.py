"""Who waits for a product, in the order in which they are served, and when it can be there."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice

from router.app.answers.purchasing import PromisableRow
from router.app.orders.history import read_history
from router.app.ports import Reader, Store
from router.app.reading.pool import PoolFilter, members, rank_of
from router.domain.identifiers import Day, Instant, LineId, OrderId
from router.ledger.orders import OrderAccount


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """Units of an order line that wait; `expected_day` None: what is to come with a day does not reach so far."""

    order_id: OrderId
    line_id: LineId
    quantity: int
    place_time: Instant
    promise_day: Day | None
    tier: str
    expected_day: Day | None


class BackorderQueries:
    """Answered from what is committed, beside the engine, by any thread."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def list_backorders(self, row: PromisableRow, tiers: tuple[str, ...], limit: int) -> tuple[Waiting, ...]:
        """By promise, then by tier in the order of `tiers`, then by age.

        LIMIT: reads the decisions of all that wait.
        """
        where = PoolFilter(waiting_only=True, skus=frozenset((row.sku,)), tiers=tiers)
        with self._store.reader() as reader:
            ranked = sorted(members(reader, 0, where), key=lambda one: rank_of(reader, one, where))
            return tuple(islice(lines_of(reader, ranked, row), limit))


def lines_of(reader: Reader, ranked: Iterable[OrderAccount], row: PromisableRow) -> Iterator[Waiting]:
    """The lines that wait for the product of `row`, with the day by which all before them and they are covered."""
    before = 0
    for account in ranked:
        order = read_history(reader, account).order
        for line in account.lines:
            if line.sku == row.sku and line.backordered:
                before += line.backordered
                yield Waiting(
                    order_id=account.order_id,
                    line_id=line.line_id,
                    quantity=line.backordered,
                    place_time=order.place_time,
                    promise_day=order.promise_day,
                    tier=order.tier,
                    expected_day=day_of(row, before),
                )


def day_of(row: PromisableRow, units: int) -> Day | None:
    """The first day by which so many units have come."""
    come = 0
    for day, quantity in row.days:
        come += quantity
        if come >= units:
            return day
    return None
