"""`router metrics`: figures as people read them, and as one JSON object."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from router.cli.main import run
from tests.scenarios.play import Play
from tests.scenarios.worlds import GrpcWorld, over_grpc


@pytest.fixture
def address(tmp_path: Path) -> Iterator[str]:
    """A server with one order of a store that arrived after a day and one of the web that waits."""
    with over_grpc(tmp_path) as world:
        assert isinstance(world, GrpcWorld)
        play = Play(world)
        play.open_company()
        play.give({"on account": "every order", "stock": {"LYON": {"RED-CLOCK": 2}}})
        for step in (
            {"order": "A-1", "lines": {"RED-CLOCK": 2}, "channel": "store"},
            {"order": "A-2", "lines": {"RED-CLOCK": 1}},
            {"dispatch": "A-1/1"},
            {"wait": "1 day"},
            {"carrier reports": "A-1/1", "status": "DELIVERED"},
        ):
            play.act(step)
        yield world.client.address


def test_figures_are_shown_by_channel(address: str, capsys: pytest.CaptureFixture[str]) -> None:
    names = ("on_time_in_full", "cost_per_order", "delivery_speed", "fill_rate", "backorder_age")

    code = run(["metrics", "show", *names, "--by", "channel", "--address", address])

    rows = [line.split() for line in capsys.readouterr().out.splitlines()]
    assert code == 0
    assert rows == [
        ["metric", "channel", "value", "of"],
        ["on_time_in_full", "store", "100.0%", "1"],
        ["cost_per_order", "store", "6.00", "EUR", "1"],
        ["delivery_speed", "store", "24.0", "h", "1"],
        ["fill_rate", "store", "100.0%", "2"],
        ["fill_rate", "web", "0.0%", "1"],
        ["backorder_age", "web", "24.0", "h", "1"],
    ]


def test_figures_are_shown_by_period_and_as_json(address: str, capsys: pytest.CaptureFixture[str]) -> None:
    words = ("delivery_speed", "--period", "month", "--from", "2026-11-01", "--until", "2026-12-01")

    run(["metrics", "show", *words, "--address", address])
    shown = capsys.readouterr().out
    run(["metrics", "show", *words, "--json", "--address", address])
    told = json.loads(capsys.readouterr().out)

    assert shown.splitlines()[1].split() == ["delivery_speed", "2026-11-01", "24.0", "h", "1"]
    assert told["metrics"]["figures"][0]["value"] == 86_400.0


def test_a_name_that_is_no_metric_is_refused(address: str, capsys: pytest.CaptureFixture[str]) -> None:
    code = run(["metrics", "show", "happiness", "--address", address])

    assert code == 1
    assert "names[0] is `happiness`, must be one of order_accuracy" in capsys.readouterr().err


def test_the_metrics_are_listed(address: str, capsys: pytest.CaptureFixture[str]) -> None:
    run(["metrics", "list", "--address", address])

    assert "split_rate" in capsys.readouterr().out
