"""`router migrate`: what it says of a file, and books carried from one to another."""

import json
from contextlib import closing
from pathlib import Path

import apsw
import pytest

from router.cli.main import run
from router.stores.migrations import steps_of
from router.stores.sqlite.store import SqliteStore
from router.stores.tables import TABLES
from tests.app.builders import a_shop, order_for
from tests.app.first_come import first_come

NEWEST = steps_of("sqlite")[-1].number


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A ledger with an order, a cancellation and a reservation."""
    path = tmp_path / "router.sqlite"
    with (
        closing(SqliteStore(path)) as store,
        a_shop(store, {"lyon": {"RED-CLOCK": 9}}, route=first_come) as shop,
    ):
        shop.route(order_for("RED-CLOCK", 2, "order-1"), order_for("RED-CLOCK", 3, "order-2"))
        shop.cancel("order-2")
        shop.reserve(("lyon", "RED-CLOCK", 1))
    return path


def take_over(old: apsw.Connection, name: str) -> None:
    """The rows of a table of `new`, as far as there is such a table and it has columns for them."""
    columns = ", ".join(str(row[1]) for row in old.execute(f'PRAGMA main.table_info("{name}")'))
    if columns:
        old.execute(f'INSERT INTO main."{name}" ({columns}) SELECT {columns} FROM new."{name}"')


def test_a_file_is_brought_up_to_date_and_says_so(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "old.sqlite"
    with closing(apsw.Connection(str(path))) as connection:
        connection.execute(steps_of("sqlite")[0].text)
        connection.pragma("user_version", 1)
        connection.pragma("application_id", 0x524F5554)

    assert run(["migrate", "status", "--db", str(path), "--json"]) == 0
    before = json.loads(capsys.readouterr().out)["migrate"]
    assert run(["migrate", "verify", "--db", str(path)]) == 1
    assert "step `0002_rule_versions.sql` is missing" in capsys.readouterr().err
    assert run(["migrate", "up", "--db", str(path), "--json"]) == 0
    after = json.loads(capsys.readouterr().out)["migrate"]

    assert (before["applied"], before["missing"][0]) == ([1], "0002_rule_versions.sql")
    assert (after["applied"][-1], after["missing"]) == (NEWEST, [])
    assert run(["migrate", "verify", "--db", str(path)]) == 0


@pytest.mark.parametrize("deed", ["status", "verify", "up"])
def test_a_database_of_another_program_lacks_no_steps(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], deed: str
) -> None:
    path = tmp_path / "crm.sqlite"
    with closing(apsw.Connection(str(path))) as connection:
        connection.execute("CREATE TABLE customer (id INTEGER)")

    assert run(["migrate", deed, "--db", str(path)]) == 4
    assert "`crm.sqlite` is a database of another program" in capsys.readouterr().err.replace(
        f"{tmp_path}/", ""
    )


def test_what_was_routed_before_shipments_had_a_life_has_one_afterwards(tmp_path: Path) -> None:
    with (
        closing(SqliteStore(tmp_path / "new.sqlite")) as store,
        a_shop(store, {"lyon": {"RED-CLOCK": 9}}, route=first_come) as shop,
    ):
        shop.route(*(order_for("RED-CLOCK", 2, f"order-{number}") for number in (1, 2, 3)))
        shop.dispatch("order-1/1")
        shop.cancel("order-2")
        known = [(one.number, one.id, one.node_id, one.state) for one in store.read_shipments()]
    steps = {step.number: step.text for step in steps_of("sqlite")}
    with closing(apsw.Connection(str(tmp_path / "old.sqlite"))) as old:
        for number in range(1, 8):
            old.execute(steps[number])
        old.execute("ATTACH ? AS new", (str(tmp_path / "new.sqlite"),))
        for name in ("account", "batch", "decision", "order", "entry", "reservation"):
            take_over(old, name)
        old.execute(steps[8])
        found = list(old.execute("SELECT number, order_id, shipment, node_id, state, body FROM shipment"))

    assert [(row[0], f"{row[1]}/{row[2]}", row[3], row[4]) for row in found] == known
    assert {row[5] for row in found} == {b""}


def test_accounts_keep_their_numbers_where_they_stand_by_place(path: Path, tmp_path: Path) -> None:
    steps = [step for step in steps_of("sqlite") if step.number < 25]
    old_path = tmp_path / "old.sqlite"
    with closing(apsw.Connection(str(old_path))) as old:
        for step in steps:
            old.execute(step.text)
        old.execute("ATTACH ? AS new", (str(path),))
        for table in TABLES:
            take_over(old, table.name)
        old.pragma("user_version", steps[-1].number)
        old.pragma("application_id", 0x524F5554)

    with (
        closing(SqliteStore(path)) as known,
        closing(SqliteStore(old_path)) as store,
        a_shop(store, route=first_come) as shop,
    ):
        assert store.account_ids() == known.account_ids()
        assert list(store.read_journal()) == list(known.read_journal())
        assert store._writer.execute("PRAGMA foreign_key_check").fetchall() == []
        shop.dispatch("order-1/1", key="later")
        assert shop.faults() == ()


def test_a_table_that_somebody_changed_is_named(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with closing(apsw.Connection(str(path))) as connection:
        connection.execute("ALTER TABLE feed ADD COLUMN mine TEXT")

    assert run(["migrate", "verify", "--db", str(path)]) == 1
    assert "table `feed` has the columns feed_id" in capsys.readouterr().err


def test_books_are_carried_whole(path: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    to = tmp_path / "copy.sqlite"

    assert run(["migrate", "copy", str(path), str(to), "--json"]) == 0
    carried = json.loads(capsys.readouterr().out)["migrate"]
    with closing(SqliteStore(path)) as source, closing(SqliteStore(to)) as copy:
        assert copy.head() == source.head()
        assert list(copy.read_journal()) == list(source.read_journal())
        assert carried["head_hash"] == source.head().hash.hex()
        with a_shop(copy, route=first_come) as shop:
            shop.dispatch("order-1/1", key="later")
            assert shop.faults() == ()


def test_what_is_there_is_not_overwritten(
    path: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["migrate", "copy", str(path), str(path)]) == 4
    assert "is there already; name a file that is not" in capsys.readouterr().err
    assert run(["migrate", "copy", str(tmp_path / "none"), str(tmp_path / "to")]) == 4
    assert "there is no file" in capsys.readouterr().err


def test_books_that_are_not_true_are_not_carried(
    path: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with closing(apsw.Connection(str(path))) as connection:
        connection.execute("UPDATE account SET debits_posted = debits_posted + 1 WHERE id = 1")
    to = tmp_path / "copy.sqlite"

    assert run(["migrate", "copy", str(path), str(to)]) == 1
    assert "nothing of it was kept" in capsys.readouterr().err
    with closing(SqliteStore(to)) as copy:
        assert copy.head().batch_number == 0


def test_a_file_that_a_server_has_open_is_not_copied(
    path: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with closing(SqliteStore(path)):
        assert run(["migrate", "copy", str(path), str(tmp_path / "to")]) == 4
    assert "in use by another server" in capsys.readouterr().err
