"""A forecast from orders of the past: the same weekdays as before, regions with little history near the average.

Seasonal naive: what the coming days bring is what the same weekdays brought, on average of the last weeks. An order of
few lines that came often is expected whole; others are taken apart into their lines, for no such basket comes again.
How often a basket is wanted in one region is then drawn towards the region's share of all orders, the more the less
often it was seen at all.

SOURCE: Hyndman and Athanasopoulos, Forecasting: Principles and Practice, section 5.2 (seasonal naive); Efron and
Morris 1975 (shrinkage towards a common mean).
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from msgspec.structs import replace

from router.domain.identifiers import Instant, LineId, Sku
from router.domain.order import Order, OrderLine
from router.routing.look_ahead.forecast import TIMES_MILLI, ExpectedOrder, Forecast

DAY = 86_400_000_000
SEASON_DAYS = 7
SEASONS_MAX = 8
"""Weeks of history that count."""

REGION_CHARACTERS = 2
"""A region is a country and so many characters of the postal code."""

WHOLE_LINES_MAX = 5
WHOLE_TIMES_MIN = 4
"""An order of at most so many lines that came at least so often is expected whole."""

PRIOR_ORDERS = 5
"""As many orders as it takes until a basket's own regions count as much as those of all orders."""

TIMES_MIN_MILLI = 10
"""A region where a basket is expected less often gives its share to the others: hundreds would share a rare good."""

Region = tuple[str, str]
Basket = tuple[tuple[Sku, int], ...]


@dataclass(frozen=True, slots=True)
class Seen:
    """A basket as it was ordered: where from, how long ago in days, and the order that shows what else it is like."""

    basket: Basket
    region: Region
    days_ago: int
    order: Order


def expect(history: Sequence[Order], now: Instant, days: int) -> Forecast:
    """The orders of the coming `days`, from those placed within the last weeks before `now`."""
    past = [order for order in history if 0 <= days_before(now, order) < SEASONS_MAX * SEASON_DAYS]
    if not past or days < 1:
        return Forecast(days=max(0, days), orders=())
    weeks = max(1, 1 + max(days_before(now, order) for order in past) // SEASON_DAYS)
    share = shares(Counter(region_of(order) for order in past))
    by_basket: dict[Basket, list[Seen]] = {}
    for seen in take_apart(past, now):
        by_basket.setdefault(seen.basket, []).append(seen)
    latest = {region_of(order): order for order in sorted(past, key=lambda order: order.place_time)}
    expected = []
    for basket, of_basket in sorted(by_basket.items()):
        for region, times in without_crumbs(spread(of_basket, share, days), TIMES_MIN_MILLI * weeks / 1_000):
            expected.append(expected_order(basket, latest[region], round(TIMES_MILLI * times / weeks)))
    return Forecast(days=days, orders=tuple(expected))


def days_before(now: Instant, order: Order) -> int:
    return (now - order.place_time) // DAY


def region_of(order: Order) -> Region:
    code = order.destination.postal_code.replace(" ", "").upper()
    return order.destination.country, code[:REGION_CHARACTERS]


def shares(counts: Counter[Region]) -> dict[Region, float]:
    total = sum(counts.values())
    return {region: count / total for region, count in counts.items()}


def take_apart(past: Iterable[Order], now: Instant) -> Iterable[Seen]:
    """Each order as the basket that it is, or as its lines."""
    baskets = [basket_of(order) for order in past]
    times = Counter(baskets)
    for order, basket in zip(past, baskets):
        is_whole = len(basket) <= WHOLE_LINES_MAX and times[basket] >= WHOLE_TIMES_MIN
        for part in (basket,) if is_whole else tuple((one,) for one in basket):
            yield Seen(part, region_of(order), days_before(now, order), order)


def basket_of(order: Order) -> Basket:
    units: dict[Sku, int] = {}
    for line in order.lines:
        units[line.sku] = units.get(line.sku, 0) + line.quantity
    return tuple(sorted(units.items()))


def spread(of_basket: Sequence[Seen], share: dict[Region, float], days: int) -> dict[Region, float]:
    """How often a basket is expected by region within `days`, as if all of its history were one week."""
    own: dict[Region, float] = {}
    for seen in of_basket:
        own[seen.region] = own.get(seen.region, 0.0) + weekdays_ahead(seen.days_ago, days)
    total, trust = sum(own.values()), len(of_basket) / (len(of_basket) + PRIOR_ORDERS)
    return {
        region: trust * own.get(region, 0.0) + (1 - trust) * total * part for region, part in share.items()
    }


def without_crumbs(times: dict[Region, float], least: float) -> list[tuple[Region, float]]:
    """Regions with at least `least`, else the first of those with most; together they keep all of it."""
    kept = [(region, count) for region, count in times.items() if count >= least]
    if not kept:
        kept = [max(times.items(), key=lambda one: one[1])]
    whole, left = sum(times.values()), sum(count for _, count in kept)
    return [(region, count * whole / left) for region, count in kept if left > 0]


def weekdays_ahead(days_ago: int, days: int) -> int:
    """How many of the coming days are a whole number of weeks after a day so long ago."""
    first = (-1 - days_ago) % SEASON_DAYS
    return len(range(first, days, SEASON_DAYS))


def expected_order(basket: Basket, like: Order, times_milli: int) -> ExpectedOrder:
    """The basket as an order like the latest of its region, without what was particular to that one."""
    lines = tuple(
        OrderLine(id=LineId(str(number)), sku=sku, quantity=units)
        for number, (sku, units) in enumerate(basket, start=1)
    )
    order = replace(like, lines=lines, customer_id="", pickup_node_id="")
    return ExpectedOrder(order=order, times_milli=times_milli)
