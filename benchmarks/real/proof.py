"""How many orders are proven optimal within a second of processor time each, and how far from proven the rest are."""

import statistics
import time
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from router.domain.plan import SolutionStatus
from router.solver.problem import Effort, OrderProblems
from router.solver.solve import solve_orders, warm_up

SECONDS_MAX = 1.0
EFFORT = Effort(set_nodes_max=1_000_000, model_deterministic_seconds=0.2)
"""About as much as ends within the second."""


@dataclass(slots=True)
class Proof:
    """Orders by the method that proved them, the gaps of the others in percent, the longest order, the slowest."""

    proven: Counter[str] = field(default_factory=Counter)
    gap_percent: list[float] = field(default_factory=list)
    late: int = 0
    """Proven, but after more than a second; counted among the unproven, with a gap of 0."""
    lines_max: int = 0
    seconds_max: float = 0.0

    @property
    def share_percent(self) -> float:
        return 100 * self.proven.total() / max(1, self.proven.total() + len(self.gap_percent))

    def summary(self) -> dict[str, Any]:
        """For the line of a figure."""
        gaps = sorted(self.gap_percent)
        return {
            "orders": self.proven.total() + len(gaps),
            "percent": round(self.share_percent, 2),
            "by": {name.lower(): count for name, count in sorted(self.proven.items())},
            "late": self.late,
            "gap_percent_median": round(statistics.median(gaps), 3) if gaps else 0.0,
            "gap_percent_max": round(gaps[-1], 3) if gaps else 0.0,
            "lines_max": self.lines_max,
            "seconds_max": round(self.seconds_max, 2),
        }


def prove(orders: Iterable[OrderProblems]) -> Proof:
    """Solve single orders, each alone and timed."""
    warm_up()
    proof = Proof()
    for problems in orders:
        start = time.process_time()
        (solution,) = solve_orders(problems, EFFORT)
        seconds = time.process_time() - start
        proof.seconds_max = max(proof.seconds_max, seconds)
        proof.lines_max = max(proof.lines_max, problems[0].line_count)
        if solution.status is SolutionStatus.OPTIMAL and seconds <= SECONDS_MAX:
            proof.proven[solution.method.name] += 1
            continue
        proof.late += solution.status is SolutionStatus.OPTIMAL
        missing = solution.objective_milli - solution.bound_milli
        proof.gap_percent.append(100 * missing / max(1, abs(solution.objective_milli)))
    return proof
