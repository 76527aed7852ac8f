"""Forecasts for tests: orders of a few clocks to French cities."""

from router.domain.order import Order
from router.routing.look_ahead.forecast import ExpectedOrder, Forecast
from tests.routing.builders import an_order


def expecting(*orders: tuple[float, Order], days: int = 7) -> Forecast:
    """Each order so many times."""
    return Forecast(
        days=days,
        orders=tuple(ExpectedOrder(order=order, times_milli=round(1_000 * times)) for times, order in orders),
    )


def a_clock(to: str) -> Order:
    return an_order("expected", lines={"RED-CLOCK": 1}, to=to)
