"""Gatherings: units of several nodes brought to one, the hub, by transfer lanes, and shipped from there as one.

To rules and solver a gathering is a column beside those of the nodes: the hub as it will be when all that is brought
there has arrived. It has the hub's calendar, tariffs, costs and dock, leaves later, and costs what the lanes cost. What
a gathering carries of a line is all of it, from the hub and the lanes' beginnings as is cheapest, the hub's own first;
so what a line costs there is one number, and no unit can be wanted twice. Wherever a rule removes a node for a line,
whatever the service level, the node gives nothing of it to a gathering either.

LIMIT: a shipment waits for at most LANES_MAX transfers. Orders of a wave, and those in which several bundles want the
same SKU, gather nothing.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import NamedTuple

import numpy as np

from router.routing.network.lanes import NO_DAY
from router.routing.network.prepared import PreparedNetwork
from router.routing.network.transfer_lanes import LANES_MAX, Passage
from router.routing.world import OrderToRoute
from router.solver.problem import Bools, Ints

NO_COLUMN = -1


class Gathering(NamedTuple):
    """A hub, as number of the network and as column of the batch or NO_COLUMN, and its lanes with their beginnings."""

    hub: int
    own: int
    lanes: tuple[int, ...]
    sources: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Gatherings:
    """The gatherings of a batch: number g is column `first` + g of its nodes."""

    first: int
    every: tuple[Gathering, ...]
    may_gather: Bools
    """[O] whether the order gathers at all."""
    ready_day: Ints
    """[O, C] the first day on which all that is brought can leave the hub, NO_DAY where it never can."""
    cost_milli: Ints
    """[first + C] what the transfers cost however many units are in them; 0 for plain nodes."""

    def of_column(self, column: int) -> Gathering | None:
        return self.every[column - self.first] if column >= self.first else None


def find_gatherings(
    requests: Sequence[OrderToRoute], network: PreparedNetwork, node: Ints, ready: Ints, is_sharing: Bools
) -> Gatherings | None:
    """What could be gathered from the nodes [N] of a batch; None where nothing could. `ready` [O, N]: first ship days.

    `is_sharing` [O] are orders of which several bundles want the same SKU.
    """
    if not network.transfer_lanes.lanes:
        return None
    may_gather = ~is_sharing & [one.only_node is None and one.allotment is None for one in requests]
    every = tuple(list_gatherings(network, node.tolist())) if may_gather.any() else ()
    if not every:
        return None
    lanes = network.transfer_lanes.lanes
    cost = [sum(1_000 * lanes[lane].cost_minor for lane in one.lanes) for one in every]
    return Gatherings(
        first=len(node),
        every=every,
        may_gather=may_gather,
        ready_day=np.array(
            [[gathered_by(network, one, days) for one in every] for days in ready.tolist()], np.int64
        ),
        cost_milli=np.concatenate((np.zeros(len(node), np.int64), np.array(cost, np.int64))),
    )


def list_gatherings(network: PreparedNetwork, nodes: Sequence[int]) -> Iterator[Gathering]:
    """By hub, those of one lane first: of equal plans the solver takes the first."""
    prepared = network.transfer_lanes
    column_of = {number: column for column, number in enumerate(nodes)}
    hubs = {
        network.node_index[prepared.lanes[lane].to_node_id]
        for number in nodes
        for lane in prepared.out_of.get(number, ())
    }
    for hub in sorted(hubs):
        usable = [lane for lane in prepared.into[hub] if prepared.from_node[lane] in column_of]
        for count in range(1, LANES_MAX + 1):
            for chosen in combinations(usable, count):
                sources = tuple(column_of[prepared.from_node[lane]] for lane in chosen)
                yield Gathering(hub, column_of.get(hub, NO_COLUMN), chosen, sources)


def gathered_by(network: PreparedNetwork, gathering: Gathering, ready: Sequence[int]) -> int:
    """The first day on which all of it can leave the hub, where each column can leave on `ready`."""
    days = [passage.ready_day for passage in passages_of(network, gathering, ready)]
    return max(days) if all(days) else NO_DAY


def passages_of(network: PreparedNetwork, gathering: Gathering, ready: Sequence[int]) -> list[Passage]:
    """The way of each of its transfers."""
    return [
        network.transfer_lanes.passage(lane, ready[source], gathering.hub)
        for lane, source in zip(gathering.lanes, gathering.sources, strict=True)
    ]


def widened(node: Ints, gatherings: Gatherings) -> Ints:
    """The nodes of the batch with a hub for each gathering."""
    return np.concatenate((node, np.array([one.hub for one in gatherings.every], np.int64)))


def held_together(available: Ints, gatherings: Gatherings) -> Ints:
    """Units [L, N] with those that come together at each gathering."""
    together = np.zeros((len(available), len(gatherings.every)), np.int64)
    for number, one in enumerate(gatherings.every):
        columns = [*one.sources] + ([one.own] if one.own != NO_COLUMN else [])
        together[:, number] = available[:, columns].sum(axis=1)
    return np.hstack((available, together))


def made_ready(ready: Ints, gatherings: Gatherings) -> Ints:
    """First days of dispatch [O, N + C] of nodes and hubs, hubs no earlier than all is there."""
    later = ready.copy()
    own, brought = ready[:, gatherings.first :], gatherings.ready_day
    is_possible = (own != NO_DAY) & (brought != NO_DAY) & gatherings.may_gather[:, None]
    later[:, gatherings.first :] = np.where(is_possible, np.maximum(own, brought), NO_DAY)
    return later
