"""`router ledger export`: a table of the ledger as CSV or Parquet, to ask it whatever one likes."""

import csv
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from router.cli.failures import CommandFailed, Exit
from router.cli.ledger.backup import AS_JSON
from router.cli.output import console, print_json

if TYPE_CHECKING:
    from router.stores.table import Table

PRIVATE = ("customer_key", "recipient")
"""Never exported: what opens personal data, and what is opened with it; `router customer export` hands one out."""


@click.command()
@click.argument("table_name", metavar="TABLE")
@click.argument("to", metavar="FILE", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--db", "database", envvar="ROUTER_DB", required=True, metavar="FILE|URL", help="The ledger.")
@AS_JSON
def export(table_name: str, to: Path, database: str, as_json: bool) -> None:
    """Write TABLE to FILE.csv or FILE.parquet, in the order of its key. Hashes and packed bodies are hexadecimal."""
    from router.app.ports.store import StoreError
    from router.stores.offline import looking_at

    table = table_of(table_name)
    if to.suffix not in (".csv", ".parquet"):
        raise click.UsageError(f"`{to}` must end in .csv or .parquet, which says how to write it")
    if to.exists():
        raise click.UsageError(f"`{to}` is there already; name another file, nothing is overwritten")
    try:
        with looking_at(database) as reader:
            count = write(to, table, readable(reader.read_table(table)))
    except StoreError as error:
        raise CommandFailed(Exit.UNREACHABLE, str(error), reason="STORE_UNUSABLE") from error
    if as_json:
        print_json(exported={"table": table.name, "file": str(to), "rows": count})
        return
    console().print(f"{to}: {count:,} rows of {table.name}")


def table_of(name: str) -> "Table":
    from router.stores.tables import TABLES

    tables = {table.name: table for table in TABLES if table.name not in PRIVATE}
    if name in PRIVATE:
        raise click.UsageError(
            f"`{name}` is personal; hand one customer's data out with `router customer export ID`"
        )
    if name not in tables:
        raise click.UsageError(f"no table `{name}`; there are {', '.join(sorted(tables))}")
    return tables[name]


def readable(rows: Iterable[Sequence[Any]]) -> Iterator[tuple[Any, ...]]:
    for row in rows:
        yield tuple(value.hex() if isinstance(value, bytes | memoryview) else value for value in row)


def write(to: Path, table: "Table", rows: Iterator[tuple[Any, ...]]) -> int:
    from router.stores.archive.parquet_files import write_parquet
    from router.stores.table import Kind

    if to.suffix == ".parquet":
        types = {
            column.name: "BIGINT" if column.kind is Kind.INTEGER else "VARCHAR" for column in table.columns
        }
        return write_parquet(to, types, rows)
    count = 0
    try:
        with to.open("x", encoding="utf-8", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(table.names)
            for row in rows:
                writer.writerow(row)
                count += 1
    except OSError as error:
        raise CommandFailed(Exit.USAGE, f"cannot write `{to}`: {error.strerror}") from error
    return count
