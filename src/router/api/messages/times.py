"""Times and days as the contract writes them."""

from functools import lru_cache
from datetime import date

from google.protobuf.timestamp_pb2 import Timestamp

from router.domain.identifiers import Day, Instant


def timestamp(instant: Instant) -> Timestamp:
    seconds, microseconds = divmod(instant, 1_000_000)
    return Timestamp(seconds=seconds, nanos=microseconds * 1_000)


@lru_cache(1_000)
def date_text(day: Day) -> str:
    """`YYYY-MM-DD`."""
    return date.fromordinal(day).isoformat()


def optional_date(day: Day | None) -> str:
    """`YYYY-MM-DD`, or nothing."""
    return "" if day is None else date_text(day)
