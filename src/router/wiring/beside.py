"""What works beside the engine on what was committed."""

import logging
import os
import socket
import uuid
from collections.abc import Callable, Iterable
from typing import Protocol

from router.app.dropship.acknowledgement_keeper import AcknowledgementKeeper
from router.app.engine.engine import Engine
from router.app.orders.rerouter import Rerouter
from router.app.ports.clock import Clock
from router.app.ports.store import Store
from router.app.queries import Queries
from router.app.records.commit import Commit
from router.app.records.filters import ShipmentFilter
from router.connectors.sinks_file import SinksRefused
from router.domain.identifiers import NodeId
from router.ledger.event_kinds import EventKind
from router.ledger.lifecycle import ShipmentState
from router.settings import Settings
from router.wiring.refused import USAGE, ServerRefused

log = logging.getLogger("router")

HOLDER = "server"
"""The relay in the only server of a store: after a crash it goes on at once, for nobody else can hold its sinks."""


def picked_in(queries: Queries) -> Callable[[], list[str]]:
    """Shipments that are picked and wait for their carrier."""

    def waiting() -> list[str]:
        page = queries.shipments.list_shipments(1_000, "", ShipmentFilter(state=ShipmentState.PICKED))
        return [one.account.id for one in page.items]

    return waiting


def holder_of(store: Store) -> str:
    """Who serves sinks here: servers that share a database must not take each other for themselves, and whoever asks
    is told where to look.
    """
    if not store.is_shared:
        return HOLDER
    return f"{HOLDER} {socket.gethostname()[:40]}/{os.getpid()}/{uuid.uuid4().hex[:8]}"


def acknowledgements_of(
    settings: Settings, engine: Engine, store: Store, queries: Queries, clock: Clock
) -> AcknowledgementKeeper | None:
    """Who sees to it that suppliers answer, if somebody does."""
    if settings.acknowledge is None:
        return None
    return AcknowledgementKeeper(
        engine, store, queries.documents, clock.now, within_seconds=settings.acknowledge
    )


def rerouter_of(settings: Settings, engine: Engine, queries: Queries) -> Rerouter | None:
    """What decides orders again by itself, if it is to be done."""
    if settings.reroute is None:
        return None

    def closed_nodes() -> list[NodeId]:
        return [node.id for node in queries.documents.get_network().network.nodes if not node.is_open]

    return Rerouter(
        engine,
        queries.pool,
        closed_nodes,
        every_seconds=settings.reroute,
        move_milli=1_000 * settings.move_price,
        tiers=settings.tiers,
    )


class Follower(Protocol):
    """Works beside the engine on what was committed."""

    def on_commit(self, commit: Commit) -> None: ...


class Worker(Protocol):
    """Works in a thread of its own from start to stop."""

    def start(self) -> None: ...
    def stop(self) -> None: ...


class FollowingWorker(Follower, Worker, Protocol):
    """Does both: what was committed gives it its work."""


def tell_commit(
    commit: Commit, followers: Iterable[Follower], on_clock: Callable[[bool], None] | None = None
) -> None:
    """What a commit means besides its answers: work for those who follow, and news of the clock."""
    for follower in followers:
        follower.on_commit(commit)
    for event in commit.events:
        if event.kind is EventKind.CLOCK_JUMPED:
            log.critical("the clock is in doubt: %s", event.text)
        elif event.kind is EventKind.CLOCK_TRUSTED:
            log.warning("the clock is trusted again: %s", event.text)
        else:
            continue
        if on_clock is not None:
            on_clock(event.kind is EventKind.CLOCK_TRUSTED)


def start_all(workers: Iterable[Worker]) -> None:
    """Refuses with ServerRefused where a sink cannot be told."""
    try:
        for worker in workers:
            worker.start()
    except SinksRefused as error:
        raise ServerRefused(USAGE, str(error), reason="SINKS_REFUSED") from error
