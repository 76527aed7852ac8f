"""The OR-Tools model of one order: for orders that the compiled search could not prove, and to check it.

A shipment that fits one parcel is modeled exactly, and so is one of few possible loads, by a list of prices.
Any other is relaxed: counts of parcels per bracket that cover its weight and volume, by conditions that every
next-fit packing meets. So the solver's bound is a bound of the order, while a plan it finds is priced again by
the packing rule itself; where the relaxation was too cheap, the load found gets its true price as a cut and the
model is solved again.

LIMIT: `is_within_model` states the sizes.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from router.domain.plan import SolutionMethod, SolutionStatus
from router.solver.model_constraints import (
    CONSTRAINTS,
    added_cost,
    cost_of_leaving_all,
)
from router.solver.model_options import (
    largest_amount,
    largest_numbers,
    list_loads,
    list_options,
    lowest_conceivable_milli,
    plan_cost_milli,
)
from router.solver.model_parcels import a_known_load_has_its_true_price
from router.solver.model_variables import Variables, declare_variables
from router.solver.problem import Effort, Opened, OrderProblem, Solution

if TYPE_CHECKING:
    from ortools.sat.python.cp_model import CpModel, CpSolver

CELLS_MAX = 6_000
"""Pairs of a line and an option that may carry it."""

NUMBER_MAX = 1 << 52
"""No sum of weights, volumes, values or metrics in the model may exceed this."""

AMOUNT_MAX = 1 << 60
"""No sum of money may: all amounts that the order's options could charge, whether or not one plan could meet them."""

ROUNDS_MAX = 40
"""How often the model may be solved with ever more true prices of loads."""


def solve_model(
    problem: OrderProblem, hint: Solution | None, effort: Effort, lower_bound_milli: int | None = None
) -> Solution:
    """The better of `hint` and the model's plan with the best bound known. There is always a plan.

    Without a hint, outside `is_within_model` or out of time the plan may be to ship nothing.
    `lower_bound_milli` must be proven. `work` is the solver's branches on top of the hint's work. Equal
    inputs give equal answers: one worker, a fixed seed, deterministic time alone.
    """
    start = hint.opened if hint else ()
    best, cost_milli = start, plan_cost_milli(problem, start)
    bound_milli = hint.bound_milli if hint else lowest_conceivable_milli(problem, list_options(problem))
    if lower_bound_milli is not None:
        bound_milli = max(bound_milli, lower_bound_milli)
    seconds_left = effort.model_deterministic_seconds if is_within_model(problem) else 0.0
    work = hint.work if hint else 0
    cuts: tuple[Opened, ...] = ()
    for _ in range(ROUNDS_MAX):
        if bound_milli >= cost_milli or seconds_left <= 0:
            break
        answer = solve_relaxation(problem, cuts, best, seconds_left)
        seconds_left -= answer.deterministic_seconds
        work += answer.branches
        if answer.plan is None:
            break
        found_milli = plan_cost_milli(problem, answer.plan)
        if found_milli < cost_milli:
            best, cost_milli = answer.plan, found_milli
        if answer.bound_milli is not None and answer.bound_milli <= cost_milli:
            # A bound above a plan would show that the solver lost it, and prove nothing.
            bound_milli = max(bound_milli, answer.bound_milli)
        fresh = loads_worth_a_cut(problem, answer.plan, cuts)
        if not fresh:
            break
        cuts += fresh
    bound_milli = min(bound_milli, cost_milli)
    return Solution(
        status=SolutionStatus.OPTIMAL if bound_milli == cost_milli else SolutionStatus.FEASIBLE,
        method=hint.method if hint and best is hint.opened else SolutionMethod.CP_SAT,
        objective_milli=cost_milli,
        bound_milli=bound_milli,
        work=work,
        opened=best,
    )


def is_within_model(problem: OrderProblem) -> bool:
    """Whether the order is small enough, in cells and in numbers, to be modeled. Negative rates are not."""
    options = list_options(problem)
    return (
        sum(len(option.units_max) for option in options) <= CELLS_MAX
        and all(bracket.rate_micro >= 0 for option in options for bracket in option.brackets)
        and all(number <= NUMBER_MAX for number in largest_numbers(problem, options))
        and largest_amount(problem, options) <= AMOUNT_MAX
    )


def loads_worth_a_cut(
    problem: OrderProblem, plan: Sequence[Opened], cuts: Sequence[Opened]
) -> tuple[Opened, ...]:
    """The loads of a plan in every option that could carry them in several parcels, as far as not yet cut.

    An unpriced load would only move on to the next option with the same mistake.
    """
    known = set(cuts)
    loads = tuple(dict.fromkeys(opened.units for opened in plan))
    candidates = (
        Opened(option=option.number, units=load)
        for option in list_options(problem)
        if option.parcels_max > 1 and not list_loads(problem, option)
        for load in loads
        if all(count <= option.units_max.get(line, 0) for line, count in load)
    )
    return tuple(cut for cut in candidates if cut not in known)


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What one solve gave. Without a plan or a bound it ended before it had one."""

    plan: tuple[Opened, ...] | None
    bound_milli: int | None
    deterministic_seconds: float
    branches: int


def solve_relaxation(
    problem: OrderProblem, cuts: Sequence[Opened], hint: Sequence[Opened], seconds: float
) -> Answer:
    from ortools.sat.python.cp_model import FEASIBLE, OPTIMAL, UNKNOWN, CpModel, CpSolver

    model = CpModel()
    variables = declare_variables(model, problem, cuts)
    for constraint in CONSTRAINTS:
        constraint(model, problem, variables)
    for cut in cuts:
        a_known_load_has_its_true_price(model, problem, variables, cut)
    model.minimize(added_cost(problem, variables))
    add_hint(model, variables, hint)

    solver = CpSolver()
    solver.parameters.num_workers = 1
    solver.parameters.random_seed = 0
    solver.parameters.max_deterministic_time = seconds
    solver.parameters.linearization_level = 2
    # Two steps of OR-Tools 9.15 lose plans where coefficients are large: one adds them in 32 bits, the other derives
    # precedences from conditional rows of two variables. SOURCE: https://github.com/google/or-tools/issues/5293
    solver.parameters.presolve_inclusion_work_limit = 0
    solver.parameters.auto_detect_greater_than_at_least_one_of = False
    # Gaps are compared in floating point, which large amounts would round to nothing.
    solver.parameters.absolute_gap_limit = solver.parameters.relative_gap_limit = 0.0
    solver.parameters.log_search_progress = False
    status = solver.solve(model)
    assert status in (OPTIMAL, FEASIBLE, UNKNOWN), "shipping nothing always satisfies the model"
    is_solved = status in (OPTIMAL, FEASIBLE)
    return Answer(
        plan=plan_of(solver, variables) if is_solved else None,
        # In whole numbers, while `best_objective_bound` is rounded to floating point.
        bound_milli=cost_of_leaving_all(problem) + solver.response_proto.inner_objective_lower_bound
        if is_solved
        else None,
        deterministic_seconds=solver.response_proto.deterministic_time,
        branches=solver.num_branches,
    )


def add_hint(model: "CpModel", variables: Variables, plan: Sequence[Opened]) -> None:
    loads = {opened.option: dict(opened.units) for opened in plan}
    for shipment in variables.shipments:
        load = loads.get(shipment.option.number, {})
        model.add_hint(shipment.opened, bool(load))
        for line, used in shipment.used.items():
            model.add_hint(used, line in load)
        for line, counted in shipment.counted.items():
            model.add_hint(counted, load.get(line, 0))


def plan_of(solver: "CpSolver", variables: Variables) -> tuple[Opened, ...]:
    return tuple(
        Opened(
            option=shipment.option.number,
            units=tuple(
                (line, solver.value(shipment.units[line]))
                for line, used in shipment.used.items()
                if solver.boolean_value(used)
            ),
        )
        for shipment in variables.shipments
        if solver.boolean_value(shipment.opened)
    )
