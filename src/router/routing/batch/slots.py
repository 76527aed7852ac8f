"""When the nodes of a batch can dispatch: first days, free slots and what is booked there."""

from collections.abc import Sequence

import numpy as np

from router.domain.node import Node
from router.routing.network.dates import first_free_day
from router.routing.network.lanes import NO_DAY
from router.routing.network.prepared import PreparedNetwork
from router.routing.world import CapacityView, OrderToRoute
from router.solver.problem import UNLIMITED, Ints


def find_ready_days(
    requests: Sequence[OrderToRoute], network: PreparedNetwork, node: Ints
) -> tuple[Ints, Ints]:
    """The local day of the decision and the first possible day of dispatch, both [O, N]."""
    calendar = network.node_calendar.take(node)
    instants = [request.decision_time for request in requests]
    numbers = {instant: number for number, instant in enumerate(dict.fromkeys(instants))}
    days = [network.local_days(instant, calendar) for instant in numbers]
    today = np.array([day.today for day in days], np.int64).take(calendar, axis=1)
    ready = np.array([day.ready for day in days], np.int64).take(calendar, axis=1)
    if len(days) == 1:
        return today.repeat(len(instants), axis=0), ready.repeat(len(instants), axis=0)
    of_order = list(map(numbers.__getitem__, instants))
    return today.take(of_order, axis=0), ready.take(of_order, axis=0)


def find_ship_days(
    ready: Ints, network: PreparedNetwork, node: Ints, views: Sequence[CapacityView]
) -> tuple[Ints, Ints]:
    """The first day with a free slot, and the free slots of that day, both [O, N]; order o sees views[o]."""
    ship_day = ready.copy()
    free_slots = np.full(ready.shape, UNLIMITED, np.int64)
    if not network.limited_nodes:
        return ship_day, free_slots
    for column, number in enumerate(node.tolist()):
        if network.nodes[number].shipments_per_day is None:
            continue
        view = None
        found: dict[int, tuple[int, int]] = {}
        for order, day in enumerate(ready[:, column].tolist()):
            if views[order] is not view:
                view, found = views[order], {}
            if day not in found:
                found[day] = find_slot(network.nodes[number], day, views[order])
            ship_day[order, column], free_slots[order, column] = found[day]
    return ship_day, free_slots


def find_slot(node: Node, ready: int, view: CapacityView) -> tuple[int, int]:
    """Ship day and free slots of a node with a limit for an order that could leave on day `ready`."""
    if ready == NO_DAY or node.shipments_per_day is None:
        return ready, UNLIMITED
    free = first_free_day(node.calendar, ready, node.shipments_per_day, view.shipments_booked(node.id))
    return free or (NO_DAY, 0)


def find_booked(
    ship_day: Ints,
    free_slots: Ints,
    network: PreparedNetwork,
    node: Ints,
    views: Sequence[CapacityView],
    *,
    everywhere: bool,
) -> Ints:
    """Shipments planned for the ship day [O, N]; at nodes without a limit only if asked `everywhere`."""
    booked = np.zeros(ship_day.shape, np.int64)
    if not (network.limited_nodes or everywhere):
        return booked
    for column, number in enumerate(node.tolist()):
        limit = network.nodes[number].shipments_per_day
        if limit is not None:
            booked[:, column] = np.where(ship_day[:, column] == NO_DAY, 0, limit - free_slots[:, column])
        elif everywhere:
            node_id = network.nodes[number].id
            days = ship_day[:, column].tolist()
            booked[:, column] = [view.shipments_booked(node_id).get(day, 0) for view, day in zip(views, days)]
    return booked
