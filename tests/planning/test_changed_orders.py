"""Every order that a change touches is a row, and no other."""

from functools import reduce
from operator import add
from pathlib import Path

import duckdb
import pytest

from router.cli.rules.parquet import write_parquet
from router.planning.effects.changed_orders import COLUMNS, row_of
from router.planning.effects.effect import Effect, try_rules
from tests.planning.recorded import History, a_history, a_pack, recorded
from tests.proving import seeds
from tests.routing.builders import an_order

STOCK = {"lille": {"RED-CLOCK": 9}, "lyon": {"RED-CLOCK": 9}}
NOT_LILLE = '  - {id: no-lille, when: order.tier == "GOLD", ban: node.id == "lille", because: x}'
TYPES = {name: type_ for name, (type_, _) in COLUMNS.items()}


def tried(history: History, candidate) -> Effect:
    networks = {history.world.network.digest: history.world.network}
    return reduce(add, try_rules(history.sample, networks, history.world.rules, candidate), Effect())


def rows_in(file: Path) -> list[dict[str, object]]:
    with duckdb.connect() as database:
        found = database.execute(f"SELECT * FROM '{file}'")
        names = [column[0] for column in found.description]
        return [dict(zip(names, row, strict=True)) for row in found.fetchall()]


@pytest.fixture
def effect() -> Effect:
    history = recorded(
        an_order("gold's", lines={"RED-CLOCK": 1}, tier="GOLD"),
        an_order("plain", lines={"RED-CLOCK": 1}),
        stock=STOCK,
        rules=a_pack(),
    )
    return tried(history, a_pack("constraints:", NOT_LILLE))


def test_a_row_says_both_sides_of_an_order(effect):
    (row,) = (row_of(pair, "EUR") for pair in effect.touched)

    assert list(row) == list(COLUMNS)
    assert (row["order_id"], row["why"], row["ships_otherwise"]) == ("gold's", ["shop/no-lille"], True)
    assert (row["nodes_before"], row["nodes_after"]) == (["lille"], ["lyon"])
    assert (row["cost_before_milli"], row["cost_after_milli"], row["currency"]) == (500_000, 800_000, "EUR")


def test_a_parquet_file_gives_the_rows_back(effect, tmp_path):
    file = tmp_path / "o'clock.parquet"
    (row,) = (row_of(pair, "EUR") for pair in effect.touched)

    write_parquet(file, TYPES, [row])
    (found,) = rows_in(Path(str(file).replace("'", "''")))

    assert {**found, "decided_at": str(found["decided_at"])} == {
        **row,
        "decided_at": str(found["decided_at"]),
        "delivered_before": found["delivered_before"],
        "delivered_after": found["delivered_after"],
    }
    assert (str(found["decided_at"]), str(found["delivered_before"]), str(found["delivered_after"])) == (
        row["decided_at"],
        row["delivered_before"],
        row["delivered_after"],
    )


def test_no_rows_are_a_file_too(tmp_path):
    write_parquet(tmp_path / "none.parquet", TYPES, [])

    assert rows_in(tmp_path / "none.parquet") == []


@pytest.mark.parametrize("seed", seeds(50, 2))
def test_the_rows_are_all_that_the_comparison_counts(seed):
    history = a_history(seed)
    dearer = a_pack("costs:", "  - {id: far, when: pair.distance > km(300), per: shipment, amount: eur(2)}")

    effect = tried(history, dearer)
    rows = [row_of(pair, "EUR") for pair in effect.touched]

    assert sum(row["ships_otherwise"] for row in rows) == effect.comparison.changed
    assert sum(not row["ships_otherwise"] for row in rows) == effect.comparison.repriced
    assert sum(row["cost_after_milli"] - row["cost_before_milli"] for row in rows) == (
        effect.comparison.difference_milli
    )
