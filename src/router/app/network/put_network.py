"""Put the network, or single nodes and service levels of it: always a whole new version, checked as a whole."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import TypeVar

from router.app.accounting.change_owners import change_owners
from router.app.answers.documents import NetworkChanged
from router.app.books.books import Books
from router.app.books.changes import Changes
from router.app.books.documents import network_document
from router.app.commands.documents import PutNetwork, PutNodes, PutServiceLevels
from router.domain.carrier import Carrier, ServiceLevel
from router.domain.identifiers import Instant
from router.domain.network import Network
from router.domain.node import Node
from router.domain.reasons import Reason, RouterError, Violation
from router.ledger.event_kinds import EventKind
from router.routing.network.prepared import prepare

Kept = TypeVar("Kept", Node, Carrier, ServiceLevel)


def put_network(books: Books, command: PutNetwork, at: Instant) -> tuple[Changes, NetworkChanged]:
    """Replace everything."""
    network = command.network
    return change_network(
        books, network, (*faults_of(network, "network."), *currency_faults(books, network)), at
    )


def put_nodes(books: Books, command: PutNodes, at: Instant) -> tuple[Changes, NetworkChanged]:
    """Add or replace nodes."""
    present = books.ready_network().network
    network = replace(present, nodes=merged(present.nodes, command.nodes))
    return change_network(books, network, node_faults(command.nodes, network, ""), at)


def put_service_levels(
    books: Books, command: PutServiceLevels, at: Instant
) -> tuple[Changes, NetworkChanged]:
    """Add or replace service levels, and carriers with them."""
    present = books.ready_network().network
    network = replace(
        present,
        carriers=merged(present.carriers, command.carriers),
        service_levels=merged(present.service_levels, command.service_levels),
    )
    return change_network(books, network, service_level_faults(command.service_levels, network, ""), at)


def change_network(
    books: Books, network: Network, faults: Iterable[Violation], at: Instant
) -> tuple[Changes, NetworkChanged]:
    """Make `network` the one in force, unless it has faults. Goods in nodes that it calls a supplier's are the
    supplier's from now on.
    """
    if violations := tuple(faults):
        raise RouterError(
            Reason.INVALID_REQUEST,
            f"the network names {len(violations)} things that it does not have: {violations[0].description}",
            violations=violations,
        )
    prepared = prepare(network)
    changes = Changes(
        after=books.head, time=at, network=prepared, documents=(network_document(prepared, at),)
    )
    change_owners(books, network, changes)
    changes.tell(
        EventKind.NETWORK_CHANGED,
        subject=prepared.digest,
        text=f"{len(network.nodes)} nodes, {len(network.service_levels)} service levels",
    )
    return changes, NetworkChanged(network_digest=prepared.digest)


def faults_of(network: Network, path: str) -> Iterator[Violation]:
    """Every name in the network that nothing in it bears."""
    yield from node_faults(network.nodes, network, path)
    yield from service_level_faults(network.service_levels, network, path)
    yield from transfer_lane_faults(network, path)


def transfer_lane_faults(network: Network, path: str) -> Iterator[Violation]:
    """Ends of transfer lanes that the network does not have."""
    nodes = {node.id for node in network.nodes}
    for index, lane in enumerate(network.transfer_lanes or ()):
        for name, end in (("from_node_id", lane.from_node_id), ("to_node_id", lane.to_node_id)):
            if end not in nodes:
                yield Violation(
                    f"{path}transfer_lanes[{index}].{name}",
                    "UNKNOWN_NODE",
                    f"a transfer lane names node `{end}`, which the network does not have",
                )


def node_faults(nodes: Iterable[Node], network: Network, path: str) -> Iterator[Violation]:
    """Service levels that nodes name and the network does not have."""
    known = {level.id for level in network.service_levels}
    for index, node in enumerate(nodes):
        for number, service_level_id in enumerate(node.service_level_ids):
            if service_level_id not in known:
                yield Violation(
                    f"{path}nodes[{index}].service_level_ids[{number}]",
                    "UNKNOWN_SERVICE_LEVEL",
                    f"node `{node.id}` names service level `{service_level_id}`, which the network does not have",
                )


def service_level_faults(levels: Iterable[ServiceLevel], network: Network, path: str) -> Iterator[Violation]:
    """Carriers and lanes' nodes that service levels name and the network does not have."""
    carriers = {carrier.id for carrier in network.carriers}
    nodes = {node.id for node in network.nodes}
    for index, level in enumerate(levels):
        here = f"{path}service_levels[{index}]"
        if level.carrier_id not in carriers:
            yield Violation(
                f"{here}.carrier_id",
                "UNKNOWN_CARRIER",
                f"service level `{level.id}` names carrier `{level.carrier_id}`, which the network does not have",
            )
        for number, lane in enumerate(level.tariff.lanes):
            if lane.node_id not in nodes:
                yield Violation(
                    f"{here}.tariff.lanes[{number}].node_id",
                    "UNKNOWN_NODE",
                    f"a lane of `{level.id}` names node `{lane.node_id}`, which the network does not have",
                )


def currency_faults(books: Books, network: Network) -> Iterator[Violation]:
    """Rules in force that charge amounts of another currency."""
    if books.rules.currency not in (None, "", network.currency):
        yield Violation(
            "network.currency",
            "CURRENCY_DIFFERS",
            f"the rules in force charge {books.rules.currency}, the network says {network.currency}",
        )


def merged(present: Iterable[Kept], new: Iterable[Kept]) -> tuple[Kept, ...]:
    """All of both by id; the new ones replace."""
    by_id: dict[str, Kept] = {}
    for things in (present, new):
        by_id.update((thing.id, thing) for thing in things)
    return tuple(by_id[key] for key in sorted(by_id))
