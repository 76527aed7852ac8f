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
LINES_ENOUGH = 400
"""So many lines make the fixed cost of a batch small."""


class Returning:
    """How many are waited for before a batch begins, and whether they still come.

    `are_leaving`: answers of the last batch are on their way. Any thread may say that they have left.
    """

    def __init__(self, monotonic: Callable[[], float]) -> None:
        self._monotonic = monotonic
        self._until = 0.0
        self._seen = 0
        self.expected = 0
        self.are_leaving = False

    def begin(self, waiting: int, answered: int) -> None:
        """Answers leave for so many, while so many others wait for the next batch already."""
        self.are_leaving = True
        self.expected = waiting + answered
        self._until = self._monotonic() + RETURN_SECONDS_MAX
        self._seen = 0

    def are_coming(self, waiting: int, line_count: int) -> bool:
        """Whether to look again after a moment: so many wait now, with so many lines of orders."""
        came, self._seen = waiting > self._seen, waiting
        is_enough = waiting >= self.expected or line_count >= LINES_ENOUGH
        return not is_enough and (came or self.are_leaving) and self._monotonic() < self._until
