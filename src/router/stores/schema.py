"""Which steps of the schema a database took, looked at without changing it."""

from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import apsw

from router.app.ports.store import StoreUnusable
from router.stores.addresses import is_address, shown
from router.stores.migrations import Step, steps_of, steps_to_apply
from router.stores.sqlite.files import refuse_other_program, translated
from router.stores.tables import TABLES

Columns = Mapping[str, list[str]]
"""The names of the columns of each table."""


@dataclass(frozen=True, slots=True)
class Schema:
    """What there is, by step, and what this router would still do."""

    applied: Mapping[int, str]
    missing: tuple[Step, ...]
    faults: tuple[str, ...]


def look_at_schema(database: str) -> Schema:
    """Refuses with StoreUnusable what this router cannot bring up to date."""
    columns: Columns
    if is_address(database):
        from router.stores.postgres.connect import applied_columns, connect

        with closing(connect(database)) as connection:
            applied, columns = applied_columns(connection)
        dialect = "postgres"
    else:
        applied, columns = _look_at_file(Path(database))
        dialect = "sqlite"
    missing = steps_to_apply(steps_of(dialect), applied, f"`{shown(database)}`")
    return Schema(applied, missing, () if missing else faults_of(columns))


def faults_of(columns: Columns) -> tuple[str, ...]:
    """Tables that are not as every step together makes them."""
    return tuple(
        f"table `{table.name}` has the columns {', '.join(found) or 'of no table'};"
        f" must have {', '.join(table.names)}"
        for table in TABLES
        if (found := columns.get(table.name, [])) != list(table.names)
    )


def _look_at_file(path: Path) -> tuple[dict[int, str], Columns]:
    if not path.is_file():
        raise StoreUnusable(f"there is no file `{path}`")
    with (
        translated(f"cannot read `{path}`"),
        closing(apsw.Connection(str(path), flags=apsw.SQLITE_OPEN_READONLY)) as connection,
    ):
        refuse_other_program(connection, path)
        names = [
            str(name) for (name,) in connection.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")
        ]
        columns = {
            name: [str(row[1]) for row in connection.execute(f'PRAGMA table_info("{name}")')]
            for name in names
        }
        applied = {}
        if "schema_step" in columns:
            rows = connection.execute("SELECT number, digest FROM schema_step")
            applied = {int(str(number)): str(digest) for number, digest in rows}
        elif version := connection.pragma("user_version"):
            # The first files recorded their number alone.
            applied = {step.number: step.digest for step in steps_of("sqlite") if step.number <= version}
    return applied, columns
