"""The store in a PostgreSQL database."""

from collections.abc import Callable, Iterator
from contextlib import closing
from threading import Thread
from typing import Any

import psycopg
import pytest
from msgspec import structs

from router.app.ports.store import CommitFailed, Store, StoreError, StoreUnreachable, StoreUnusable, TurnLost
from router.app.records.commit import Commit, Head
from router.domain.identifiers import Instant, OrderId
from router.stores.account_ids import Numbered
from router.stores.addresses import shown
from router.stores.migrations import steps_of
from router.stores.postgres.arrays import pack_blobs, pack_integers, pack_texts
from router.stores.postgres.connect import Connection
from router.stores.postgres.store import PostgresStore
from router.stores.postgres.write import write
from router.stores.tables import TABLES
from tests.integration.postgres import Cluster
from tests.stores.contract import StoreContract
from tests.stores.contract_builders import (
    CLOCK,
    LAMP,
    Writer,
    a_decision,
    an_event,
    an_order,
    an_outcome,
    received,
)

pytestmark = pytest.mark.integration


@pytest.fixture
def store(database: str) -> Iterator[PostgresStore]:
    store = PostgresStore(database, unreachable_seconds_max=5.0)
    yield store
    store.close()


class TestPostgresStore(StoreContract):
    @pytest.fixture
    def again(self, store: PostgresStore, database: str) -> Iterator[Callable[[], Store]]:
        opened: list[PostgresStore] = []

        def open_again() -> Store:
            store.close()
            opened.append(PostgresStore(database))
            return opened[-1]

        yield open_again
        for one in opened:
            one.close()


def query(database: str, statement: str, *values: Any) -> list[tuple[Any, ...]]:
    with psycopg.connect(database, autocommit=True) as connection:
        cursor = connection.execute(statement, values)
        return cursor.fetchall() if cursor.description else []


def cut_connections(database: str) -> None:
    """As if the network had gone for a moment."""
    query(
        database,
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
        " WHERE datname = current_database() AND pid <> pg_backend_pid()",
    )


def test_the_tables_are_those_described(store: PostgresStore, database: str) -> None:
    kinds = {"bigint": "integer", "text": "text", "bytea": "bytes"}
    found = query(
        database,
        "SELECT table_name, column_name, data_type FROM information_schema.columns"
        " WHERE table_schema = 'public' ORDER BY table_name, ordinal_position",
    )
    assert {row[0] for row in found} == {table.name for table in TABLES} | {"schema_step", "news"}
    for table in TABLES:
        assert [(name, kinds[kind]) for of, name, kind in found if of == table.name] == [
            (column.name, column.kind.value) for column in table.columns
        ]


def test_every_step_has_the_same_name_in_both_dialects() -> None:
    assert [step.name for step in steps_of("postgres")] == [step.name for step in steps_of("sqlite")]


def test_a_database_has_the_digest_of_every_step_it_took(store: PostgresStore, database: str) -> None:
    rows = query(database, "SELECT number, name, digest FROM schema_step WHERE number > 0 ORDER BY number")
    assert rows == [(step.number, step.name, step.digest) for step in steps_of("postgres")]


@pytest.mark.parametrize(
    ("change", "refusal"),
    [
        ("UPDATE schema_step SET digest = 'x' WHERE number = 2", "another text of step `0002_rule_versions"),
        ("INSERT INTO schema_step VALUES (99, 'x', 'x')", "has schema 99, this router knows up to"),
    ],
)
def test_a_database_whose_steps_were_other_ones_is_refused(
    store: PostgresStore, database: str, change: str, refusal: str
) -> None:
    query(database, change)

    with pytest.raises(StoreUnusable, match=refusal):
        PostgresStore(database)


def test_a_database_of_another_program_is_refused(database: str) -> None:
    query(database, "CREATE TABLE account (owner TEXT)")

    with pytest.raises(StoreUnusable, match="holds tables of another program"):
        PostgresStore(database)


def test_a_database_that_is_not_there_is_refused_without_its_password(cluster: Cluster) -> None:
    url = cluster.url("nowhere").replace("user=router", "user=router&password=secret")

    with pytest.raises(StoreUnusable, match='database "nowhere" does not exist') as caught:
        PostgresStore(url)
    assert "secret" not in str(caught.value)
    assert "secret" not in shown("postgresql://ada:secret@db.example:5433/goods")


def test_many_may_open_a_new_database_at_once(database: str) -> None:
    stores: list[PostgresStore] = []
    threads = [Thread(target=lambda: stores.append(PostgresStore(database))) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert [store.head() for store in stores] == [Head()] * 6
    for store in stores:
        store.close()


def test_a_commit_that_fails_leaves_no_trace(store: PostgresStore, database: str) -> None:
    writer = Writer(store)
    writer.commit(received(1, CLOCK, 5))
    with pytest.raises(CommitFailed, match="batch 2"):
        writer.commit(received(2, LAMP, 5), events=(an_event(1), an_event(1)))
    again = PostgresStore(database)

    assert [entry.position for entry in again.list_entries(None, 9, "")] == [1]
    assert (again.head().position, again.head().batch_number) == (1, 1)
    assert len(dict(again.read_balances())) == 2
    again.close()


def test_one_store_hears_what_another_committed(store: PostgresStore, database: str) -> None:
    other = PostgresStore(database)
    first = Writer(store).commit(received(1, CLOCK, 5), capacity={("lyon", 1): 2})
    with other.look():
        news = other.read_news(0)
        head = other.head()

    assert news is not None
    assert [(one.head, one.balances, one.capacity) for one in news] == [
        (first.head, first.balances, first.capacity)
    ]
    assert head == first.head
    Writer(other).commit(received(2, LAMP, 1))
    with store.turn():
        assert [one.batch.number for one in store.read_news(1) or ()] == [2]
        # The next account gets the number behind those of both.
        Writer(store).commit(received(3, CLOCK, 1), received(4, LAMP, 1))
    other.close()
    assert len(query(database, "SELECT id FROM account")) == 4


def test_outcomes_of_any_server_are_forgotten_once_they_are_older_than_the_limit(
    store: PostgresStore, database: str
) -> None:
    writer = Writer(store)
    writer.commit(outcomes=(an_outcome("a", 1), an_outcome("b", 5)))
    found = []
    with closing(PostgresStore(database)) as other:
        for limit, outcomes in ((2, ()), (4, (an_outcome("c", 6),)), (6, ()), (7, ()), (9, ())):
            writer.store = other if limit == 4 else store
            with writer.store.turn():
                writer.commit(outcomes=outcomes, forget_outcomes_before=Instant(limit))
            found.append("".join(sorted(store.find_outcomes(["a", "b", "c"]))))

    assert found == ["b", "bc", "c", "", ""]


def test_news_that_are_not_kept_any_more_are_not_made_up(store: PostgresStore, database: str) -> None:
    other = PostgresStore(database)
    writer = Writer(store)
    for position in (1, 2, 3):
        writer.commit(received(position, CLOCK, 1))
    query(database, "DELETE FROM news WHERE batch = 2")

    with other.turn():
        assert other.read_news(0) is None
        assert other.head().batch_number == 3
    other.close()


def test_while_one_has_the_turn_others_wait_and_readers_do_not(store: PostgresStore, database: str) -> None:
    other = PostgresStore(database)
    order: list[str] = []

    def take_turn() -> None:
        with other.turn():
            order.append("other")

    thread = Thread(target=take_turn)
    with store.turn():
        thread.start()
        with other.reader() as reader:
            assert reader.head() == Head()
        thread.join(0.3)
        assert thread.is_alive()
        order.append("mine")
        Writer(store).commit(received(1, CLOCK, 5))
        thread.join(5)
    other.close()

    assert order == ["mine", "other"]


def test_a_row_that_somebody_else_changed_is_not_overwritten(store: PostgresStore, database: str) -> None:
    writer = Writer(store)
    writer.commit(received(1, CLOCK, 5))
    query(database, "UPDATE account SET debits_posted = 7, version = version + 1 WHERE node_id = 'lyon'")

    with pytest.raises(CommitFailed, match="account_as_counted"):
        writer.commit(received(2, CLOCK, 5))
    assert query(database, "SELECT debits_posted FROM account WHERE node_id = 'lyon'") == [(7,)]


def test_a_connection_cut_between_commits_is_opened_again(store: PostgresStore, database: str) -> None:
    writer = Writer(store)
    writer.commit(received(1, CLOCK, 5))
    cut_connections(database)
    writer.balances = {}
    with store.look():
        assert store.head().batch_number == 1
        writer.balances = dict(store.read_balances())
    writer.commit(received(2, CLOCK, 5))

    assert store.head().batch_number == 2


def test_readers_do_not_notice_that_idle_connections_were_cut(store: PostgresStore, database: str) -> None:
    with store.reader() as one, store.reader() as other:
        head = one.head()
        assert other.head() == head

    cut_connections(database)

    for _ in range(3):
        with store.reader() as reader:
            assert reader.head() == head


def test_a_connection_cut_before_the_commit_loses_the_turn_and_nothing_else(
    store: PostgresStore, database: str
) -> None:
    Writer(store).commit(received(1, CLOCK, 5))
    with store.turn():
        commit = Writer(store).make(received(2, LAMP, 5))
        cut_connections(database)
        with pytest.raises(TurnLost, match="the commit of batch 2 failed"):
            store.commit(commit)
    Writer(store).commit(received(2, LAMP, 5))

    assert [entry.position for entry in store.list_entries(None, 9, "")] == [1, 2]
    assert len(dict(store.read_balances())) == 4


def test_a_commit_whose_answer_is_lost_is_looked_up(
    store: PostgresStore, database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The connection breaks after the server has committed and before it says so."""
    writer = Writer(store)
    writer.commit(received(1, CLOCK, 5))

    def write_commit_and_break(
        connection: Connection, commit: Commit, numbered: Numbered, oldest_outcome: int
    ) -> None:
        write(connection, commit, numbered, oldest_outcome)
        connection.execute("COMMIT")
        connection.execute("SELECT pg_terminate_backend(pg_backend_pid())")

    monkeypatch.setattr("router.stores.postgres.store.write", write_commit_and_break)
    writer.commit(received(2, CLOCK, 5))
    monkeypatch.undo()
    writer.commit(received(3, CLOCK, 5))

    assert [batch.number for batch, _ in store.read_journal()] == [1, 2, 3]


def test_a_commit_of_which_nobody_can_say_whether_it_was_done_is_indeterminate(cluster: Cluster) -> None:
    database = cluster.create_database()
    store = PostgresStore(database, unreachable_seconds_max=0.5)
    commit = Writer(store).make(received(1, CLOCK, 5))
    with store.turn():
        cluster.stop("immediate")
        try:
            with pytest.raises(CommitFailed, match="cannot be asked"):
                store.commit(commit)
            with pytest.raises(StoreUnreachable, match="cannot be reached"), store.look():
                pass
        finally:
            cluster.start()
    store.commit(commit)

    assert store.head() == commit.head
    store.close()


def test_arrays_arrive_as_they_were_packed(store: PostgresStore) -> None:
    columns = ((-(2**63), 0, 2**63 - 1), ("", "lyon", "été ☃"), (b"", b"\0\xff", bytes(300)))
    packed = (pack_integers(columns[0]), pack_texts(columns[1]), pack_blobs(columns[2]))
    found = store._connection.execute("SELECT %b::bigint[], %b::text[], %b::bytea[]", packed).fetchone()

    assert found == tuple(map(list, columns))


def test_a_plan_that_was_made_on_few_rows_goes_by_an_index(store: PostgresStore) -> None:
    few = range(1, 200)
    Writer(store).commit(orders=tuple(map(an_order, few)), decisions=tuple(map(a_decision, few)))
    keys = [f"key-{number}" for number in range(100)]
    for _ in range(8):
        with store.look():
            store.find_orders(list(map(OrderId, keys)))
            store.find_outcomes(keys)

    with store.look():
        prepared = store._connection.execute(
            "SELECT name FROM pg_prepared_statements WHERE generic_plans > 0 AND statement LIKE '%ANY($1)'"
        ).fetchall()
        plans = [
            str(store._connection.execute(f"EXPLAIN EXECUTE {name} ('{{a}}')".encode()).fetchall())
            for (name,) in prepared
        ]
    assert plans
    assert [plan for plan in plans if "Seq Scan" in plan] == []


def test_no_question_is_compiled(store: PostgresStore) -> None:
    assert store._connection.execute("SHOW jit").fetchone() == ("off",)


def test_bodies_are_compressed_by_what_takes_least(store: PostgresStore, database: str) -> None:
    Writer(store).commit(
        orders=(an_order(1),), decisions=(structs.replace(a_decision(1), body=bytes(5_000)),)
    )

    ways = "SELECT enumvals FROM pg_settings WHERE name = 'default_toast_compression'"
    has_it = "lz4" in query(database, ways)[0][0]
    assert query(database, "SELECT pg_column_compression(body) FROM decision") == [
        ("lz4" if has_it else "pglz",)
    ]
    news = "SELECT attstorage FROM pg_attribute WHERE attrelid = 'news'::regclass AND attname = 'body'"
    assert query(database, news) == [("e",)]


def test_readers_cannot_write(store: PostgresStore) -> None:
    with pytest.raises(StoreError, match="read-only transaction"), store.reader() as reader:
        reader._connection.execute("DELETE FROM entry")  # type: ignore[attr-defined]


def test_a_reader_keeps_its_view_while_others_commit(store: PostgresStore) -> None:
    writer = Writer(store)
    writer.commit(received(1, CLOCK, 5))
    with store.reader() as reader:
        before = reader.head()
        writer.commit(received(2, CLOCK, 5))
        during = reader.head()
    with store.reader() as reader:
        after = reader.head()

    assert (before.position, during.position, after.position) == (1, 1, 2)


def test_what_is_acknowledged_is_on_the_disk_whatever_the_default(database: str) -> None:
    name = psycopg.conninfo.conninfo_to_dict(database)["dbname"]
    query(database, f"ALTER DATABASE {name} SET synchronous_commit = off")
    store = PostgresStore(database)

    assert store._connection.execute("SHOW synchronous_commit").fetchone() == ("on",)
    store.close()
