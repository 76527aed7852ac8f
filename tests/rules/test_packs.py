"""The shipped packs: each is clean, its cases pass and cover every rule, and its README tells the truth."""

import re
from functools import lru_cache
from pathlib import Path

import pytest

from router.domain.network import Network
from router.planning.cases.case_report import CaseReport, report_text
from router.planning.cases.case_run import run_cases
from router.rules.blocks.effects import Block
from router.rules.ruleset import Compilation, compile_rules
from router.simulation.network import simulated_network

RULES = Path(__file__).parents[2] / "rules"
PACKS = ("baseline", "cold-chain", "hazmat", "marketplace", "peak-season", "ship-from-store", "substitutes")
BESIDE_BASELINE = ("cold-chain", "peak-season", "ship-from-store")
ROW = re.compile(r"^\| `([^`.]+(?:\.default)?)` \| (\w+) \| (\S.*) \|$", re.MULTILINE)


def files_of(*packs: str) -> dict[str, bytes]:
    return {
        path.relative_to(RULES.parent).as_posix(): path.read_bytes()
        for pack in packs
        for path in sorted((RULES / pack).glob("*.yaml"))
    }


def changed_files(pack: str, old: str, new: str) -> dict[str, bytes]:
    return {name: content.replace(old.encode(), new.encode()) for name, content in files_of(pack).items()}


@lru_cache
def compiled(*packs: str) -> Compilation:
    return compile_rules(files_of(*packs))


@lru_cache
def report_of(*packs: str) -> CaseReport:
    return run_cases(compiled(*packs))


def readme_of(pack: str) -> str:
    return (RULES / pack / "README.md").read_text()


def test_the_list_of_packs_is_complete():
    listed = re.findall(
        r"^\| \[([a-z-]+)\]\(\1/README.md\) \| .* \| (\d+) \|$", (RULES / "README.md").read_text(), re.M
    )

    assert tuple(sorted(path.name for path in RULES.iterdir() if path.is_dir())) == PACKS
    assert {pack: int(count) for pack, count in listed} == {
        pack: rules.rule_count for pack in PACKS if (rules := compiled(pack).rules) is not None
    }


@pytest.mark.parametrize("pack", PACKS)
def test_a_pack_is_clean_its_cases_pass_and_cover_every_rule(pack):
    compilation, report = compiled(pack), report_of(pack)

    assert (compilation.diagnostics, report.diagnostics) == ((), ())
    assert report.is_good, report_text(report)
    assert report.uncovered() == ()


@pytest.mark.parametrize("pack", PACKS)
def test_a_readme_shows_what_the_cases_really_print(pack):
    printed = report_text(report_of(pack))

    assert f"$ router rules test rules/{pack}\n{printed}```" in readme_of(pack)


def test_the_readme_of_hazmat_shows_what_a_change_really_breaks():
    changed = run_cases(compile_rules(changed_files("hazmat", "line.quantity > 4", "line.quantity > 1")))

    assert f"$ router rules test rules/hazmat\n{report_text(changed)}```" in readme_of("hazmat")


@pytest.mark.parametrize("pack", PACKS)
def test_a_readme_has_every_rule_in_its_block(pack):
    rules = compiled(pack).rules
    assert rules is not None
    rows = {name: (block, sentence) for name, block, sentence in ROW.findall(readme_of(pack))}
    expected = {}
    for row in rules.describe():
        short = row.name.partition("/")[2]
        expected[row.name if row.name in rows else short] = row.block.value

    assert {name: block for name, (block, _) in rows.items()} == expected


@pytest.mark.parametrize("pack", BESIDE_BASELINE)
def test_a_pack_that_stands_beside_the_baseline_leaves_all_cases_passing(pack):
    compilation, report = compiled("baseline", pack), report_of("baseline", pack)

    assert (compilation.diagnostics, report.diagnostics) == ((), ())
    assert report.is_good, report_text(report)
    assert f"router rules check rules/baseline rules/{pack}" in readme_of(pack)


def test_the_packs_use_every_block_of_the_language():
    packs = [compiled(pack).rules for pack in PACKS]

    assert {row.block for rules in packs if rules is not None for row in rules.describe()} == set(Block)


@pytest.mark.parametrize("pack", ["baseline", *BESIDE_BASELINE])
def test_services_are_named_as_the_simulated_network_names_them(pack):
    rules = compiled(pack).rules
    assert rules is not None

    assert set(rules.service_ids_named) <= services_of(simulated_network())


def services_of(network: Network) -> set[str]:
    return {str(level.id) for level in network.service_levels}


def test_every_rule_but_a_default_says_why():
    packs = {pack: compiled(pack).rules for pack in PACKS}

    assert [
        f"{pack}: {row.name}"
        for pack, rules in packs.items()
        if rules is not None
        for row in rules.describe()
        if not row.because and not row.name.endswith(".default")
    ] == []
