"""Rows of plain values as a Parquet file, by DuckDB where it is installed (the extra `data`)."""

import json
from collections.abc import Iterable, Mapping
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import click


def has_parquet() -> bool:
    """Whether Parquet can be written here."""
    return find_spec("duckdb") is not None


def write_parquet(path: Path, types: Mapping[str, str], rows: Iterable[Mapping[str, Any]]) -> None:
    """Write the rows, whole, in columns of these SQL types; a place that cannot be written to is wrong usage (2)."""
    import duckdb

    with TemporaryDirectory(prefix="router-rows-") as folder, duckdb.connect() as database:
        # DuckDB reads lines of JSON by the million; one insert a row would take minutes.
        lines = Path(folder) / "rows.json"
        with lines.open("w", encoding="utf-8") as file:
            file.writelines(json.dumps(row) + "\n" for row in rows)
        columns = ", ".join(f"{name}: '{type_}'" for name, type_ in types.items())
        read = f"read_json(?, format = 'newline_delimited', columns = {{{columns}}})"
        database.execute(f"CREATE TABLE rows AS SELECT * FROM {read}", [str(lines)])
        target = str(path).replace("'", "''")
        try:
            database.execute(f"COPY rows TO '{target}' (FORMAT parquet, COMPRESSION zstd)")
        except duckdb.IOException as error:
            raise click.UsageError(f"cannot write `{path}`: {error}") from error
