"""The lane constraints: lanes (order, node, service level) that are closed whatever rules say.

One list, applied before any rule speaks; a lane that one of them closes is no option of the solver, and the explanation
gives `NO_SERVICE`. How to add one: docs/internals/how-to-change.md.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from router.routing.network.lanes import NO_DAY
from router.routing.network.prepared import PreparedNetwork
from router.routing.world import OrderToRoute
from router.solver.problem import Bools, Ints


@dataclass(frozen=True, slots=True, kw_only=True)
class Lanes:
    """What is known of the lanes of O orders from N nodes."""

    requests: Sequence[OrderToRoute]
    network: PreparedNetwork
    node: Ints  # [N] number in the network
    ship_day: Ints  # [O, N] NO_DAY = none
    distance_km: Ints  # [O, N]


Closes = Callable[[Lanes], Bools]
"""Where [O, N] or [O, N, S] nothing can travel; any shape where that is nowhere."""

NOWHERE = np.zeros(0, np.bool_)


def a_shipment_leaves_on_a_day(lanes: Lanes) -> Bools:
    closed: Bools = lanes.ship_day == NO_DAY
    return closed


def a_confined_order_stays_at_its_node(lanes: Lanes) -> Bools:
    if all(request.only_node is None for request in lanes.requests):
        return NOWHERE
    closed = np.zeros((len(lanes.requests), len(lanes.node)), np.bool_)
    for order, request in enumerate(lanes.requests):
        if request.only_node is not None:
            closed[order] = lanes.node != lanes.network.node_index[request.only_node]
    return closed


def only_what_the_customer_chose(lanes: Lanes) -> Bools:
    if not any(request.order.service_level_ids for request in lanes.requests):
        return NOWHERE
    index = lanes.network.service_index
    closed = np.zeros((len(lanes.requests), len(index)), np.bool_)
    for order, request in enumerate(lanes.requests):
        if chosen := request.order.service_level_ids:
            closed[order] = [one not in chosen for one in index]
    return np.broadcast_to(closed[:, None, :], (len(lanes.requests), len(lanes.node), len(index)))


LANE_CONSTRAINTS: tuple[Closes, ...] = (
    a_shipment_leaves_on_a_day,
    a_confined_order_stays_at_its_node,
    only_what_the_customer_chose,
)
