"""All checks of the exact linter over 500 rules: a pack of all blocks, and a table in which most rules are dead."""

import time
from typing import Any

from benchmarks.crowded_rules import crowded_rules
from benchmarks.many_rules import many_rules
from benchmarks.runs import figure_of
from router.rules.lint.lint import lint
from router.rules.ruleset import CompiledRules, compile_rules

GOAL_SECONDS = 10
RULES = 500


def measure(full: bool) -> dict[str, Any]:
    """Seconds of processor time, median over both kinds of pack and some seeds, without importing the solver."""
    lint(compiled(many_rules(20)))
    seeds = range(5 if full else 2)
    packs = [maker(RULES, seed) for seed in seeds for maker in (many_rules, crowded_rules)]
    runs, findings = [], 0
    for pack in packs:
        rules = compiled(pack)
        begin = time.process_time()
        findings += len(lint(rules))
        runs.append(time.process_time() - begin)
    return figure_of("rules_500_exact_lint_s", runs, "s CPU", GOAL_SECONDS, findings=findings)


def compiled(content: bytes) -> CompiledRules:
    compilation = compile_rules({"many.yaml": content})
    assert compilation.rules is not None, compilation.diagnostics
    return compilation.rules
