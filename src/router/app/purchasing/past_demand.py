"""What was asked for by day: the ledger's own orders, read once, then only what is new."""

from collections import Counter
from threading import Lock
from typing import Any

import msgspec

from router.app.ports.store import Reader
from router.domain.identifiers import Day, Instant, Sku
from router.routing.network.dates import utc_day

DECISIONS_MAX = 100_000
"""LIMIT: the last so many decisions are history; what came before counts for nothing."""

PAGE = 2_000


class _Line(msgspec.Struct, frozen=True, gc=False):
    sku: Sku
    quantity: int


class _Order(msgspec.Struct, frozen=True, gc=False):
    place_time: Instant
    lines: tuple[_Line, ...]


class _Inputs(msgspec.Struct, frozen=True, gc=False):
    order: _Order
    replacing: Any = None


class _Asked(msgspec.Struct, frozen=True, gc=False):
    """What was asked, without reading the rest of a decision's bytes."""

    inputs: _Inputs


_ASKED = msgspec.msgpack.Decoder(_Asked)


class PastDemand:
    """Units of each SKU by the day on which they were ordered (UTC). Any thread may ask."""

    def __init__(self) -> None:
        self._seen = 0
        self._first: Day | None = None
        self._by_sku: dict[Sku, Counter[int]] = {}
        self._lock = Lock()

    def read_on(self, reader: Reader) -> None:
        """Take in what was decided since. What is decided again was asked for once."""
        with self._lock:
            self._seen = max(self._seen, reader.find_start_of_last(DECISIONS_MAX))
            while page := reader.list_decisions(self._seen, PAGE):
                for one in page:
                    asked = _ASKED.decode(one.decision.body).inputs
                    if asked.replacing is None:
                        self._count(asked.order)
                self._seen = page[-1].decision.number

    def first_day(self) -> Day | None:
        """Of the first order that is known; None while there is none."""
        return self._first

    def units_of(self, sku: Sku) -> Counter[int]:
        """Units by day."""
        with self._lock:
            return Counter(self._by_sku.get(sku, Counter()))

    def _count(self, order: _Order) -> None:
        day = utc_day(order.place_time)
        self._first = day if self._first is None else min(self._first, day)
        for line in order.lines:
            self._by_sku.setdefault(line.sku, Counter())[day] += line.quantity
