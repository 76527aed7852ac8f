"""Questions about returns and their policies."""

from dataclasses import replace

from router.app.books.history import read_history
from router.app.books.return_book import no_return
from router.app.commands.returns import SendReplacement
from router.app.customers.customer_queries import CustomerQueries
from router.app.fulfillment.labels import Label
from router.app.fulfillment.planned_shipments import node_now, products_of
from router.app.ports.store import Store
from router.app.reading.pages import Page, key_of, page_of, size_of
from router.app.returns.return_label import return_label
from router.domain.identifiers import OrderId
from router.domain.return_policy import ReturnPolicy
from router.ledger.returns import Return


class ReturnQueries:
    """Answered from what is committed, beside the engine, by any thread."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def get_return(self, return_id: str) -> Return:
        """Refuses with RETURN_NOT_FOUND."""
        with self._store.reader() as reader:
            found = reader.find_return(return_id)
        if found is None:
            raise no_return(return_id)
        return found

    def list_returns(self, page_size: int, page_token: str, order_id: str) -> Page[Return]:
        """In the order of asking; of all orders unless one is named."""
        size, after = size_of(page_size), key_of(page_token, int)
        with self._store.reader() as reader:
            rows = reader.list_returns(after, size + 1, OrderId(order_id) or None)
        return page_of(rows, size, lambda one: one.number)

    def list_policies(self) -> tuple[ReturnPolicy, ...]:
        """All of them, by channel; the one for every channel first."""
        with self._store.reader() as reader:
            return tuple(sorted(reader.list_return_policies().values(), key=lambda one: one.channel))

    def is_answered(self, request_id: str) -> bool:
        """Whether the answer to this key is recorded already."""
        with self._store.reader() as reader:
            return bool(reader.find_outcomes([request_id]))

    def with_recipient(self, command: SendReplacement) -> SendReplacement:
        """The command with the person that the first order went to, as far as one may be known."""
        recipient = CustomerQueries(self._store).find_recipient(self.get_return(command.return_id).order_id)
        return replace(command, recipient=recipient)

    def label(self, return_id: str) -> tuple[Label, ...]:
        """What the customer sticks on the parcel. Refuses with RETURN_NOT_FOUND, and with RETURN_STATE_FORBIDS where
        nothing is awaited.
        """
        one = self.get_return(return_id)
        with self._store.reader() as reader:
            account = reader.find_orders([one.order_id])[one.order_id]
            order = read_history(reader, account).order
            products = products_of(reader, (line.sku for line in one.lines))
            node = node_now(reader, one.node_id)
        recipient = CustomerQueries(self._store).find_recipient(one.order_id)
        return return_label(one, order, node, recipient, products)
