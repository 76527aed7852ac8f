"""A short walk: from a start through all stops and back, by OR-Tools' routing library.

The effort is counted in solutions, never in time, so that the same stops give the same walk everywhere.
"""

from collections.abc import Sequence
from itertools import pairwise

SOLUTIONS_MAX = 400
"""LIMIT: improvements that the search may make."""


def shortest_walk(distances: Sequence[Sequence[int]]) -> tuple[int, ...]:
    """The stops 1 … n-1 in the order of a short closed walk from 0, where `distances` hold between all n places."""
    count = len(distances)
    if count <= 2:
        return tuple(range(1, count))
    from ortools.constraint_solver import pywrapcp, routing_enums_pb2

    manager = pywrapcp.RoutingIndexManager(count, 1, 0)
    model = pywrapcp.RoutingModel(manager)

    def between(start: int, end: int) -> int:
        here: int = manager.IndexToNode(start)
        there: int = manager.IndexToNode(end)
        return distances[here][there]

    model.SetArcCostEvaluatorOfAllVehicles(model.RegisterTransitCallback(between))
    parameters = pywrapcp.DefaultRoutingSearchParameters()
    parameters.first_solution_strategy = routing_enums_pb2.FirstSolutionStrategy.PATH_CHEAPEST_ARC
    parameters.local_search_metaheuristic = routing_enums_pb2.LocalSearchMetaheuristic.GREEDY_DESCENT
    parameters.solution_limit = SOLUTIONS_MAX
    solution = model.SolveWithParameters(parameters)
    assert solution is not None, "every order of stops is a walk"
    stops, index = [], solution.Value(model.NextVar(model.Start(0)))
    while not model.IsEnd(index):
        stops.append(manager.IndexToNode(index))
        index = solution.Value(model.NextVar(index))
    return tuple(stops)


def walk_length(distances: Sequence[Sequence[int]], stops: Sequence[int]) -> int:
    """How long the closed walk from 0 through `stops` in their order is."""
    places = (0, *stops, 0)
    return sum(distances[a][b] for a, b in pairwise(places))
