"""`router rules plan` and `docs`: with a real server and with saved orders, and how they end."""

import json
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

import router.cli.rules.parquet
from router.cli.main import run
from router.planning.effects.saved import unpack_plan
from tests.planning.recorded import a_file
from tests.service.builders import a_route_request
from tests.service.harness import Client, a_server

RULES = a_file("costs:", "  - {id: box, per: shipment, amount: eur(1), because: boxes cost}")


@pytest.fixture(scope="module")
def client() -> Iterator[Client]:
    with a_server() as connected:
        connected.set_up({"LYON": {"RED-CLOCK": 50}, "LILLE": {"RED-CLOCK": 90}})
        for number in range(5):
            connected.routing.RouteOrder(a_route_request(f"A-{number}", {"RED-CLOCK": 1}))
        yield connected


@pytest.fixture(scope="module")
def saved_orders(client: Client, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The server's recorded orders, saved by a plan that changes nothing; the server's rules are put in force first."""
    folder = tmp_path_factory.mktemp("orders")
    (folder / "shop.yaml").write_text(RULES)
    file = folder / "orders.gz"
    words = [
        "rules",
        "plan",
        str(folder / "shop.yaml"),
        "--save-orders",
        str(file),
        "--address",
        client.address,
    ]
    assert run(words) == 0
    return file


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "shop.yaml").write_text(RULES)
    return tmp_path


def edited(folder: Path) -> str:
    file = folder / "shop.yaml"
    file.write_text(RULES.replace("eur(1)", "eur(2)"))
    return str(file)


def test_a_plan_against_a_server_names_edits_and_effect(client, folder, capsys):
    code = run(["rules", "plan", edited(folder), "--address", client.address, "--last", "3"])

    out = capsys.readouterr().out
    assert code == 0
    assert "  + rule shop/box  per: shipment, amount: eur(2)" in out
    assert "on 3 orders" in out
    assert "the cost rises by 2.00 EUR an order, 6.00 in all" in out


def test_saved_orders_need_no_server(saved_orders, folder, capsys):
    code = run(["rules", "plan", edited(folder), "--orders", str(saved_orders), "--format", "json"])

    shown = json.loads(capsys.readouterr().out)
    assert code == 0
    assert (shown["schema_version"], shown["orders"], shown["repriced_orders"]) == (1, 5, 5)


def test_a_saved_plan_holds_the_files_as_tried(saved_orders, folder, capsys):
    file = edited(folder)
    out = folder / "change.plan"

    assert (
        run(["rules", "plan", file, "--orders", str(saved_orders), "--out", str(out), "--author", "ana"]) == 0
    )
    plan = unpack_plan(out.read_bytes())
    assert dict(plan.files) == {file: Path(file).read_bytes()}
    assert (plan.orders, plan.made_by) == (5, "ana")
    assert f"router rules apply {out}" in capsys.readouterr().err


def test_a_report_is_written_and_all_changed_orders_beside_it(saved_orders, folder, capsys):
    out = folder / "change.html"

    assert run(["rules", "plan", edited(folder), "--orders", str(saved_orders), "--html", str(out)]) == 0
    assert out.read_text().startswith("<!doctype html>")
    assert f"all orders that change: {folder / 'change.parquet'}" in capsys.readouterr().err
    with duckdb.connect() as database:
        found = database.execute(
            f"SELECT count(*), sum(cost_after_milli - cost_before_milli) FROM '{folder / 'change.parquet'}'"
        )
        assert found.fetchall() == [(5, 1_000_000)]


def test_without_duckdb_the_report_is_written_and_what_is_missing_is_named(
    saved_orders, folder, capsys, monkeypatch
):
    monkeypatch.setattr(router.cli.rules.parquet, "find_spec", lambda name: None)
    out = folder / "change.html"

    assert run(["rules", "plan", edited(folder), "--orders", str(saved_orders), "--html", str(out)]) == 0
    assert "that needs duckdb, `pip install 'router[data]'`" in capsys.readouterr().err
    assert (out.exists(), (folder / "change.parquet").exists()) == (True, False)


@pytest.mark.parametrize("changes", [True, False])
def test_a_change_has_an_exit_code_of_its_own_when_asked(client, saved_orders, folder, changes):
    (folder / "none.yaml").write_text(a_file(priority="1"))
    file = edited(folder) if changes else str(folder / "none.yaml")

    code = run(["rules", "plan", file, "--orders", str(saved_orders), "--exit-on-change"])

    assert code == (3 if changes else 0)


def test_rules_with_errors_end_with_one_and_their_findings(saved_orders, folder, capsys):
    (folder / "shop.yaml").write_text(RULES.replace("amount", "amuont"))

    code = run(["rules", "plan", str(folder), "--orders", str(saved_orders)])

    assert code == 1
    assert "shop.yaml:10:" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (["--orders", "missing.gz"], 2),
        (["--orders", "shop.yaml"], 1),
        (["--orders", "orders.gz", "--out", "no/such/folder/plan"], 2),
        (["--last", "0"], 2),
        (["--address", "127.0.0.1:1"], 4),
    ],
)
def test_wrong_words_end_in_plain_words(saved_orders, folder, monkeypatch, capsys, words, code):
    monkeypatch.chdir(folder)
    (folder / "orders.gz").write_bytes(saved_orders.read_bytes())

    assert run(["rules", "plan", "shop.yaml", *words]) == code
    assert "error" in capsys.readouterr().err.lower()


def test_docs_of_files_need_no_orders(folder):
    out = folder / "rules.html"

    assert run(["rules", "docs", str(folder), "--out", str(out)]) == 0
    assert "Adds 1 EUR per shipment." in out.read_text()
    assert "Because boxes cost." in out.read_text()


def test_docs_say_how_often_rules_decided_and_what_they_cost(saved_orders, folder):
    out = folder / "rules.html"

    assert run(["rules", "docs", str(folder), "--orders", str(saved_orders), "--out", str(out)]) == 0
    assert "decided 5 orders (100.0 %)" in out.read_text()
    assert "cost 5.00 EUR" in out.read_text()


def test_docs_of_a_server_say_since_when(client, folder):
    out = folder / "rules.html"
    words = ["--author", "ana", "--reason", "boxes", "--address", client.address]
    assert run(["rules", "activate", str(folder), *words]) == 0

    assert run(["rules", "docs", "--out", str(out), "--address", client.address]) == 0
    assert "by ana: boxes" in out.read_text()


def test_the_cost_of_each_rule_is_told_by_period(saved_orders, folder, capsys):
    code = run(["rules", "cost", edited(folder), "--orders", str(saved_orders), "--by", "month"])

    out = capsys.readouterr().out
    assert code == 0
    assert ": 5 orders" in out.splitlines()[0]
    # Without it the same plans cost two euros less an order.
    assert out.splitlines()[2].split() == ["shop/box", "5", "0", "10.00", "10.00"]
    assert "0 of 1 rules said nothing of these orders" in out


def test_the_cost_of_each_rule_is_one_object_for_programs(saved_orders, folder, capsys):
    code = run(["rules", "cost", edited(folder), "--orders", str(saved_orders), "--format", "json"])

    told = json.loads(capsys.readouterr().out)
    assert code == 0
    assert told["currency"] == "EUR"
    assert told["periods"]["all"]["shop/box"]["cost_milli"] == 1_000_000


def test_the_cost_of_rules_that_do_not_load_is_refused(saved_orders, folder, capsys):
    (folder / "shop.yaml").write_text(RULES.replace("eur(1)", "usd(1)"))

    assert run(["rules", "cost", str(folder), "--orders", str(saved_orders)]) == 1
    assert "error L119" in capsys.readouterr().err
