"""The clock of a scenario: it stands still until the scenario says that time passes."""

import time
from typing import Any

from router.domain.identifiers import Instant

SECONDS = {"second": 1, "minute": 60, "hour": 3_600, "day": 86_400, "week": 604_800}


def seconds_of(text: Any) -> int:
    """`2 days`."""
    count, unit = str(text).split()
    return int(count) * SECONDS[unit.removesuffix("s")]


class ScenarioClock:
    """Only the wall clock stands: how long calls may take is measured by the other one."""

    def __init__(self, now: Instant) -> None:
        self.instant = now

    def now(self) -> Instant:
        return self.instant

    def monotonic(self) -> float:
        return time.monotonic()

    def go_on(self, seconds: int) -> None:
        self.instant = Instant(self.instant + seconds * 1_000_000)
