"""The network as arrays: prepared once per version, read by every decision; and its canonical bytes and digest."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from hashlib import sha256
from operator import itemgetter
from typing import Any, TypeVar

import msgspec
import numpy as np
from msgspec import UNSET

from router.domain.carrier import ServiceLevel
from router.domain.identifiers import Digest, Instant, NodeId, ServiceLevelId
from router.domain.network import Network
from router.domain.node import Node, NodeCalendar
from router.domain.order import Destination
from router.domain.product import Product
from router.domain.transfer_lane import TransferLane
from router.routing.network.dates import begin_by, local_day, ready_day
from router.routing.network.distances import Places, places_of
from router.routing.network.lanes import NO_DAY
from router.routing.network.reaches import KnownReaches, Reaches, Target
from router.routing.network.reaching import reaches_of
from router.routing.network.tariffs import RateTables, is_running, tabulate_lanes, tabulate_rates
from router.routing.network.transfer_lanes import PreparedLanes, prepare_lanes
from router.solver.problem import Bools, Ints

T = TypeVar("T")

_CACHED_CELLS_MAX = 32_000_000
_FEW = 4
"""One in so many nodes: then looking at all of them costs more than it saves the next order to the same place."""
_CACHED_INSTANTS_MAX = 10_000
_PACKER = msgspec.msgpack.Encoder(order="deterministic")


@dataclass(frozen=True, slots=True)
class LocalDays:
    """For one instant, by calendar: the local date, and the first day an order can leave (NO_DAY = none).

    Both are 0 where nobody asked yet.
    """

    today: Ints  # [C]
    ready: Ints  # [C]


@dataclass(frozen=True, slots=True, kw_only=True)
class PreparedNetwork:
    """A network, its digest, and arrays over its nodes N and service levels S, both in the order of their ids.

    What depends on a destination, an instant or a kind of goods is worked out once and remembered.
    Threads may share it.
    """

    network: Network
    digest: Digest
    node_index: Mapping[NodeId, int]
    open_node_index: Mapping[NodeId, int]
    of_every_node: Callable[[Mapping[NodeId, int]], tuple[int, ...]]
    """Of numbers by node id those of all nodes [N]; raises KeyError where one is missing."""
    is_open: Bools  # [N]
    packed_ids: tuple[bytes, ...]
    """[N] the ids as MessagePack."""
    service_index: Mapping[ServiceLevelId, int]
    limited_nodes: frozenset[NodeId]
    """Open nodes with a limit of shipments per day."""
    places: Places  # [N]
    rates: RateTables
    picks_up: Bools  # [N, S]
    calendars: tuple[NodeCalendar, ...]
    node_calendar: Ints  # [N]
    item_length_max: Ints  # [S] millimetres, 0 = no limit
    dim_divisor: Ints  # [S]
    dim_volume_min: Ints  # [S]
    co2e_grams_per_tonne_km: Ints  # [S] 0 = not known
    handling_milli: Ints  # [N]
    packaging_milli: Ints  # [N]
    pick_line_milli: Ints  # [N]
    pick_unit_milli: Ints  # [N]
    transfer_lanes: PreparedLanes
    lane_zones: Mapping[str, Mapping[str, tuple[tuple[int, int, int], ...]]]
    """Country -> postal prefix -> (service, node, zone)."""
    _reaches: list[KnownReaches] = field(default_factory=lambda: [KnownReaches()], repr=False)
    """One, which another takes the place of once it is full: whoever reads it keeps it."""
    _days: dict[tuple[int, bool], LocalDays] = field(default_factory=dict, repr=False)
    _accepted: dict[tuple[str, str], Bools] = field(default_factory=dict, repr=False)
    _begins: dict[tuple[NodeId, int], Instant | None] = field(default_factory=dict, repr=False)

    _remembered: dict[str, Any] = field(default_factory=dict, repr=False)

    def remembered(self, name: str, made: Callable[[], T]) -> T:
        """What hangs on nothing but the network, made when it is first asked for by its name."""
        if name not in self._remembered:
            self._remembered[name] = made()
        found: T = self._remembered[name]
        return found

    @property
    def nodes(self) -> tuple[Node, ...]:
        return self.network.nodes

    @property
    def services(self) -> tuple[ServiceLevel, ...]:
        return self.network.service_levels

    def reaches(self, destinations: Sequence[Destination], node: Ints) -> Reaches:
        """Distance and rate row from the nodes of these numbers to each destination.

        Where they are few of many nodes, the others are not looked at; else all are, once for each destination.
        """
        find_point, find_prefix = self.network.find_point, self._longest_lane_prefix
        keys = [
            (one.country, find_prefix(one) if self.lane_zones else "", one.point or find_point(one))
            for one in destinations
        ]
        if len(node) * _FEW > len(self.nodes):
            return self._reaches_of_every_node(keys).at(node)
        # A gathering's node stands there once more.
        own, column = np.unique(node, return_inverse=True)
        return self._worked_out(keys, own).at(column)

    def reach(self, destination: Destination) -> Reaches:
        """Distance [N] and rate row [N, S] from every node."""
        distance_km, row = self.reaches([destination], np.arange(len(self.nodes)))
        return Reaches(distance_km[0], row[0])

    def _reaches_of_every_node(self, keys: Sequence[Target]) -> Reaches:
        """Those to each destination; what nobody asked for yet is worked out together, and remembered."""
        known = self._reaches[0]
        if missing := known.missing(keys):
            if (len(known) + len(missing)) * self.picks_up.size >= _CACHED_CELLS_MAX:
                known = self._reaches[0] = KnownReaches()
                missing = known.missing(keys)
            found = list(reaches_of(self, missing, np.arange(len(self.nodes))))
            is_kept = known.add(missing, found)
            if len(missing) == len(keys) and len(found) == 1:
                # All of them are new: no need to look them up.
                return found[0]
            if not is_kept:
                return self._worked_out(keys, np.arange(len(self.nodes)))
        return known.to(keys)

    def _worked_out(self, keys: Sequence[Target], node: Ints) -> Reaches:
        """Those to each destination from these nodes, whatever is known of it; nothing is remembered."""
        known = KnownReaches()
        known.add(every := list(dict.fromkeys(keys)), reaches_of(self, every, node))
        return known.to(keys)

    def local_days(self, instant: Instant, calendars: Ints) -> LocalDays:
        """Dates at `instant` by the calendars of these numbers; of others they may be missing.

        Days begin and cut-offs fall on whole seconds: all instants between two share them.
        """
        second, fraction = divmod(instant, 1_000_000)
        key = second, fraction > 0
        if (known := self._days.get(key)) is None:
            if len(self._days) >= _CACHED_INSTANTS_MAX:
                self._days.clear()
            count = len(self.calendars)
            known = self._days[key] = LocalDays(np.zeros(count, np.int64), np.zeros(count, np.int64))
        for number in set(calendars[known.today[calendars] == 0].tolist()):
            calendar = self.calendars[number]
            # The date is what others look for: it comes last.
            known.ready[number] = ready_day(calendar, instant) or NO_DAY
            known.today[number] = local_day(instant, calendar.time_zone)
        return known

    def begin_by(self, node_id: NodeId, ship_day: int) -> Instant | None:
        """The last instant at which the node can begin on what leaves on `ship_day`; None: it does not any more."""
        place = node_id, ship_day
        try:
            return self._begins[place]
        except KeyError:
            if len(self._begins) >= _CACHED_INSTANTS_MAX:
                self._begins.clear()
            found = self._begins[place] = begin_by(self.nodes[self.node_index[node_id]].calendar, ship_day)
            return found

    def accepts(self, product: Product) -> Bools:
        """Which service levels take goods of this class and temperature, of any size."""
        key = (product.hazmat, product.temperature)
        if (known := self._accepted.get(key)) is None:
            known = self._accepted[key] = np.array(
                [
                    product.temperature in level.temperatures_accepted
                    and (not product.hazmat or product.hazmat in level.hazmat_accepted)
                    for level in self.services
                ],
                np.bool_,
            )
        return known

    def _longest_lane_prefix(self, destination: Destination) -> str:
        prefixes = self.lane_zones.get(destination.country)
        if prefixes is None:
            return ""
        code = destination.postal_code.replace(" ", "").upper()
        return next((code[:end] for end in range(len(code), 0, -1) if code[:end] in prefixes), "")


def prepare(network: Network) -> PreparedNetwork:
    """Work out everything about `network` that no single order changes."""
    network = _in_order(network)
    nodes, services = network.nodes, network.service_levels
    node_index = {node.id: number for number, node in enumerate(nodes)}
    service_index = {level.id: number for number, level in enumerate(services)}
    calendars = tuple(dict.fromkeys(node.calendar for node in nodes))
    calendar_index = {calendar: number for number, calendar in enumerate(calendars)}
    return PreparedNetwork(
        network=network,
        digest=digest_of(network),
        node_index=node_index,
        open_node_index={node.id: number for number, node in enumerate(nodes) if node.is_open},
        of_every_node=reader_of([node.id for node in nodes]),
        is_open=np.array([node.is_open for node in nodes], np.bool_),
        packed_ids=tuple([_PACKER.encode(node.id) for node in nodes]),
        service_index=service_index,
        limited_nodes=frozenset(
            node.id for node in nodes if node.is_open and node.shipments_per_day is not None
        ),
        places=places_of([node.point for node in nodes]),
        rates=tabulate_rates(services),
        picks_up=_pickups(nodes, services),
        calendars=calendars,
        node_calendar=np.array([calendar_index[node.calendar] for node in nodes], np.int64),
        transfer_lanes=prepare_lanes(network.transfer_lanes or (), node_index, nodes),
        item_length_max=np.array([level.item_length_mm_max for level in services], np.int64),
        dim_divisor=np.array([level.dim_mm3_per_gram for level in services], np.int64),
        dim_volume_min=np.array([level.dim_volume_mm3_min for level in services], np.int64),
        co2e_grams_per_tonne_km=np.array([emitted_by(level) for level in services], np.int64),
        handling_milli=1000 * np.array([node.handling_minor for node in nodes], np.int64),
        packaging_milli=1000 * np.array([node.packaging_minor for node in nodes], np.int64),
        pick_line_milli=1000 * np.array([node.pick_line_minor for node in nodes], np.int64),
        pick_unit_milli=1000 * np.array([node.pick_unit_minor for node in nodes], np.int64),
        lane_zones=tabulate_lanes(services, node_index),
    )


def reader_of(node_ids: Sequence[NodeId]) -> Callable[[Mapping[NodeId, int]], tuple[int, ...]]:
    """What gives of numbers by node id those of these nodes, in their order."""
    if len(node_ids) < 2:
        # A getter of one item gives no tuple.
        return lambda numbers: tuple([numbers[node_id] for node_id in node_ids])
    return itemgetter(*node_ids)


def emitted_by(level: ServiceLevel) -> int:
    """Grams of CO2e for each tonne-kilometre; 0 where they are not known."""
    return level.tariff.emission.co2e_grams_per_tonne_km if level.tariff.emission else 0


def pack_network(network: Network) -> bytes:
    """The canonical bytes of `network` (MessagePack): equal networks give equal bytes."""
    return _PACKER.encode(_in_order(network))


def unpack_network(packed: bytes) -> Network:
    """The network of `pack_network`'s bytes; raises `msgspec.DecodeError` when they are not that."""
    return msgspec.msgpack.decode(packed, type=Network)


def digest_of(network: Network) -> Digest:
    """SHA-256 of the canonical bytes."""
    return Digest(sha256(pack_network(network)).hexdigest())


def _in_order(network: Network) -> Network:
    return replace(
        network,
        nodes=tuple(sorted(network.nodes, key=lambda node: node.id)),
        carriers=tuple(sorted(network.carriers, key=lambda carrier: carrier.id)),
        service_levels=tuple(sorted(network.service_levels, key=lambda level: level.id)),
        transfer_lanes=tuple(sorted(network.transfer_lanes, key=ends_of))
        if network.transfer_lanes
        else UNSET,
    )


def ends_of(lane: TransferLane) -> tuple[NodeId, NodeId]:
    """Where it ends and begins: no two lanes of a network have both the same."""
    return lane.to_node_id, lane.from_node_id


def _pickups(nodes: tuple[Node, ...], services: tuple[ServiceLevel, ...]) -> Bools:
    pickups = np.zeros((len(nodes), len(services)), np.bool_)
    for number, level in enumerate(services):
        if is_running(level):
            pickups[:, number] = [level.id in node.service_level_ids for node in nodes]
    return pickups
