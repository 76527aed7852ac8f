"""Lines that all stand in their frame: written smaller, and broken where that is not enough, and never cut."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

WHOLE_PERCENT = 65
"""Down to this much of their size lines stay whole; smaller ones are hard to read, and are broken instead."""

Measure = Callable[[str, int], float]
"""How wide a text is in letters of a size."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """Where lines go: `x` and `y` of the first one, and the room that all have. `size` is that of letters at most."""

    x: float
    y: float
    width: float
    height: float
    size: int


def fitted(lines: Sequence[str], frame: Frame, measure: Measure, leading: float) -> tuple[int, list[str]]:
    """The size of letters and the rows to write; a row is `leading` times as high as its letters."""

    def is_low(rows: Sequence[str], size: int) -> bool:
        return len(rows) * size * leading <= frame.height

    for size in range(frame.size, frame.size * WHOLE_PERCENT // 100, -1):
        if is_low(lines, size) and all(measure(line, size) <= frame.width for line in lines):
            return size, list(lines)
    size, rows = frame.size, list(broken(lines, frame.width, frame.size, measure))
    while size > 1 and not is_low(rows, size):
        size -= 1
        rows = list(broken(lines, frame.width, size, measure))
    return size, rows


def broken(lines: Iterable[str], width: float, size: int, measure: Measure) -> Iterator[str]:
    """The lines in rows no wider than that: broken at blanks, and within words that alone are too wide."""
    for line in lines:
        row = ""
        for word in line.split(" "):
            longer = f"{row} {word}" if row else word
            if measure(longer, size) <= width:
                row = longer
                continue
            if row:
                yield row
            *full, row = _pieces(word, width, size, measure)
            yield from full
        yield row


def _pieces(word: str, width: float, size: int, measure: Measure) -> list[str]:
    pieces = [""]
    for letter in word:
        if pieces[-1] and measure(pieces[-1] + letter, size) > width:
            pieces.append("")
        pieces[-1] += letter
    return pieces
