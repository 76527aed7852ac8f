"""The store in an SQLite file."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from importlib.resources import files
from pathlib import Path
from typing import Any

import apsw
import pytest
from msgspec import structs

from router.app.ports.store import CommitFailed, CommitRefused, Store, StoreError, StoreUnusable
from router.app.records.commit import Commit, Head
from router.app.records.filters import OrderFilter
from router.domain.identifiers import Instant, LineId, NodeId, OrderId, Sku
from router.domain.limits import REJECTIONS_MAX
from router.ledger.accounts import on_hand, picking
from router.ledger.entry_columns import ColumnEntries, EntryColumns, reservations_in
from router.ledger.lifecycle import OrderState
from router.stores.migrations import steps_of
from router.stores.sql import stock_reader
from router.stores.sqlite import log
from router.stores.sqlite.at_once import ROWS_AT_ONCE
from router.stores.sqlite.files import STATEMENTS_KEPT
from router.stores.sqlite.store import SqliteStore
from router.stores.tables import TABLES
from tests.stores.contract import StoreContract
from tests.stores.contract_builders import (
    CLOCK,
    LAMP,
    LILLE,
    LYON,
    Writer,
    a_decision,
    a_reservation,
    a_waiting_order,
    an_event,
    an_order,
    received,
    reserved,
)
from tests.stores.failing_disk import a_failing_disk


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "router.sqlite"


@pytest.fixture
def store(path: Path) -> Iterator[SqliteStore]:
    store = SqliteStore(path)
    yield store
    store.close()


class TestSqliteStore(StoreContract):
    @pytest.fixture
    def again(self, store: SqliteStore, path: Path) -> Iterator[Callable[[], Store]]:
        opened: list[SqliteStore] = []

        def open_again() -> Store:
            store.close()
            opened.append(SqliteStore(path))
            return opened[-1]

        yield open_again
        for one in opened:
            one.close()


def test_a_second_server_on_the_file_is_refused(store: SqliteStore, path: Path) -> None:
    with pytest.raises(StoreUnusable, match="in use by another server"):
        SqliteStore(path)

    store.close()
    SqliteStore(path).close()


def test_a_new_file_and_its_log_are_their_owners_alone(store: SqliteStore, path: Path) -> None:
    log = path.with_name(path.name + "-wal")

    assert [oct(one.stat().st_mode & 0o777) for one in (path, log)] == ["0o600", "0o600"]


def test_a_file_that_was_opened_to_a_group_stays_so(path: Path) -> None:
    SqliteStore(path).close()
    path.chmod(0o640)

    SqliteStore(path).close()

    assert oct(path.stat().st_mode & 0o777) == "0o640"


def test_a_file_of_a_newer_router_is_refused(store: SqliteStore, path: Path) -> None:
    store.close()
    with apsw.Connection(str(path)) as connection:
        connection.pragma("user_version", 99)

    with pytest.raises(
        StoreUnusable, match=r"has schema 99, this router knows up to [0-9]+: use a newer router"
    ):
        SqliteStore(path)


@pytest.mark.parametrize(
    ("number", "digest", "refusal"),
    [
        (2, "0" * 64, "another text of step `0002_rule_versions.sql`"),
        (0, "a", "by step 0, which this router"),
    ],
)
def test_a_file_whose_steps_were_other_ones_is_refused(
    store: SqliteStore, path: Path, number: int, digest: str, refusal: str
) -> None:
    store.close()
    with apsw.Connection(str(path)) as connection:
        connection.execute("INSERT OR REPLACE INTO schema_step VALUES (?, 'x', ?)", (number, digest))

    with pytest.raises(StoreUnusable, match=refusal):
        SqliteStore(path)


def test_a_file_has_the_digest_of_every_step_it_took(store: SqliteStore) -> None:
    rows = store._writer.execute("SELECT number, name, digest FROM schema_step ORDER BY number").fetchall()
    assert rows == [(step.number, step.name, step.digest) for step in steps_of("sqlite")]


def test_the_tables_are_those_described(store: SqliteStore) -> None:
    found = store._writer.execute("SELECT name FROM sqlite_schema WHERE type = 'table'").fetchall()
    assert {name for (name,) in found} == {table.name for table in TABLES} | {"schema_step"}
    for table in TABLES:
        rows = store._writer.execute(f'PRAGMA table_info("{table.name}")').fetchall()
        kinds = {"INTEGER": "integer", "TEXT": "text", "BLOB": "bytes"}
        assert [(row[1], kinds[str(row[2])]) for row in rows] == [
            (column.name, column.kind.value) for column in table.columns
        ]
        assert {row[1] for row in rows if row[5]} == set(table.key)


def test_a_database_of_another_program_is_refused(path: Path) -> None:
    with apsw.Connection(str(path)) as connection:
        connection.execute("CREATE TABLE customer (id INTEGER)")

    with pytest.raises(StoreUnusable, match="a database of another program"):
        SqliteStore(path)
    assert list(path.parent.iterdir()) == [path]


def test_a_folder_is_refused_and_so_is_a_file_in_a_folder_that_is_not_there(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    with pytest.raises(StoreUnusable, match="folder` is a folder, must be a file"):
        SqliteStore(tmp_path / "folder")
    with pytest.raises(StoreUnusable, match=r"there is no folder `.*none`"):
        SqliteStore(tmp_path / "none" / "router.sqlite")
    assert list(tmp_path.iterdir()) == [tmp_path / "folder"]


def test_what_is_no_database_is_refused(path: Path) -> None:
    path.write_bytes(b"an ordinary letter, long enough to be mistaken for nothing else" * 10)

    with pytest.raises(StoreUnusable, match="cannot open"):
        SqliteStore(path)
    assert list(path.parent.iterdir()) == [path]
    # The lock was let go: putting the file aside is enough.
    path.unlink()
    SqliteStore(path).close()


def test_a_folder_that_does_not_exist_is_refused(tmp_path: Path) -> None:
    with pytest.raises(StoreUnusable, match="cannot open"):
        SqliteStore(tmp_path / "nowhere" / "router.sqlite")


def test_a_commit_that_fails_leaves_no_trace(store: SqliteStore, path: Path) -> None:
    writer = Writer(store)
    writer.commit(received(1, CLOCK, 5))
    with pytest.raises(CommitFailed, match="batch 2"):
        # The event's position was used before: the last of the commit's writes but one.
        writer.commit(received(2, CLOCK, 5), events=(an_event(1), an_event(1)))
    store.close()
    again = SqliteStore(path)

    assert [entry.position for entry in again.list_entries(None, 9, "")] == [1]
    assert (again.head().position, again.head().batch_number) == (1, 1)
    again.close()


def test_a_number_that_is_another_accounts_fails_the_commit(store: SqliteStore) -> None:
    writer, ids = Writer(store), store._account_ids._known
    writer.commit(received(1, CLOCK, 5), received(2, LAMP, 5))
    ids[received(3, CLOCK, 1).debit] = ids[received(3, LAMP, 1).debit]

    with pytest.raises(CommitFailed, match="batch 2 failed: an account has another number"):
        writer.commit(received(3, CLOCK, 1))
    assert [entry.position for entry in store.list_entries(None, 9, "")] == [1, 2]


def test_readers_cannot_write(store: SqliteStore) -> None:
    with pytest.raises(StoreError, match="readonly"), store.reader() as reader:
        reader._connection.execute("DELETE FROM entry")  # type: ignore[attr-defined]


def test_a_reader_keeps_its_view_while_others_commit(store: SqliteStore) -> None:
    writer = Writer(store)
    writer.commit(received(1, CLOCK, 5))
    with store.reader() as reader:
        before = reader.head()
        writer.commit(received(2, CLOCK, 5))
        during = reader.head()
    with store.reader() as reader:
        after = reader.head()

    assert (before.position, during.position, after.position) == (1, 1, 2)


def test_what_is_acknowledged_was_synced(store: SqliteStore) -> None:
    settings = {name: store._writer.pragma(name) for name in ("journal_mode", "synchronous", "foreign_keys")}
    assert settings == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1}


def test_tables_refuse_what_is_not_of_their_type(store: SqliteStore) -> None:
    Writer(store).commit(orders=(an_order(1),), decisions=(a_decision(1),))
    with pytest.raises(apsw.ConstraintError, match="cannot store TEXT value in INTEGER column"):
        store._writer.execute("UPDATE \"order\" SET state = 'shipped'")


def test_a_log_that_a_reader_holds_open_is_said_and_folded_in_when_it_ends(
    store: SqliteStore, path: Path, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(log, "PAGES_FOLDED", 20)
    monkeypatch.setattr(log, "PAGES_WARNED", 100)
    writer = Writer(store)
    writer.commit(received(1, CLOCK, 5))
    with store.reader() as reader:
        reader.head()
        held = [writer.commit(received(position, CLOCK, 5)) for position in range(2, 60)]
    after = [writer.commit(received(position, CLOCK, 5)) for position in range(60, 63)]

    assert len(held) + len(after) == 61
    assert [record.levelname for record in caplog.records] == ["WARNING"] * len(caplog.records)
    assert 1 <= len(caplog.records) <= 3
    assert "a reader that stays open" in caplog.text
    assert store._writer.wal_checkpoint()[0] < 20
    assert store.disk_use().database_bytes == path.stat().st_size


def test_a_log_that_nobody_holds_stays_short(
    store: SqliteStore, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(log, "PAGES_FOLDED", 20)
    monkeypatch.setattr(log, "PAGES_WARNED", 100)
    writer = Writer(store)
    for position in range(1, 100):
        writer.commit(received(position, CLOCK, 5))

    assert store.disk_use().log_bytes < 60 * 4_096
    assert caplog.records == []


def test_a_log_is_folded_in_when_it_is_tidied_up(store: SqliteStore, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(log, "PAGES_FOLDED", 20)
    monkeypatch.setattr(log, "FOLDED_LATE", 1_000)
    writer = Writer(store)
    longest = 0
    for position in range(1, 100):
        writer.commit(received(position, CLOCK, 5))
        longest = max(longest, store.disk_use().log_bytes)
        store.tidy()
        store._log_keeper.beside.wait()

    assert 20 * 4_096 < longest < 60 * 4_096


def test_what_is_folded_beside_is_in_the_file_before_the_log_begins_anew(
    store: SqliteStore, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(log, "PAGES_FOLDED", 20)
    monkeypatch.setattr(log, "FOLDED_LATE", 1_000)
    writer, keeper = Writer(store), store._log_keeper
    begun = path.read_bytes()
    position = 0
    while not keeper.beside.is_folding and not keeper.beside.has_folded:
        position += 1
        writer.commit(received(position, CLOCK, 5))
        store.tidy()
    keeper.beside.wait()
    beside = path.read_bytes()
    writer.commit(received(position + 1, CLOCK, 5))
    store.tidy()
    writer.commit(received(position + 2, CLOCK, 5))

    assert beside != begun
    assert store._writer.wal_checkpoint()[0] < 20


def test_a_file_that_is_up_to_date_opens_on_a_full_disk(path: Path) -> None:
    SqliteStore(path).close()
    with a_failing_disk() as disk:
        disk.room = 0
        store = SqliteStore(path)
        with pytest.raises(CommitRefused, match="the disk of the ledger is full"):
            Writer(store).commit(received(1, CLOCK, 5))
        disk.room = None
        Writer(store).commit(received(1, CLOCK, 5))
        store.close()


def test_a_try_of_the_disk_finds_room_and_leaves_no_trace(path: Path) -> None:
    with a_failing_disk() as disk:
        store = SqliteStore(path)
        before = sorted(one.name for one in path.parent.iterdir())
        disk.room = 0
        with pytest.raises(CommitRefused):
            store.probe()
        disk.room = None
        store.probe()
        after = sorted(one.name for one in path.parent.iterdir())
        head = store.head()
        store.close()

    assert (after, head) == (before, Head())


def test_a_file_that_another_program_writes_to_is_refused_for_now(store: SqliteStore, path: Path) -> None:
    store._writer.set_busy_timeout(1)
    other = apsw.Connection(str(path))
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(CommitRefused, match="another program holds the ledger's file"):
        Writer(store).commit(received(1, CLOCK, 5))
    other.close()
    Writer(store).commit(received(1, CLOCK, 5))

    assert store.head().position == 1


def test_accounts_of_a_commit_that_failed_give_their_numbers_back(store: SqliteStore, path: Path) -> None:
    with pytest.raises(CommitFailed):
        Writer(store).commit(received(1, CLOCK, 5), events=(an_event(1), an_event(1)))
    Writer(store).commit(received(1, LAMP, 3))
    store.close()
    again = SqliteStore(path)
    accounts = {str(account): balance.units for account, balance in again.read_balances()}
    again.close()

    assert accounts == {"lyon/TIN-LAMP/on_hand": 3, "/TIN-LAMP/supplier": -3}


FIRST_SCHEMA = (files("router.stores.migrations") / "sqlite" / "0001_initial.sql").read_text(encoding="utf-8")

BEFORE_VERSIONS = """\
INSERT INTO batch VALUES (1, 0, 0, 30, zeroblob(32));
INSERT INTO document VALUES ('aa', 1, 10, x'80'), ('bb', 1, 20, x'80');
INSERT INTO meta VALUES ('rules_digest', 'aa');
INSERT INTO event VALUES (1, 10, 6, '', 'aa', '12 rules; ada; go');
INSERT INTO event VALUES (2, 20, 6, '', 'bb', '7 rules; bob');
INSERT INTO event VALUES (3, 30, 6, '', 'aa', '12 rules; ada; back');
INSERT INTO event VALUES (4, 30, 6, '', 'aa', '12 rules; ada; again');
PRAGMA user_version = 1;
PRAGMA application_id = 1380930900;
"""


def test_a_file_from_before_versions_is_upgraded_with_what_its_events_told(path: Path) -> None:
    with apsw.Connection(str(path)) as connection:
        connection.execute(FIRST_SCHEMA)
        connection.execute(BEFORE_VERSIONS)
    store = SqliteStore(path)
    versions = [
        (one.digest, one.state.name, one.rule_count, one.before) for one in store.list_versions(None, 9)
    ]
    changes = [(one.number, one.digest, one.reason) for one in store.list_version_changes(None, 9, "")]
    store.close()

    assert versions == [("bb", "RETIRED", 7, "aa"), ("aa", "ACTIVE", 12, "bb")]
    assert changes == [
        (4, "aa", "12 rules; ada; again"),
        (3, "aa", "12 rules; ada; back"),
        (2, "bb", "7 rules; bob"),
        (1, "aa", "12 rules; ada; go"),
    ]


def test_an_upgrade_that_fails_leaves_the_file_as_it_was(path: Path) -> None:
    with apsw.Connection(str(path)) as connection:
        connection.execute(FIRST_SCHEMA)
        connection.execute(BEFORE_VERSIONS)
        connection.execute("CREATE TABLE rules_version (in_the_way TEXT)")

    with pytest.raises(StoreUnusable, match="rules_version already exists"):
        SqliteStore(path)

    with apsw.Connection(str(path)) as connection:
        assert connection.pragma("user_version") == 1
        tables = connection.execute("SELECT name FROM sqlite_schema WHERE name LIKE 'rules%'").fetchall()
        kept = connection.execute("SELECT name FROM sqlite_schema WHERE name = 'schema_step'").fetchall()
    assert (tables, kept) == ([("rules_version",)], [])


def test_what_others_hold_costs_a_shortfall_one_look_for_each_stretch_of_positions(
    store: SqliteStore,
) -> None:
    writer = Writer(store)

    def hold(node_id: NodeId, positions: range) -> None:
        account = on_hand(node_id, CLOCK)
        writer.commit(
            *(reserved(n, 1, f"order-{n}", account) for n in positions),
            reservations=tuple(
                structs.replace(a_reservation(n, 1, f"order-{n}"), account=account) for n in positions
            ),
        )

    def look() -> int:
        with counted_steps(store) as steps:
            assert [one.position for one in store.list_held({(LYON, CLOCK)})] == [1, 2]
        return sum(steps)

    hold(LYON, range(1, 3))
    alone = look()
    hold(LILLE, range(3, 1_024))
    beside = look()
    hold(LILLE, range(1_024, 8 * 1_024))

    assert beside - alone < 30
    assert look() - beside < 7 * 60


def test_of_very_many_places_holders_are_found_by_one_pass(
    store: SqliteStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stock_reader, "LOOKED_FOR_MAX", 0)
    Writer(store).commit(received(1, CLOCK, 9), reserved(2, 2), reservations=(a_reservation(2, 2),))

    with counted_steps(store) as steps:
        held = store.list_held({(LYON, CLOCK), (LILLE, LAMP)})

    assert (held, len(steps)) == ((a_reservation(2, 2),), 2)


def test_orders_for_a_person_cost_a_page_whatever_the_number_of_those_that_wait(store: SqliteStore) -> None:
    writer = Writer(store)

    def look(where: OrderFilter) -> int:
        with counted_steps(store) as steps:
            assert [one.number for one in store.list_orders(None, 2, where)] == [1, 2]
        return sum(steps)

    def file(numbers: range, rejections: int) -> None:
        orders = tuple(a_waiting_order(number, rejections) for number in numbers)
        writer.commit(orders=orders, decisions=tuple(map(a_decision, numbers)))

    wanted = (OrderFilter(are_exceptions=True), OrderFilter(state=OrderState.BACKORDERED))
    file(range(1, 3), REJECTIONS_MAX)
    alone = [look(where) for where in wanted]
    file(range(3, 3_000), REJECTIONS_MAX - 1)
    numbers = range(3_000, 6_000)
    writer.commit(orders=tuple(map(an_order, numbers)), decisions=tuple(map(a_decision, numbers)))

    assert [look(where) for where in wanted] == alone


def test_orders_that_are_not_over_cost_a_page_whatever_the_number_of_those_that_are(
    store: SqliteStore,
) -> None:
    writer = Writer(store)

    def look(numbers: list[int]) -> int:
        with counted_steps(store) as steps:
            found = store.list_orders(None, 2, OrderFilter(state=OrderState.ALLOCATED))
        assert [one.number for one in found] == numbers
        return sum(steps)

    def file(numbers: range, canceled: int) -> None:
        orders = tuple(an_order(number, canceled=canceled) for number in numbers)
        writer.commit(orders=orders, decisions=tuple(map(a_decision, numbers)))

    file(range(1, 3), 2)
    file(range(3, 5), 0)
    alone = look([3, 4])
    file(range(5, 3_000), 2)
    file(range(3_000, 3_002), 0)

    assert look([3, 4]) == alone
    writer.commit(orders=tuple(an_order(number, canceled=2) for number in (3, 4)))
    assert look([3_000, 3_001]) == alone


@contextmanager
def counted_steps(store: SqliteStore) -> Iterator[list[int]]:
    """The steps of SQLite's machine that each statement took, one or more for each row it looks at."""
    steps: list[int] = []

    def count(told: dict[str, Any]) -> None:
        steps.append(told["stmt_status"]["SQLITE_STMTSTATUS_VM_STEP"])

    store._writer.trace_v2(apsw.SQLITE_TRACE_PROFILE, count)
    try:
        yield steps
    finally:
        store._writer.trace_v2(0)


MOST, SOME, _ = ROWS_AT_ONCE


@pytest.mark.parametrize("count", [1, SOME - 1, SOME, MOST - 1, MOST, MOST + SOME, 2 * MOST + SOME + 1])
def test_every_row_is_written_however_many_there_are(store: SqliteStore, count: int) -> None:
    entries = [received(position, CLOCK, position) for position in range(1, count + 1)]
    Writer(store).commit(*entries)

    assert store.list_entries(None, 999, "") == tuple(entries)


def test_a_commit_that_counts_many_accounts_on_reads_its_statements_once(store: SqliteStore) -> None:
    writer, many = Writer(store), 200
    skus = [Sku(f"sku-{number}") for number in range(many)]

    def commit(number: int) -> int:
        """How many statements were read."""
        before = store._writer.cache_stats()["misses"]
        writer.commit(*[received(number * many + place, sku, 1) for place, sku in enumerate(skus, start=1)])
        return int(store._writer.cache_stats()["misses"] - before)

    first, *others = [commit(number) for number in range(4)]

    # What sets `secure_delete` is read anew each time.
    assert first > 5
    assert others[-1] <= 2


def reserved_together(writer: Writer, skus: list[Sku]) -> Commit:
    """What is committed next when an order reserves a unit of each, in columns."""
    head = writer.store.head()
    columns = EntryColumns(first=head.position + 1, time=Instant(head.time + 1))
    for sku in skus:
        pair = columns.add_pair(picking(LYON, sku), on_hand(LYON, sku))
        columns.add(pair, 1, OrderId(f"order-{head.batch_number}"), LineId("line-1"), 1)
    entries = ColumnEntries(columns)
    return replace(writer.make(*entries), entries=entries, reservations=reservations_in(columns))


def test_a_commit_that_reserves_from_more_shelves_than_statements_are_kept_reads_them_once(
    store: SqliteStore,
) -> None:
    writer, skus = Writer(store), [Sku(f"sku-{number}") for number in range(STATEMENTS_KEPT + 1)]
    writer.commit(*[received(position, sku, 9) for position, sku in enumerate(skus, start=1)])

    def commit() -> int:
        """How many statements were read."""
        before = store._writer.cache_stats()["misses"]
        store.commit(reserved_together(writer, skus))
        return int(store._writer.cache_stats()["misses"] - before)

    first, *others = [commit() for _ in range(4)]

    assert first > 5
    assert others[-1] <= 2
    assert dict(store.read_balances()) == writer.balances


def test_a_number_that_is_another_shelfs_fails_the_commit(store: SqliteStore) -> None:
    writer = Writer(store)
    writer.commit(received(1, CLOCK, 5), received(2, LAMP, 5))
    store.commit(reserved_together(writer, [CLOCK, LAMP]))
    store.commit(reserved_together(writer, [CLOCK, LAMP]))
    ids, before = store._account_ids._pairs, dict(store.read_balances())
    ids[on_hand(LYON, CLOCK)] = ids[on_hand(LYON, LAMP)]

    with pytest.raises(CommitFailed, match="batch 4 failed: an account has another number"):
        store.commit(reserved_together(writer, [CLOCK]))
    assert dict(store.read_balances()) == before
