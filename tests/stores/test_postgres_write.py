"""What a commit sends to PostgreSQL: what all rows have once, and no question after rows that cannot be there."""

from dataclasses import replace
from types import SimpleNamespace
from typing import Any, cast

import pytest

from router.app.records.commit import Commit
from router.domain.identifiers import Instant, LineId, OrderId
from router.ledger.accounts import Balance
from router.ledger.entry_columns import ColumnEntries, EntryColumns
from router.stores import tables
from router.stores.account_ids import Numbered
from router.stores.memory.store import MemoryStore
from router.stores.postgres.arrays import Cells, pack_texts
from router.stores.postgres.connect import Connection
from router.stores.postgres.write import (
    USUALLY_THE_SAME,
    are_new,
    counted_columns,
    insert_all,
    said_once,
    write,
)
from tests.stores.contract_builders import CLOCK, LAMP, Writer, received


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


@pytest.mark.parametrize("in_columns", [False, True])
def test_accounts_that_were_there_are_counted_from_their_version_by_rising_id(in_columns: bool) -> None:
    written = Writer(MemoryStore()).commit(received(1, CLOCK, 5), received(2, LAMP, 1), received(3, CLOCK, 2))
    a, b, c, d = written.balances
    balances = {a: Balance(7, 0, 0, 0, 12), b: Balance(0, 7, 0, 0, 12), c: Balance(1, 0, 2, 0, 11)}
    balances[d] = Balance(0, 1, 0, 2, 1)
    commit = replace(written, balances=balances)
    if in_columns:
        columns = EntryColumns(first=1, time=Instant(1))
        clocks, lamps = columns.add_pair(a, b), columns.add_pair(c, d)
        for pair, units in ((clocks, 5), (lamps, 1), (clocks, 2)):
            columns.add(pair, units, OrderId("order-1"), LineId("line-1"), 1)
        commit = replace(commit, entries=ColumnEntries(columns))
    numbered = Numbered({a: 6, b: 2, c: 4, d: 7}, [d], [6, 2, 4, 7])

    assert counted_columns(commit, numbered).T.tolist() == [
        [2, 10, 0, 7, 0, 0, 12],
        [4, 10, 1, 0, 2, 0, 11],
        [6, 10, 7, 0, 0, 0, 12],
    ]


class Sent:
    """A connection, and its cursor, that only writes down what is sent."""

    def __init__(self) -> None:
        self.statements: list[str] = []

    def cursor(self) -> "Sent":
        return self

    def execute(self, statement: str, values: object = (), **_: object) -> "Sent":
        self.statements.append(statement)
        return self


def test_outcomes_are_forgotten_only_where_one_is_older_than_the_limit() -> None:
    commit = Writer(MemoryStore()).commit(received(1, CLOCK, 5), forget_outcomes_before=Instant(7))
    ids = dict(zip(commit.balances, (1, 2), strict=True))
    numbered, sent = Numbered(ids, [], [*ids.values()]), Sent()

    assert write(cast(Connection, sent), commit, numbered, 7) is None
    assert not any("outcome" in one for one in sent.statements)
    assert write(cast(Connection, sent), commit, numbered, 6) is sent
    assert [one for one in sent.statements if "outcome" in one] == [
        'DELETE FROM "outcome" WHERE time < %s',
        "SELECT min(time) FROM outcome",
    ]


def test_a_text_that_is_said_again_is_packed_once_and_as_if_alone() -> None:
    texts, cells = ["line-1", "é", "", "line-1"], Cells()

    assert pack_texts(texts, cells) == pack_texts(texts)
    assert pack_texts(texts).endswith(b"\0\0\0\6line-1\0\0\0\2\xc3\xa9\0\0\0\0\0\0\0\6line-1")
    assert list(cells) == ["line-1", "é", ""]
