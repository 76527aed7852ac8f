"""Whether an address can be delivered to: what is wrong with it, how exactly its place is known, and who goes there."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Protocol, TypeVar

from msgspec import structs

from router.app.commands.deciding import RouteOrders, RouteWave
from router.app.commands.edits import EditOrder
from router.domain.carrier import ServiceLevel
from router.domain.identifiers import OrderId, ServiceLevelId
from router.domain.network import Network
from router.domain.node import Node
from router.domain.order import Destination, Order
from router.domain.place import PlaceConfidence, Point, distance_km
from router.domain.recipient import Recipient

CHECK, KIND = "address_check", "address_kind"
"""Attributes of an order that say what was found; rules read them."""


Routing = TypeVar("Routing", bound=RouteOrders | RouteWave)


class Verdict(Protocol):
    """`codes` such as POSTAL_CODE_INVALID, none when nothing was found; `text` is them, or `ok`."""

    @property
    def codes(self) -> tuple[str, ...]: ...

    @property
    def kind(self) -> str: ...

    @property
    def text(self) -> str: ...


class AddressJudge(Protocol):
    """Finds what is wrong with an address. Connectors supply it."""

    def __call__(self, to: Recipient, country: str, region: str, postal_code: str) -> Verdict: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class AddressReport:
    """What is known of an address without an order. `service_level_ids`: those that go there from any open node."""

    codes: tuple[str, ...]
    kind: str
    point: Point | None
    confidence: PlaceConfidence
    service_level_ids: tuple[ServiceLevelId, ...]


def report_of(
    judge: AddressJudge, network: Network, to: Recipient, destination: Destination
) -> AddressReport:
    verdict = judge(to, destination.country, destination.region, destination.postal_code)
    place = network.find_place(destination)
    point = None if place is None else place.point
    return AddressReport(
        codes=verdict.codes,
        kind=verdict.kind,
        point=point,
        confidence=PlaceConfidence.UNKNOWN if place is None else place.confidence,
        service_level_ids=tuple(
            level.id
            for level in network.service_levels
            if point is not None and is_reaching(level, network.nodes, destination, point)
        ),
    )


def is_reaching(level: ServiceLevel, nodes: Sequence[Node], to: Destination, point: Point) -> bool:
    """Whether the service level goes there from any open node, whatever is in the parcel."""
    if to.country not in level.countries or not (level.pickup_weekdays and level.delivery_weekdays):
        return False
    return any(
        node.is_open and level.id in node.service_level_ids and has_zone(level, node, to, point)
        for node in nodes
    )


def has_zone(level: ServiceLevel, node: Node, to: Destination, point: Point) -> bool:
    tariff, code = level.tariff, to.postal_code.replace(" ", "").upper()
    if any(
        lane.node_id == node.id and lane.country == to.country and code.startswith(lane.postal_prefix)
        for lane in tariff.lanes
    ):
        return True
    if not tariff.zones_by_distance:
        return False
    distance = distance_km(node.point, point)
    return any(zone.distance_km_max >= distance for zone in tariff.zones)


def note_addresses(command: Routing, judge: AddressJudge) -> Routing:
    """The command whose orders say what was found of their addresses; what the client said itself stays."""
    orders = tuple(noted(order, command.recipients, judge) for order in command.orders)
    return replace(command, orders=orders)


def noted(order: Order, recipients: Mapping[OrderId, Recipient], judge: AddressJudge) -> Order:
    to = recipients.get(order.id)
    if to is None:
        return order
    return structs.replace(order, attributes={**found(to, order.destination, judge), **order.attributes})


def note_edit(command: EditOrder, to: Recipient, destination: Destination, judge: AddressJudge) -> EditOrder:
    """The edit that says what was found of the address it leads to."""
    return replace(command, attributes=found(to, destination, judge))


def found(to: Recipient, destination: Destination, judge: AddressJudge) -> dict[str, str]:
    verdict = judge(to, destination.country, destination.region, destination.postal_code)
    return {CHECK: verdict.text, KIND: verdict.kind}
