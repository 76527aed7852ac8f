"""`router migrate`: the schema of a database, and carrying books from one to another."""

from collections.abc import Iterator
from contextlib import contextmanager

import click

from router.cli.failures import CommandFailed, Exit
from router.cli.groups import Group
from router.cli.output import console, print_json

DATABASE = click.option(
    "--db",
    "database",
    envvar="ROUTER_DB",
    required=True,
    metavar="FILE",
    help="Ledger file or postgresql://…",
)
AS_JSON = click.option("--json", "as_json", is_flag=True, help="Print one JSON object instead of text.")


@click.group(cls=Group)
def migrate() -> None:
    """Upgrade a database, look at its schema, carry books from a file to PostgreSQL or back."""


@contextmanager
def refusals() -> Iterator[None]:
    """What a database refuses, as the command line says it."""
    from router.app.ports.store import StoreError

    try:
        yield
    except ImportError as error:
        message = f"PostgreSQL needs its driver ({error}); install it with: pip install 'router[postgres]'"
        raise CommandFailed(Exit.UNREACHABLE, message, reason="STORE_UNUSABLE") from error
    except StoreError as error:
        raise CommandFailed(Exit.UNREACHABLE, str(error), reason="STORE_UNUSABLE") from error


@migrate.command()
@DATABASE
@AS_JSON
def status(database: str, as_json: bool) -> None:
    """Say which steps a database took and which it lacks; changes nothing."""
    from router.stores.schema import look_at_schema

    with refusals():
        schema = look_at_schema(database)
    missing = [step.name for step in schema.missing]
    if as_json:
        print_json(migrate={"applied": sorted(schema.applied), "missing": missing})
        return
    out = console()
    out.print(f"applied: {', '.join(map(str, sorted(schema.applied))) or 'none'}")
    out.print(f"missing: {', '.join(missing) or 'none'}")


@migrate.command()
@DATABASE
@AS_JSON
def up(database: str, as_json: bool) -> None:
    """Apply the steps that a database lacks; a new one is made. A server does the same when it starts."""
    from router.wiring.outside import open_store

    with refusals():
        open_store(database).close()
    status.callback(database=database, as_json=as_json)  # type: ignore[misc]


@migrate.command()
@DATABASE
def verify(database: str) -> None:
    """Hold every table against what the steps make of it; exit 1 when one is not so, or a step is missing."""
    from router.stores.schema import look_at_schema

    with refusals():
        schema = look_at_schema(database)
    lines = [f"step `{step.name}` is missing" for step in schema.missing] + list(schema.faults)
    if lines:
        raise CommandFailed(
            Exit.FINDINGS, "the schema is not that of this router", reason="SCHEMA_DIFFERS", lines=lines
        )
    console().print(f"{len(schema.applied)} steps, every table as it must be")


@migrate.command()
@click.argument("source", metavar="FROM")
@click.argument("target", metavar="TO")
@AS_JSON
def copy(source: str, target: str, as_json: bool) -> None:
    """Carry all books FROM a file or database TO a new one; kept only when it is proven to be the same."""
    from router.stores.copying import CopyRefused, copy_books

    with refusals():
        try:
            carried = copy_books(source, target)
        except CopyRefused as error:
            raise CommandFailed(
                Exit.FINDINGS, str(error), reason="COPY_REFUSED", lines=error.lines
            ) from error
    head, rows = carried.head, sum(carried.row_counts.values())
    if as_json:
        facts = {"position": head.position, "event_position": head.event_position}
        print_json(migrate=facts | {"head_hash": head.hash.hex(), "rows": carried.row_counts})
        return
    console().print(
        f"{rows:,} rows of {len(carried.row_counts)} tables, proven: {head.position:,} entries,"
        f" head {head.hash.hex()[:16]}"
    )
