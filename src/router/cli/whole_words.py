"""Tables of which no word is ever cut or broken: ids are there to be copied."""

from typing import Any

from rich.console import Console
from rich.table import Column, Table

PROSE_WIDTH = 30
"""Columns of sentences are no narrower, where they have that much to say."""


class WholeWords(Console):
    """A table that needs more than the width gets it: terminals break its lines, others have no edge."""

    def print(self, *objects: Any, **options: Any) -> None:
        tables = [one for one in objects if isinstance(one, Table)]
        for table in tables:
            keep_words(table)
        width = self.width
        self.width = max([width, *map(width_of, tables)])
        try:
            super().print(*objects, **options)
        finally:
            self.width = width


def keep_words(table: Table) -> None:
    """Only columns with blanks in their cells are wrapped; whatever still does not fit goes on in the next row."""
    for column in table.columns:
        column.overflow = "fold"
        column.no_wrap = not any(" " in str(cell) for cell in column.cells)


def width_of(table: Table) -> int:
    """What the table needs at least, two blanks between columns included."""
    left, right = table.padding[3], table.padding[1]
    return sum(_width_of(column) + left + right for column in table.columns)


def _width_of(column: Column) -> int:
    texts = [str(column.header), *map(str, column.cells)]
    if column.no_wrap:
        return max(map(_longest, texts))
    words = max(len(word) for text in texts for word in (*text.split(), ""))
    return max(words, min(PROSE_WIDTH, max(map(_longest, texts))))


def _longest(text: str) -> int:
    return max(map(len, text.split("\n")))
