"""From the files of a pack to its cases: the networks in reach of each file, and the cases read with them."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from router.planning.cases.case import Case, Surroundings, read_case
from router.planning.cases.fixture_keys import NETWORK_KEYS
from router.planning.cases.fixtures import Fixture, read_fixture
from router.planning.cases.form import Form, Keys, Pen
from router.rules.diagnostics import Diagnostic, Findings, Severity, Span
from router.rules.ruleset import CaseNode, CompiledRules, RuleRow
from router.rules.text.budget import Budget
from router.rules.text.fields import read_choice, read_items
from router.rules.text.load import load
from router.rules.text.tree import Node

TEST_SUFFIX, NETWORK_SUFFIX = ".test.yaml", ".network.yaml"
TEST_KIND, NETWORK_KIND = "RuleTests/v1", "Network/v1"
TEST_FILE_KEYS: Keys = {
    "kind": TEST_KIND,
    "networks": "by name, for the cases of this file; a file `small.network.yaml` gives `small` to all beside it",
    "use": "the network of the cases that name none",
    "now": "when cases are decided that do not say",
    "cases": "each with name, given and expect",
}
NETWORK_FILE_KEYS: Keys = {"kind": NETWORK_KIND, **NETWORK_KEYS}
CURRENCY, TIME_ZONE = "USD", "UTC"


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseBook:
    """All cases of a pack by file and line, and what is wrong with its case files."""

    cases: tuple[Case, ...]
    diagnostics: tuple[Diagnostic, ...]

    @property
    def is_sound(self) -> bool:
        return all(one.severity is not Severity.ERROR for one in self.diagnostics)


@dataclass(frozen=True, slots=True, kw_only=True)
class InFile:
    """The cases that a file holds: a list under `cases:` of a test file, or under `tests:` of a rule set."""

    file: str
    set_id: str
    nodes: Sequence[Node]
    networks: Mapping[str, Fixture]
    form: Form | None


def read_cases(
    rules: CompiledRules, case_files: Mapping[str, bytes], in_rules: Sequence[CaseNode]
) -> CaseBook:
    """The cases of test files and of rule files (`in_rules`), with all that is wrong."""
    findings = Findings()
    pen = Pen(findings=findings, budget=Budget(), currency=rules.currency or CURRENCY, time_zone=TIME_ZONE)
    networks: dict[str, dict[str, Fixture]] = {}
    lists: list[InFile] = []
    for name in sorted(case_files):
        root = load(name, case_files[name], pen.budget, findings)
        if root is None:
            continue
        if name.endswith(NETWORK_SUFFIX):
            _check_kind(pen.form(root, "a network file", NETWORK_FILE_KEYS, required=("kind",)), NETWORK_KIND)
            short = name.rpartition("/")[2].removesuffix(NETWORK_SUFFIX)
            networks.setdefault(folder_of(name), {})[short] = read_fixture(
                short, root, pen, NETWORK_FILE_KEYS
            )
        else:
            lists.append(_test_file(name, root, pen))
    for one in in_rules:
        items = read_items(one.node, "`tests`", findings)
        lists.append(InFile(file=one.file, set_id=one.set_id, nodes=items, networks={}, form=None))
    cases = [case for held in lists for case in _cases(held, networks, pen, rules)]
    cases.sort(key=lambda case: (case.file, case.line))
    return CaseBook(cases=tuple(cases), diagnostics=findings.listed())


def folder_of(name: str) -> str:
    return name.rpartition("/")[0]


def set_of(row: RuleRow) -> str:
    return row.name.partition("/")[0]


def _test_file(name: str, root: Node, pen: Pen) -> InFile:
    form = pen.form(root, "a test file", TEST_FILE_KEYS, required=("kind", "cases"))
    _check_kind(form, TEST_KIND)
    networks = {key.text: read_fixture(key.text, value, pen) for key, value in form.entries("networks")}
    items = read_items(form.fields.get("cases"), "`cases`", pen.findings)
    return InFile(file=name, set_id="", nodes=items, networks=networks, form=form)


def _check_kind(form: Form, kind: str) -> None:
    if "kind" in form:
        read_choice(form.fields["kind"], "`kind`", (kind,), form.pen.findings)


def _cases(
    one: InFile, networks: Mapping[str, Mapping[str, Fixture]], pen: Pen, rules: CompiledRules
) -> Iterator[Case]:
    """The cases of one file. Its own networks go before those of its folder, and these before all others."""
    folder, rows = folder_of(one.file), rules.describe()
    beside = networks.get(folder, {})
    elsewhere = {
        name: found for folder in sorted(networks, reverse=True) for name, found in networks[folder].items()
    }
    nearest = next((layer for layer in (one.networks, beside, elsewhere) if layer), {})
    only = next(iter(nearest)) if len(nearest) == 1 else ""
    around = Surroundings(
        fixtures={**elsewhere, **beside, **one.networks},
        pen=pen,
        rule_names=[row.name for row in rows],
        near={one.set_id}
        if one.set_id
        else {set_of(row) for row in rows if folder_of(row.position) == folder},
        offered=rules.offered_skus,
        use=only,
    )
    if one.form is not None:
        around = replace(around, use=one.form.text("use", only), now=one.form.fields.get("now"))
    seen: dict[str, Span] = {}
    for node in one.nodes:
        case = read_case(node, around, seen)
        if case is not None:
            yield case
