"""What is expected to be ordered, which is told from outside."""

from typing import Protocol

from router.domain.identifiers import Instant
from router.routing.look_ahead.forecast import Forecast


class ForecastFails(Exception):
    """There is no forecast now: what it is made from cannot be read or understood."""


class ForecastSource(Protocol):
    """What is expected to be ordered. Other ways of forecasting go behind this port."""

    def expect(self, now: Instant) -> Forecast:
        """The orders of the coming days. Raises ForecastFails, or StoreError where it reads a store."""
        ...
