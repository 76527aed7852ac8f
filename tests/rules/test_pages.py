"""Every finding has a page, and every page's example is true."""

from collections.abc import Mapping
from typing import Any

import pytest

from router.planning.cases.case_report import CaseReport
from router.planning.cases.coverage import coverage_of
from router.rules.diagnostics import Code
from router.rules.help.pages.book import BOOK
from router.rules.help.pages.page import Page, whole_file
from router.rules.lint.lint import lint
from router.rules.lint.pack import History
from router.rules.ruleset import compile_rules

UPS = [
    {
        "node.id": "A",
        "node.kind": "STORE",
        "service.id": service,
        "service.carrier": "UPS",
        "service.mode": mode,
    }
    for service, mode in (("UPS/2DAY", "AIR"), ("UPS/GROUND", "GROUND"))
]
MARKETPLACE_ORDER = frozenset({"example/fee"})
"""What fires for the order of the one case that the page of L303 speaks of."""

KNOWN: Mapping[Code, Mapping[str, Any]] = {
    Code.NO_CARRIER_LEFT: {"offers": UPS},
    Code.SILENT: {"history": History(days=30, orders=5_000, fired={})},
}
"""What the linter knows besides the files, where a page says so."""

KNOWN_THEN: Mapping[Code, Mapping[str, Any]] = {
    **KNOWN,
    Code.SILENT: {"history": History(days=30, orders=5_000, fired={"example/greeting-card": 500})},
}
"""The same of the mended file."""


def codes_of(page: Page, part: str, known: Mapping[Code, Mapping[str, Any]]) -> set[Code]:
    """The codes of all that the checker and the linter find."""
    files = {"example.yaml": whole_file(part)}
    if page.beside:
        files["beside.yaml"] = whole_file(page.beside)
    compilation = compile_rules(files)
    found = list(compilation.diagnostics)
    if compilation.rules is not None:
        found += lint(compilation.rules, **known.get(page.code, {}))
        if page.code is Code.UNTESTED:
            coverage = coverage_of(compilation.rules, [MARKETPLACE_ORDER])
            found += CaseReport(diagnostics=(), coverage=coverage).uncovered()
    return {one.code for one in found}


@pytest.mark.parametrize("page", BOOK.values(), ids=lambda page: page.code.value)
def test_the_example_gives_its_finding_and_the_mended_one_gives_none(page: Page) -> None:
    assert page.code in codes_of(page, page.avoid, KNOWN)
    assert codes_of(page, page.prefer, KNOWN_THEN) == set()


def test_every_finding_has_its_page() -> None:
    assert list(BOOK) == list(Code)


def test_only_pages_that_need_to_know_more_say_what() -> None:
    assert {code for code, page in BOOK.items() if page.given} == {*KNOWN, Code.UNTESTED}
