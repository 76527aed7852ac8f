"""Books carried from a file to PostgreSQL and back."""

import json
from contextlib import closing
from pathlib import Path

import pytest

from router.cli.main import run
from router.stores.postgres.store import PostgresStore
from router.stores.sqlite.store import SqliteStore
from tests.app.builders import Shop
from tests.app.first_come import first_come_unpaid
from tests.app.test_histories import History
from tests.integration.test_postgres_store import query

pytestmark = pytest.mark.integration


def test_books_go_to_postgresql_and_back_and_stay_the_same(
    database: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    there, back = tmp_path / "there.sqlite", tmp_path / "back.sqlite"
    History(11, lambda: SqliteStore(there), first_come_unpaid).live()

    assert run(["migrate", "copy", str(there), database]) == 0
    assert run(["migrate", "copy", database, str(back)]) == 0
    assert run(["migrate", "copy", str(there), database]) == 4
    assert "holds books already" in capsys.readouterr().err
    with closing(SqliteStore(there)) as first, closing(SqliteStore(back)) as last:
        assert list(first.read_journal()) == list(last.read_journal())
        assert dict(first.read_balances()) == dict(last.read_balances())
        assert first.list_events(0, 10_000, None) == last.list_events(0, 10_000, None)
    with closing(PostgresStore(database)) as store:
        shop = Shop(store, route=first_come_unpaid)
        shop.engine.start()
        shop.adjust("lyon", "RED-CLOCK", 5, key="after the move")
        shop.engine.stop()
        assert shop.faults() == ()


def test_a_database_says_which_steps_it_took(database: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["migrate", "status", "--db", database, "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["migrate"]["applied"] == []
    assert run(["migrate", "up", "--db", database]) == 0
    assert run(["migrate", "verify", "--db", database]) == 0
    query(database, "ALTER TABLE feed DROP COLUMN epoch")
    capsys.readouterr()
    assert run(["migrate", "verify", "--db", database]) == 1
    assert "table `feed` has the columns" in capsys.readouterr().err
