"""Questions about the journal: its entries, the balances that they add up to, serial numbers that left, its audit."""

from router.app.ports.store import Store
from router.app.reading.pages import Page, beyond_the_last, key_of, page_of, size_of
from router.app.reading.verify import verify
from router.domain.identifiers import NodeId, Sku
from router.ledger.accounts import Account, Balance, Bucket
from router.ledger.audit import AuditReport
from router.ledger.entries import Entry
from router.ledger.past import balances_before
from router.ledger.serials import Serial


class LedgerQueries:
    """All methods may be called by many threads."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def list_entries(self, page_size: int, page_token: str, reference: str = "") -> Page[Entry]:
        """By position."""
        size, after = size_of(page_size), key_of(page_token, int)
        with self._store.reader() as reader:
            return page_of(
                reader.list_entries(after, size + 1, reference), size, lambda entry: entry.position
            )

    def list_balances(
        self, page_size: int, page_token: str, node_id: str = "", sku: str = "", position: int = 0
    ) -> tuple[Page[tuple[Account, Balance]], int]:
        """By SKU, node and bucket, now or as they were after a position; and the ledger position they are of.

        A page of the past may be shorter than asked for, also when another follows.
        """
        size, token = size_of(page_size), key_of(page_token, tuple[str, str, str, int])
        after = None if token is None else _account_of_token(token)
        with self._store.reader() as reader:
            rows = reader.list_balances(after, size + 1, NodeId(node_id) or None, Sku(sku) or None)
            page, last = page_of(rows, size, lambda row: tuple(row[0])), reader.head().position
            if not position or position == last:
                return page, last
            if position > last:
                raise beyond_the_last(position, last)
            if not page.items:
                return page, position
            first, end = page.items[0][0], page.items[-1][0]
            since = reader.sum_entries(position, first, end, NodeId(node_id) or None)
        past = balances_before(dict(page.items), since)
        return Page(items=tuple(past.items()), next_page_token=page.next_page_token), position

    def find_serial(self, sku: str, serial: str) -> Serial | None:
        """The unit of that number, if it left."""
        with self._store.reader() as reader:
            return reader.find_serial(Sku(sku), serial)

    def list_serials(self, page_size: int, page_token: str, owner: str) -> Page[Serial]:
        """Of an order or a reservation, in the order of leaving."""
        size, after = size_of(page_size), key_of(page_token, tuple[int, str])
        with self._store.reader() as reader:
            rows = reader.list_serials(owner, after, size + 1)
        return page_of(rows, size, lambda one: (one.position, one.serial))

    def audit(self) -> AuditReport:
        """Count the whole journal again. A journal that cannot be read is a fault, too."""
        with self._store.reader() as reader:
            return verify(reader)


def _account_of_token(token: tuple[str, str, str, int]) -> Account:
    node_id, sku, lot, bucket = token
    return Account(NodeId(node_id), Sku(sku), lot, Bucket(bucket))
