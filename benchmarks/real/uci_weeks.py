"""Weeks of the real shop under three policies: stock is filled up on Monday morning and must last until Sunday.

Every tenth product is looked at, and the lines of orders that name one. On Monday there is of each product about what
a week sold on average of the eight weeks before (`stock_for`), or so much that in 95 of 100 weeks it would suffice if
weeks were normally distributed (`stocked_for`): half of it in the main warehouse, the rest in even parts at the other
nodes that hold the product. Forecasts know these eight weeks and the week so far, nothing else.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from hashlib import sha256
from itertools import groupby
from math import ceil
from statistics import mean, stdev

from benchmarks.real.uci_rows import Invoice
from benchmarks.real.uci_world import (
    CODES,
    MAIN,
    RULES,
    SEED,
    SITES,
    british_day,
    catalog_of,
    network_of,
    order_of,
    outward_codes,
)
from router.domain.identifiers import Instant, NodeId, Sku
from router.domain.order import Order
from router.routing.look_ahead.forecast import Forecast
from router.routing.look_ahead.seasonal import DAY, expect
from router.routing.network.prepared import prepare
from router.routing.world import OrderToRoute, World
from router.rules.ruleset import compile_rules
from router.simulation.chance import happens, stream
from router.simulation.policies.compare import Comparison, compare
from router.simulation.policies.stream import Step, Stream
from router.solver.problem import Effort

ONE_IN = 10
HISTORY_WEEKS = 8
REFRESH_HOURS = 12
SAFETY = 1.645
"""Standard deviations above the mean below which 95 % of a normal distribution lie."""
KERNELS_ALONE = Effort(model_deterministic_seconds=0.0)
UNITS_MAX = 200
"""Lines of more units are wholesale that no node of ours could serve; they are left out."""


@dataclass(frozen=True, slots=True)
class Week:
    """The orders of a week, those of the weeks before, and when it ends."""

    first_day: str
    orders: tuple[Order, ...]
    history: tuple[Order, ...]
    end: Instant


def weeks_of(invoices: Sequence[Invoice], one_in: int = ONE_IN, sample: int = 0) -> list[Week]:
    """All weeks with enough history before them, of every so manieth product; `sample` says which, below `one_in`."""
    codes = outward_codes()
    sales = [one for invoice in invoices if (one := reduced(invoice, one_in, sample)) is not None]
    by_week = [
        (monday, [order_of(invoice, codes) for invoice in of_week])
        for monday, of_week in groupby(sales, key=lambda invoice: monday_of(invoice))
    ]
    weeks = []
    for place in range(HISTORY_WEEKS, len(by_week)):
        monday, orders = by_week[place]
        history = [order for _, before in by_week[place - HISTORY_WEEKS : place] for order in before]
        first = min(order.place_time for order in orders)
        weeks.append(Week(monday, tuple(orders), tuple(history), Instant(first + 7 * DAY)))
    return weeks


def reduced(invoice: Invoice, one_in: int, sample: int) -> Invoice | None:
    """The sale with the lines that are looked at; None if there are none."""
    if invoice.is_cancellation or CODES.get(invoice.country) in (None, "HK"):
        return None
    rows = tuple(
        row for row in invoice.rows if is_looked_at(row.sku, one_in, sample) and row.units <= UNITS_MAX
    )
    return replace(invoice, rows=rows) if rows else None


def is_looked_at(sku: str, one_in: int, sample: int) -> bool:
    return sha256(sku.encode()).digest()[0] % one_in == sample


def monday_of(invoice: Invoice) -> str:
    day = date.fromisoformat(british_day(invoice.time))
    return (day - timedelta(days=day.weekday())).isoformat()


def world_of(invoices: Sequence[Invoice]) -> World:
    """The shop's network, goods and rules."""
    compiled = compile_rules({"shop.yaml": RULES.encode()}).rules
    assert compiled is not None, "the benchmark's rules compile"
    products = {product.sku: product for product in catalog_of(invoices)}
    return World(network=prepare(network_of()), products=products, rules=compiled)


def stock_for(week: Week) -> dict[Sku, dict[NodeId, int]]:
    """What lies there on Monday, of everything that was sold in the weeks before or is wanted in this one."""
    sold: dict[Sku, int] = {}
    for order in (*week.history, *week.orders):
        for line in order.lines:
            sold.setdefault(line.sku, 0)
    for order in week.history:
        for line in order.lines:
            sold[line.sku] += line.quantity
    return {sku: dict(placed(sku, -(-units // HISTORY_WEEKS))) for sku, units in sold.items()}


def stocked_for(week: Week) -> dict[Sku, dict[NodeId, int]]:
    """The same at a service level of 95 %: the mean of the weeks before and a safety stock (order-up-to level).

    SOURCE: Silver, Pyke and Thomas, Inventory and Production Management in Supply Chains, on (R, S) control.
    """
    sold: dict[Sku, dict[int, int]] = {}
    for order in (*week.history, *week.orders):
        for line in order.lines:
            sold.setdefault(line.sku, {})
    for order in week.history:
        # Days are counted from a Thursday.
        number = (order.place_time // DAY + 3) // 7
        for line in order.lines:
            sold[line.sku][number] = sold[line.sku].get(number, 0) + line.quantity
    levels = {}
    for sku, by_week in sold.items():
        units = [*by_week.values(), *(0,) * (HISTORY_WEEKS - len(by_week))]
        levels[sku] = dict(placed(sku, ceil(mean(units) + SAFETY * stdev(units))))
    return levels


def placed(sku: Sku, units: int) -> Iterator[tuple[NodeId, int]]:
    """The nodes that hold the product, and how much of it."""
    random = stream(SEED, f"holds/{sku}")
    others = [NodeId(site[0]) for site in SITES if site[0] != MAIN and happens(random, site[-1])]
    at_main = units if not others else -(-units // 2)
    yield MAIN, at_main
    for place, node_id in enumerate(others):
        share, rest = divmod(units - at_main, len(others))
        yield node_id, share + (place < rest)


def stream_of(week: Week, stock: dict[Sku, dict[NodeId, int]]) -> Stream:
    """The week's orders, each decided when it comes, and the stock of Monday before the first."""
    steps = [Step(request=OrderToRoute(order=order, decision_time=order.place_time)) for order in week.orders]
    steps[0] = replace(steps[0], changes=stock)
    return Stream(steps=tuple(steps))


def compare_week(week: Week, world: World) -> Comparison:
    """The three policies on the week."""

    def forecaster(past: Sequence[Order], now: Instant, days: int) -> Forecast:
        return expect((*week.history, *past), now, max(1, min(days, -(-(week.end - now) // DAY))))

    return compare(
        stream_of(week, stock_for(week)),
        world,
        days=7,
        refresh_hours=REFRESH_HOURS,
        forecaster=forecaster,
        effort=KERNELS_ALONE,
    )
