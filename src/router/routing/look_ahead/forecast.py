"""What is expected to be ordered until goods come again: orders, and how often each."""

from dataclasses import dataclass

from router.domain.order import Order

TIMES_MILLI = 1_000
"""How often an order is expected is counted in thousandths."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ExpectedOrder:
    """An order that stands for all like it: same goods, same region, expected `times_milli` / 1,000 times in all.

    Its id means nothing. Its promise, if it has one, counts from `order.place_time`.
    """

    order: Order
    times_milli: int

    def __post_init__(self) -> None:
        assert self.times_milli >= 0, "no order is expected less than never"


@dataclass(frozen=True, slots=True, kw_only=True)
class Forecast:
    """Orders expected within so many days from now, which is about when stock is filled up again."""

    days: int
    orders: tuple[ExpectedOrder, ...]


NOTHING_EXPECTED = Forecast(days=0, orders=())
