"""Questions that change nothing: answered from what is committed, beside the engine, by any thread."""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass, replace
from typing import TypeVar, cast

from router.app.accounting.accounting_queries import AccountingQueries
from router.app.answers.decided import Routed
from router.app.answers.orders import OrderRecord
from router.app.books.documents import (
    answer_of,
    unpack_product,
)
from router.app.books.reservation_book import no_reservation
from router.app.carriers.carrier_queries import CarrierQueries
from router.app.channels.channel_queries import ChannelQueries
from router.app.customers.customer_queries import CustomerQueries
from router.app.delays.delay_queries import DelayQueries
from router.app.events.sink_queries import SinkQueries
from router.app.fulfillment.shipment_queries import ShipmentQueries
from router.app.metrics.book import MetricsBook
from router.app.payments.gift_queries import GiftQueries
from router.app.payments.payment_queries import PaymentQueries
from router.app.ports.store import Reader, Store
from router.app.purchasing.backorder_queries import BackorderQueries
from router.app.purchasing.purchase_queries import PurchaseQueries
from router.app.purchasing.suggest_purchases import Suggester
from router.app.reading.document_queries import DocumentQueries
from router.app.reading.ledger_queries import LedgerQueries
from router.app.reading.order_records import stored_record, with_returns
from router.app.reading.pages import Page, key_of, page_of, size_of
from router.app.reading.pool import PoolQueries
from router.app.reading.sample_queries import SampleQueries, no_decision
from router.app.reading.stock_queries import StockQueries
from router.app.records.commit import Head
from router.app.records.events import Event
from router.app.records.filters import OrderFilter, ReservationFilter
from router.app.records.ids import decision_number_of
from router.app.returns.return_queries import ReturnQueries
from router.app.rules.version_queries import VersionQueries
from router.domain.identifiers import OrderId, Sku
from router.domain.product import Product
from router.domain.reasons import Reason, RouterError
from router.ledger.accounting.chart import Chart
from router.ledger.orders import OrderAccount
from router.ledger.stock_reservations import StockReservation
from router.routing.decision import Decision
from router.routing.replay import unpack_decision

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundDecision:
    """A decision as answered, and with all that it was made from."""

    routed: Routed
    decision: Decision


class OneView:
    """What is left of a store where all questions are asked of one reader."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader

    def reader(self) -> AbstractContextManager[Reader]:
        return nullcontext(self._reader)


class Queries:
    """Every read but availability, which goes through the engine. All methods may be called by many threads."""

    def __init__(self, store: Store, chart: Chart | None = None, tiers: tuple[str, ...] = ()) -> None:
        """`tiers`: of orders that wait for the same goods, these are served first."""
        self._store = store
        self._tiers = tiers
        self._chart = chart or Chart()
        self.accounting = AccountingQueries(store, self._chart)
        self.documents = DocumentQueries(store)
        self.versions = VersionQueries(store)
        self.customers = CustomerQueries(store)
        self.pool = PoolQueries(store)
        self.stock = StockQueries(store)
        self.shipments = ShipmentQueries(store)
        self.payments = PaymentQueries(store)
        self.gifts = GiftQueries(store)
        self.carriers = CarrierQueries(store)
        self.returns = ReturnQueries(store)
        self.delays = DelayQueries(store)
        self.channels = ChannelQueries(store)
        self.purchases = PurchaseQueries(store)
        self.suggester = Suggester(store)
        self.metrics = MetricsBook(store)
        self.ledger = LedgerQueries(store)
        self.sinks = SinkQueries(store)
        self.samples = SampleQueries(store)
        self.backorders = BackorderQueries(store, tiers)

    @contextmanager
    def standing(self) -> Iterator[tuple["Queries", Reader]]:
        """All questions as of one position, and the reader that they are asked of. To be used briefly."""
        with self._store.reader() as reader:
            yield Queries(cast(Store, OneView(reader)), self._chart, self._tiers), reader

    def is_answered(self, request_id: str) -> bool:
        """Whether the answer to this key is recorded already."""
        with self._store.reader() as reader:
            return bool(reader.find_outcomes([request_id]))

    def head(self) -> Head:
        """Where the books stand."""
        with self._store.reader() as reader:
            return reader.head()

    def get_order(self, order_id: str) -> OrderRecord:
        """Refuses with ORDER_NOT_FOUND."""
        with self._store.reader() as reader:
            account = _account(reader, order_id)
            record = with_returns(reader, stored_record(reader, account))
        assert record.network_digest is not None, "it was read back"
        network = self.documents.prepared_network(record.network_digest).network
        return replace(record, place=network.find_place(record.order.destination))

    def list_orders(self, page_size: int, page_token: str, where: OrderFilter) -> Page[OrderRecord]:
        """In the order of routing."""
        size, after = size_of(page_size), key_of(page_token, int)
        with self._store.reader() as reader:
            page = page_of(reader.list_orders(after, size + 1, where), size, lambda account: account.number)
            records = tuple(stored_record(reader, account) for account in page.items)
        return Page(items=records, next_page_token=page.next_page_token)

    def get_reservation(self, reservation_id: str) -> StockReservation:
        """Refuses with RESERVATION_NOT_FOUND."""
        with self._store.reader() as reader:
            found = reader.find_stock_reservation(reservation_id)
        if found is None:
            raise no_reservation(reservation_id)
        return found

    def list_reservations(
        self, page_size: int, page_token: str, where: ReservationFilter
    ) -> Page[StockReservation]:
        """In the order of reserving."""
        size, after = size_of(page_size), key_of(page_token, int)
        with self._store.reader() as reader:
            rows = reader.list_stock_reservations(after, size + 1, where)
        return page_of(rows, size, lambda one: one.number)

    def get_decision(self, *, decision_id: str = "", order_id: str = "") -> FoundDecision:
        """By its id, or the latest of an order. Refuses with DECISION_NOT_FOUND or ORDER_NOT_FOUND."""
        with self._store.reader() as reader:
            if decision_id:
                number = decision_number_of(decision_id)
            else:
                number = _account(reader, order_id).decision_number
            stored = reader.find_decision(number)
        if stored is None:
            raise no_decision(decision_id)
        decision = unpack_decision(stored.body)
        return FoundDecision(routed=answer_of(stored, decision), decision=decision)

    def list_events(self, after_position: int, limit: int, order_id: str = "") -> tuple[Event, ...]:
        """At most `limit` events after a position, by position."""
        with self._store.reader() as reader:
            return tuple(reader.list_events(after_position, limit, OrderId(order_id) or None))

    def get_product(self, sku: str) -> Product:
        """Refuses with DOCUMENT_NOT_FOUND."""
        with self._store.reader() as reader:
            stored = reader.find_product(Sku(sku))
        if stored is None:
            raise RouterError(Reason.DOCUMENT_NOT_FOUND, f"product `{sku}` is unknown; put it first", sku=sku)
        return unpack_product(stored)

    def list_products(self, page_size: int, page_token: str) -> Page[Product]:
        """By SKU."""
        size, after = size_of(page_size), key_of(page_token, str)
        with self._store.reader() as reader:
            rows = reader.list_products(None if after is None else Sku(after), size + 1)
        page = page_of(rows, size, lambda product: product.sku)
        return Page(items=tuple(map(unpack_product, page.items)), next_page_token=page.next_page_token)


def _account(reader: Reader, order_id: str) -> OrderAccount:
    account = reader.find_orders([OrderId(order_id)]).get(OrderId(order_id))
    if account is None:
        raise RouterError(
            Reason.ORDER_NOT_FOUND, f"order `{order_id}` was never routed here", order_id=order_id
        )
    return account
