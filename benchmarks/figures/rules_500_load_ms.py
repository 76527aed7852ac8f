"""A rule file of 500 rules from bytes to compiled rules: what a planner waits for, and an activation takes."""

import time
from typing import Any

from benchmarks.many_rules import many_rules
from benchmarks.runs import figure_of
from router.rules.ruleset import compile_rules

GOAL_MILLISECONDS = 250
RULES = 500


def measure(full: bool) -> dict[str, Any]:
    """Milliseconds of processor time, median of several loads."""
    files = {"many.yaml": many_rules(RULES)}
    compilation = compile_rules(files)
    assert compilation.rules is not None, compilation.diagnostics
    assert compilation.rules.rule_count == RULES
    runs = []
    for _ in range(41 if full else 11):
        begin = time.process_time()
        compile_rules(files)
        runs.append(1_000 * (time.process_time() - begin))
    return figure_of("rules_500_load_ms", runs, "ms CPU", GOAL_MILLISECONDS, bytes=len(files["many.yaml"]))
