"""Writing rows to an SQLite file, many by one statement."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import chain, islice

import apsw

from router.stores.rows.row import Row
from router.stores.sql.statements import insert
from router.stores.table import Table

ROWS_AT_ONCE = 25, 5, 1
"""Rows of one statement: one by one they take up to twice as long, more at once no less."""


def insert_rows(writer: apsw.Connection, table: Table, rows: Sequence[Row]) -> None:
    """In their order, many by one statement."""
    for _ in at_once(writer, lambda count: insert(table, count), rows):
        pass


def at_once(
    writer: apsw.Connection, statement: Callable[[int], str], rows: Sequence[Row]
) -> Iterator[Iterable[Row]]:
    """What statements that take so many rows give, for all of `rows` in their order; run as it is asked for."""
    values = chain.from_iterable(rows)
    left = len(rows)
    for count in ROWS_AT_ONCE:
        some, left = divmod(left, count)
        if some:
            yield writer.executemany(statement(count), islice(zip(*[values] * (count * len(rows[0]))), some))
