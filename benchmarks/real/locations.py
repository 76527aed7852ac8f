"""Location problems with known optima: which facilities to open, and who serves whom.

A facility costs its opening once; a customer costs what serving all of its demand from a facility costs. In Beasley's
instances (OR-Library, cap71 to cap134) demand may be shared out, in those of Delmaire et al. (p1 to p33) one facility
serves a customer whole and capacities bind: those are orders that the router decides (`location_orders.py`). The others
are one model with the strong linking constraints x[c,f] <= y[f] (Cornuejols, Sridharan, Thizy 1991), solved by HiGHS
through OR-Tools.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from time import process_time

from ortools.math_opt.python import mathopt  # type: ignore[import-untyped]

from benchmarks.real.data import rows

TOLERANCE = 1.0
"""Published optima of the single-source instances agree among sources to within 1."""

GAP = 1e-7

SECONDS_MAX = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Location:
    """An instance. `cost[customer, facility]` is that of the customer's whole demand."""

    name: str
    optimum: float
    capacity: Sequence[float]
    opening: Sequence[float]
    demand: Sequence[float]
    cost: Mapping[tuple[int, int], float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reached:
    """What was found in so many seconds of processor time, and what is proven; `cost` is infinite without a plan."""

    name: str
    optimum: float
    cost: float
    bound: float
    seconds: float

    @property
    def is_reached(self) -> bool:
        """Whether the known optimum was found."""
        return abs(self.cost - self.optimum) <= TOLERANCE


def read_locations(prefix: str, *, is_single_source: bool) -> Iterator[Location]:
    """The instances of three tables: sizes and optima, facilities, costs."""
    optimum = f"optimum_cost_{'single_source' if is_single_source else 'splitting_allowed'}"
    facilities, customers = defaultdict(list), defaultdict(dict)
    costs: dict[str, dict[tuple[int, int], float]] = defaultdict(dict)
    for row in rows(f"{prefix}-facilities.csv"):
        facilities[row["instance"]].append((float(row["capacity"]), float(row["fixed_cost"])))
    for row in rows(f"{prefix}-costs.csv.gz"):
        customer, facility = int(row["customer"]) - 1, int(row["facility"]) - 1
        customers[row["instance"]][customer] = float(row["demand"])
        cost = row["cost" if is_single_source else "cost_of_full_demand"]
        costs[row["instance"]][customer, facility] = float(cost)
    for row in rows(f"{prefix}-instances.csv"):
        name = row["instance"]
        yield Location(
            name=name,
            optimum=float(row[optimum]),
            capacity=[capacity for capacity, _ in facilities[name]],
            opening=[opening for _, opening in facilities[name]],
            demand=[customers[name][customer] for customer in sorted(customers[name])],
            cost=costs[name],
        )


def solve(location: Location) -> Reached:
    """The best found in a minute, with its bound, where demand may be shared out."""
    model, facilities = mathopt.Model(), range(len(location.capacity))
    opened = [model.add_binary_variable() for _ in facilities]
    served = {pair: model.add_variable(lb=0, ub=1) for pair in location.cost}
    model.minimize(
        mathopt.fast_sum(location.cost[pair] * share for pair, share in served.items())
        + mathopt.fast_sum(location.opening[facility] * opened[facility] for facility in facilities)
    )
    for customer in range(len(location.demand)):
        model.add_linear_constraint(mathopt.fast_sum(served[customer, f] for f in facilities) == 1)
    for facility in facilities:
        load = [demand * served[customer, facility] for customer, demand in enumerate(location.demand)]
        model.add_linear_constraint(mathopt.fast_sum(load) <= location.capacity[facility] * opened[facility])
        for customer in range(len(location.demand)):
            model.add_linear_constraint(served[customer, facility] <= opened[facility])
    begin = process_time()
    limits = mathopt.SolveParameters(
        time_limit=timedelta(seconds=SECONDS_MAX), relative_gap_tolerance=GAP, random_seed=1
    )
    result = mathopt.solve(model, mathopt.SolverType.HIGHS, params=limits)
    return Reached(
        name=location.name,
        optimum=location.optimum,
        cost=result.objective_value() if result.has_primal_feasible_solution() else float("inf"),
        bound=result.best_objective_bound(),
        seconds=process_time() - begin,
    )
