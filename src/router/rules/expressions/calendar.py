"""Facts of time: what clock and calendar show, in a rule set's zone, at the instant of each order's decision."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import numpy as np

from router.domain.identifiers import Instant
from router.rules.vocabulary import FACTS, WEEKDAYS, Column, Fact, Scope

MICROSECONDS_PER_MINUTE = 60_000_000
_INSTANT_MIN = int(datetime(1, 1, 3, tzinfo=UTC).timestamp()) * 1_000_000
_INSTANT_MAX = int(datetime(9999, 12, 29, tzinfo=UTC).timestamp()) * 1_000_000


def in_zone(fact: Fact, zone: str) -> Fact:
    """A fact of time as it is read in the zone of that name: a fact, and a column, of its own."""
    assert fact.scope is Scope.TIME
    return replace(fact, name=f"{fact.name}@{zone}")


def calendar_columns(at: Sequence[Instant], zone: ZoneInfo) -> Mapping[str, Column]:
    """The column of every fact of time in `zone`, by name; `at[o]` is the instant of order o.

    Instants before year 1 or after year 9999 count as the first and last days of the calendar.
    """
    instants = np.clip(np.array(at, np.int64), _INSTANT_MIN, _INSTANT_MAX)
    minutes, place = np.unique(instants // MICROSECONDS_PER_MINUTE, return_inverse=True)
    shown = [datetime.fromtimestamp(60 * minute, zone) for minute in minutes.tolist()]
    return {
        in_zone(FACTS[name], zone.key).name: Column(
            np.array([read(one) for one in shown], np.int64)[place],
            WEEKDAYS if name == "time.weekday" else None,
        )
        for name, read in _READERS.items()
    }


_READERS: Mapping[str, Callable[[datetime], int]] = {
    "time.of_day": lambda shown: 60 * shown.hour + shown.minute,
    "time.hour": lambda shown: shown.hour,
    "time.weekday": lambda shown: shown.weekday(),
    "time.day": lambda shown: shown.day,
    "time.month": lambda shown: shown.month,
}
