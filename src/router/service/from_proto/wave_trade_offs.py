"""Which orders are weighed up together, and how long."""

from dataclasses import dataclass

from router.api.v1.wave_trade_offs_pb2 import ListWaveTradeOffsRequest
from router.service.certifying import named_orders
from router.service.faults import Faults

ORDERS_MAX = 2_000
"""LIMIT: a search of more does not end within a call."""
SEARCHES_MAX, SEARCHES = 60, 12
ROWS_MAX, ROWS = 20, 5
SECONDS_MAX, SECONDS = 100, 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Effort:
    """How much may be searched."""

    searches: int
    rows: int
    seconds: int


def wave_trade_offs(request: ListWaveTradeOffsRequest) -> tuple[tuple[str, ...], Effort]:
    """The orders and the effort; refuses none, too many, and one named twice."""
    faults = Faults()
    order_ids = named_orders(request.order_ids, ORDERS_MAX, faults)
    effort = Effort(
        searches=faults.whole(request.searches_max or SEARCHES, "", "searches_max", 1, SEARCHES_MAX),
        rows=faults.whole(
            request.rows_max if request.HasField("rows_max") else ROWS, "", "rows_max", 0, ROWS_MAX
        ),
        seconds=faults.whole(request.seconds_max or SECONDS, "", "seconds_max", 1, SECONDS_MAX),
    )
    faults.raise_if_any()
    return order_ids, effort
