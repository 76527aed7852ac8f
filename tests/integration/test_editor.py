"""A rule file in an editor: the YAML language server, with the schemas that `router rules init` writes."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from router.cli.main import run
from router.rules.verdicts import Per
from tests.integration.language_server import Editor, running_editor
from tests.planning.schema_builders import FILES

pytestmark = pytest.mark.integration

ROOT = Path(__file__).resolve().parents[2]
SERVER = ROOT / "build/editor/node_modules/yaml-language-server/bin/yaml-language-server"

BROKEN = """\
# yaml-language-server: $schema=schema/rules.schema.json
kind: RuleSet/v1
id: broken
owner: planning
priority: high
currency: USD
applies: dest.country == "US"
filters:
  - {id: open, kept: node.is_open}
costs:
  - id: handling
    per: box
    amount: usd(1.25)
  - id: labor
    per: 
    amount: usd(1)
    
spilts: []
"""
"""Two lines end in blanks: there the author is about to go on."""


def quoted(word: str) -> str:
    return f'"{word}"'


def line_of(text: str) -> int:
    """The line, from 0, that begins so."""
    return next(number for number, line in enumerate(BROKEN.split("\n")) if line.startswith(text))


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("planner")
    assert run(["rules", "init", str(folder)]) == 0
    (folder / "broken.yaml").write_text(BROKEN)
    return folder


@pytest.fixture(scope="module")
def editor(folder: Path) -> Iterator[Editor]:
    assert SERVER.exists(), "the YAML language server is not installed; `make integration` installs it by npm"
    with running_editor(SERVER, folder) as editor:
        editor.open(folder / "broken.yaml")
        yield editor


def test_it_underlines_what_is_misspelled(editor: Editor, folder: Path) -> None:
    found = {
        (one["range"]["start"]["line"], one["message"]) for one in editor.diagnostics(folder / "broken.yaml")
    }

    assert found >= {
        (line_of("priority"), 'Incorrect type. Expected "integer".'),
        (line_of("  - {id: open"), 'Missing property "keep".'),
        (line_of("  - {id: open"), "Property kept is not allowed."),
        (line_of("    per: box"), f"Value is not accepted. Valid values: {', '.join(map(quoted, Per))}."),
        (line_of("spilts"), "Property spilts is not allowed."),
    }


def test_it_explains_a_key(editor: Editor, folder: Path) -> None:
    shown = editor.hover(folder / "broken.yaml", line_of("    per: box"), 5)

    assert "What the amount is charged for." in shown
    assert [word in shown for word in Per] == [True] * len(Per)


def test_it_says_of_a_condition_which_facts_it_reads(editor: Editor, folder: Path) -> None:
    shown = editor.hover(folder / "broken.yaml", line_of("applies"), 3)

    assert "Reads `order.*`, `dest.*`, `time.*`, `lines.*`." in shown


def test_it_offers_the_words_of_a_closed_list(editor: Editor, folder: Path) -> None:
    line = line_of("  - id: labor") + 1

    assert editor.completions(folder / "broken.yaml", line, 9) == [
        "late_day",
        "line",
        "parcel",
        "shipment",
        "unit",
    ]


def test_it_offers_the_keys_of_a_rule(editor: Editor, folder: Path) -> None:
    line = line_of("spilts") - 1

    assert editor.completions(folder / "broken.yaml", line, 4) == ["because", "effective", "when"]


def test_it_offers_the_blocks_that_are_not_there_yet(editor: Editor, folder: Path) -> None:
    offered = editor.completions(folder / "broken.yaml", line_of("spilts"), 0)

    assert {"holds", "splits", "safety_stock", "objective"} <= set(offered)
    assert "costs" not in offered


@pytest.mark.parametrize("name", ["first.yaml", "first.test.yaml", "small.network.yaml"])
def test_it_finds_nothing_in_the_first_files(editor: Editor, folder: Path, name: str) -> None:
    editor.open(folder / name)

    assert editor.diagnostics(folder / name) == []


@pytest.mark.parametrize("file", FILES, ids=lambda file: f"{file.parent.name}/{file.name}")
def test_it_finds_nothing_in_the_packs(editor: Editor, file: Path) -> None:
    editor.open(file)

    assert editor.diagnostics(file) == []
