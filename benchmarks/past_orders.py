"""Ledgers with millions of orders behind them: a hundred that were routed and canceled, written over and over.

Each copy has ids and positions of its own in every table that an order leaves rows in, as if it had come later. The
hash chain says nothing of them, so no audit of such a ledger is clean.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.booking import ask
from benchmarks.durable import some_orders
from benchmarks.large_ledgers import written_at_once
from router.app.commands.command import Command
from router.app.engine.engine import Engine
from router.domain.order import Order
from router.stores import tables
from router.stores.sqlite.store import SqliteStore
from router.stores.table import Table
from tests.app.builders import StandingClock, cancel_order, route_orders

PATTERN = 100
COPIES_AT_ONCE = 1_000


@dataclass(frozen=True, slots=True)
class Copied:
    """A table whose rows are copied: which of its columns move on, and which texts get the number of the copy."""

    table: Table
    moved: Sequence[str]
    renamed: Sequence[str]


COPIED = (
    Copied(tables.ENTRY, ("position", "pending_position"), ("reference",)),
    Copied(tables.RESERVATION, ("position",), ("order_id",)),
    Copied(tables.DECISION, ("number", "ledger_position"), ("order_id",)),
    Copied(tables.ORDER, ("number", "decision_number", "position"), ("order_id",)),
    Copied(tables.SHIPMENT, ("number",), ("order_id",)),
    Copied(tables.EVENT, ("position",), ("order_id",)),
    Copied(tables.OUTCOME, (), ("request_id",)),
)


def write_past_orders(path: Path, count: int) -> None:
    """So many orders more, all of them over, in the ledger of a shop that has had none; no write of it is synced."""
    store = SqliteStore(path)
    engine = Engine(store, StandingClock())
    engine.start()
    orders = some_orders(PATTERN, "past")
    ask(engine, [route_orders(*orders, key="past"), *map(canceled, orders)])
    engine.stop()
    with written_at_once(store) as writer:
        patterns = [kept_apart(writer, one) for one in COPIED]
        writer.execute("CREATE TEMP TABLE copy (number INTEGER)")
        copies = count // PATTERN - 1
        for first in range(0, copies, COPIES_AT_ONCE):
            writer.execute("DELETE FROM copy")
            numbers = range(first + 1, min(first + COPIES_AT_ONCE, copies) + 1)
            writer.executemany("INSERT INTO copy VALUES (?)", ((number,) for number in numbers))
            for statement in patterns:
                writer.execute(statement)
        write_last_batch(writer)
    store.close()


def canceled(order: Order) -> Command:
    return cancel_order(order.id, None, key=f"cancel/{order.id}")


def kept_apart(writer: Any, copied: Copied) -> str:
    """What writes the rows of a table again, once for each copy."""
    name = copied.table.name
    writer.execute(f'CREATE TEMP TABLE "pattern_{name}" AS SELECT * FROM "{name}"')
    steps = {column: step_of(writer, name, column) for column in copied.moved}
    values = ", ".join(value_of(column, steps, copied.renamed) for column in copied.table.names)
    columns = ", ".join(copied.table.names)
    return (
        f'INSERT INTO main."{name}" ({columns})'
        f' SELECT {values} FROM copy CROSS JOIN temp."pattern_{name}" AS pattern ORDER BY copy.number'
    )


def step_of(writer: Any, name: str, column: str) -> int:
    """How far apart the same row of two copies is: positions of entries as in the journal, wherever they stand."""
    counted = "event" if name == "event" else "entry"
    if column in ("position", "ledger_position", "pending_position"):
        name, column = counted, "position"
    elif column == "decision_number":
        name, column = "decision", "number"
    return int(writer.execute(f'SELECT max({column}) FROM "{name}"').fetchone()[0])


def value_of(column: str, steps: Mapping[str, int], renamed: Sequence[str]) -> str:
    if column in steps:
        # Nothing stays nothing: an entry without a pending one has position 0 there.
        return f"iif(pattern.{column} = 0, 0, pattern.{column} + copy.number * {steps[column]})"
    if column == "body":
        return "zeroblob(64)"
    if column in renamed:
        return f"iif(pattern.{column} = '', '', pattern.{column} || '~' || copy.number)"
    return f"pattern.{column}"


def write_last_batch(writer: Any) -> None:
    """The batch that the next one follows."""
    writer.execute(
        "INSERT INTO batch (number, entry_count, last_position, time, hash)"
        " SELECT number + 1, (SELECT max(position) FROM entry) - last_position,"
        " (SELECT max(position) FROM entry), time, zeroblob(32) FROM batch ORDER BY number DESC LIMIT 1"
    )
