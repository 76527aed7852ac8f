"""Parquet files by DuckDB, the extra `data`: rows of plain values in, rows out, in their order."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import msgspec

from router.app.ports.store import StoreUnusable

ROWS_PER_FETCH = 10_000
ROW_BYTES_MAX = 256 << 20
_ENCODER = msgspec.json.Encoder()


def need_parquet() -> None:
    """Refuses with StoreUnusable where DuckDB is not installed."""
    if find_spec("duckdb") is None:
        raise StoreUnusable("Parquet needs DuckDB: install `router[data]`, or `duckdb` beside the router")


def write_parquet(path: Path, types: Mapping[str, str], rows: Iterable[Sequence[Any]]) -> int:
    """Write rows in columns of these SQL types; gives their number. Refuses with StoreUnusable."""
    need_parquet()
    import duckdb

    names, count = tuple(types), 0
    with TemporaryDirectory(prefix="router-rows-") as folder, duckdb.connect() as database:
        # DuckDB reads lines of JSON by the million; one insert a row would take minutes.
        lines = Path(folder) / "rows.json"
        with lines.open("wb") as file:
            for row in rows:
                file.write(_ENCODER.encode(dict(zip(names, row, strict=True))) + b"\n")
                count += 1
        columns = ", ".join(f"\"{name}\": '{type_}'" for name, type_ in types.items())
        how = f"format = 'newline_delimited', maximum_object_size = {ROW_BYTES_MAX}"
        read = f"read_json(?, {how}, columns = {{{columns}}})"
        try:
            database.execute(f"CREATE TABLE rows AS SELECT * FROM {read}", [str(lines)])
            database.execute(f"COPY rows TO '{quoted(path)}' (FORMAT parquet, COMPRESSION zstd)")
        except duckdb.Error as error:
            raise StoreUnusable(f"cannot write `{path}`: {error}") from error
    return count


def read_parquet(path: Path, statement: str = "SELECT * FROM rows") -> Iterator[tuple[Any, ...]]:
    """What a statement on the table `rows` gives. Refuses with StoreUnusable what is no Parquet file."""
    need_parquet()
    import duckdb

    with duckdb.connect() as database:
        try:
            database.execute(f"CREATE VIEW rows AS SELECT * FROM read_parquet('{quoted(path)}')")
            found = database.execute(statement)
            while page := found.fetchmany(ROWS_PER_FETCH):
                yield from page
        except duckdb.Error as error:
            raise StoreUnusable(f"cannot read `{path}`: {error}") from error


def quoted(path: Path) -> str:
    return str(path).replace("'", "''")
