"""What is expected to be ordered, which is told from outside."""

from collections.abc import Mapping
from typing import Protocol

from router.domain.identifiers import Instant, NodeId, Sku
from router.routing.look_ahead.forecast import Forecast
from router.routing.look_ahead.season import Season


class ForecastFails(Exception):
    """There is no forecast now: what it is made from cannot be read or understood."""


class ForecastSource(Protocol):
    """What is expected to be ordered. Other ways of forecasting go behind this port."""

    def expect(self, now: Instant) -> Forecast:
        """The orders of the coming days. Raises ForecastFails, or StoreError where it reads a store."""
        ...


class SeasonSource(Protocol):
    """What was laid in, and ordered since."""

    def season(self, available: Mapping[Sku, Mapping[NodeId, int]]) -> Season | None:
        """The season of the products of which so much is available; None where none began."""
        ...
