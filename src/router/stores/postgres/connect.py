"""Opening a PostgreSQL database: connections with the settings every one needs, and a known schema."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress

import psycopg
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from router.app.ports.store import StoreError, StoreUnreachable, StoreUnusable
from router.stores.addresses import shown
from router.stores.migrations import Step, steps_of, steps_to_apply
from router.stores.postgres.arrays import take_arrays

Connection = psycopg.Connection[tuple[object, ...]]
Cursor = psycopg.Cursor[tuple[object, ...]]

DEFAULTS = {
    "application_name": "router",
    "connect_timeout": "10",
    "keepalives_idle": "10",
    "keepalives_interval": "5",
    "keepalives_count": "3",
    "tcp_user_timeout": "20000",
}
"""What a URL may say otherwise. A peer that vanished is noticed within half a minute, on either side."""

TURN_SECONDS_MAX = 120
"""LIMIT: a process that holds the turn and is silent for longer loses it; the database ends its session."""

MADE_MEANWHILE = (
    psycopg.errors.UniqueViolation,
    psycopg.errors.DuplicateTable,
    psycopg.errors.DuplicateObject,
)
"""What PostgreSQL says to whoever creates a table while another does, by how far that one is."""

UNREACHABLE = (psycopg.OperationalError, psycopg.InterfaceError)

LIGHTER = (
    "ALTER TABLE decision ALTER COLUMN body SET COMPRESSION lz4",
    "ALTER TABLE news ALTER COLUMN body SET STORAGE EXTERNAL",
)
"""How bodies are kept: to compress decisions and news in the oldest way took a fifth of the time for an order."""

_APPLIED_STEPS = (
    "CREATE TABLE IF NOT EXISTS schema_step"
    " (number BIGINT PRIMARY KEY, name TEXT NOT NULL, digest TEXT NOT NULL)"
)
_LATCH = (
    "INSERT INTO schema_step VALUES (0, 'the lock of whoever changes the schema', '') ON CONFLICT DO NOTHING"
)


def connect(url: str) -> Connection:
    """A connection on which nothing is open. Raises StoreUnreachable, and StoreUnusable for what never can be."""
    try:
        given = conninfo_to_dict(url)
    except psycopg.ProgrammingError as error:
        raise StoreUnusable(f"the database's address is not one that PostgreSQL knows: {error}") from error
    conninfo = make_conninfo(url, **{key: value for key, value in DEFAULTS.items() if key not in given})
    try:
        connection = psycopg.connect(conninfo, autocommit=True, prepare_threshold=1)
        try:
            settle(connection, shown(url))
            take_arrays(connection)
        except BaseException:
            connection.close()
            raise
    except psycopg.Error as error:
        raise StoreUnreachable(f"cannot open {shown(url)}: {one_line(error)}") from error
    return connection


def settle(connection: Connection, where: str) -> None:
    """An acknowledged commit is on the disk; texts are Unicode; nobody keeps the turn by falling silent.

    What is asked has an index. The plan of a prepared statement is kept until statistics are renewed, a minute and
    longer: one that was made while tables were small would go through all orders for each batch. A table that is read
    whole all the same then counts as so dear that the database would compile the question, for longer than it takes.
    """
    encoding = connection.info.parameter_status("server_encoding")
    if encoding != "UTF8":
        raise StoreUnusable(f"{where} keeps its texts in {encoding}, must be a database with ENCODING 'UTF8'")
    row = connection.execute("SHOW synchronous_commit").fetchone()
    if row is not None and row[0] == "off":
        connection.execute("SET synchronous_commit = on")
    for setting in ("enable_seqscan", "jit"):
        with suppress(psycopg.Error):
            connection.execute(f"SET {setting} = off".encode())
    connection.execute(f"SET idle_in_transaction_session_timeout = '{TURN_SECONDS_MAX}s'")


@contextmanager
def translated(what: str) -> Iterator[None]:
    """Say in our own words what the driver refused."""
    try:
        yield
    except UNREACHABLE as error:
        raise StoreUnreachable(f"{what}: {one_line(error)}") from error
    except psycopg.Error as error:
        raise StoreError(f"{what}: {one_line(error)}") from error


def one_line(error: psycopg.Error) -> str:
    """The first line of what the server said."""
    return (str(error).strip() or type(error).__name__).splitlines()[0]


def migrate(connection: Connection, where: str) -> None:
    """Bring the schema up to date; one process at a time, the others wait and find it done."""
    steps = steps_of("postgres")
    try:
        # Two first processes may both find no table and both create it: one of them then finds it, or its type.
        connection.execute(_APPLIED_STEPS)
    except MADE_MEANWHILE:
        connection.execute(_APPLIED_STEPS)
    connection.execute(_LATCH)
    with connection.transaction():
        connection.execute("SELECT number FROM schema_step WHERE number = 0 FOR UPDATE")
        missing = steps_to_apply(steps, applied_steps(connection), where)
        if missing and is_strange(connection, missing):
            raise StoreUnusable(f"{where} holds tables of another program")
        for step in missing:
            connection.execute(step.text.encode())
            connection.execute(
                "INSERT INTO schema_step VALUES (%s, %s, %s)", (step.number, step.name, step.digest)
            )
        if missing:
            lighten(connection)


def lighten(connection: Connection) -> None:
    """Let new bodies cost less where the database can: not all that speak this protocol do, nor all builds of one."""
    for statement in LIGHTER:
        with suppress(psycopg.Error), connection.transaction():
            connection.execute(statement.encode())


def applied_steps(connection: Connection) -> dict[int, str]:
    """Number and digest of each step the database took."""
    rows = connection.execute("SELECT number, digest FROM schema_step WHERE number > 0").fetchall()
    return {int(str(number)): str(digest) for number, digest in rows}


def is_strange(connection: Connection, missing: tuple[Step, ...]) -> bool:
    """Whether a database that took no step has an `account` table already."""
    if missing[0].number != 1:
        return False
    row = connection.execute("SELECT to_regclass('account') IS NOT NULL").fetchone()
    return row is not None and bool(row[0])


def applied_columns(connection: Connection) -> tuple[dict[int, str], dict[str, list[str]]]:
    """The steps the database took and the columns of its tables; changes nothing."""
    columns: dict[str, list[str]] = {}
    for table, column in connection.execute(
        "SELECT table_name, column_name FROM information_schema.columns"
        " WHERE table_schema = current_schema() ORDER BY table_name, ordinal_position"
    ):
        columns.setdefault(str(table), []).append(str(column))
    return applied_steps(connection) if "schema_step" in columns else {}, columns
