"""Questions about customers: their orders, and whom these went to as long as that may be known."""

from collections.abc import Iterable
from dataclasses import dataclass

from router.app.answers.orders import OrderRecord
from router.app.books.contacts import digests_of
from router.app.books.sealing import DESTROYED, unseal
from router.app.customers.erase_customer import no_customer
from router.app.ports.store import Reader, Store
from router.app.reading.order_records import stored_record
from router.app.reading.pages import Page, key_of, page_of, size_of
from router.app.records.filters import OrderFilter
from router.domain.identifiers import Instant, OrderId
from router.domain.reasons import Reason, RouterError
from router.domain.recipient import Recipient

SAME_MAX = 100
"""LIMIT: so many ids with one e-mail address or telephone number are told."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerOrder:
    """`recipient` None: none was given, or it was erased."""

    record: OrderRecord
    recipient: Recipient | None


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundCustomer:
    """`erase_time` None: not erased, or there are orders with recipients since."""

    orders: Page[CustomerOrder]
    erase_time: Instant | None
    same_ids: tuple[str, ...] = ()
    """Other ids with the same e-mail address or telephone number."""


class CustomerQueries:
    """Answered from what is committed, beside the engine, by any thread."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def get_customer(self, customer_id: str, page_size: int, page_token: str) -> FoundCustomer:
        """With the customer's orders in the order of routing. Refuses with CUSTOMER_NOT_FOUND."""
        size, after = size_of(page_size), key_of(page_token, int)
        with self._store.reader() as reader:
            accounts = reader.list_orders(after, size + 1, OrderFilter(customer_id=customer_id))
            page = page_of(accounts, size, lambda account: account.number)
            records = [stored_record(reader, account) for account in page.items]
            key = reader.find_customer_keys([customer_id]).get(customer_id)
            same = known_by(reader, reader.list_contacts(customer_id))
            sealed = reader.find_recipients([record.order.id for record in records])
        if after is None and not records and key is None:
            raise no_customer(customer_id)
        orders = tuple(
            CustomerOrder(record=record, recipient=unseal(key, sealed.get(record.order.id)))
            for record in records
        )
        return FoundCustomer(
            orders=Page(items=orders, next_page_token=page.next_page_token),
            erase_time=key.time if key is not None and key.key == DESTROYED else None,
            same_ids=tuple(one for one in same if one != customer_id),
        )

    def find_customers(self, email: str, phone: str) -> tuple[str, ...]:
        """Ids under which orders with this e-mail address or telephone number came, at most SAME_MAX of each."""
        with self._store.reader() as reader:
            return known_by(reader, digests_of(reader.find_contact_key(), email, phone))

    def find_recipient(self, order_id: str) -> Recipient | None:
        """Of one order; None when none was given or it was erased. Refuses with ORDER_NOT_FOUND."""
        name = OrderId(order_id)
        with self._store.reader() as reader:
            account = reader.find_orders([name]).get(name)
            if account is None:
                raise RouterError(
                    Reason.ORDER_NOT_FOUND, f"order `{order_id}` was never routed here", order_id=order_id
                )
            sealed = reader.find_recipients([name]).get(name)
            key = reader.find_customer_keys([account.customer_id]).get(account.customer_id)
        return unseal(key, sealed)


def known_by(reader: Reader, digests: Iterable[bytes]) -> tuple[str, ...]:
    """Customers that any of these contacts leads to, by id."""
    return tuple(
        sorted({one for digest in digests for one in reader.list_contact_customers(digest, SAME_MAX)})
    )
