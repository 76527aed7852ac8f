"""The floor of the ledger writes the rows that the ledger writes."""

from pathlib import Path

import apsw

from benchmarks.figures.ledger_vs_raw_insert import measure_pair


def rows_of(file: Path) -> dict[str, list[tuple[object, ...]]]:
    """All rows of all tables, in an order of their own."""
    with apsw.Connection(str(file)) as books:
        tables = [name for (name,) in books.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")]
        return {table: sorted(books.execute(f'SELECT * FROM "{table}"'), key=repr) for table in tables}


def test_what_was_booked_is_inserted_again(tmp_path: Path) -> None:
    measure_pair(tmp_path, 0, order_count=200)

    booked, inserted = rows_of(tmp_path / "booked.sqlite"), rows_of(tmp_path / "raw.sqlite")
    differing = sorted(table for table in booked if booked[table] != inserted[table])

    assert len(booked["entry"]) > 600
    assert differing == []
