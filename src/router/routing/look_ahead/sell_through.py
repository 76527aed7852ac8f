"""A forecast for goods that are laid in for a season: what is there is what is meant to be sold.

    orders of the last weeks, each as it was -> how often each, so that of every product a share of its stock goes

How much of a product will be wanted in months, the weeks behind say badly; who bought it knew better. Which products go
together, in what quantities and where to, the weeks behind do say.
"""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from router.domain.identifiers import Instant, Sku
from router.domain.order import Order
from router.routing.look_ahead.forecast import TIMES_MILLI, ExpectedOrder, Forecast
from router.routing.look_ahead.seasonal import SEASON_DAYS, days_before
from router.routing.world import StockView
from router.solver.problem import Ints

WEEKS_MAX = 16
"""Weeks of history that count."""

ROUNDS = 30
STEP_MAX = 20.0
"""By no more than this, or one over it, a round changes what is expected of a product."""

Floats = NDArray[np.float64]


def repeat(history: Sequence[Order], now: Instant, days: int) -> Forecast:
    """The orders of the last weeks before `now` as they were, as often as they come in `days` at their pace."""
    past = [order for order in history if 0 <= days_before(now, order) < WEEKS_MAX * SEASON_DAYS]
    if not past or days < 1:
        return Forecast(days=max(0, days), orders=())
    span = 1 + max(days_before(now, order) for order in past)
    times = max(1, round(TIMES_MILLI * days / span))
    return Forecast(days=days, orders=tuple(ExpectedOrder(order=order, times_milli=times) for order in past))


def sell_through(forecast: Forecast, stock: StockView, percent: int) -> Forecast:
    """The same orders so often that about `percent` of each product's stock goes, over all nodes.

    What is not there is expected as before: nothing can be said of it. Where orders tie products together not all can
    be met; the weights then lie between.

    SOURCE: Darroch and Ratcliff, Annals of Mathematical Statistics 43 (1972), generalized iterative scaling.
    """
    if not forecast.orders:
        return forecast
    places: dict[Sku, int] = {}
    rows, columns, quantities = [], [], []
    for column, one in enumerate(forecast.orders):
        for line in one.order.lines:
            rows.append(places.setdefault(line.sku, len(places)))
            columns.append(column)
            quantities.append(line.quantity)
    there = [sum(units for units in stock.available(sku).values() if units > 0) for sku in places]
    times = scaled(
        np.array([one.times_milli for one in forecast.orders], np.float64),
        np.array(there, np.float64) * percent / 100 * TIMES_MILLI,
        np.array(rows),
        np.array(columns),
        np.array(quantities, np.float64),
    )
    orders = [replace(one, times_milli=round(count)) for one, count in zip(forecast.orders, times.tolist())]
    return replace(forecast, orders=tuple(orders))


def scaled(times: Floats, wanted: Floats, row: Ints, column: Ints, quantity: Floats) -> Floats:
    """Times [C] by which the quantities of each row come near to `wanted` [R]; rows of which 0 is wanted are free."""
    lines = np.bincount(column, minlength=len(times))
    bound = wanted > 0
    total = np.bincount(row, quantity * times[column], minlength=len(wanted))
    if bound.any() and total[bound].sum() > 0:
        times = times * (wanted[bound].sum() / total[bound].sum())
    for _ in range(ROUNDS):
        total = np.bincount(row, quantity * times[column], minlength=len(wanted))
        is_open = bound & (total > 0)
        step = np.ones(len(wanted))
        step[is_open] = np.clip(wanted[is_open] / total[is_open], 1 / STEP_MAX, STEP_MAX)
        times = times * np.exp(np.bincount(column, np.log(step)[row], minlength=len(times)) / lines)
    return times
