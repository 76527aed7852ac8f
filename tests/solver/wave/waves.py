"""Small random waves, cuts of them, and their optimum by brute force."""

from random import Random

import numpy as np

from router.solver.problem import UNLIMITED, OrderProblem, Solution, concatenate
from router.solver.reference import CONDITIONS, COSTS, list_assignments
from router.solver.wave.cuts import Cut, find_sites
from router.solver.wave.field import Field
from router.solver.wave.problem import NO_ROW, JointProblem
from tests.solver.builders import METHOD_FEATURES, random_brackets, random_problem

FEATURES_OF_MONEY = tuple(feature for feature in METHOD_FEATURES if feature != "money_weight")


def a_joint_problem(
    problems: list[OrderProblem], stock: np.ndarray, slots: np.ndarray | None = None
) -> JointProblem:
    """Line number l of every order wants SKU l, node k is the same for all; `stock` [SKU, node], `slots` [node]."""
    nodes = stock.shape[1]
    assert all(len(problem.capacity) == nodes for problem in problems), "all orders see the same nodes"
    rows = [
        line * nodes + node for one in problems for line in range(one.line_count) for node in range(nodes)
    ]
    limit = stock.ravel()
    slot_row = np.full(len(problems) * nodes, NO_ROW)
    if slots is not None:
        slot_row = np.tile(len(limit) + np.arange(nodes), len(problems))
        limit = np.concatenate((limit, slots))
    return JointProblem(
        orders=concatenate(problems),
        draw_start=np.arange(len(rows) + 1),
        draw_row=np.array(rows, np.int64),
        draw_units=np.ones(len(rows), np.int64),
        slot_row=slot_row.astype(np.int64),
        limit=limit.astype(np.int64),
    )


def random_wave(seed: int, *, order_count: int = 3, line_count: int = 2, node_count: int = 2) -> JointProblem:
    """Orders with every feature that the methods know but weighed money, that want more than there is."""
    random = Random(seed)
    brackets = random_brackets(seed)
    problems = [
        random_problem(
            1_000 * seed + number, line_count=line_count, node_count=node_count, service_count=random.choice((1, 2)),
            quantity_max=2, features=FEATURES_OF_MONEY, brackets=brackets,
        )
        for number in range(order_count)
    ]  # fmt: skip
    stock = np.array([[random.randint(0, 3) for _ in range(node_count)] for _ in range(line_count)])
    slots = np.array([random.choice((1, 2, UNLIMITED)) for _ in range(node_count)])
    return a_joint_problem(problems, stock, slots)


def random_cuts(field: Field, seed: int, count: int = 40) -> list[Cut]:
    """Cuts of up to four rows of one site and up to two members, some of which can hinder something."""
    random, site = Random(seed), find_sites(field)
    rows_of_sites = [np.flatnonzero(site == one).tolist() for one in np.unique(site[site >= 0])]
    cuts = []
    for _ in range(count if rows_of_sites else 0):
        rows = random.choice(rows_of_sites)
        chosen = random.sample(rows, min(len(rows), random.randint(1, 4)))
        members = random.sample(range(len(field.records.orders)), random.randint(0, 2))
        factor = random.choice(((1, 2), (1, 2), (1, 3), (2, 3)))
        cuts.append(Cut(tuple(sorted(chosen)), tuple(sorted(members)), *factor))
    return list(dict.fromkeys(cuts))


def takings_of(problem: JointProblem, order: int, units: np.ndarray) -> np.ndarray:
    """What plans `units` [A, L, P] of the order take of each row [A, R]."""
    orders, one = problem.orders, problem.orders[order]
    takings = np.zeros((len(units), len(problem.limit)), np.int64)
    for line in range(one.line_count):
        for option in range(one.option_count):
            cell = int(orders.usable_start[order]) + line * len(one.capacity) + int(one.option_node[option])
            for draw in range(int(problem.draw_start[cell]), int(problem.draw_start[cell + 1])):
                takings[:, problem.draw_row[draw]] += units[:, line, option] * problem.draw_units[draw]
    for option in range(one.option_count):
        row = int(problem.slot_row[int(orders.node_start[order]) + int(one.option_node[option])])
        if row != NO_ROW:
            takings[:, row] += units[:, :, option].any(axis=1)
    return takings


def optimum_by_enumeration(problem: JointProblem) -> int:
    """The least cost of any plans of all orders that no row forbids."""
    best = {(0,) * len(problem.limit): 0}
    for order in range(len(problem.orders)):
        one = problem.orders[order]
        units = list_assignments(one)
        for condition in CONDITIONS:
            units = units[condition(one, units)]
        cost = np.sum([term(one, units) for term in COSTS], axis=0)
        cheapest: dict[tuple[int, ...], int] = {}
        for taken, milli in zip(
            map(tuple, takings_of(problem, order, units).tolist()), cost.tolist(), strict=True
        ):
            cheapest[taken] = min(milli, cheapest.get(taken, UNLIMITED))
        after: dict[tuple[int, ...], int] = {}
        for before, so_far in best.items():
            for taken, milli in cheapest.items():
                total = tuple(one + other for one, other in zip(before, taken, strict=True))
                if all(used <= most for used, most in zip(total, problem.limit.tolist(), strict=True)):
                    after[total] = min(so_far + milli, after.get(total, UNLIMITED))
        best = after
    return min(best.values())


def overdrawn_rows(problem: JointProblem, solutions: list[Solution]) -> list[int]:
    """The rows of which the plans together take more than there is."""
    taken = np.zeros(len(problem.limit), np.int64)
    for order, solution in enumerate(solutions):
        one = problem.orders[order]
        units = np.zeros((1, one.line_count, one.option_count), np.int64)
        for opened in solution.opened:
            for line, count in opened.units:
                units[0, line, opened.option] = count
        taken += takings_of(problem, order, units)[0]
    return np.flatnonzero(taken > problem.limit).tolist()
