"""Every question a reader can be asked, as one statement each that all SQL stores understand."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from typing import Any, cast

from router.app.events.sinks import HeldEvent, HeldState, SinkRecord
from router.app.ports import StoreError
from router.app.records import (
    BookedDecision,
    CustomerKey,
    Document,
    Event,
    Head,
    OrderFilter,
    ReservationFilter,
    SealedRecipient,
    ShipmentFilter,
    StoredDecision,
    StoredOutcome,
    StoredProduct,
)
from router.app.rules.versions import RuleVersion, VersionChange, VersionState
from router.domain.identifiers import Digest, Instant, NodeId, OrderId, Sku
from router.domain.layout import Layout
from router.ledger.accounts import Account, Balance
from router.ledger.audit_rows import EntryRow
from router.ledger.chain import Batch, seal
from router.ledger.entries import Entry
from router.ledger.lifecycle import LEFT
from router.ledger.lots import Lot
from router.ledger.orders import OrderAccount
from router.ledger.past import Turnover
from router.ledger.reservations import Reservation
from router.ledger.serials import Serial
from router.ledger.shipments import ShipmentAccount
from router.ledger.stock_reservations import StockReservation
from router.stores import tables
from router.stores.commit_rows import CONTACT_KEY
from router.stores.rows.customers import customer_key_of, recipient_of
from router.stores.rows.documents import document_of, product_of
from router.stores.rows.events import event_of, held_event_of, sink_of
from router.stores.rows.journal import account_of, balance_of, batch_of, entry_of, turnover_of
from router.stores.rows.orders import booked_decision_of, decision_of, order_of, outcome_of
from router.stores.rows.reservations import reservation_of, stock_reservation_of
from router.stores.rows.row import Row, Value
from router.stores.rows.shipments import layout_of, shipment_of
from router.stores.rows.stock import lot_of, serial_of
from router.stores.rows.versions import change_of, version_of
from router.stores.sql import columns, quoted, select
from router.stores.sql_accounting_reader import SqlAccountingReader
from router.stores.sql_booking_reader import SqlBookingReader
from router.stores.sql_delay_reader import SqlDelayReader
from router.stores.sql_payment_reader import SqlPaymentReader
from router.stores.sql_purchase_reader import SqlPurchaseReader
from router.stores.sql_return_reader import SqlReturnReader
from router.stores.sql_stock_reader import ENTRY, RESERVATION, SqlStockReader
from router.stores.tables import Table

_ORDER = select(tables.ORDER)
_ACCOUNT = "node_id, sku, lot, bucket"
_BALANCE = f"SELECT {_ACCOUNT}, {', '.join(tables.COUNTERS)} FROM account"
_BATCH = select(tables.BATCH)
_CHUNK_ROWS = 20_000
_SHIPMENT = select(tables.SHIPMENT)
_STOCK_RESERVATION = select(tables.STOCK_RESERVATION)
_SERIAL = select(tables.SERIAL)
_DECISION = select(tables.DECISION)
_CHANGE = select(tables.RULES_CHANGE)
_VERSION = (
    "SELECT v.digest, v.state, v.rule_count, v.before,"
    f" {columns(tables.RULES_CHANGE, 'f')}, {columns(tables.RULES_CHANGE, 'l')}"
    " FROM rules_version v JOIN rules_change f ON f.number = v.first_change"
    " JOIN rules_change l ON l.number = v.last_change"
)
_EVENT = select(tables.EVENT)
_SINK = select(tables.SINK)
_HELD_EVENT = select(tables.HELD_EVENT)
_PRODUCT = select(tables.PRODUCT)


class SqlReader(
    SqlStockReader,
    SqlPaymentReader,
    SqlPurchaseReader,
    SqlBookingReader,
    SqlReturnReader,
    SqlDelayReader,
    SqlAccountingReader,
):
    """All questions of a reader."""

    def read_rows(self, table: tables.Table) -> Iterator[Row]:
        """All rows of a table as they are, by key."""
        return self._stream(f"{select(table)} ORDER BY {', '.join(table.key)}")

    def count_rows(self, table: tables.Table) -> int:
        row = self._row(f"SELECT count(*) FROM {quoted(table)}")
        return 0 if row is None else int(row[0])

    def count_accounts(self) -> int:
        """How many there are: the largest id, for ids have no gaps."""
        row = self._row("SELECT id FROM account ORDER BY id DESC")
        return 0 if row is None else int(row[0])

    def account_ids(self) -> dict[Account, int]:
        """The ids of all accounts, in their order."""
        rows = self._rows(f"SELECT {_ACCOUNT}, id FROM account ORDER BY id")
        try:
            return {account_of(*row[:4]): row[4] for row in rows}
        except KeyError as error:
            raise StoreError(f"an account is in bucket {error}, which does not exist") from error

    def head(self) -> Head:
        meta = {row[0]: row[1] for row in self._rows(select(tables.META))}
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
        rows = self._rows_listed(select(tables.OUTCOME), "request_id", request_ids) if request_ids else ()
        return {outcome.request_id: outcome for outcome in map(outcome_of, rows)}

    def find_orders(self, order_ids: Sequence[OrderId]) -> Mapping[OrderId, OrderAccount]:
        rows = self._rows_listed(_ORDER, "order_id", order_ids) if order_ids else ()
        return {order.order_id: order for order in map(order_of, rows)}

    def list_orders(self, after: int | None, limit: int, where: OrderFilter) -> Sequence[OrderAccount]:
        conditions = (
            ("number > ?", after or 0),
            ("state = ?", where.state and int(where.state)),
            ("channel = ?", where.channel or None),
            ("customer_id <> '' AND customer_id = ?", where.customer_id or None),
        )
        return tuple(map(order_of, self._page(_ORDER, conditions, "number", limit)))

    def list_reservations(self, order_id: OrderId) -> Sequence[Reservation]:
        statement = f"{RESERVATION} WHERE r.order_id = ? ORDER BY r.position"
        return tuple(map(reservation_of, self._rows(statement, order_id)))

    def list_shipments_of(self, order_id: OrderId) -> Sequence[ShipmentAccount]:
        statement = f"{_SHIPMENT} WHERE order_id = ? ORDER BY shipment"
        return tuple(map(shipment_of, self._rows(statement, order_id)))

    def list_shipments(
        self, after: int | None, limit: int, where: ShipmentFilter
    ) -> Sequence[ShipmentAccount]:
        # Said twice, so that what is at its node is found by the index of such shipments.
        is_here = where.state is not None and where.state not in LEFT
        conditions = (
            ("number > ?", after or 0),
            ("state < 7 AND state = ?" if is_here else "state = ?", where.state and int(where.state)),
            ("node_id = ?", where.node_id or None),
            ("cut_off_time <= ?", where.begin_by),
            ("tracking_number <> '' AND tracking_number = ?", where.tracking_number or None),
            ("wave > 0 AND wave = ?", where.wave or None),
            ("order_id = ?", where.order_id or None),
        )
        return tuple(map(shipment_of, self._page(_SHIPMENT, conditions, "number", limit)))

    def find_layout(self, node_id: NodeId) -> Layout | None:
        row = self._row(f"{select(tables.LAYOUT)} WHERE node_id = ?", node_id)
        return None if row is None else layout_of(row)

    def find_stock_reservation(self, id: str) -> StockReservation | None:
        row = self._row(f"{_STOCK_RESERVATION} WHERE reservation_id = ?", id)
        return None if row is None else stock_reservation_of(row)

    def list_stock_reservations(
        self, after: int | None, limit: int, where: ReservationFilter
    ) -> Sequence[StockReservation]:
        conditions = (
            ("number > ?", after or 0),
            ("state = ?", where.state and int(where.state)),
            ("reference <> '' AND reference = ?", where.reference or None),
        )
        rows = self._page(_STOCK_RESERVATION, conditions, "number", limit)
        return tuple(map(stock_reservation_of, rows))

    def read_limits(self) -> Iterator[tuple[Instant, str]]:
        statement = (
            "SELECT expire_time, reservation_id FROM stock_reservation WHERE state = 1 AND expire_time > 0"
        )
        return ((Instant(row[0]), str(row[1])) for row in self._rows(statement))

    def read_lots(self) -> Iterator[Lot]:
        return map(lot_of, self._rows(select(tables.LOT)))

    def find_serial(self, sku: Sku, serial: str) -> Serial | None:
        row = self._row(f"{_SERIAL} WHERE sku = ? AND serial = ?", sku, serial)
        return None if row is None else serial_of(row)

    def list_serials(self, owner: str, after: tuple[int, str] | None, limit: int) -> Sequence[Serial]:
        conditions = (("owner = ?", owner), ("(position, serial) > (?, ?)", after))
        return tuple(map(serial_of, self._page(_SERIAL, conditions, "position, serial", limit)))

    def find_decision(self, number: int) -> StoredDecision | None:
        row = self._row(f"{_DECISION} WHERE number = ?", number)
        return None if row is None else decision_of(row)

    def list_decisions(self, after: int, limit: int) -> Sequence[BookedDecision]:
        statement = (
            f"SELECT {columns(tables.DECISION, 'd')}, e.time FROM decision d"
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
        conditions = (("e.position > ?", after or 0), ("e.reference = ?", reference or None))
        return tuple(map(entry_of, self._page(ENTRY, conditions, "e.position", limit)))

    def list_balances(
        self, after: Account | None, limit: int, node_id: NodeId | None, sku: Sku | None
    ) -> Sequence[tuple[Account, Balance]]:
        last = after and (after.sku, after.node_id, after.lot, int(after.bucket))
        conditions = (
            ("(sku, node_id, lot, bucket) > (?, ?, ?, ?)", last),
            ("node_id = ?", node_id),
            ("sku = ?", sku),
        )
        return tuple(map(balance_of, self._page(_BALANCE, conditions, "sku, node_id, lot, bucket", limit)))

    def sum_entries(
        self, after: int, first: Account, last: Account, node_id: NodeId | None
    ) -> Sequence[Turnover]:
        order = "(sku, node_id, lot, bucket)"
        wanted = f"{order} >= (?, ?, ?, ?) AND {order} <= (?, ?, ?, ?)"
        bounds: tuple[Value, ...] = (first.sku, first.node_id, first.lot, int(first.bucket))
        bounds += (last.sku, last.node_id, last.lot, int(last.bucket))
        if node_id is not None:
            wanted, bounds = f"{wanted} AND node_id = ?", (*bounds, node_id)
        turnovers: list[Turnover] = []
        for side in ("debit", "credit"):
            statement = (
                "SELECT a.node_id, a.sku, a.lot, a.bucket, t.code, t.quantity, t.entries FROM"
                f" (SELECT {side} AS id, code, sum(quantity) AS quantity, count(*) AS entries FROM entry"
                f" WHERE position > ? AND {side} IN (SELECT id FROM account WHERE {wanted})"
                f" GROUP BY {side}, code) t JOIN account a ON a.id = t.id"
            )
            rows = self._rows(statement, after, *bounds)
            turnovers += (turnover_of(row, is_debit=side == "debit") for row in rows)
        return turnovers

    def find_correction(self, position: int) -> int | None:
        row = self._row("SELECT position FROM entry WHERE pending_position = ? AND code = 24", position)
        return None if row is None else int(row[0])

    def list_events(self, after: int, limit: int, order_id: OrderId | None) -> Sequence[Event]:
        conditions = (("position > ?", after), ("order_id <> '' AND order_id = ?", order_id or None))
        return tuple(map(event_of, self._page(_EVENT, conditions, "position", limit)))

    def list_sinks(self) -> Sequence[SinkRecord]:
        return tuple(map(sink_of, self._rows(f"{_SINK} ORDER BY name")))

    def list_held_events(
        self, sink: str, after: int, limit: int, state: HeldState | None
    ) -> Sequence[HeldEvent]:
        conditions = (
            ("sink = ?", sink),
            ("position > ?", after),
            ("state = ?", state and int(state)),
        )
        return tuple(map(held_event_of, self._page(_HELD_EVENT, conditions, "position", limit)))

    def count_held_events(self, sink: str) -> tuple[int, int]:
        statement = "SELECT state, count(*) FROM held_event WHERE sink = ? AND state <> 3 GROUP BY state"
        counts = {row[0]: row[1] for row in self._rows(statement, sink)}
        return counts.get(HeldState.HELD, 0), counts.get(HeldState.DEAD, 0)

    def find_document(self, digest: str) -> Document | None:
        row = self._row(f"{select(tables.DOCUMENT)} WHERE digest = ?", digest)
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
        conditions = (("v.first_change < ?", before),)
        return tuple(map(version_of, self._page(_VERSION, conditions, "v.first_change DESC", limit)))

    def list_version_changes(self, before: int | None, limit: int, digest: str) -> Sequence[VersionChange]:
        conditions = (("number < ?", before), ("digest = ?", digest or None))
        return tuple(map(change_of, self._page(_CHANGE, conditions, "number DESC", limit)))

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

    def find_product(self, sku: Sku) -> StoredProduct | None:
        row = self._row(f"{_PRODUCT} WHERE sku = ?", sku)
        return None if row is None else product_of(row)

    def list_products(self, after: Sku | None, limit: int) -> Sequence[StoredProduct]:
        return tuple(map(product_of, self._page(_PRODUCT, (("sku > ?", after),), "sku", limit)))

    def list_capacity(self) -> Mapping[tuple[NodeId, int], int]:
        rows = self._rows(select(tables.CAPACITY))
        return {(NodeId(row[0]), row[1]): row[2] for row in rows}

    def read_journal(self) -> Iterator[tuple[Batch, Sequence[Entry]]]:
        entries = map(entry_of, self._stream(f"{ENTRY} ORDER BY e.position"))
        for row in self._stream(f"{_BATCH} ORDER BY number"):
            batch = batch_of(row)
            yield batch, tuple(islice(entries, batch.entry_count))
        if unsealed := tuple(entries):
            # No commit writes such entries; whoever audits has to see them.
            last = unsealed[-1]
            yield seal(b"", 0, last.position, last.time, unsealed), unsealed

    def read_journal_rows(self) -> tuple[Mapping[int, Account], Iterator[Batch], Iterator[EntryRow]]:
        accounts = {number: account for account, number in self.account_ids().items()}
        batches = map(batch_of, self._stream(f"{_BATCH} ORDER BY number"))
        entries = cast(Iterator[EntryRow], self._stream(f"{select(tables.ENTRY)} ORDER BY position"))
        return accounts, batches, entries

    def read_table(self, table: Table) -> Iterator[Row]:
        """All rows of one table, by its key."""
        return self._stream(f"{select(table)} ORDER BY {', '.join(table.key)}")

    def read_balances(self) -> Iterator[tuple[Account, Balance]]:
        return map(balance_of, self._stream(_BALANCE))

    def read_balance_columns(self) -> Iterator[Sequence[Sequence[Any]]]:
        rows = self._stream(_BALANCE)
        while chunk := list(islice(rows, _CHUNK_ROWS)):
            yield tuple(zip(*chunk, strict=True))

    def read_reservations(self) -> Iterator[Reservation]:
        return map(reservation_of, self._stream(RESERVATION))

    def read_stock_reservations(self) -> Iterator[StockReservation]:
        return map(stock_reservation_of, self._rows(_STOCK_RESERVATION))

    def read_serials(self) -> Iterator[Serial]:
        return map(serial_of, self._rows(_SERIAL))

    def read_shipments(self) -> Iterator[ShipmentAccount]:
        return map(shipment_of, self._stream(f"{_SHIPMENT} ORDER BY number"))

    def read_orders(self) -> Iterator[OrderAccount]:
        return map(order_of, self._stream(_ORDER))
