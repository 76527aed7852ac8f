"""Two readings of the books, one fast and one slow: they never disagree about whether everything holds."""

from contextlib import closing
from pathlib import Path
from random import Random

import apsw
import pytest

from router.app.ports.store import Reader, StoreError
from router.app.reading.verify import verify, verify_fast, verify_slowly
from router.ledger.audit_journal import Journal
from router.ledger.audit_rows import recount
from router.ledger.chain import ENTRY as PACKED_ENTRY
from router.stores.memory.store import MemoryStore
from router.stores.offline import looking_at
from router.stores.sqlite.store import SqliteStore
from router.stores.table import Kind, Table
from router.stores.tables import ACCOUNT, BATCH, ENTRY, ORDER, RESERVATION
from tests.app.builders import a_shop, order_for
from tests.app.first_come import first_come
from tests.proving import rounds
from tests.stores.contract_builders import CLOCK, Writer, received

STOCK = {"lyon": {"RED-CLOCK": 30, "TIN-LAMP": 4}, "lille": {"RED-CLOCK": 5}}


@pytest.fixture(scope="module")
def books(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """A file with a little of everything: routed, canceled, dispatched, backordered, adjusted."""
    path = tmp_path_factory.mktemp("books") / "router.sqlite"
    with closing(SqliteStore(path)) as store, a_shop(store, STOCK, route=first_come) as shop:
        for n in range(8):
            shop.route(order_for("RED-CLOCK", 1 + n % 3, f"o-{n}"))
        shop.route(order_for("TIN-LAMP", 9, "o-late"))
        shop.cancel("o-1")
        shop.cancel("o-2", {"1": 1})
        shop.dispatch("o-3/1")
        shop.adjust("lyon", "RED-CLOCK", -2)
    return path.read_bytes()


def changes_of(table: Table, connection: apsw.Connection, chance: Random) -> list[str]:
    """Statements that each change one value of one row."""
    name = f'"{table.name}"'
    count = connection.execute(f"SELECT count(*) FROM {name}").get
    key = {RESERVATION: "position", ACCOUNT: "id"}.get(table, table.key[0])
    where = f"{key} = (SELECT {key} FROM {name} LIMIT 1 OFFSET {chance.randrange(count)})"
    new = {
        Kind.INTEGER: ("{0} + 1", "{0} - 1", "{0} * 7 + 3", "0"),
        Kind.TEXT: ("{0} || 'x'", "''"),
        Kind.BYTES: ("zeroblob(32)",),
    }
    return [
        f"UPDATE OR IGNORE {name} SET {column.name} = {chance.choice(new[column.kind]).format(column.name)}"
        f" WHERE {where}"
        for column in table.columns
        if (table, column.name) != (ORDER, "quantities")
    ] + [f"DELETE FROM {name} WHERE {where}"]


@pytest.mark.parametrize("table", [ENTRY, BATCH, ACCOUNT, RESERVATION, ORDER], ids=lambda table: table.name)
@pytest.mark.parametrize("seed", range(rounds(2, 40)))
def test_whatever_is_changed_by_hand_both_readings_say_the_same(
    books: bytes, tmp_path: Path, table: Table, seed: int
) -> None:
    path = tmp_path / "router.sqlite"
    path.write_bytes(books)
    with closing(apsw.Connection(str(path))) as connection:
        statements = changes_of(table, connection, Random(seed))
    disagreements, found = [], 0
    for statement in statements:
        path.write_bytes(books)
        with closing(apsw.Connection(str(path))) as connection:
            connection.execute("PRAGMA ignore_check_constraints = ON")
            connection.execute(statement)
        with looking_at(str(path)) as reader:
            is_clean = is_said_clean(reader)
            found += not is_clean
            if (not verify(reader).faults) != is_clean:
                disagreements.append(statement)

    assert disagreements == []
    assert found >= len(statements) // 3


def is_said_clean(reader: Reader) -> bool:
    """By the slow reading; what cannot be read is not clean."""
    try:
        return not verify_slowly(reader).faults
    except StoreError:
        return False


@pytest.mark.parametrize("entry_count", ["-1", "'many'", "1e300"])
def test_a_batch_of_no_possible_size_is_a_fault_and_no_crash(
    books: bytes, tmp_path: Path, entry_count: str
) -> None:
    path = tmp_path / "router.sqlite"
    path.write_bytes(books)
    with closing(apsw.Connection(str(path))) as connection:
        connection.execute("PRAGMA ignore_check_constraints = ON; PRAGMA writable_schema = ON")
        connection.execute("UPDATE sqlite_schema SET sql = replace(sql, 'STRICT', '') WHERE name = 'batch'")
    with closing(apsw.Connection(str(path))) as connection:
        connection.execute("PRAGMA ignore_check_constraints = ON")
        connection.execute(f"UPDATE batch SET entry_count = {entry_count} WHERE number = 2")
    with looking_at(str(path)) as reader:
        assert not is_said_clean(reader)


def test_books_without_a_fault_are_read_fast_and_the_reports_are_equal(books: bytes, tmp_path: Path) -> None:
    path = tmp_path / "router.sqlite"
    path.write_bytes(books)
    with closing(SqliteStore(path)) as store:
        assert verify_fast(store) == verify_slowly(store)


def test_memory_is_read_fast_too() -> None:
    with a_shop(MemoryStore(), STOCK, route=first_come) as shop:
        shop.route(order_for("RED-CLOCK", 2))
        fast = verify_fast(shop.store)

        assert fast is not None
        assert fast == verify_slowly(shop.store)


def test_reading_on_from_a_position_gives_what_reading_from_the_first_gives() -> None:
    store = MemoryStore()
    writer = Writer(store)
    commits = [writer.commit(received(n, CLOCK, n)) for n in range(1, 9)]
    accounts, batches, rows = store.read_journal_rows()
    whole, first, rest = Journal(), list(batches), list(rows)
    assert recount(whole, accounts, iter(first), iter(rest))
    half = Journal()
    assert recount(half, accounts, iter(first[:4]), iter(rest[:4]))
    assert recount(half, accounts, iter(first[4:]), iter(rest[4:]))

    assert (half.balances, half.hash, half.position) == (whole.balances, commits[-1].batch.hash, 8)


def test_the_bytes_that_are_hashed_are_packed_in_one_go() -> None:
    assert PACKED_ENTRY.format == ">qqBBBqqHHHHHH"
