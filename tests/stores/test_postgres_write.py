"""What a commit sends to PostgreSQL: what all rows have once, and no question after rows that cannot be there."""

from types import SimpleNamespace
from typing import Any, cast

import pytest

from router.app.records.commit import Commit
from router.stores import tables
from router.stores.postgres_write import USUALLY_THE_SAME, are_new, insert_all, said_once


def entry(position: int, time: int = 7) -> tuple[Any, ...]:
    return (position, time, 1, 3, 4, 2, 0, "order-1", "line-1")


def columns_of(*rows: tuple[Any, ...]) -> list[tuple[Any, ...]]:
    return list(zip(*rows, strict=True))


def test_every_column_that_is_usually_the_same_is_one_of_its_table() -> None:
    names = {table.name: set(table.names) for table in tables.TABLES}

    assert all(once <= names[name] for name, once in USUALLY_THE_SAME.items())


def test_what_all_rows_have_is_said_once_and_of_one_row_everything() -> None:
    same, other = columns_of(entry(1), entry(2)), columns_of(entry(1), entry(2, time=8))

    assert said_once(tables.ENTRY, same) == {"time", "code", "pending_position"}
    assert said_once(tables.ENTRY, other) == frozenset()
    assert said_once(tables.ENTRY, columns_of(entry(1))) == set(tables.ENTRY.names)
    assert "unnest" not in insert_all(tables.ENTRY, said_once(tables.ENTRY, columns_of(entry(1))))


@pytest.mark.parametrize(
    ("table", "row_of"),
    [
        (tables.RESERVATION, lambda number: ("order-1", number)),
        (tables.SHIPMENT, lambda number: (number, "order-1")),
        (tables.ORDER, lambda number: (number, "order-1")),
    ],
)
def test_only_rows_that_are_numbered_by_this_commit_are_not_looked_for(table: Any, row_of: Any) -> None:
    batch = SimpleNamespace(last_position=12, entry_count=3)
    events = (SimpleNamespace(position=10), SimpleNamespace(position=12))
    commit = cast(Commit, SimpleNamespace(batch=batch, events=events))

    assert are_new(commit, table, [row_of(10), row_of(12)])
    assert not are_new(commit, table, [row_of(9), row_of(12)])
    assert not are_new(commit, table, [row_of(10), row_of(13)])
    assert "ON CONFLICT" in insert_all(table)
    assert "ON CONFLICT" not in insert_all(table, is_new=True)
