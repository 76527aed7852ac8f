"""The figure runner: one JSON object as its last line, with the fields that others read."""

import importlib
import json
import pkgutil
import sys
from types import ModuleType
from typing import Any

import pytest

import benchmarks
from benchmarks import figure
from benchmarks.runs import figure_of, percentile


def test_prints_one_json_object_as_its_last_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    plant(monkeypatch, "boxes", figure_of("boxes", [3, 1, 2], "boxes", 5, ratio=0.5))

    assert figure.main(["boxes"]) == 0

    assert json.loads(capsys.readouterr().out.splitlines()[-1]) == {
        "figure": "boxes",
        "value": 2,
        "unit": "boxes",
        "runs": 3,
        "min": 1,
        "max": 3,
        "goal": 5,
        "ratio": 0.5,
    }


def test_lists_all_figures(capsys: pytest.CaptureFixture[str]) -> None:
    assert figure.main(["--list"]) == 0

    listed = capsys.readouterr().out.split()
    assert {
        "exact_mismatches",
        "import_time",
        "route_batch_orders_per_second",
        "route_single_latency",
    } <= set(listed)


def test_refuses_a_figure_that_does_not_exist(capsys: pytest.CaptureFixture[str]) -> None:
    assert figure.main(["bigness"]) == 2

    assert "no figure `bigness`" in capsys.readouterr().err
    assert figure.main([]) == 2
    assert capsys.readouterr().err.startswith("name a figure; there are: ")


@pytest.mark.parametrize("value", [float("nan"), float("inf"), "3", True, None])
def test_refuses_a_value_that_is_no_plain_number(monkeypatch: pytest.MonkeyPatch, value: object) -> None:
    plant(monkeypatch, "boxes", figure_of("boxes", [1], "boxes", 5) | {"value": value})

    with pytest.raises(AssertionError, match="value of boxes"):
        figure.main(["boxes"])


def test_refuses_a_figure_that_leaves_a_field_out(monkeypatch: pytest.MonkeyPatch) -> None:
    plant(monkeypatch, "boxes", {"figure": "boxes", "value": 1})

    with pytest.raises(AssertionError, match="lacks"):
        figure.main(["boxes"])


@pytest.mark.parametrize(("percent", "expected"), [(1, 10), (50, 20), (75, 30), (99, 40), (100, 40)])
def test_takes_percentiles_by_nearest_rank(percent: int, expected: int) -> None:
    assert percentile([40, 10, 30, 20], percent) == expected


def plant(monkeypatch: pytest.MonkeyPatch, name: str, answer: dict[str, Any]) -> None:
    module = ModuleType(f"benchmarks.figures.{name}")
    module.measure = lambda full: dict(answer)  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, module.__name__, module)
    monkeypatch.setattr(figure, "names", lambda: [name])


@pytest.mark.parametrize(
    "module", [module.name for module in pkgutil.walk_packages(benchmarks.__path__, "benchmarks.")]
)
def test_whatever_measures_can_be_loaded(module: str) -> None:
    assert importlib.import_module(module).__doc__
