"""How fast orders are worked off, as seen so far: what those who would come too late are refused by."""

from collections import deque
from collections.abc import Sequence
from statistics import median

from router.app.commands.command import Command
from router.app.commands.deciding import RouteOrders

BATCHES_SEEN = 7
BATCHES_MIN = 3
"""Before so many were seen nothing is known: the first batches of a server load what later ones find loaded."""
LINES_TELLING = 100
"""Of fewer lines most of what a batch takes is what every batch takes: they say nothing of how long many will take."""
LINES_MIN = 200
"""So many lines are always let in: a slow moment is no reason to refuse the next order."""


def count_lines(command: Command) -> int:
    """The lines of a command that routes orders; whatever else is asked takes next to nothing or waits elsewhere."""
    if isinstance(command, RouteOrders):
        return sum([1 + len(order.lines) for order in command.orders])
    return 0


class Pace:
    """Seconds that a line of an order takes: the median of the last batches, so one slow moment counts for nothing."""

    def __init__(self) -> None:
        self._seen: deque[float] = deque(maxlen=BATCHES_SEEN)
        self.seconds_per_line = 0.0

    def note(self, lines: Sequence[int], seconds: float) -> None:
        """A batch of commands with so many lines took so long. Of few, or anything but orders, it says nothing."""
        if sum(lines) >= LINES_TELLING and all(lines):
            self._seen.append(seconds / sum(lines))
            if len(self._seen) >= BATCHES_MIN:
                self.seconds_per_line = median(self._seen)

    def seconds(self, line_count: int) -> float:
        """How long so many lines will take; nothing where they are few, or nothing is known yet."""
        return line_count * self.seconds_per_line if line_count > LINES_MIN else 0.0
