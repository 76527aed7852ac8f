"""Reading an SQLite file: every question a reader can be asked, as one statement each."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import islice

import apsw
import msgspec

from router.app.ports import StoreError
from router.app.records import (
    BookedDecision,
    Document,
    Event,
    Head,
    OrderFilter,
    StoredDecision,
    StoredOutcome,
    StoredProduct,
)
from router.app.versions import RuleVersion, VersionChange, VersionState
from router.domain.identifiers import Digest, Instant, NodeId, OrderId, Sku
from router.ledger.accounts import Account, Balance
from router.ledger.chain import Batch, seal
from router.ledger.entries import Entry
from router.ledger.orders import OrderAccount
from router.ledger.reservations import Reservation
from router.stores.sqlite_rows import (
    Row,
    Value,
    balance_of,
    batch_of,
    booked_decision_of,
    change_of,
    decision_of,
    document_of,
    entry_of,
    event_of,
    order_of,
    reservation_of,
    version_of,
)

_ORDER = (
    'SELECT number, order_id, channel, customer_id, state, decision_number, position, quantities FROM "order"'
)
_ENTRY = (
    "SELECT e.position, e.time, e.code, e.quantity, e.pending_position, e.reference, e.line_id,"
    " d.sku, d.lot, d.node_id, d.bucket, c.node_id, c.bucket"
    " FROM entry e JOIN account d ON d.id = e.debit JOIN account c ON c.id = e.credit"
)
_RESERVATION = (
    "SELECT r.order_id, r.position, r.line_id, r.shipment, r.quantity, r.posted, r.voided,"
    " a.node_id, a.sku, a.lot, a.bucket FROM reservation r JOIN account a ON a.id = r.account"
)
_BALANCE = (
    "SELECT node_id, sku, lot, bucket, debits_posted, credits_posted, debits_pending, credits_pending, version"
    " FROM account"
)
_LISTED = "(SELECT value FROM json_each(?))"
"""Many keys in one parameter: one statement whatever their number."""
_BATCH = "SELECT number, entry_count, last_position, time, hash FROM batch"
_CHANGE_COLUMNS = ("number", "digest", "action", "state", "time", "author", "reason", "origin", "other")
_CHANGE = f"SELECT {', '.join(_CHANGE_COLUMNS)} FROM rules_change"
_VERSION = (
    "SELECT v.digest, v.state, v.rule_count, v.before,"
    f" {', '.join('f.' + column for column in _CHANGE_COLUMNS)},"
    f" {', '.join('l.' + column for column in _CHANGE_COLUMNS)}"
    " FROM rules_version v JOIN rules_change f ON f.number = v.first_change"
    " JOIN rules_change l ON l.number = v.last_change"
)
_EVENT = "SELECT position, time, kind, order_id, subject, text FROM event"


class SqliteReader:
    """Answers from what its connection sees; the caller decides how long that view holds still."""

    def __init__(self, connection: apsw.Connection) -> None:
        self._connection = connection

    def _rows(self, statement: str, *values: Value) -> Iterator[Row]:
        try:
            yield from self._connection.execute(statement, values)
        except apsw.Error as error:
            raise StoreError(f"the database cannot be read: {error}") from error

    def _row(self, statement: str, *values: Value) -> Row | None:
        return next(self._rows(statement + " LIMIT 1", *values), None)

    def head(self) -> Head:
        meta = {row[0]: row[1] for row in self._rows("SELECT key, value FROM meta")}
        batch = self._row(f"{_BATCH} ORDER BY number DESC")
        event = self._row("SELECT position FROM event ORDER BY position DESC")
        if batch is None:
            return Head()
        number, _, last_position, time, digest = batch
        return Head(
            batch_number=number,
            position=last_position,
            event_position=event[0] if event else 0,
            time=Instant(time),
            hash=digest,
            rules_digest=Digest(meta.get("rules_digest", "")),
            network_digest=Digest(meta.get("network_digest", "")),
        )

    def find_outcomes(self, request_ids: Sequence[str]) -> Mapping[str, StoredOutcome]:
        statement = f"SELECT request_id, body_digest, time, body FROM outcome WHERE request_id IN {_LISTED}"
        rows = self._rows(statement, _listing(request_ids)) if request_ids else ()
        return {
            row[0]: StoredOutcome(request_id=row[0], body_digest=row[1], time=Instant(row[2]), body=row[3])
            for row in rows
        }

    def find_orders(self, order_ids: Sequence[OrderId]) -> Mapping[OrderId, OrderAccount]:
        statement = f"{_ORDER} WHERE order_id IN {_LISTED}"
        rows = self._rows(statement, _listing(order_ids)) if order_ids else ()
        return {order.order_id: order for order in map(order_of, rows)}

    def list_orders(self, after: int | None, limit: int, where: OrderFilter) -> Sequence[OrderAccount]:
        conditions: list[str] = ["number > ?"]
        values: list[Value] = [after or 0]
        wanted: tuple[tuple[str, Value], ...] = (
            ("state = ?", where.state and int(where.state)),
            ("channel = ?", where.channel),
            ("customer_id <> '' AND customer_id = ?", where.customer_id),
        )
        for condition, value in wanted:
            if value:
                conditions.append(condition)
                values.append(value)
        statement = f"{_ORDER} WHERE {' AND '.join(conditions)} ORDER BY number LIMIT ?"
        return tuple(map(order_of, self._rows(statement, *values, limit)))

    def list_reservations(self, order_id: OrderId) -> Sequence[Reservation]:
        statement = f"{_RESERVATION} WHERE r.order_id = ? ORDER BY r.position"
        return tuple(map(reservation_of, self._rows(statement, order_id)))

    def find_decision(self, number: int) -> StoredDecision | None:
        row = self._row(
            "SELECT number, order_id, ledger_position, body FROM decision WHERE number = ?", number
        )
        return None if row is None else decision_of(row)

    def list_decisions(self, after: int, limit: int) -> Sequence[BookedDecision]:
        statement = (
            "SELECT d.number, d.order_id, d.ledger_position, d.body, e.time FROM decision d"
            " JOIN event e ON e.position = d.number WHERE d.number > ? ORDER BY d.number LIMIT ?"
        )
        return tuple(map(booked_decision_of, self._rows(statement, after, limit)))

    def find_start_of_last(self, count: int) -> int:
        statement = "SELECT number FROM decision ORDER BY number DESC LIMIT 1 OFFSET ?"
        row = next(self._rows(statement, count), None)
        return 0 if row is None else int(row[0])

    def count_decisions(self, after: int) -> int:
        row = self._row("SELECT count(*) FROM decision WHERE number > ?", after)
        return 0 if row is None else int(row[0])

    def list_entries(self, after: int | None, limit: int, reference: str) -> Sequence[Entry]:
        condition = "WHERE e.position > ?" + (" AND e.reference = ?" if reference else "")
        values = (after or 0, reference) if reference else (after or 0,)
        statement = f"{_ENTRY} {condition} ORDER BY e.position LIMIT ?"
        return tuple(map(entry_of, self._rows(statement, *values, limit)))

    def list_balances(
        self, after: Account | None, limit: int, node_id: NodeId | None, sku: Sku | None
    ) -> Sequence[tuple[Account, Balance]]:
        conditions: list[str] = ["TRUE"]
        values: list[Value] = []
        if after is not None:
            conditions.append("(sku, node_id, lot, bucket) > (?, ?, ?, ?)")
            values += [after.sku, after.node_id, after.lot, int(after.bucket)]
        for column, value in (("node_id", node_id), ("sku", sku)):
            if value is not None:
                conditions.append(f"{column} = ?")
                values.append(value)
        statement = f"{_BALANCE} WHERE {' AND '.join(conditions)} ORDER BY sku, node_id, lot, bucket LIMIT ?"
        return tuple(map(balance_of, self._rows(statement, *values, limit)))

    def list_events(self, after: int, limit: int, order_id: OrderId | None) -> Sequence[Event]:
        condition = "WHERE position > ?" + (" AND order_id <> '' AND order_id = ?" if order_id else "")
        values = (after, order_id) if order_id else (after,)
        return tuple(
            map(event_of, self._rows(f"{_EVENT} {condition} ORDER BY position LIMIT ?", *values, limit))
        )

    def find_document(self, digest: str) -> Document | None:
        row = self._row("SELECT digest, kind, time, body FROM document WHERE digest = ?", digest)
        return None if row is None else document_of(row)

    def find_version(self, digest: str) -> RuleVersion | None:
        row = self._row(f"{_VERSION} WHERE v.digest = ?", digest)
        return None if row is None else version_of(row)

    def find_version_in(self, state: VersionState) -> RuleVersion | None:
        row = self._row(f"{_VERSION} WHERE v.state = ?", int(state))
        return None if row is None else version_of(row)

    def list_versions_like(self, prefix: str, limit: int) -> Sequence[RuleVersion]:
        statement = f"{_VERSION} WHERE substr(v.digest, 1, ?) = ? ORDER BY v.digest LIMIT ?"
        return tuple(map(version_of, self._rows(statement, len(prefix), prefix, limit)))

    def list_versions(self, before: int | None, limit: int) -> Sequence[RuleVersion]:
        statement = f"{_VERSION} WHERE ? IS NULL OR v.first_change < ? ORDER BY v.first_change DESC LIMIT ?"
        return tuple(map(version_of, self._rows(statement, before, before, limit)))

    def list_version_changes(self, before: int | None, limit: int, digest: str) -> Sequence[VersionChange]:
        conditions = ["(? IS NULL OR number < ?)"]
        values: list[Value] = [before, before]
        if digest:
            conditions.append("digest = ?")
            values.append(digest)
        statement = f"{_CHANGE} WHERE {' AND '.join(conditions)} ORDER BY number DESC LIMIT ?"
        return tuple(map(change_of, self._rows(statement, *values, limit)))

    def find_product(self, sku: Sku) -> StoredProduct | None:
        row = self._row("SELECT body FROM product WHERE sku = ?", sku)
        return None if row is None else StoredProduct(sku=sku, body=row[0])

    def list_products(self, after: Sku | None, limit: int) -> Sequence[StoredProduct]:
        statement = "SELECT sku, body FROM product WHERE ? IS NULL OR sku > ? ORDER BY sku LIMIT ?"
        rows = self._rows(statement, after, after, limit)
        return tuple(StoredProduct(sku=Sku(row[0]), body=row[1]) for row in rows)

    def list_capacity(self) -> Mapping[tuple[NodeId, int], int]:
        rows = self._rows("SELECT node_id, day, shipments FROM capacity")
        return {(NodeId(row[0]), row[1]): row[2] for row in rows}

    def list_feeds(self) -> Mapping[str, int]:
        return {row[0]: row[1] for row in self._rows("SELECT feed_id, sequence FROM feed")}

    def read_journal(self) -> Iterator[tuple[Batch, Sequence[Entry]]]:
        entries = map(entry_of, self._rows(f"{_ENTRY} ORDER BY e.position"))
        for row in self._rows(f"{_BATCH} ORDER BY number"):
            batch = batch_of(row)
            yield batch, tuple(islice(entries, batch.entry_count))
        if unsealed := tuple(entries):
            # No commit writes such entries; whoever audits has to see them.
            last = unsealed[-1]
            yield seal(b"", 0, last.position, last.time, unsealed), unsealed

    def read_balances(self) -> Iterator[tuple[Account, Balance]]:
        return map(balance_of, self._rows(_BALANCE))

    def read_reservations(self) -> Iterator[Reservation]:
        return map(reservation_of, self._rows(_RESERVATION))

    def read_orders(self) -> Iterator[OrderAccount]:
        return map(order_of, self._rows(_ORDER))


def _listing(keys: Sequence[str]) -> str:
    return msgspec.json.encode(keys).decode()
