"""The transfer lanes of a network, prepared: which lead where, and when what leaves by one can leave its end again."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from math import comb

from router.domain.identifiers import NodeId
from router.domain.node import Node
from router.domain.transfer_lane import TransferLane
from router.routing.network.dates import CALENDAR_DAYS_MAX, is_working_day, weekday_of

LANES_MAX = 2
"""A shipment waits for at most so many transfers."""

NEVER = 0
"""No day: nothing moves or leaves."""


@dataclass(frozen=True, slots=True)
class Passage:
    """A transfer in days: leaves, is there, and the first day on which its units can leave again with a shipment."""

    depart_day: int
    arrive_day: int
    ready_day: int


NO_PASSAGE = Passage(NEVER, NEVER, NEVER)


@dataclass(frozen=True, slots=True, kw_only=True)
class PreparedLanes:
    """The lanes between open nodes, by numbers of the network's nodes."""

    lanes: tuple[TransferLane, ...]
    from_node: tuple[int, ...]
    into: Mapping[int, tuple[int, ...]]
    """Node -> the lanes that end there."""
    out_of: Mapping[int, tuple[int, ...]]
    """Node -> the lanes that begin there."""
    nodes: tuple[Node, ...]
    _passages: dict[tuple[int, int], Passage] = field(default_factory=dict, repr=False)

    @property
    def gathering_count(self) -> int:
        """How many gatherings an order could have to choose from."""
        return sum(
            comb(len(lanes), count) for lanes in self.into.values() for count in range(1, LANES_MAX + 1)
        )

    def passage(self, lane: int, ready_day: int, hub: int) -> Passage:
        """How units that can leave the lane's beginning on `ready_day` get to its end, node number `hub`."""
        key = lane, ready_day
        if (known := self._passages.get(key)) is None:
            known = self._passages[key] = pass_by(self.lanes[lane], ready_day, self.nodes[hub])
        return known


def prepare_lanes(
    lanes: Sequence[TransferLane], node_index: Mapping[NodeId, int], nodes: Sequence[Node]
) -> PreparedLanes:
    """The lanes whose both ends are open nodes of the network, by where they end and begin."""
    used = tuple(
        lane
        for lane in lanes
        if all(
            end in node_index and nodes[node_index[end]].is_open
            for end in (lane.from_node_id, lane.to_node_id)
        )
    )
    into, out_of = defaultdict[int, list[int]](list), defaultdict[int, list[int]](list)
    for number, lane in enumerate(used):
        into[node_index[lane.to_node_id]].append(number)
        out_of[node_index[lane.from_node_id]].append(number)
    return PreparedLanes(
        lanes=used,
        from_node=tuple(node_index[lane.from_node_id] for lane in used),
        into={node: tuple(numbers) for node, numbers in into.items()},
        out_of={node: tuple(numbers) for node, numbers in out_of.items()},
        nodes=tuple(nodes),
    )


def pass_by(lane: TransferLane, ready_day: int, hub: Node) -> Passage:
    """The days of a transfer whose units can leave on `ready_day`; NO_PASSAGE where it never leaves or leads on."""
    if ready_day == NEVER or not lane.departure_weekdays:
        return NO_PASSAGE
    depart = ready_day
    while not lane.departure_weekdays >> weekday_of(depart) & 1:
        depart += 1
    arrive = depart + lane.lead_days
    days_to_pass = hub.calendar.processing_days
    for day in range(arrive, arrive + CALENDAR_DAYS_MAX):
        if is_working_day(hub.calendar, day):
            if days_to_pass == 0:
                return Passage(depart, arrive, day)
            days_to_pass -= 1
    return NO_PASSAGE
