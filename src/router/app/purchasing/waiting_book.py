"""Who waits for which product, in the order of service: kept in memory, renewed by what happened since."""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock
from typing import NamedTuple

from router.app.books.history import read_history
from router.app.ports.store import Reader, Store
from router.app.purchasing.ranked_units import RankedUnits
from router.app.reading.pool import Asked, PoolFilter, Rank, members, rank_of
from router.domain.identifiers import OrderId, Sku
from router.ledger.lifecycle import WAITING_STATES
from router.ledger.orders import OrderAccount

EVENTS_AT_ONCE = 1_000
EVENTS_MAX = 20_000
"""After more of them all that wait are read anew: that takes less."""

NOBODY = RankedUnits()


class Place(NamedTuple):
    """Where an order stands, with its waiting units by product. `asked` is of the decision of that number."""

    order_id: OrderId
    decision_number: int
    asked: Asked
    rank: Rank
    units: dict[Sku, int]


class WaitingBook:
    """`tiers` are served first, in their order. Any thread may look, one at a time.

    LIMIT: some hundred bytes are held for each order that waits and for each of its products; the first look reads all
    of them with their decisions.
    """

    def __init__(self, store: Store, tiers: tuple[str, ...] = ()) -> None:
        self._store = store
        self._tiers = tiers
        self._lock = Lock()
        self._position: int | None = None
        """Of the last event that was read; None: nothing was read yet."""
        self._places: dict[int, Place] = {}
        """By the number of the order."""
        self._queues: dict[Sku, RankedUnits] = {}

    @contextmanager
    def looking(self) -> Iterator[Reader]:
        """A reader of the books that this one is as of. To be used briefly: others wait."""
        with self._lock, self._store.reader() as reader:
            last = reader.head().event_position
            if self._position is None or last - self._position > EVENTS_MAX:
                self._read_all(reader)
            else:
                self._read_since(reader, self._position)
            self._position = last
            yield reader

    def ahead_of(self, rank: Rank, sku: Sku) -> int:
        """Units of a product that orders of smaller ranks wait for, but for the order of that rank's number itself."""
        own = self._places.get(rank.number)
        itself = own.units.get(sku, 0) if own is not None and own.rank < rank else 0
        return self._queues.get(sku, NOBODY).before(rank) - itself

    def waiting_for(self, sku: Sku) -> list[Place]:
        """The orders of which units of a product wait, in the order in which they are served."""
        return [self._places[rank.number] for rank, _ in self._queues.get(sku, NOBODY)]

    def _read_all(self, reader: Reader) -> None:
        known, self._places, self._queues = self._places, {}, {}
        for account in members(reader, 0, PoolFilter(waiting_only=True)):
            self._put(reader, account, known.get(account.number))

    def _read_since(self, reader: Reader, position: int) -> None:
        changed: dict[OrderId, None] = {}
        while events := reader.list_events(position, EVENTS_AT_ONCE, None):
            changed.update(dict.fromkeys(OrderId(event.order_id) for event in events if event.order_id))
            position = events[-1].position
        ids = list(changed)
        for first in range(0, len(ids), EVENTS_AT_ONCE):
            for account in reader.find_orders(ids[first : first + EVENTS_AT_ONCE]).values():
                known = self._take(account.number)
                if account.state in WAITING_STATES:
                    self._put(reader, account, known)

    def _put(self, reader: Reader, account: OrderAccount, known: Place | None) -> None:
        units: dict[Sku, int] = {}
        for line in account.lines:
            if line.backordered:
                units[line.sku] = units.get(line.sku, 0) + line.backordered
        if not units:
            return
        # A decision never changes, and reading it is what takes long.
        is_known = known is not None and known.decision_number == account.decision_number
        asked = (
            known.asked if known is not None and is_known else Asked.of(read_history(reader, account).order)
        )
        rank = rank_of(asked, account.number, self._tiers)
        self._places[account.number] = Place(account.order_id, account.decision_number, asked, rank, units)
        for sku, count in units.items():
            self._queues.setdefault(sku, RankedUnits()).put(rank, count)

    def _take(self, number: int) -> Place | None:
        """Out of every queue; None: it stood in none."""
        place = self._places.pop(number, None)
        if place is not None:
            for sku in place.units:
                self._queues[sku].remove(place.rank)
        return place
