"""Rows of a resource in Parquet: the same columns as in CSV, numbers as numbers."""

import csv
import io
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import IO, Any

CELL_BYTES_MAX = 64 << 20

PARSED: Mapping[str, Callable[[str], Any]] = {
    "BIGINT": int,
    "DOUBLE": float,
    "BOOLEAN": lambda text: text == "true",
    "VARCHAR": str,
}


def write_csv_as_parquet(file: IO[bytes], resource: str, to: Path) -> int:
    """The rows of a CSV file of a resource; empty cells are NULL. Refuses with StoreUnusable without DuckDB."""
    from router.stores.archive.parquet_files import write_parquet

    types = column_types(resource)
    csv.field_size_limit(CELL_BYTES_MAX)
    text = io.TextIOWrapper(file, encoding="utf-8", newline="")
    try:
        reader = csv.reader(text)
        wanted = {name: types[name] for name in next(reader)}
        return write_parquet(to, wanted, typed(reader, [PARSED[kind] for kind in wanted.values()]))
    finally:
        # Whoever opened the file closes it.
        text.detach()


def typed(rows: Iterable[Sequence[str]], parse: Sequence[Callable[[str], Any]]) -> Iterator[tuple[Any, ...]]:
    for cells in rows:
        yield tuple(read(text) if text else None for read, text in zip(parse, cells, strict=True))


def column_types(resource: str) -> dict[str, str]:
    """The SQL type of each column."""
    from google.protobuf.descriptor import FieldDescriptor

    from router.service.resources.columns import REAL, WHOLE
    from router.service.resources.table import resource_of

    types = {}
    for column in resource_of(resource).columns:
        leaf = column.leaf
        kind = "VARCHAR"
        if not leaf.is_repeated and leaf.enum_type is None and leaf.message_type is None:
            if leaf.cpp_type in WHOLE:
                kind = "BIGINT"
            elif leaf.cpp_type in REAL:
                kind = "DOUBLE"
            elif leaf.cpp_type == FieldDescriptor.CPPTYPE_BOOL:
                kind = "BOOLEAN"
        types[column.name] = kind
    return types


def parquet_as_csv(path: Path) -> bytes:
    """The rows of a Parquet file as CSV with a heading. Refuses with StoreUnusable what is none."""
    from router.stores.archive.parquet_files import read_parquet

    names = [str(name) for (name,) in read_parquet(path, "SELECT column_name FROM (DESCRIBE rows)")]
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(names)
    for row in read_parquet(path):
        writer.writerow([cell_of(value) for value in row])
    return text.getvalue().encode()


def cell_of(value: Any) -> str:
    if value is None:
        return ""
    return str(value).lower() if isinstance(value, bool) else str(value)
