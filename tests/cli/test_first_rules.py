"""`router rules init` and `schema`: a beginning that checks, passes its cases and helps in an editor."""

import json
import re
from pathlib import Path

import pytest
from click.testing import CliRunner

from router.cli.main import run
from router.cli.rules.rules import rules
from tests.planning.schema_builders import FILES, VALIDATORS, faults, kind_of, values_of

ROOT = Path(__file__).resolve().parents[2]
MODELINE = re.compile(r"# yaml-language-server: \$schema=(\S+)\n")

Captured = pytest.CaptureFixture[str]


@pytest.fixture
def first(tmp_path: Path, capsys: Captured) -> Path:
    assert run(["rules", "init", str(tmp_path / "rules")]) == 0
    capsys.readouterr()
    return tmp_path / "rules"


def schema_of(file: Path) -> Path:
    """The schema that an editor reads for the file."""
    match = MODELINE.match(file.read_text(encoding="utf-8"))
    assert match is not None, file
    return (file.parent / match[1]).resolve()


def test_the_first_files_have_no_findings(first: Path, capsys: Captured) -> None:
    assert run(["rules", "check", str(first)]) == 0
    assert capsys.readouterr().out == ""


def test_the_first_cases_pass_and_cover_every_rule(first: Path) -> None:
    answer = CliRunner().invoke(rules, ["test", str(first), "--coverage"])

    assert answer.exit_code == 0, answer.output


def test_the_first_files_are_in_the_one_style(first: Path) -> None:
    assert run(["rules", "fmt", "--check", str(first)]) == 0


def test_an_editor_finds_the_schema_of_each_first_file_and_nothing_wrong(first: Path) -> None:
    files = sorted(first.glob("*.yaml"))

    assert [file.name for file in files] == ["first.test.yaml", "first.yaml", "small.network.yaml"]
    for file in files:
        assert json.loads(schema_of(file).read_text()) == VALIDATORS[kind_of(file.name)].schema
        assert faults(kind_of(file.name), values_of(file.read_bytes())) == []


@pytest.mark.parametrize("file", FILES, ids=lambda file: f"{file.parent.name}/{file.name}")
def test_an_editor_finds_the_schema_of_each_file_of_the_packs(file: Path) -> None:
    assert schema_of(file) == ROOT / "docs/reference/schema" / f"{kind_of(file.name)}.schema.json"
    assert schema_of(file).exists()


def test_nothing_is_overwritten(first: Path, capsys: Captured) -> None:
    (first / "first.yaml").write_text("mine\n")
    (first / "small.network.yaml").unlink()

    assert run(["rules", "init", str(first)]) == 1
    assert (first / "first.yaml").read_text() == "mine\n"
    assert not (first / "small.network.yaml").exists()
    assert f"  - {first / 'first.yaml'}\n" in capsys.readouterr().err


def test_a_schema_is_printed_or_written(tmp_path: Path, capsys: Captured) -> None:
    assert run(["rules", "schema", "tests"]) == 0
    printed = capsys.readouterr().out
    assert run(["rules", "schema", "tests", "--out", str(tmp_path / "new" / "t.json")]) == 0

    assert json.loads(printed)["title"] == "Cases of rules"
    assert (tmp_path / "new" / "t.json").read_text() == printed


def test_a_schema_that_cannot_be_written_is_refused(tmp_path: Path, capsys: Captured) -> None:
    (tmp_path / "file").touch()

    assert run(["rules", "schema", "--out", str(tmp_path / "file" / "s.json")]) == 2
    assert f"cannot write `{tmp_path / 'file' / 's.json'}`: File exists" in capsys.readouterr().err
