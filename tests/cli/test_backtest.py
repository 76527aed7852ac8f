"""`router backtest policy`, with a real server."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from router.cli.main import run
from router.routing.look_ahead.sell_through import repeat
from router.simulation.policies.compare import Comparison, compare
from tests.service.builders import a_route_request
from tests.service.harness import Client, a_server


@pytest.fixture(scope="module")
def client() -> Iterator[Client]:
    with a_server() as connected:
        connected.set_up({"LYON": {"RED-CLOCK": 50}, "LILLE": {"RED-CLOCK": 90}})
        for number in range(3):
            connected.routing.RouteOrder(a_route_request(f"A-{number}", {"RED-CLOCK": 1}))
        yield connected


def test_policies_are_compared_on_the_recorded_orders(
    client: Client, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    picture = tmp_path / "saved.svg"
    words = ["backtest", "policy", "--address", client.address, "--picture", str(picture)]

    assert run([*words, "--json"]) == 0

    figures = json.loads(capsys.readouterr().out)
    assert figures["orders"] == 3
    assert figures["myopic"]["cost_milli"] == figures["look_ahead"]["cost_milli"]
    assert figures["clairvoyant"]["cost_milli"] <= figures["myopic"]["cost_milli"]
    assert picture.read_text().startswith("<svg")

    assert run(words) == 0

    shown = capsys.readouterr().out
    assert "look-ahead" in shown
    assert "clairvoyant, at least" in shown


def test_goods_laid_in_for_a_season_are_meant_to_be_sold(
    client: Client, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: dict[str, object] = {}

    def compare_and_note(*stream_and_world: Any, **options: Any) -> Comparison:
        asked.update(options)
        return compare(*stream_and_world, **options)

    monkeypatch.setattr("router.simulation.policies.compare.compare", compare_and_note)
    words = ["backtest", "policy", "--address", client.address, "--json"]

    assert run([*words, "--sells", "90"]) == 0

    assert (asked["sells_percent"], asked["forecaster"]) == (90, repeat)
    figures = json.loads(capsys.readouterr().out)
    assert figures["clairvoyant"]["cost_milli"] <= figures["look_ahead"]["cost_milli"]
    assert asked["is_laid_in_near"] is False
    assert run([*words, "--sells", "90", "--laid-in-near"]) == 0
    assert asked["is_laid_in_near"] is True
    assert run([*words, "--sells", "101"]) == 2
    assert run([*words, "--laid-in-near"]) == 2


def test_without_recorded_orders_there_is_nothing_to_try(capsys: pytest.CaptureFixture[str]) -> None:
    with a_server() as empty:
        empty.set_up({"LYON": {"RED-CLOCK": 1}})

        assert run(["backtest", "policy", "--address", empty.address]) == 1

    assert "no recorded orders" in capsys.readouterr().err
