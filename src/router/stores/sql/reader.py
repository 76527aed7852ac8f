"""Every question a reader can be asked, as one statement each that all SQL stores understand."""

from collections.abc import Iterator, Mapping, Sequence

from router.app.records.commit import Head
from router.app.records.decisions import BookedDecision, StoredDecision
from router.app.records.documents import StoredProduct
from router.app.records.filters import OrderFilter, ReservationFilter, ShipmentFilter
from router.domain.identifiers import Digest, Instant, NodeId, OrderId, Sku
from router.domain.layout import Layout
from router.domain.limits import REJECTIONS_MAX
from router.ledger.lifecycle import LEFT, OPEN_STATES
from router.ledger.lots import Lot
from router.ledger.orders import OrderAccount
from router.ledger.reservations import Reservation
from router.ledger.serials import Serial
from router.ledger.shipments import ShipmentAccount
from router.ledger.stock_reservations import StockReservation
from router.stores import tables
from router.stores.rows.documents import product_of
from router.stores.rows.orders import booked_decision_of, decision_of, order_of
from router.stores.rows.reservations import reservation_of, stock_reservation_of
from router.stores.rows.row import Row
from router.stores.rows.shipments import layout_of, shipment_of
from router.stores.rows.stock import lot_of, serial_of
from router.stores.sql.accounting_reader import SqlAccountingReader
from router.stores.sql.booking_reader import SqlBookingReader
from router.stores.sql.delay_reader import SqlDelayReader
from router.stores.sql.journal_reader import SqlJournalReader
from router.stores.sql.payment_reader import SqlPaymentReader
from router.stores.sql.people_reader import SqlPeopleReader
from router.stores.sql.purchase_reader import SqlPurchaseReader
from router.stores.sql.return_reader import SqlReturnReader
from router.stores.sql.statements import columns, quoted, select
from router.stores.sql.stock_reader import RESERVATION, SqlStockReader
from router.stores.sql.told_reader import SqlToldReader
from router.stores.sql.version_reader import SqlVersionReader
from router.stores.table import Table

_ORDER = select(tables.ORDER)
_IS_OPEN = "state <= 3"
_IS_EXCEPTION = f"rejection_count >= {REJECTIONS_MAX} AND state IN (2, 3)"
"""Both in the words of their indexes, by which a database knows these again; of the states in other words each, so that
it takes the right one.
"""
_BATCH = select(tables.BATCH)
_SHIPMENT = select(tables.SHIPMENT)
_STOCK_RESERVATION = select(tables.STOCK_RESERVATION)
_SERIAL = select(tables.SERIAL)
_DECISION = select(tables.DECISION)
_PRODUCT = select(tables.PRODUCT)


class SqlReader(
    SqlJournalReader,
    SqlToldReader,
    SqlVersionReader,
    SqlPeopleReader,
    SqlStockReader,
    SqlPaymentReader,
    SqlPurchaseReader,
    SqlBookingReader,
    SqlReturnReader,
    SqlDelayReader,
    SqlAccountingReader,
):
    """All questions of a reader."""

    def read_table(self, table: Table) -> Iterator[Row]:
        """All rows of a table as they are, by key."""
        return self._stream(f"{select(table)} ORDER BY {', '.join(table.key)}")

    def count_rows(self, table: Table) -> int:
        row = self._row(f"SELECT count(*) FROM {quoted(table)}")
        return 0 if row is None else int(row[0])

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

    def find_orders(self, order_ids: Sequence[OrderId]) -> Mapping[OrderId, OrderAccount]:
        rows = self._rows_listed(_ORDER, "order_id", order_ids) if order_ids else ()
        return {order.order_id: order for order in map(order_of, rows)}

    def list_orders(self, after: int | None, limit: int, where: OrderFilter) -> Sequence[OrderAccount]:
        # Said twice, so that those that are not over, which are few, are found by their own index.
        of_state = f"{_IS_OPEN} AND state = ?" if where.state in OPEN_STATES else "state = ?"
        conditions = (
            ("number > ?", after or 0),
            (of_state, where.state and int(where.state)),
            ("channel = ?", where.channel or None),
            ("customer_id <> '' AND customer_id = ?", where.customer_id or None),
            (_IS_EXCEPTION, () if where.are_exceptions else None),
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

    def find_product(self, sku: Sku) -> StoredProduct | None:
        row = self._row(f"{_PRODUCT} WHERE sku = ?", sku)
        return None if row is None else product_of(row)

    def list_products(self, after: Sku | None, limit: int) -> Sequence[StoredProduct]:
        return tuple(map(product_of, self._page(_PRODUCT, (("sku > ?", after),), "sku", limit)))

    def list_capacity(self) -> Mapping[tuple[NodeId, int], int]:
        rows = self._rows(select(tables.CAPACITY))
        return {(NodeId(row[0]), row[1]): row[2] for row in rows}

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
