"""Callers who ask again as soon as they are answered: a batch lets them come back before it begins.

Who sends one order at a time and waits for each answer comes back while the event loop still says the answers of the
last batch. A batch that began before would leave him to the next one, which has its fixed cost again, and would take
turns with the loop meanwhile. Nobody waits for those who do not come, and nobody waits who is alone.
"""

from collections.abc import Callable

LOOK_SECONDS = 0.002
"""How often it is looked who came: each look takes the interpreter from the loop that brings them."""
RETURN_SECONDS_MAX = 0.03
"""LIMIT: what the first answer of a batch may cost the next batch."""
LINES_ENOUGH = 700
"""So many lines make the fixed cost of a batch small."""
LINES_MANY = 400
"""So many make it bearable: where each caller sends as many, others are waited for as long as they come."""
BATCHES_WITHOUT_MAX = 64
"""LIMIT: after so many batches it is tried again whether anybody comes beside many lines."""


class Returning:
    """How many are waited for before a batch begins, and whether they still come.

    `are_leaving`: answers of the last batch are on their way. Any thread may say that they have left. Beside many lines
    nobody is waited for in vain again and again: each time twice as many batches do without.
    """

    def __init__(self, monotonic: Callable[[], float]) -> None:
        self._monotonic = monotonic
        self._until = 0.0
        self._seen = 0
        self._enough = LINES_ENOUGH
        self._without = 0
        """How many batches were to do without when it was in vain the last time."""
        self._without_left = 0
        self.expected = 0
        self.are_leaving = False

    def begin(self, waiting: int, answered: int) -> None:
        """Answers leave for so many, while so many others wait for the next batch already."""
        self.are_leaving = True
        self.expected = waiting + answered
        self._until = self._monotonic() + RETURN_SECONDS_MAX
        self._seen = 0
        self._enough = LINES_MANY if self._without_left else LINES_ENOUGH
        self._without_left = max(0, self._without_left - 1)

    def are_coming(self, waiting: int, line_count: int) -> bool:
        """Whether to look again after a moment: so many wait now, with so many lines of orders."""
        came, self._seen = waiting > self._seen, waiting
        enough = self._enough if line_count >= LINES_MANY * waiting else LINES_MANY
        if waiting >= self.expected or line_count >= enough:
            if line_count >= LINES_ENOUGH:
                self._without = 0
            return False
        if (came or self.are_leaving) and self._monotonic() < self._until:
            return True
        if line_count >= LINES_MANY:
            self._without = self._without_left = min(2 * self._without or 1, BATCHES_WITHOUT_MAX)
        return False
