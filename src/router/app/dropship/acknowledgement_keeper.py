"""The keeper of acknowledgements: what a supplier did not acknowledge in time is rejected for it, and ships elsewhere.

    released shipments at nodes of kind SUPPLIER -> older than the time, not acknowledged -> RejectShipment

The key of each rejection is the shipment's, so that two servers reject it once. An acknowledgement that comes between
looking and rejecting wins: the rejection is refused then.
"""

from collections.abc import Callable, Iterator
from contextlib import suppress

from router.app.agenda import Rounds
from router.app.commands.deciding import RejectShipment
from router.app.engine_port import Engine
from router.app.ports.store import Store, StoreError
from router.app.purchasing.promise_stock import SUPPLIER
from router.app.reading.document_queries import DocumentQueries
from router.app.records.filters import ShipmentFilter
from router.domain.identifiers import Instant, NodeId
from router.domain.reasons import RouterError
from router.ledger.lifecycle import ShipmentState
from router.ledger.shipments import ShipmentAccount

NOT_ACKNOWLEDGED = "NOT_ACKNOWLEDGED"
LOOK_SECONDS = 30.0
PAGE = 1_000


class AcknowledgementKeeper:
    """Works from `start` to `stop` in a thread of its own."""

    def __init__(
        self,
        engine: Engine,
        store: Store,
        documents: DocumentQueries,
        now: Callable[[], Instant],
        *,
        within_seconds: int,
        look_seconds: float = LOOK_SECONDS,
    ) -> None:
        self._engine = engine
        self._store = store
        self._documents = documents
        self._now = now
        self._within = within_seconds * 1_000_000
        self._look_seconds = min(look_seconds, float(within_seconds))
        self._rounds = Rounds(self._round, name="acknowledgements")

    def start(self) -> None:
        self._rounds.start()

    def stop(self) -> None:
        """What is being rejected is finished; nothing more is."""
        self._rounds.stop()

    def work(self) -> int:
        """Reject all that is overdue now, and give how many were."""
        count = 0
        for shipment in self.overdue():
            if self._rounds.is_stopping:
                break
            command = RejectShipment(
                request_id=f"not-acknowledged/{shipment.id}",
                body_digest=b"",
                shipment_id=shipment.id,
                reason_code=NOT_ACKNOWLEDGED,
                unless_acknowledged=True,
            )
            try:
                self._engine.submit(command).result()
                count += 1
            except RouterError:
                # It moved on meanwhile, or the queue is full: the next look tells.
                continue
        return count

    def overdue(self) -> Iterator[ShipmentAccount]:
        """What suppliers did not acknowledge in time."""
        before = self._now() - self._within
        for node_id in self._suppliers():
            after: int | None = None
            where = ShipmentFilter(state=ShipmentState.RELEASED, node_id=node_id)
            while True:
                with self._store.reader() as reader:
                    page = reader.list_shipments(after, PAGE, where)
                if not page:
                    break
                after = page[-1].number
                for one in page:
                    journey = one.journey
                    if not journey.acknowledge_time and 0 < journey.release_time <= before:
                        yield one

    def _suppliers(self) -> list[NodeId]:
        try:
            nodes = self._documents.get_network().network.nodes
        except RouterError:
            return []
        return [node.id for node in nodes if node.kind == SUPPLIER]

    def _round(self) -> float:
        # Where the server ends, or the store does not answer, there is a next time.
        with suppress(RouterError, StoreError):
            self.work()
        return self._look_seconds
