"""Effective dates: local dates of a time zone to half-open intervals of instants."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
EVER = 1 << 62

_LOCAL = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}(T[0-9]{2}:[0-9]{2})?")
_ZONE = re.compile(r"[A-Za-z0-9_+-]+(/[A-Za-z0-9_+-]+)*")


@dataclass(frozen=True, slots=True)
class Window:
    """From `start` up to but not including `end`, in microseconds UTC."""

    start: int = -EVER
    end: int = EVER

    @property
    def is_empty(self) -> bool:
        return self.start >= self.end

    def intersect(self, other: "Window") -> "Window":
        """The time in both; ALWAYS itself where nothing narrows it, which is known without looking at instants."""
        if other is ALWAYS:
            return self
        if self is ALWAYS:
            return other
        return Window(max(self.start, other.start), min(self.end, other.end))

    def text(self, zone: ZoneInfo | None) -> str:
        """The dates as a planner writes them: `from 2026-11-23 to 2026-12-26`; empty for always."""
        parts = [("from", self.start, -EVER), ("to", self.end, EVER)]
        return " ".join(f"{word} {local_text(at, zone)}" for word, at, never in parts if at != never)

    def words(self, zone: ZoneInfo | None) -> str:
        """The last day by its name: `from 2026-11-23 to the end of 2026-12-25`, `on 2026-11-27`; always: empty."""
        first = "" if self.start == -EVER else f"from {local_text(self.start, zone)}"
        if self.end == EVER:
            return first
        end, last = local_text(self.end, zone), local_text(self.end - 1, zone).partition("T")[0]
        if "T" in end:
            return f"{first} until {end}".lstrip()
        return f"on {last}" if first == f"from {last}" else f"{first} to the end of {last}".lstrip()

    def holds(self, at: NDArray[np.int64]) -> NDArray[np.bool_]:
        """Which of the instants lie inside."""
        return (at >= self.start) & (at < self.end)


ALWAYS = Window()


def find_zone(name: str) -> ZoneInfo | None:
    """The time zone of this IANA name, None if there is none."""
    if _ZONE.fullmatch(name) is None:
        return None
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        return None


def instant_of(text: str, zone: ZoneInfo) -> int | None:
    """Microseconds UTC of local `2026-11-23` (its midnight) or `2026-11-23T09:00`; None if it is neither.

    When clocks change, a repeated local time is its first, a skipped one counts on from before the change.
    """
    if _LOCAL.fullmatch(text) is None:
        return None
    try:
        local = datetime.fromisoformat(text).replace(tzinfo=zone)
        return (local.astimezone(UTC) - EPOCH) // timedelta(microseconds=1)
    except (ValueError, OverflowError):
        return None


def local_text(at: int, zone: ZoneInfo | None) -> str:
    """The instant as `instant_of` reads it, seconds shown where there are any; UTC without a zone."""
    local = (EPOCH + timedelta(microseconds=at)).astimezone(zone or UTC).replace(tzinfo=None)
    if (local.hour, local.minute, local.second, local.microsecond) == (0, 0, 0, 0):
        return local.date().isoformat()
    return local.isoformat(timespec="minutes" if not local.second else "seconds")
