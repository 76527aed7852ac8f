"""Who waits for a product, in the order in which they are served, and when it can be there."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import islice
from typing import NamedTuple

from router.app.answers.orders import OrderRecord
from router.app.answers.purchasing import PromisableRow
from router.app.answers.restocks import Arrival, Restock
from router.app.orders.history import read_history
from router.app.ports import Reader, Store
from router.app.purchasing.restocks import cover
from router.app.reading.pool import Asked, PoolFilter, members, rank_of
from router.domain.identifiers import Day, Instant, LineId, OrderId, Sku
from router.domain.plan import UnshippedAction
from router.ledger.lifecycle import OrderState
from router.ledger.orders import LineQuantities, OrderAccount

SEEN_MAX = 100_000
"""Decisions whose orders are remembered: some 20 MB."""


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


class Member(NamedTuple):
    """An order that waits, and what its place among all that do hangs on."""

    account: OrderAccount
    asked: Asked


class BackorderQueries:
    """Answered from what is committed, beside the engine, by any thread. `tiers` are served first, in their order."""

    def __init__(self, store: Store, tiers: tuple[str, ...] = ()) -> None:
        self._store = store
        self._tiers = tiers
        self._seen: dict[int, Asked] = {}

    def list_backorders(self, row: PromisableRow, tiers: tuple[str, ...], limit: int) -> tuple[Waiting, ...]:
        """By promise, then by tier in the order of `tiers`, then by age.

        LIMIT: reads the decisions of all that wait.
        """
        with self._store.reader() as reader:
            waiting = self._waiting(reader, row.sku)
            ranked = sorted(waiting, key=lambda one: rank_of(one.asked, one.account.number, tiers))
            return tuple(islice(lines_of(ranked, row), limit))

    def with_restocks(self, record: OrderRecord, rows: Iterable[PromisableRow]) -> OrderRecord:
        """The record with what brings its waiting units, behind those who are served before it.

        `rows` are those of `skus_waiting`. LIMIT: looks at the accounts of all that wait.
        """
        restocks: list[Restock] = []
        with self._store.reader() as reader:
            account = reader.find_orders([record.order.id])[record.order.id]
            own = rank_of(Asked.of(record.order), account.number, self._tiers)
            for row in rows:
                ahead = sum(
                    units_of(one.account, row.sku)
                    for one in self._waiting(reader, row.sku)
                    if one.account.order_id != record.order.id
                    and rank_of(one.asked, one.account.number, self._tiers) < own
                )
                for line in waiting_lines(record):
                    if line.sku == row.sku:
                        restocks.append(cover(line.line_id, line.sku, line.backordered, ahead, row.arrivals))
                        ahead += line.backordered
        return replace(record, restocks=tuple(restocks))

    def _waiting(self, reader: Reader, sku: Sku) -> Iterator[Member]:
        """Orders of which units of a product wait, in the order of routing."""
        for account in members(reader, 0, PoolFilter(waiting_only=True, skus=frozenset((sku,)))):
            yield Member(account, self._asked(reader, account))

    def _asked(self, reader: Reader, account: OrderAccount) -> Asked:
        """Of the decision in force, which never changes; reading it is what takes long."""
        found = self._seen.get(account.decision_number)
        if found is None:
            if len(self._seen) >= SEEN_MAX:
                self._seen.clear()
            found = self._seen[account.decision_number] = Asked.of(read_history(reader, account).order)
        return found


def skus_waiting(record: OrderRecord) -> tuple[Sku, ...]:
    """Products of which units of the order wait for stock."""
    return tuple(dict.fromkeys(line.sku for line in waiting_lines(record)))


def waiting_lines(record: OrderRecord) -> Iterator[LineQuantities]:
    """Lines of which units wait for stock, not for a person."""
    held = {one.line_id for one in record.plan.unshipped if one.action is UnshippedAction.HOLD}
    if record.state != OrderState.HELD.name:
        yield from (line for line in record.lines if line.backordered and line.line_id not in held)


def units_of(account: OrderAccount, sku: Sku) -> int:
    return sum(line.backordered for line in account.lines if line.sku == sku)


def lines_of(ranked: Iterable[Member], row: PromisableRow) -> Iterator[Waiting]:
    """The lines that wait for the product of `row`, with the day by which all before them and they are covered."""
    before = 0
    for account, asked in ranked:
        for line in account.lines:
            if line.sku == row.sku and line.backordered:
                covered = cover(line.line_id, line.sku, line.backordered, before, row.arrivals)
                before += line.backordered
                yield Waiting(
                    order_id=account.order_id,
                    line_id=line.line_id,
                    quantity=line.backordered,
                    place_time=asked.place_time,
                    promise_day=asked.promise_day,
                    tier=asked.tier,
                    expected_day=covered.expected_day,
                    sources=covered.sources,
                )
