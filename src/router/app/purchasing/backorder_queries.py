"""Who waits for a product, in the order in which they are served, and when it can be there."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice

from router.app.answers.orders import OrderRecord
from router.app.answers.purchasing import PromisableRow
from router.app.answers.restocks import Arrival, Restock
from router.app.ports.store import Reader, Store
from router.app.purchasing.restocks import cover
from router.app.purchasing.waiting_book import Place, WaitingBook
from router.app.reading.pool import Asked, rank_of
from router.domain.identifiers import Day, Instant, LineId, OrderId, Sku
from router.domain.plan import UnshippedAction
from router.ledger.lifecycle import OrderState
from router.ledger.orders import LineQuantities


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
    sources: tuple[Arrival, ...] = ()


class BackorderQueries:
    """Answered from what is committed, beside the engine, by any thread. `tiers` are served first, in their order."""

    def __init__(self, store: Store, tiers: tuple[str, ...] = ()) -> None:
        self._book = WaitingBook(store, tiers)
        self._tiers = tiers

    def list_backorders(self, row: PromisableRow, tiers: tuple[str, ...], limit: int) -> tuple[Waiting, ...]:
        """By promise, then by tier in the order of `tiers`, then by age."""
        with self._book.looking() as reader:
            places = self._book.waiting_for(row.sku)
            if tiers != self._tiers:
                places.sort(key=lambda one: rank_of(one.asked, one.rank.number, tiers))
            # Each has a line at least.
            return tuple(islice(lines_of(reader, places[:limit], row), limit))

    def with_restocks(self, record: OrderRecord, rows: Iterable[PromisableRow]) -> OrderRecord:
        """The record with what brings its waiting units, behind those who are served before it.

        `rows` are those of `skus_waiting`. Takes as long as the order has lines, however many others wait.
        """
        restocks: list[Restock] = []
        with self._book.looking() as reader:
            number = reader.find_orders([record.order.id])[record.order.id].number
            own = rank_of(Asked.of(record.order), number, self._tiers)
            for row in rows:
                ahead = self._book.ahead_of(own, row.sku)
                for line in waiting_lines(record):
                    if line.sku == row.sku:
                        restocks.append(cover(line.line_id, line.sku, line.backordered, ahead, row.arrivals))
                        ahead += line.backordered
        return replace(record, restocks=tuple(restocks))


def skus_waiting(record: OrderRecord) -> tuple[Sku, ...]:
    """Products of which units of the order wait for stock."""
    return tuple(dict.fromkeys(line.sku for line in waiting_lines(record)))


def waiting_lines(record: OrderRecord) -> Iterator[LineQuantities]:
    """Lines of which units wait for stock, not for a person."""
    held = {one.line_id for one in record.plan.unshipped if one.action is UnshippedAction.HOLD}
    if record.state != OrderState.HELD.name:
        yield from (line for line in record.lines if line.backordered and line.line_id not in held)


def lines_of(reader: Reader, places: Sequence[Place], row: PromisableRow) -> Iterator[Waiting]:
    """The lines that wait for the product of `row`, with the day by which all before them and they are covered."""
    before, accounts = 0, reader.find_orders([place.order_id for place in places])
    for place in places:
        for line in accounts[place.order_id].lines:
            if line.sku == row.sku and line.backordered:
                covered = cover(line.line_id, line.sku, line.backordered, before, row.arrivals)
                before += line.backordered
                yield Waiting(
                    order_id=place.order_id,
                    line_id=line.line_id,
                    quantity=line.backordered,
                    place_time=place.asked.place_time,
                    promise_day=place.asked.promise_day,
                    tier=place.asked.tier,
                    expected_day=covered.expected_day,
                    sources=covered.sources,
                )
