"""Suggest purchases: what to order of whom, and why this much. Nothing is written.

The company is looked at as one place: orders are routed over all nodes, so what is free anywhere counts, and what is
bought goes where its supplier delivers. Stock at nodes of kind SUPPLIER is somebody else's and does not count.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from router.app.answers.purchasing import PromisableFound, PromisableRow
from router.app.books.purchase_book import no_supplier
from router.app.ports.store import Store
from router.app.purchasing.past_demand import PastDemand
from router.app.purchasing.reorder import Demand, Levels, Policy, demand_of, levels_of, quantity_of
from router.app.reading.pool import PoolFilter, members
from router.domain.identifiers import NodeId, Sku
from router.domain.supplier import Offer, Supplier
from router.routing.network.dates import utc_day

TOPPED_DAYS_MAX = 365
"""An order that is too small is filled up with the demand of at most so many more days."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggestion:
    """One line of an order to be placed; amounts in minor units."""

    sku: Sku
    supplier: Supplier
    quantity: int
    stock: PromisableRow
    demand: Demand
    levels: Levels
    next_yearly_cost_minor: int = 0
    topped_days: int = 0

    @property
    def offer(self) -> Offer:
        return self.supplier.offers[self.sku]

    @property
    def free(self) -> int:
        return self.stock.free - self.stock.free_at_suppliers

    @property
    def value_minor(self) -> int:
        return self.quantity * self.offer.unit_price_minor

    @property
    def why(self) -> str:
        """One line for people."""
        levels, stock = self.levels, self.stock
        position = self.free + stock.inbound - stock.waiting
        said = [
            f"{position} = {self.free} free + {stock.inbound} to come - {stock.waiting} waiting",
            f"ordered again at {levels.reorder_point}: {levels.demand_until:.1f} until goods come"
            f" + {levels.safety_stock} for safety",
            f"up to {levels.order_up_to}",
        ]
        if self.offer.rounded_up(max(1, levels.order_up_to - position)) != levels.order_up_to - position:
            said.append(f"in packs of {self.offer.pack_units}, {self.offer.units_min} at least")
        if self.topped_days:
            said.append(f"{self.topped_days} more days for the minimum order")
        if self.next_yearly_cost_minor:
            more = self.next_yearly_cost_minor - levels.yearly_cost_minor
            said.append(f"the next supplier costs {more} more a year")
        return "; ".join(said)


@dataclass(frozen=True, slots=True, kw_only=True)
class SuggestedOrder:
    """An order to be placed at one supplier; `below_minimum`: it would not take it, however much is added."""

    supplier: Supplier
    node_id: NodeId
    lines: tuple[Suggestion, ...]

    @property
    def value_minor(self) -> int:
        return sum(line.value_minor for line in self.lines)

    @property
    def below_minimum(self) -> bool:
        return self.value_minor < self.supplier.order_value_min_minor


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggested:
    orders: tuple[SuggestedOrder, ...]
    without_supplier: tuple[Sku, ...]
    ledger_position: int


class Suggester:
    """Keeps what it has read of past orders. Any thread may ask."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._past = PastDemand()

    def skus(self) -> tuple[Sku, ...]:
        """All that an open supplier offers, and all that wait. LIMIT: reads the accounts of all orders that wait."""
        with self._store.reader() as reader:
            suppliers = reader.list_suppliers().values()
            found = {sku for one in suppliers if not one.is_closed for sku in one.offers}
            for order in members(reader, 0, PoolFilter(waiting_only=True)):
                found.update(line.sku for line in order.lines if line.backordered)
        return tuple(sorted(found))

    def suggest(self, found: PromisableFound, policy: Policy, only: str = "") -> Suggested:
        """From the stock `found`; `only` names a supplier. Refuses with SUPPLIER_NOT_FOUND."""
        with self._store.reader() as reader:
            suppliers = reader.list_suppliers()
            self._past.read_on(reader)
        if only and only not in suppliers:
            raise no_supplier(only)
        able = [one for one in suppliers.values() if not one.is_closed and (not only or one.id == only)]
        lines, without = [], []
        for row in found.rows:
            offers = [one for one in able if row.sku in one.offers]
            if not offers:
                if row.position < 0:
                    without.append(row.sku)
                continue
            line = best_of(row, self._demand(row.sku, found, policy), offers, policy)
            if line is not None:
                lines.append(line)
        return Suggested(
            orders=orders_of(lines),
            without_supplier=tuple(without),
            ledger_position=found.ledger_position,
        )

    def _demand(self, sku: Sku, found: PromisableFound, policy: Policy) -> Demand:
        """Of the whole days before today, as far back as there are orders; today's alone where there are none."""
        today = utc_day(found.time)
        first = self._past.first_day()
        start = max(today - policy.history_days, today if first is None else first)
        days = max(1, today - start)
        return demand_of(self._past.units_of(sku), min(start, today), days)


def best_of(
    row: PromisableRow, demand: Demand, suppliers: Sequence[Supplier], policy: Policy
) -> Suggestion | None:
    """The line at the supplier that costs least in a year (of equals the one named first); None: enough is there."""
    ranked = sorted(
        ((levels_of(demand, one, one.offers[row.sku], policy), one) for one in suppliers),
        key=lambda pair: (cost_of(row, demand, *pair), pair[1].id),
    )
    levels, supplier = ranked[0]
    quantity = quantity_of(row.position, levels, supplier.offers[row.sku])
    if not quantity:
        return None
    return Suggestion(
        sku=row.sku,
        supplier=supplier,
        quantity=quantity,
        stock=row,
        demand=demand,
        levels=levels,
        next_yearly_cost_minor=ranked[1][0].yearly_cost_minor if len(ranked) > 1 else 0,
    )


def cost_of(row: PromisableRow, demand: Demand, levels: Levels, supplier: Supplier) -> int:
    """What a year costs, or where nobody asks any more what this one order costs."""
    if demand.mean:
        return levels.yearly_cost_minor
    offer = supplier.offers[row.sku]
    units = offer.rounded_up(max(1, -row.position))
    return supplier.order_cost_minor + units * offer.unit_price_minor


def orders_of(lines: Sequence[Suggestion]) -> tuple[SuggestedOrder, ...]:
    """One for each supplier, filled up to its minimum."""
    by_supplier: Mapping[str, list[Suggestion]] = defaultdict(list)
    for line in lines:
        by_supplier[line.supplier.id].append(line)
    return tuple(
        filled_up(SuggestedOrder(supplier=of[0].supplier, node_id=of[0].supplier.node_id, lines=tuple(of)))
        for _, of in sorted(by_supplier.items())
    )


def filled_up(order: SuggestedOrder) -> SuggestedOrder:
    """With the demand of as many more days as the supplier's minimum takes; as it is where none are enough."""
    if not order.below_minimum:
        return order
    low, high = 0, TOPPED_DAYS_MAX
    if topped(order, high).below_minimum:
        return order
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if topped(order, middle).below_minimum else (low, middle)
    return topped(order, high)


def topped(order: SuggestedOrder, days: int) -> SuggestedOrder:
    """With the demand of so many more days."""
    lines = tuple(
        replace(
            line,
            quantity=line.offer.rounded_up(line.quantity + round(line.demand.mean * days)),
            topped_days=days,
        )
        for line in order.lines
    )
    return replace(order, lines=lines)
