"""Questions about delays, and the search for what may be late."""

from router.app.books.delay_book import no_delay
from router.app.delays.lateness import AT_NODE
from router.app.ports.store import Reader, Store
from router.app.reading.pages import Page, key_of, page_of, size_of
from router.app.records.filters import DelayFilter, OrderFilter, ShipmentFilter
from router.domain.identifiers import Instant, OrderId
from router.ledger.delays import Delay
from router.ledger.lifecycle import OrderState, ShipmentState
from router.routing.network.dates import utc_day

_UNDER_WAY = (
    ShipmentState.DISPATCHED,
    ShipmentState.IN_TRANSIT,
    ShipmentState.OUT_FOR_DELIVERY,
    ShipmentState.LOST,
)
_WAITING = (OrderState.BACKORDERED, OrderState.HELD)
_STAGES = len(AT_NODE) + len(_UNDER_WAY) + len(_WAITING)


class DelayQueries:
    """Answered from what is committed, beside the engine, by any thread."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def get_delay(self, order_id: str) -> Delay:
        """Refuses with DELAY_NOT_FOUND."""
        if (found := self.find_delay(order_id)) is None:
            raise no_delay(order_id)
        return found

    def find_delay(self, order_id: str) -> Delay | None:
        with self._store.reader() as reader:
            return reader.find_delay(order_id)

    def list_delays(self, page_size: int, page_token: str, where: DelayFilter) -> Page[Delay]:
        """In the order of finding."""
        size, after = size_of(page_size), key_of(page_token, int)
        with self._store.reader() as reader:
            rows = reader.list_delays(after, size + 1, where)
        return page_of(rows, size, lambda one: one.number)

    def list_suspects(self, page_size: int, page_token: str, now: Instant) -> Page[OrderId]:
        """Orders that may be late at `now`, a page of rows at a time; the engine judges each of them."""
        size = size_of(page_size)
        stage, after = key_of(page_token, tuple[int, int]) or (0, 0)
        with self._store.reader() as reader:
            rows = _rows(reader, stage, after, size, now)
        found = tuple(dict.fromkeys(order_id for _, order_id, is_suspect in rows if is_suspect))
        if len(rows) == size:
            at = (stage, rows[-1][0])
        elif stage + 1 < _STAGES:
            at = (stage + 1, 0)
        else:
            return Page(items=found)
        return Page(items=found, next_page_token=page_of((at, at), 1, lambda one: one).next_page_token)


def _rows(reader: Reader, stage: int, after: int, size: int, now: Instant) -> list[tuple[int, OrderId, bool]]:
    """Number, order, and whether it may be late, of the next rows of a stage."""
    if stage < len(AT_NODE):
        here = ShipmentFilter(state=AT_NODE[stage], begin_by=now)
        shipments = reader.list_shipments(after, size, here)
        return [(one.number, one.order_id, reader.find_delay(one.order_id) is None) for one in shipments]
    stage -= len(AT_NODE)
    if stage < len(_UNDER_WAY):
        # A day is over nowhere before it is over in the east.
        today = utc_day(now) + 1
        shipments = reader.list_shipments(after, size, ShipmentFilter(state=_UNDER_WAY[stage]))
        return [(one.number, one.order_id, (one.journey.eta_day or today) < today) for one in shipments]
    orders = reader.list_orders(after, size, OrderFilter(state=_WAITING[stage - len(_UNDER_WAY)]))
    return [(one.number, one.order_id, reader.find_delay(one.order_id) is None) for one in orders]
