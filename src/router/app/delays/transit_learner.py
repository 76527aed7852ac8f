"""Learns from deliveries how long shipments take, from a thread of its own, and lets the engine estimate by it.

    wait -> shipments that arrived since -> what all of the last ones tell -> the engine takes it for its next batch

An estimate is written down with its shipment, so it does not matter for what is booked when others follow.
"""

import logging
from collections import deque
from collections.abc import Mapping
from typing import Protocol

from router.app.agenda import Rounds
from router.app.books.history import read_history
from router.app.fulfillment.arrivals import trip_of
from router.app.ports.store import Reader, Store, StoreError
from router.app.records.commit import Commit
from router.app.records.filters import ShipmentFilter
from router.domain.identifiers import NodeId
from router.ledger.lifecycle import ShipmentState
from router.ledger.shipments import ShipmentAccount
from router.routing.network.prepared import unpack_network
from router.routing.network.transit import TransitTimes, Trip, learn

log = logging.getLogger("router.delays")

LEARN_SECONDS = 300.0
TRIPS_KEPT_MAX = 5_000
"""Of the shipments that arrived those last planned are learned from."""

PAGE = 1_000


class Engine(Protocol):
    def use_transits(self, times: TransitTimes) -> None: ...


class TransitLearner:
    """Works from `start` to `stop`. Whoever commits says so by `on_commit`."""

    def __init__(self, engine: Engine, store: Store, learn_seconds: float = LEARN_SECONDS) -> None:
        self._engine = engine
        self._store = store
        self._learn_seconds = learn_seconds
        self._trips: deque[Trip] = deque(maxlen=TRIPS_KEPT_MAX)
        self._news: deque[ShipmentAccount] = deque(maxlen=TRIPS_KEPT_MAX)
        self._knows_past = False
        self._rounds = Rounds(self._round, name="transits")

    def start(self) -> None:
        self._rounds.start()

    def stop(self) -> None:
        self._rounds.stop()

    def on_commit(self, commit: Commit) -> None:
        """To be called after every commit, from any thread. Takes microseconds."""
        self._news.extend(one for one in commit.shipments if one.state is ShipmentState.DELIVERED)

    def read_past(self) -> None:
        """What arrived before, as far as it is kept."""
        after: int | None = None
        where = ShipmentFilter(state=ShipmentState.DELIVERED)
        while not self._rounds.is_stopping:
            with self._store.reader() as reader:
                page = reader.list_shipments(after, PAGE, where)
            self._news.extend(page)
            if len(page) < PAGE:
                self._knows_past = True
                return
            after = page[-1].number

    def refresh(self) -> int:
        """Learn from what arrived since the last time, and tell the engine; how many trips it rests on."""
        fresh = 0
        zones = self._zones() if self._news else {}
        while self._news and not self._rounds.is_stopping:
            account = self._news.popleft()
            with self._store.reader() as reader:
                trip = stored_trip(reader, account, zones.get(account.node_id, "UTC"))
            if trip is not None:
                self._trips.append(trip)
                fresh += 1
        if fresh:
            self._engine.use_transits(learn(self._trips))
        return len(self._trips)

    def _zones(self) -> Mapping[NodeId, str]:
        """Where the days of each node begin and end."""
        with self._store.reader() as reader:
            document = reader.find_document(reader.head().network_digest)
        nodes = () if document is None else unpack_network(document.body).nodes
        return {node.id: node.calendar.time_zone for node in nodes}

    def _round(self) -> float:
        try:
            if not self._knows_past:
                self.read_past()
            self.refresh()
        except StoreError as error:
            log.warning("estimates stay as they are: %s", error)
        except Exception:
            # Estimating is a help: whatever is wrong with it, shipments go on being followed.
            log.exception("estimates stay as they are")
        return self._learn_seconds


def stored_trip(reader: Reader, account: ShipmentAccount, zone: str) -> Trip | None:
    order = reader.find_orders([account.order_id])[account.order_id]
    history = read_history(reader, order)
    return trip_of(history.order, history.plan.shipments[account.shipment - 1], account.journey, zone)
