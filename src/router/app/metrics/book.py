"""Facts of all orders and waves, kept in memory and renewed by what happened since they were read last."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from threading import Lock

from router.app.metrics.definitions import METRICS, Metric, Observation
from router.app.metrics.facts import OrderFacts, read_order_facts
from router.app.metrics.wave_facts import WaveFacts, read_wave_facts
from router.app.ports.store import Reader, Store
from router.domain.identifiers import Instant, OrderId

EVENTS_AT_ONCE = 1_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What a metric counts, as of an event."""

    event_position: int
    now: Instant
    observations: dict[str, tuple[Observation, ...]]


class MetricsBook:
    """LIMIT: the facts of every order are held, some hundred bytes each; the first look reads all of them."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._lock = Lock()
        self._position = 0
        self._orders: dict[OrderId, OrderFacts] = {}
        self._waves: dict[int, WaveFacts] = {}

    def look(self, now: Instant, metrics: Iterable[Metric] = METRICS) -> Seen:
        """The observations of some metrics by their names, of all that is committed."""
        with self._lock:
            self._catch_up()
            return Seen(
                event_position=self._position,
                now=now,
                observations={one.name: tuple(self._observations(one, now)) for one in metrics},
            )

    def _observations(self, metric: Metric, now: Instant) -> Iterator[Observation]:
        if metric.of_order is not None:
            for order in self._orders.values():
                yield from metric.of_order(order, now)
        if metric.of_wave is not None:
            for wave in self._waves.values():
                yield from metric.of_wave(wave)

    def _catch_up(self) -> None:
        with self._store.reader() as reader:
            changed: dict[OrderId, None] = {}
            position = self._position
            while events := reader.list_events(position, EVENTS_AT_ONCE, None):
                changed.update(dict.fromkeys(OrderId(event.order_id) for event in events if event.order_id))
                position = events[-1].position
            waves = self._renew(reader, list(changed))
            for wave in waves:
                facts = read_wave_facts(reader, wave)
                if facts is not None:
                    self._waves[wave] = facts
        self._position = position

    def _renew(self, reader: Reader, order_ids: list[OrderId]) -> set[int]:
        """Read orders again; the waves that they are in."""
        waves: set[int] = set()
        for first in range(0, len(order_ids), EVENTS_AT_ONCE):
            # A payment may be for an order that never came here.
            found = reader.find_orders(order_ids[first : first + EVENTS_AT_ONCE])
            for order_id, account in found.items():
                self._orders[order_id] = read_order_facts(reader, account)
                waves.update(one.wave for one in reader.list_shipments_of(order_id) if one.wave)
        return waves
