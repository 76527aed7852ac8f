"""Questions about payments."""

from itertools import islice

from router.app.books.documents import prepare_document
from router.app.books.history import read_history
from router.app.books.payment_book import no_payment
from router.app.payments.coverage import value_of_shipment
from router.app.ports.store import Reader, Store
from router.app.reading.pages import Page, key_of, page_of, size_of
from router.app.records.ids import parse_shipment_id
from router.app.records.payment_filter import ANY_PAYMENT, PaymentFilter
from router.domain.identifiers import Instant
from router.domain.reasons import Reason, RouterError
from router.ledger.payments import Payment


class PaymentQueries:
    """Answered from what is committed, beside the engine, by any thread."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def get_payment(self, payment_id: str) -> Payment:
        """Refuses with PAYMENT_NOT_FOUND."""
        if (found := self.find_payment(payment_id)) is None:
            raise no_payment(payment_id)
        return found

    def find_payment(self, payment_id: str) -> Payment | None:
        with self._store.reader() as reader:
            return reader.find_payment(payment_id)

    def list_payments(
        self, page_size: int, page_token: str, where: PaymentFilter = ANY_PAYMENT
    ) -> Page[Payment]:
        """In the order of asking."""
        size, after = size_of(page_size), key_of(page_token, int)
        with self._store.reader() as reader:
            rows = reader.list_payments(after, size + 1, where)
        return page_of(rows, size, lambda payment: payment.number)

    def list_expiring(
        self, until: Instant, page_size: int, where: PaymentFilter = ANY_PAYMENT
    ) -> Page[Payment]:
        """Those of which something is open that runs out by then, the first to run out first."""
        size = size_of(page_size)
        with self._store.reader() as reader:
            due = sorted(limit for limit in reader.read_payment_limits() if limit[0] <= until)
            found = (payment for _, id in due if (payment := reader.find_payment(id)) is not None)
            return Page(items=tuple(islice(filter(where.takes, found), size)))

    def is_answered(self, request_id: str) -> bool:
        """Whether the answer to this key is recorded already."""
        with self._store.reader() as reader:
            return bool(reader.find_outcomes([request_id]))

    def value_of_shipment(self, shipment_id: str) -> int:
        """What its goods cost, in minor units. Refuses with ORDER_NOT_FOUND."""
        order_id, number = parse_shipment_id(shipment_id)
        with self._store.reader() as reader:
            account = reader.find_orders([order_id]).get(order_id)
            if account is None:
                raise RouterError(
                    Reason.ORDER_NOT_FOUND, f"order `{order_id}` was never routed here", order_id=order_id
                )
            order = read_history(reader, account).order
            reservations = tuple(reader.list_reservations(order_id))
        return value_of_shipment(order, reservations, number)

    def currency(self) -> str:
        """Of the network in force. Refuses with NETWORK_NOT_READY."""
        with self._store.reader() as reader:
            return currency_of(reader)


def currency_of(reader: Reader) -> str:
    """Of the network in force. Refuses with NETWORK_NOT_READY."""
    currency = find_currency(reader)
    if currency is None:
        raise RouterError(
            Reason.NETWORK_NOT_READY, "network not ready: no network was put yet, put one first"
        )
    return currency


def find_currency(reader: Reader) -> str | None:
    """Of the network in force; None before there is one."""
    document = reader.find_document(reader.head().network_digest)
    return None if document is None else prepare_document(document).network.currency
