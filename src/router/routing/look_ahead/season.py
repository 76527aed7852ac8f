"""A forecast for goods that were laid in near those who want them: where they were put says where they will be wanted.

    what was laid in at a node, a share of it, less what its area ordered since -> what the area still wants
    orders of the last weeks, so often that every area wants just that -> the forecast

An area is of one product: the places to which no other node that it was laid in at is nearer. What lies at a node by
now would say less, for plans have moved it. Of orders the weeks behind say which products go together and how many of
them. Where an area never ordered a product, its latest orders stand for it, with quantities from elsewhere.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from statistics import median_low

import numpy as np
from msgspec import structs

from router.domain.identifiers import LineId, NodeId, Sku
from router.domain.order import Order, OrderLine
from router.routing.look_ahead.areas import Areas, Floats, Lines
from router.routing.look_ahead.forecast import TIMES_MILLI, ExpectedOrder, Forecast
from router.routing.look_ahead.sell_through import scaled
from router.routing.network.prepared import PreparedNetwork
from router.solver.problem import Ints

ALIKE_MAX = 8
"""What whole orders leave an area wanting of a product is asked for by so many lines, like the latest ones."""

RECENT_MAX = 400
"""Of so many latest orders an area that never ordered a product takes the places it is sent to."""

LACK_UNITS, LACK_SHARE = 0.5, 0.01
"""Fewer units, or a smaller share of what is wanted, are not asked for by lines."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Season:
    """What was laid in since it began, by SKU and node, and the orders since."""

    laid_in: Mapping[Sku, Mapping[NodeId, int]]
    orders: Sequence[Order]


def sell_near(forecast: Forecast, season: Season, percent: int, network: PreparedNetwork) -> Forecast:
    """The forecast's orders so often that each area wants `percent` of what was laid in for it, less what it ordered.

    Lines that name what their area wants no more are expected no more; the rest of their order is. Orders to places
    that are not known count for nothing, and without orders to go by nothing is expected.
    """
    find_point = network.network.find_point
    before = [one for one in forecast.orders if find_point(one.order.destination) is not None]
    ordered = [one for one in season.orders if find_point(one.destination) is not None]
    if not before:
        return replace(forecast, orders=())
    orders = [one.order for one in before]
    areas = Areas(season.laid_in, network, [*orders, *ordered])
    seen = areas.sum_of(areas.lines_of(ordered), np.ones(len(ordered)))
    wanted = np.maximum(areas.units * (percent / 100) - seen, 0.0)
    rests = [*rests_of(orders, areas, wanted)]
    if not rests:
        return replace(forecast, orders=())
    orders, lines = [rest for _, rest in rests], areas.lines_of([rest for _, rest in rests])
    pace = np.array([before[number].times_milli / TIMES_MILLI for number, _ in rests])
    times = whole_times(pace, lines, areas, wanted)
    lack = wanted - areas.sum_of(lines, times)
    lack[lack < np.maximum(LACK_UNITS, LACK_SHARE * wanted)] = 0.0
    expected = [*zip(orders, times.tolist()), *by_line(orders, lines, areas, lack)]
    counted = ((order, round(count * TIMES_MILLI)) for order, count in expected)
    return replace(
        forecast,
        orders=tuple(ExpectedOrder(order=order, times_milli=milli) for order, milli in counted if milli > 0),
    )


def rests_of(orders: Sequence[Order], areas: Areas, wanted: Floats) -> Iterator[tuple[int, Order]]:
    """The number of each order of which anything is still wanted, and the order with the lines that are."""
    # NO_ROW is the last of them: what was not laid in is not wanted.
    is_wanted = iter(np.append(wanted > 0, False)[areas.lines_of(orders).area].tolist())
    for number, order in enumerate(orders):
        lines = tuple(line for line in order.lines if next(is_wanted))
        if lines:
            yield number, structs.replace(order, lines=lines)


def whole_times(pace: Floats, lines: Lines, areas: Areas, wanted: Floats) -> Floats:
    """How often each order is expected as it is, so that about what is wanted is asked for, and nowhere more.

    `pace`: how often they came. What the scaling leaves above what is wanted its orders are cut down by.
    """
    times = scaled(pace, wanted, lines.area, lines.order, lines.quantity)
    fits = np.minimum(1.0, wanted / np.maximum(areas.sum_of(lines, times), 1e-9))
    cut = np.ones(len(pace))
    np.minimum.at(cut, lines.order, fits[lines.area])
    return times * cut


def by_line(
    orders: Sequence[Order], lines: Lines, areas: Areas, lack: Floats
) -> Iterator[tuple[Order, float]]:
    """Orders of one line each, and how often, that ask for what each area lacks."""
    asked = [line for order in orders for line in order.lines]
    of_area: dict[int, list[int]] = {}
    of_sku: dict[Sku, list[OrderLine]] = {}
    for row, (area, line) in enumerate(zip(lines.area.tolist(), asked)):
        of_area.setdefault(area, []).append(row)
        of_sku.setdefault(line.sku, []).append(line)
    usual = OrderLine(id=LineId("1"), sku=asked[0].sku, quantity=median_low(line.quantity for line in asked))
    recent = orders[-RECENT_MAX:][::-1]
    known: dict[Sku, Ints] = {}
    for area in np.flatnonzero(lack).tolist():
        sku, rows = areas.sku[area], of_area.get(area, [])[-ALIKE_MAX:]
        alike = [(orders[lines.order[row]], asked[row]) for row in rows]
        if not alike:
            if sku not in known:
                known[sku] = areas.of(sku, recent)
            places = [recent[number] for number in np.flatnonzero(known[sku] == area)[:ALIKE_MAX]]
            elsewhere = of_sku.get(sku, [usual])[-ALIKE_MAX:]
            alike = [(place, elsewhere[number % len(elsewhere)]) for number, place in enumerate(places)]
        most = max(1, int(lack[area]))
        single = [alone(order, sku, line, most) for order, line in alike]
        units = sum(order.lines[0].quantity for order in single)
        yield from ((order, lack[area] / units) for order in single)


def alone(order: Order, sku: Sku, like: OrderLine, most: int) -> Order:
    """An order like this one of one line alone, of no more than so many units."""
    line = OrderLine(
        id=LineId("1"), sku=sku, quantity=min(like.quantity, most), unit_price_minor=like.unit_price_minor
    )
    return structs.replace(order, lines=(line,))
