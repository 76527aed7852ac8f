"""`router bench`: load on a real server, and runs compared."""

import json
from pathlib import Path

import pytest

from router.cli.main import run
from router.simulation.client import RouterClient
from router.simulation.company import load_company, simulated_company
from router.simulation.server_process import running_server

RULES = Path(__file__).resolve().parents[2] / "rules" / "baseline"


def write_runs(path: Path, values: list[float]) -> Path:
    path.write_text("".join(json.dumps({"figure": "speed", "value": value}) + "\n" for value in values))
    return path


def test_load_is_answered_counted_and_drawn(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out, page = tmp_path / "runs.jsonl", tmp_path / "load.html"
    with running_server(tmp_path / "ledger.sqlite", RULES) as server:
        with RouterClient(server.address) as client:
            load_company(client, simulated_company(7, 200))
        words = ["bench", "load", "--address", server.address, "--seconds", "1", "--warm", "0.5"]

        assert (
            run([*words, "--rate", "20", "--steady", "--json", "--out", str(out), "--page", str(page)]) == 0
        )
        facts = json.loads(capsys.readouterr().out)
        assert facts["accepted"] == facts["due"] > 15
        assert facts["refused"] == {}
        assert 0 < facts["wait_ms"]["p50"] <= facts["wait_ms"]["max"]

        assert run([*words, "--rate", "3", "--steady", "--orders", "20", "--out", str(out)]) == 0
        assert "accepted" in capsys.readouterr().out

    assert len(out.read_text().splitlines()) == 2
    assert "<svg" in page.read_text()


def test_a_server_that_is_not_there_accepts_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    words = ["bench", "load", "--address", "127.0.0.1:1", "--seconds", "1", "--warm", "0", "--rate", "5"]

    assert run(words) == 1

    assert "UNAVAILABLE" in capsys.readouterr().out


def test_a_broken_condition_is_exit_code_1(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = write_runs(tmp_path / "before.jsonl", [10, 11, 12, 10, 11, 12])
    after = write_runs(tmp_path / "after.jsonl", [13, 14, 15, 13, 14, 15])

    assert run(["bench", "compare", str(before), str(after), "--fail-if", "speed > 1.2"]) == 1
    assert "broken: speed > 1.2" in capsys.readouterr().out

    assert run(["bench", "compare", str(before), str(after), "--fail-if", "speed > 1.4", "--json"]) == 0
    (ratio,) = json.loads(capsys.readouterr().out)["ratios"]
    assert 1.2 < ratio["low"] <= ratio["median"] <= ratio["high"] < 1.4


@pytest.mark.parametrize(
    ("condition", "words"), [("sped > 1", "no `sped` in common"), ("speed", "is no condition")]
)
def test_a_condition_on_nothing_is_wrong_usage(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], condition: str, words: str
) -> None:
    runs = write_runs(tmp_path / "runs.jsonl", [1])

    assert run(["bench", "compare", str(runs), str(runs), "--fail-if", condition]) == 2

    assert words in capsys.readouterr().err


@pytest.mark.parametrize("content", ["null", "[]", "[1]", "\x00"])
def test_a_file_without_runs_is_said_to_hold_none(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], content: str
) -> None:
    path = tmp_path / "runs.json"
    path.write_text(content)

    assert run(["bench", "compare", str(path), str(path)]) == 2
    assert "holds no run" in capsys.readouterr().err
