"""Questions about personal data: keys, contacts, and whom orders go to."""

from collections.abc import Mapping, Sequence

from router.app.records.recipients import CustomerKey, SealedRecipient
from router.domain.identifiers import OrderId
from router.stores import tables
from router.stores.commit_rows import CONTACT_KEY
from router.stores.rows.customers import customer_key_of, recipient_of
from router.stores.sql.questions import SqlQuestions
from router.stores.sql.statements import select


class SqlPeopleReader(SqlQuestions):
    """The part of a reader that tells what is sealed."""

    def find_contact_key(self) -> bytes:
        row = self._row(f"{select(tables.META)} WHERE key = ?", CONTACT_KEY)
        return b"" if row is None else bytes.fromhex(row[1])

    def list_contacts(self, customer_id: str) -> Sequence[bytes]:
        rows = self._rows(f"{select(tables.CONTACT)} WHERE customer_id = ? ORDER BY digest", customer_id)
        return tuple(bytes(row[1]) for row in rows)

    def list_contact_customers(self, digest: bytes, limit: int) -> Sequence[str]:
        statement = f"{select(tables.CONTACT)} WHERE digest = ? ORDER BY customer_id LIMIT ?"
        return tuple(row[0] for row in self._rows(statement, digest, limit))

    def find_customer_keys(self, customer_ids: Sequence[str]) -> Mapping[str, CustomerKey]:
        statement = select(tables.CUSTOMER_KEY)
        rows = self._rows_listed(statement, "customer_id", customer_ids) if customer_ids else ()
        return {key.customer_id: key for key in map(customer_key_of, rows)}

    def find_recipients(self, order_ids: Sequence[OrderId]) -> Mapping[OrderId, SealedRecipient]:
        rows = self._rows_listed(select(tables.RECIPIENT), "order_id", order_ids) if order_ids else ()
        return {one.order_id: one for one in map(recipient_of, rows)}
