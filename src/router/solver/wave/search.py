"""The state of a wave's search, and the time that its phases have."""

from collections.abc import Callable
from dataclasses import dataclass
from dataclasses import field as own

import numpy as np

from router.solver.problem import Ints
from router.solver.wave.field import Field, Plans, no_plans
from router.solver.wave.patience import Patience, Stint
from router.solver.wave.pricing import price_orders
from router.solver.wave.problem import JointProblem, Phase, WaveEffort
from router.solver.wave.ruin import Wanting, find_wanting
from router.solver.wave.sweep import insert_all

ENDS = {"PRICES": 0.45, "CUTS": 0.55, "DIVE": 0.8, "RECREATE": 0.87, "BLOCKS": 1.0}
"""By which part of the time of its orders a phase ends at the latest, if there is a limit."""


@dataclass(slots=True)
class Search:
    """The state of the search over all parts: one set of plans, what they leave, and what is proven."""

    field: Field
    effort: WaveEffort
    plans: Plans
    left: Ints
    price: Ints
    bound: Ints  # [parts]
    share: Ints  # [O] each order's share of the bound: what its best plan costs at the prices
    alone: Ints  # [O] what each order costs at least where rows cost nothing
    wanting: Wanting
    say: Callable[[Phase], None]
    patience: Patience
    program_step: float = (
        0.0  # the part of the time that the last linear program over all orders of the part took
    )
    columns: int = 0
    work: int = 0
    phases: list[Phase] = own(default_factory=list)

    def tell(self, name: str) -> None:
        phase = Phase(
            name=name,
            objective_milli=int(self.plans.cost_milli.sum()),
            bound_milli=int(self.bound.sum()),
            column_count=self.columns,
            work=self.work,
        )
        self.phases.append(phase)
        self.say(phase)

    def is_proven(self, number: int, orders: Ints) -> bool:
        """Whether no plans of a part are cheaper than those it has."""
        return int(self.plans.cost_milli[orders].sum()) <= int(self.bound[number])

    def stint(self, phase: str, step: float = 0.0) -> Stint:
        """The time of the phase that begins now, whose first step is expected to take so long."""
        return self.patience.stint(ENDS[phase], step)


def open_search(
    problem: JointProblem,
    field: Field,
    effort: WaveEffort,
    parts: list[Ints],
    on_phase: Callable[[Phase], None],
    patience: Patience,
) -> Search:
    """Every order decided one after another, and the bound that no prices prove: each order as if it were alone."""
    rows, count = len(problem.limit), len(problem.orders)
    nothing, everyone = np.zeros(rows, np.int64), np.arange(count)
    plans, left = no_plans(field), problem.limit.astype(np.int64)
    share, work = price_orders(field, everyone, nothing, plans)
    work += insert_all(field, everyone, nothing, left, plans)
    return Search(
        field=field,
        effort=effort,
        plans=plans,
        left=left,
        price=nothing.copy(),
        bound=np.array([int(share[orders].sum()) for orders in parts], np.int64),
        share=share,
        alone=share.copy(),
        wanting=find_wanting(field, rows),
        say=on_phase,
        patience=patience,
        work=work,
    )
