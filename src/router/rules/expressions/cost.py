"""What evaluating a pack may take at the declared sizes of a batch, before any order is there."""

from collections.abc import Iterable
from heapq import nlargest

from router.rules.diagnostics import Code, Findings, Span, shown
from router.rules.expressions.terms import AXES, Literal, Read, Term

ROWS_OF_AXIS = {"O": 1_000, "L": 3, "N": 200, "S": 10}
"""LIMIT: the batch that the budget speaks of: orders, lines of each, nodes, services."""

LANES = ROWS_OF_AXIS["O"] * ROWS_OF_AXIS["N"] * ROWS_OF_AXIS["S"]

PICOSECONDS_PER_ROW = 1_500
"""Measured on arrays larger than the processor's caches: 0.3 ns (comparing) to 2.3 ns (joining, reckoning)."""

BUDGET_PICOSECONDS = 2 * 10**12 * LANES // 1_000_000
"""LIMIT: 2 s for a million lanes (an order, a node, a service), so that reading rules never takes most of a batch."""


def cost_of(term: Term) -> int:
    """Picoseconds that one evaluation of the term over the declared batch takes at most, none of it shared."""
    own = 0 if isinstance(term, Literal | Read) else PICOSECONDS_PER_ROW * ROWS[term.axes]
    return own + sum(cost_of(part) for part in term.parts)


def rows_of(axes: str) -> int:
    """How many values a term of these axes has; lines count within their orders."""
    rows = 1
    for axis in axes:
        rows *= ROWS_OF_AXIS[axis]
    return rows * (ROWS_OF_AXIS["O"] if "L" in axes and "O" not in axes else 1)


ROWS = {axes: rows_of(axes) for axes in AXES}


def report_cost(costs: Iterable[tuple[str, Span, int]], findings: Findings) -> None:
    """Report a pack over its budget, at its dearest rule. `costs` are names, places and costs of all its rules."""
    every = list(costs)
    total = sum(cost for _, _, cost in every)
    if total <= BUDGET_PICOSECONDS:
        return
    dearest = nlargest(3, every, key=lambda one: one[2])
    named = ", ".join(f"{shown(name)} ({cost / 1e9:.0f} ms)" for name, _, cost in dearest)
    orders, nodes, services = ROWS_OF_AXIS["O"], ROWS_OF_AXIS["N"], ROWS_OF_AXIS["S"]
    findings.add(
        Code.COST_BUDGET, dearest[0][1],
        f"reading all rules would take {total / 1e12:.1f} s for {orders} orders, {nodes} nodes and {services} services;"
        f" {BUDGET_PICOSECONDS / 1e12:.1f} s is the most",
        help=f"the dearest rules are {named}; conditions on orders, nodes or services alone cost least",
    )  # fmt: skip
