"""`router export` and `router import`."""

import errno
import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from router.cli.main import run
from tests.service.builders import a_route_request
from tests.service.harness import Client, a_server

Captured = pytest.CaptureFixture[str]
IMPORTED = ("network", "products", "stock", "orders")


@pytest.fixture(scope="module")
def client() -> Iterator[Client]:
    with a_server() as connected:
        connected.set_up({"LYON": {"RED-CLOCK": 5}, "LILLE": {"RED-CLOCK": 2, "TIN-LAMP": 7}})
        request = a_route_request("A-1")
        request.order.customer_id, request.order.recipient.name = "ann", "Ann Example"
        connected.routing.RouteOrder(request)
        yield connected


@pytest.mark.parametrize("ending", ["csv", "jsonl", "parquet"])
def test_a_server_is_taken_over_file_by_file(client: Client, ending: str, tmp_path: Path) -> None:
    with a_server() as other:
        for name in IMPORTED:
            file = str(tmp_path / f"{name}.{ending}")
            assert run(["export", name, file, "--address", client.address]) == 0
            assert run(["import", name, file, "--dry-run", "--address", other.address]) == 0
            assert run(["import", name, file, "--address", other.address]) == 0
            again = str(tmp_path / f"again-{name}.csv")
            first = str(tmp_path / f"first-{name}.csv")
            assert run(["export", name, again, "--address", other.address]) == 0
            assert run(["export", name, first, "--address", client.address]) == 0
            assert Path(again).read_bytes() == Path(first).read_bytes()


def test_rows_go_to_standard_output_and_what_they_are_beside_it(client: Client, capsys: Captured) -> None:
    code = run(["export", "products", "--format", "jsonl", "--address", client.address])

    shown = capsys.readouterr()
    assert code == 0
    assert [json.loads(line)["sku"] for line in shown.out.splitlines()] == ["RED-CLOCK", "TIN-LAMP"]
    assert shown.err.startswith("2 rows of products as of entry ")


def test_a_dash_is_standard_output_as_it_is_standard_input_of_an_import(
    client: Client, tmp_path: Path, capsys: Captured, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)

    assert run(["export", "products", "-", "--address", client.address]) == 0

    assert capsys.readouterr().out.splitlines()[1].startswith("RED-CLOCK,")
    assert list(tmp_path.iterdir()) == []


def test_a_disk_that_only_reads_is_said(
    client: Client, tmp_path: Path, capsys: Captured, monkeypatch: pytest.MonkeyPatch
) -> None:
    def only_reads(*_: object, **__: object) -> None:
        raise OSError(errno.EROFS, "Read-only file system")

    monkeypatch.setattr(Path, "unlink", only_reads)
    monkeypatch.setattr(Path, "open", only_reads)
    code = run(["export", "products", str(tmp_path / "p.csv"), "--address", client.address])

    assert (code, capsys.readouterr().err) == (
        2,
        f"error: cannot write `{tmp_path}/p.csv`: Read-only file system\n",
    )


def test_a_file_with_personal_data_says_so(client: Client, tmp_path: Path, capsys: Captured) -> None:
    file = str(tmp_path / "recipients.csv")

    refused = run(["export", "recipients", file, "--address", client.address])
    said = capsys.readouterr().err
    written = run(["export", "recipients", file, "--with-personal-data", "--address", client.address])

    assert (refused, written) == (1, 0)
    assert "PERSONAL_DATA_NOT_ASKED" in said
    assert "it holds personal data" in capsys.readouterr().out
    assert "Ann Example" in Path(file).read_text(encoding="utf-8")


def test_a_person_reads_which_row_is_wrong(client: Client, tmp_path: Path, capsys: Captured) -> None:
    file = tmp_path / "products.csv"
    file.write_text("sku,weight_grams\nA,1\nB,heavy\n", encoding="utf-8")

    code = run(["import", "products", str(file), "--address", client.address])

    assert code == 1
    assert 'rows[3].weight_grams: weight_grams is "heavy", must be a whole number' in capsys.readouterr().err


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("export", "name a resource; `router export --list` shows them"),
        ("export products rows.txt", "must end in .csv, .jsonl or .parquet"),
        ("export products --format parquet", "name a FILE"),
        ("import products -", "say with --format"),
        ("import products none.csv", "cannot read `none.csv`: No such file or directory"),
    ],
)
def test_wrong_usage_is_2_with_a_hint(words: str, said: str, capsys: Captured) -> None:
    assert run(words.split()) == 2
    assert said in capsys.readouterr().err


def test_nothing_is_overwritten(client: Client, tmp_path: Path, capsys: Captured) -> None:
    file = tmp_path / "products.csv"
    file.write_text("mine", encoding="utf-8")

    assert run(["export", "products", str(file), "--address", client.address]) == 2
    assert file.read_text(encoding="utf-8") == "mine"


def test_the_list_shows_what_can_be_imported(client: Client, capsys: Captured) -> None:
    run(["export", "--list", "--json", "--address", client.address])

    listed = {one["name"]: one for one in json.loads(capsys.readouterr().out)["resources"]}
    assert listed["orders"]["importable"]
    assert "importable" not in listed["reservations"]
    assert listed["reservations"]["madeBy"] == ["ReserveStock"]
