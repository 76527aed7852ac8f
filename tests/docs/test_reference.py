"""The reference pages are made from the code, and their examples are true."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from router.cli.rules.schema import KINDS, file_name
from router.connectors.event_types import EVENT_TYPES
from router.planning.cases.case_run import run_cases
from router.rules.blocks.effects import Block
from router.rules.diagnostics import render
from router.rules.expressions.terms import FoldKind
from router.rules.expressions.units import UNITS
from router.rules.help.language_help import FUNCTIONS, OPERATORS, TYPES
from router.rules.help.pages.page import whole_file
from router.rules.lint.lint import lint
from router.rules.ruleset import compile_rules
from router.rules.vocabulary import Type
from tests.rules.builders import compiling

REFERENCE = Path(__file__).resolve().parents[2] / "docs/reference"
EXAMPLES = re.findall(
    r"^```yaml\n(.*?)^```", (REFERENCE / "rules.md").read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL
)
OF_RULES = [
    example for example in EXAMPLES if "kind: RuleTests" not in example and "kind: Network" not in example
]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("reference")
    subprocess.run([sys.executable, str(REFERENCE / "generate.py"), str(folder)], check=True)
    return folder


MADE = [
    "changed-orders.md",
    "events.md",
    "findings.md",
    "reasons.md",
    "rules.md",
    "../accounting.md",
    "../concepts/ledger.md",
    "../concepts/lifecycle.md",
    "../supply.md",
    "../metrics.md",
    "../returns.md",
    "../delays.md",
    "../contract.md",
    *(f"schema/{file_name(kind)}" for kind in KINDS),
    *(f"schema/events/{one.name}.schema.json" for one in EVENT_TYPES.values()),
]


@pytest.mark.parametrize("page", MADE)
def test_a_page_is_what_the_code_says(made: Path, page: str) -> None:
    assert (made / page).read_text(encoding="utf-8") == (REFERENCE / page).read_text(encoding="utf-8")


@pytest.mark.parametrize("example", OF_RULES, ids=lambda example: example.partition(":")[0])
def test_an_example_of_rules_gives_no_finding(example: str) -> None:
    files = {"example.yaml": whole_file(example)}
    compilation = compile_rules(files)

    assert compilation.rules is not None, render(compilation.diagnostics, files)
    assert render((*compilation.diagnostics, *lint(compilation.rules)), files) == ""


def test_every_block_has_an_example() -> None:
    assert {
        block for block in Block if any(f"\n{block}:\n" in f"\n{example}" for example in EXAMPLES)
    } == set(Block)


def test_the_example_of_a_case_passes() -> None:
    (cases,) = [example for example in EXAMPLES if "kind: RuleTests" in example]
    (network,) = [example for example in EXAMPLES if "kind: Network" in example]
    files = {
        "gifts.yaml": EXAMPLES[0].encode(), "gifts.test.yaml": cases.encode(), "small.network.yaml": network.encode(),
    }  # fmt: skip

    report = run_cases(compile_rules(files))

    assert (len(report.results), report.is_good) == (1, True), report


@pytest.mark.parametrize("row", [*OPERATORS, *FUNCTIONS], ids=lambda row: row[0])
def test_the_example_of_an_operator_or_function_is_a_condition(row: tuple[str, str, str]) -> None:
    quoted = row[2].replace("'", "''")
    rule = f"lists: {{peak: [A]}}\nconstraints:\n  - id: a\n    because: x\n    ban: '{quoted}'\n"

    assert compiling(whole_file(rule)).diagnostics == ()


def test_all_functions_are_explained() -> None:
    (unknown,) = compiling(whole_file("filters:\n  - {id: a, keep: nonsense(1)}\n")).diagnostics
    known = set(unknown.help.removeprefix("functions are: ").split(", ")) - {"usd", *UNITS}

    assert {form.partition("(")[0] for form, _, _ in FUNCTIONS} == {
        *known, *(f"lines.{kind}" for kind in FoldKind), "text.startsWith",
    }  # fmt: skip


def test_all_types_and_units_are_explained() -> None:
    told = dict(TYPES)

    assert list(told) == [str(type_) for type_ in Type]
    assert [unit for unit, (type_, _) in UNITS.items() if f"{unit}(" not in told[type_]] == []
