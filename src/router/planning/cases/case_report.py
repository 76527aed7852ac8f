"""How the cases of a pack came out, as a value and as text."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby

from router.planning.cases.coverage import Coverage
from router.rules.diagnostics import Code, Diagnostic


@dataclass(frozen=True, slots=True, kw_only=True)
class Unmet:
    """An expectation that is not met: what was asked in which line, what came out, and why."""

    key: str
    line: int
    expected: str
    got: str
    because: tuple[str, ...]

    @property
    def sentence(self) -> str:
        why = f"; {'; '.join(self.because)}" if self.because else ""
        return f"{self.key}: expected {self.expected}, got {self.got}{why}"


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseResult:
    """One case. A `todo` is a known gap: it must fail, and one that does not is a failure."""

    name: str
    file: str
    line: int
    is_todo: bool
    unmet: tuple[Unmet, ...]

    @property
    def is_good(self) -> bool:
        return bool(self.unmet) == self.is_todo

    @property
    def position(self) -> str:
        return f"{self.file}:{self.line}"

    @property
    def sentence(self) -> str:
        """What is wrong, in one line; empty if nothing is."""
        if self.is_good:
            return ""
        if self.is_todo:
            return f"case `{self.name}` passes: its gap is closed, so take `todo` away"
        return f"case `{self.name}`: {' | '.join(one.sentence for one in self.unmet)}"


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseReport:
    """All cases of a pack by file and line. `diagnostics` are of the rules, or else of the case files.

    Nothing was run, and `coverage` is None, where one of them is an error.
    """

    diagnostics: tuple[Diagnostic, ...]
    results: tuple[CaseResult, ...] = ()
    coverage: Coverage | None = None

    @property
    def was_run(self) -> bool:
        return self.coverage is not None

    @property
    def failed(self) -> tuple[CaseResult, ...]:
        return tuple(one for one in self.results if not one.is_good)

    @property
    def is_good(self) -> bool:
        return self.was_run and not self.failed

    def uncovered(self) -> tuple[Diagnostic, ...]:
        """The rules that no case fires or that none leaves silent, as findings."""
        return tuple(
            Diagnostic(
                code=Code.UNTESTED, severity=Code.UNTESTED.severity, file=gap.file, line=gap.line, column=1,
                length=1, message=f"no case {'leaves' if gap.fired else 'fires'} `{gap.name}`"
                + (" silent" if gap.fired else ""),
                help="add a case with `not_fired`" if gap.fired else "add a case with `fired`",
            )
            for gap in (self.coverage.gaps if self.coverage is not None else ())
        )  # fmt: skip


def report_text(report: CaseReport) -> str:
    """The report for people: a line for each file, and what is wrong in detail."""
    lines = [line for file, results in _by_file(report) for line in _file_lines(file, results)]
    if report.coverage is not None:
        lines.append(_coverage_line(report.coverage))
    failed, todo = len(report.failed), sum(one.is_todo and one.is_good for one in report.results)
    counts = [f"{len(report.results) - failed - todo} passed"]
    counts += [f"{failed} failed"] if failed else []
    counts += [f"{todo} known {'gap' if todo == 1 else 'gaps'}"] if todo else []
    return "\n".join([*lines, ", ".join(counts)]) + "\n"


def _by_file(report: CaseReport) -> Iterator[tuple[str, list[CaseResult]]]:
    for file, results in groupby(report.results, key=lambda one: one.file):
        yield file, list(results)


def _file_lines(file: str, results: list[CaseResult]) -> Iterator[str]:
    failed = [one for one in results if not one.is_good]
    count = "1 case" if len(results) == 1 else f"{len(results)} cases"
    yield f"FAIL {file}: {len(failed)} of {count}" if failed else f"ok   {file}: {count}"
    for one in failed:
        yield f"  {one.name} ({one.position})"
        if one.is_todo:
            yield "    passes now: its gap is closed, so take `todo` away"
        for unmet in one.unmet if not one.is_todo else ():
            yield f"    {unmet.key} (line {unmet.line})"
            yield f"      expected  {unmet.expected}"
            yield f"      got       {unmet.got}"
            for number, line in enumerate(unmet.because):
                yield f"      {'because ' if number == 0 else '        '}  {line}"


def _coverage_line(coverage: Coverage) -> str:
    count = len(coverage.rules)
    words = f"coverage {coverage.percent} %: {count - len(coverage.gaps)} of {count} rules fire in one case"
    return f"{words} and are silent in another"


def report_data(report: CaseReport) -> Mapping[str, object]:
    """The report as plain values for machines."""
    return {
        "cases": [
            {
                "name": one.name, "file": one.file, "line": one.line, "todo": one.is_todo, "passed": one.is_good,
                "unmet": [
                    {
                        "key": unmet.key, "line": unmet.line, "expected": unmet.expected, "got": unmet.got,
                        "because": list(unmet.because),
                    }
                    for unmet in one.unmet
                ],
            }
            for one in report.results
        ],
        "passed": len(report.results) - len(report.failed),
        "failed": len(report.failed),
        "coverage": None if report.coverage is None else {
            "percent": report.coverage.percent,
            "rules": [
                {"name": rule.name, "file": rule.file, "line": rule.line, "fired": rule.fired, "silent": rule.silent}
                for rule in report.coverage.rules
            ],
        },
    }  # fmt: skip
