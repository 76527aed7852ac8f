"""`router rules test`: the cases beside rules, decided as the server would decide them."""

import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click

from router.cli.rules.findings import FORMATS, as_json, as_sarif, escaped, sarif_failure, shown
from router.cli.rules.rules import read_files

if TYPE_CHECKING:
    from router.planning.cases.case_report import CaseReport


@click.command()
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option(
    "--format",
    "form",
    type=click.Choice(FORMATS),
    default="text",
    help="How to show the outcome.",
)
@click.option("--coverage", is_flag=True, help="Fail where no case fires a rule, or none leaves it silent.")
def test(paths: tuple[Path, ...], form: str, coverage: bool) -> None:
    """Run the cases (*.test.yaml, and `tests:` in rule files) of the rules at PATHS, as one pack.

    Exits with 0 if all pass; 1 if one fails, if rules or cases have errors or, with --coverage, if a rule is not
    covered; 2 if there is nothing to run.
    """
    # Deciding loads the solver's kernels, which no other command should wait for.
    from router.planning.cases.case_run import run_cases
    from router.rules.ruleset import compile_rules

    files = read_files(paths)
    report = run_cases(compile_rules(files))
    if report.was_run and not report.results:
        raise click.UsageError("no cases there; write them in a file that ends in `.test.yaml`")
    gaps = report.uncovered() if coverage else ()
    click.echo(told(report, files, form, coverage=coverage), nl=False)
    sys.exit(0 if report.is_good and not gaps else 1)


def told(report: "CaseReport", files: Mapping[str, bytes], form: str, *, coverage: bool) -> str:
    """The outcome in one of the forms."""
    from router.planning.cases.case_report import report_data, report_text

    gaps = report.uncovered() if coverage else ()
    if form == "json":
        return as_json((*report.diagnostics, *gaps), report_data(report))
    if form == "github":
        commands = "".join(f"{command}\n" for command in map(failure_command, failures_of(report)))
        return shown((*report.diagnostics, *gaps), files, form, {}) + commands
    if form == "sarif":
        failures = [
            sarif_failure(failure.file, failure.line, f"{failure.case}: {failure.sentence}")
            for failure in failures_of(report)
        ]
        return as_sarif((*report.diagnostics, *gaps), failures)
    findings = shown((*report.diagnostics, *gaps), files, form, {})
    if not report.was_run:
        return f"{findings}no case was run: the files have errors\n"
    return findings + report_text(report)


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """One thing that a case expected in vain, where it stands."""

    case: str
    file: str
    line: int
    sentence: str


def failures_of(report: "CaseReport") -> Iterator[Failure]:
    """Every expectation that was not met; of a known gap that is none any more, the case itself."""
    for result in report.failed:
        lines = [(unmet.line, unmet.sentence) for unmet in result.unmet] if not result.is_todo else []
        for line, sentence in lines or [(result.line, result.sentence)]:
            yield Failure(case=result.name, file=result.file, line=line, sentence=sentence)


def failure_command(failure: Failure) -> str:
    """A workflow command that GitHub shows beside the line."""
    title = escaped(f"case failed: {failure.case}", in_field=True)
    place = f"file={escaped(failure.file, in_field=True)},line={failure.line}"
    return f"::error {place},title={title}::{escaped(failure.sentence, in_field=False)}"
