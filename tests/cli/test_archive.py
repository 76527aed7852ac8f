"""`router ledger archive`, `ledger verify --archive` and `router ledger export` on a ledger that is served."""

import csv
import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from router.stores.archive.parquet_files import read_parquet
from router.stores.tables import TABLES
from tests.cli.conftest import Command
from tests.service.builders import a_route_request
from tests.service.harness import a_server


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    database = str(tmp_path_factory.mktemp("served") / "router.sqlite")
    with a_server(database) as client:
        client.set_up({"LYON": {"RED-CLOCK": 50}})
        for n in range(4):
            request = a_route_request(f"A-{n}")
            request.order.customer_id = "c-1"
            request.order.recipient.name = "Ada Example"
            client.routing.RouteOrder(request)
        yield database


def test_a_journal_is_archived_and_verified(typed: Command, database: str, tmp_path: Path) -> None:
    folder = str(tmp_path / "archive")
    first = typed("ledger", "archive", folder, "--db", database, "--before", "4")
    second = typed("ledger", "archive", folder, "--db", database, "--before", "2199-01-01", "--json")
    nothing = typed("ledger", "archive", folder, "--db", database, "--before", "99")
    alone = typed("ledger", "verify", "--archive", folder)
    followed = typed("ledger", "verify", database, "--archive", folder, "--json")

    assert (first[0], "entries 1 to 3, 5 batches" in first[1]) == (0, True)
    assert json.loads(second[1])["archived"]["first_position"] == 4
    assert nothing[1] == "nothing to archive: no whole batch up to 99 is missing there\n"
    assert (alone[0], "5 entries in 2 segments; head" in alone[1]) == (0, True)
    assert json.loads(followed[1])["verified"]["faults"] == []


def test_a_changed_archive_is_a_finding(typed: Command, database: str, tmp_path: Path) -> None:
    folder = tmp_path / "archive"
    typed("ledger", "archive", str(folder), "--db", database, "--before", "99")
    (file,) = folder.glob("*.entries.parquet")
    file.write_bytes(file.read_bytes()[:-1])
    code, _, said = typed("ledger", "verify", "--archive", str(folder))

    assert (code, "LEDGER_FAULTS" in said) == (1, True)
    assert "is not the file that its manifest was written for" in said


@pytest.mark.parametrize(
    ("words", "hint"),
    [
        (("ledger", "archive", "x", "--db", "y", "--before", "soon"), "must be a day such as"),
        (("ledger", "verify"), "name a ledger (FILE or URL), an archive"),
        (("ledger", "export", "entry", "entry.txt", "--db", "y"), "must end in .csv or .parquet"),
        (("ledger", "export", "entries", "entry.csv", "--db", "y"), "there are account, "),
        (("ledger", "export", "recipient", "r.csv", "--db", "y"), "router customer export ID"),
    ],
)
def test_wrong_usage_is_2_with_a_hint(typed: Command, words: tuple[str, ...], hint: str) -> None:
    code, _, said = typed(*words)

    assert (code, hint in said) == (2, True)


@pytest.mark.parametrize(
    "name", [table.name for table in TABLES if table.name not in ("customer_key", "recipient")]
)
def test_every_table_is_the_same_in_csv_and_in_parquet(
    typed: Command, database: str, tmp_path: Path, name: str
) -> None:
    code, _, _ = typed("ledger", "export", name, str(tmp_path / "t.csv"), "--db", database)
    _, as_json, _ = typed("ledger", "export", name, str(tmp_path / "t.parquet"), "--db", database, "--json")
    with (tmp_path / "t.csv").open(newline="", encoding="utf-8") as file:
        _, *lines = csv.reader(file)
    rows = [
        ["" if value is None else str(value) for value in row] for row in read_parquet(tmp_path / "t.parquet")
    ]

    assert (code, json.loads(as_json)["exported"]["rows"]) == (0, len(lines))
    assert sorted(rows) == sorted(lines)
    assert "Ada" not in (tmp_path / "t.csv").read_text(encoding="utf-8")
