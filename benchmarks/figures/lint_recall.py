"""How many planted defects the linter finds, in per cent; none if it accuses a clean pack."""

import sys
from random import Random
from typing import Any

from benchmarks.planted import KINDS, clean
from benchmarks.runs import ROOT
from router.domain.identifiers import Instant
from router.rules.diagnostics import Diagnostic, render
from router.rules.lint.lint import lint
from router.rules.ruleset import compile_rules

GOAL_PER_CENT = 95
AT = Instant(1_793_491_200_000_000)  # 2026-11-01
PACKS = ("baseline", "cold-chain", "hazmat", "marketplace", "peak-season", "ship-from-store")


def measure(full: bool) -> dict[str, Any]:
    """Per cent of 60 defects of 20 kinds, or of 600; min and max by kind."""
    per_kind = 30 if full else 3
    shares = [100 * sum(is_found(kind, seed) for seed in range(per_kind)) / per_kind for kind in KINDS]
    alarms = sum(len(alarms_of(clean(Random(seed)).files())) for seed in range(20 if full else 5))
    alarms += sum(len(alarms_of(shipped(pack))) for pack in PACKS)
    value = sum(shares) / len(shares) if not alarms else 0.0
    return {
        "figure": "lint_recall",
        "value": round(value, 2),
        "unit": "%",
        "runs": per_kind * len(KINDS),
        "min": round(min(shares), 2),
        "max": round(max(shares), 2),
        "goal": GOAL_PER_CENT,
        "false_alarms": alarms,
        "by_proof": per_kind * sum(kind.by_proof for kind in KINDS.values()),
    }


def is_found(name: str, seed: int) -> bool:
    """Whether the finding names the planted rule; says so on standard error if not."""
    draft = clean(Random(seed))
    planted = KINDS[name].plant(draft, Random(1_000 + seed))
    findings = findings_of(draft.files())
    found = any(one.code.value == KINDS[name].code and f"`{planted}`" in one.message for one in findings)
    if not found:
        print(f"{name}, seed {seed}: `{planted}` was not found", *findings, sep="\n  ", file=sys.stderr)
    return found


def alarms_of(files: dict[str, bytes]) -> tuple[Diagnostic, ...]:
    findings = findings_of(files)
    if findings:
        print(render(findings, files), file=sys.stderr)
    return findings


def findings_of(files: dict[str, bytes]) -> tuple[Diagnostic, ...]:
    compilation = compile_rules(files)
    assert compilation.rules is not None, render(compilation.diagnostics, files)
    return (*compilation.diagnostics, *lint(compilation.rules, at=AT))


def shipped(pack: str) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted((ROOT / "rules" / pack).glob("*.yaml"))}
