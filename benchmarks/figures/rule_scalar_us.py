"""One condition for one order: the function that the rules generate, beside Google's CEL in C++, in one run."""

import statistics
import time
from collections.abc import Callable, Sequence
from typing import Any

from cel_expr_python import cel

from benchmarks.figures.rule_vector_ns import CONDITION, some_facts
from benchmarks.runs import figure_of
from router.rules.expressions.scalar import Cell, value_at
from router.rules.expressions.scalar_code import scalar_form
from tests.rules.expressions import a_term
from tests.rules.in_cel import in_cel

TIMES_FASTER = 20
ROWS = 5_000


def measure(full: bool) -> dict[str, Any]:
    """Microseconds an evaluation; the goal is a twentieth of what CEL took. Both get flat values and agree on all."""
    form, facts = scalar_form(a_term(CONDITION)), some_facts()
    names = [argument.fact.name for argument in form.arguments if argument.fact is not None]
    read = [argument.fact for argument in form.arguments if argument.fact is not None]
    cells = [Cell(line=line, node=0, service=0) for line in range(ROWS)]
    rows = [tuple(value_at(fact, facts, cell) for fact in read) for cell in cells]
    judge, flat = in_flat_cel(names)
    data = [dict(zip(flat, row, strict=True)) for row in rows]
    function = form.function
    assert [function(*row) for row in rows] == [judge.eval(data=one).value() for one in data]

    count = 31 if full else 11
    ours = [seconds(lambda: [function(*row) for row in rows]) for _ in range(count)]
    theirs = [seconds(lambda: [judge.eval(data=one) for one in data]) for _ in range(count)]
    cel_us = statistics.median(microseconds(theirs))
    return figure_of(
        "rule_scalar_us", microseconds(ours), "us CPU", round(cel_us / TIMES_FASTER, 3),
        cel_us=round(cel_us, 3), times_faster=round(cel_us / statistics.median(microseconds(ours)), 1),
    )  # fmt: skip


def in_flat_cel(names: Sequence[str]) -> tuple[Any, list[str]]:
    """The condition in CEL over one variable for each fact, its fastest form, and the variables' names."""
    flat = [name.replace(".", "_") for name in names]
    types = {
        name: cel.Type.STRING if name in ("order_channel", "dest_country") else cel.Type.INT for name in flat
    }
    text = in_cel(CONDITION)
    for name, variable in zip(names, flat, strict=True):
        text = text.replace(name, variable)
    return cel.NewEnv(variables=types).compile(text), flat


def seconds(work: Callable[[], object]) -> float:
    begin = time.process_time()
    work()
    return time.process_time() - begin


def microseconds(runs: Sequence[float]) -> list[float]:
    return [1e6 * run / ROWS for run in runs]
