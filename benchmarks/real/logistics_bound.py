"""How many orders of the day any method can serve: a maximum flow, computed here and not by the router."""

from ortools.graph.python import max_flow  # type: ignore[import-untyped]

from benchmarks.real.logistics_check import Judge


def most_served(judge: Judge) -> int:
    """Most orders that fit into the plants' daily limits."""
    return sum(_flow(judge))


def flow_order(judge: Judge) -> list[str]:
    """Ids in an order that suits deciding one by one: those of a maximum flow first, the least flexible ahead."""
    flow, orders = _flow(judge), judge.data.orders
    ranked = sorted(range(len(orders)), key=lambda i: (not flow[i], len(judge.plants_of(orders[i])), i))
    return [orders[index].id for index in ranked]


def _flow(judge: Judge) -> list[bool]:
    """For each order whether a maximum flow serves it."""
    data = judge.data
    plants = sorted(data.plants)
    source, sink, first_plant = 0, 1, 2
    first_order = first_plant + len(plants)
    network = max_flow.SimpleMaxFlow()
    arcs = [network.add_arc_with_capacity(source, first_order + i, 1) for i in range(len(data.orders))]
    for index, order in enumerate(data.orders):
        for plant in judge.plants_of(order):
            network.add_arc_with_capacity(first_order + index, first_plant + plants.index(plant), 1)
    for index, plant in enumerate(plants):
        network.add_arc_with_capacity(first_plant + index, sink, data.plants[plant])
    status = network.solve(source, sink)
    assert status == network.OPTIMAL, f"maximum flow ended with {status}"
    return [network.flow(arc) == 1 for arc in arcs]
