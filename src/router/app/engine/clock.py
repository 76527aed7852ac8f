"""The machine's clock."""

import time

from router.domain.identifiers import Instant


class SystemClock:
    """Microseconds of the machine's wall clock; seconds of its monotonic one."""

    def now(self) -> Instant:
        return Instant(time.time_ns() // 1_000)

    def monotonic(self) -> float:
        return time.monotonic()
