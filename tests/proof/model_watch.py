"""What a router believes of its clock, once more and in few words."""

from dataclasses import dataclass

from tests.app.builders import StandingClock

LEAP_MAX = 300_000_000
"""Microseconds by which the clock may leap ahead and be believed."""


@dataclass
class ModelWatch:
    """To be read whenever the router has read its clock. `base` None: it started anew and believes what it sees."""

    clock: StandingClock
    base: tuple[int, float] | None = None

    def read(self) -> int | None:
        """The instant that time limits are held against; None while the clock is in doubt."""
        instant, seconds = self.clock.instant, self.clock.seconds
        began, at = self.base or (instant, seconds)
        if instant - began - round((seconds - at) * 1_000_000) > LEAP_MAX:
            return None
        self.trust()
        return instant

    def trust(self) -> None:
        """It starts anew, or somebody has looked at the clock."""
        self.base = (self.clock.instant, self.clock.seconds)
