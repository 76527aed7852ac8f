"""Questions about bookings, manifests, boxes and packings, as statements that all SQL stores understand."""

from collections.abc import Sequence

from router.app.records.booking_filter import BookingFilter
from router.domain.box import Box
from router.ledger.bookings import Booking, Manifest, Packing
from router.stores import trade_tables
from router.stores.rows.bookings import booking_of, boxes_of, manifest_of, packing_of
from router.stores.sql.questions import SqlQuestions
from router.stores.sql.statements import select

_BOOKING = select(trade_tables.BOOKING)
_MANIFEST = select(trade_tables.MANIFEST)
_PACKING = select(trade_tables.PACKING)
_BOX_LIST = select(trade_tables.BOX_LIST)


class SqlBookingReader(SqlQuestions):
    """The part of a reader that tells what carriers took on."""

    def find_booking(self, shipment_id: str) -> Booking | None:
        row = self._row(f"{_BOOKING} WHERE shipment_id = ? ORDER BY number DESC", shipment_id)
        return None if row is None else booking_of(row)

    def count_bookings(self, shipment_id: str) -> int:
        rows = self._rows("SELECT COUNT(*) FROM booking WHERE shipment_id = ?", shipment_id)
        return int(next(rows)[0])

    def list_bookings(self, after: int | None, limit: int, where: BookingFilter) -> Sequence[Booking]:
        conditions = (
            ("number > ?", after or 0),
            ("node_id = ?", where.node_id or None),
            ("carrier_id = ?", where.carrier_id or None),
            ("ship_day <= ?", where.ship_day_max),
            ("state = ?", None if where.state is None else int(where.state)),
            ("manifest = ?", where.manifest),
            ("void_decline_code <> ?", "" if where.void_declined else None),
        )
        return tuple(map(booking_of, self._page(_BOOKING, conditions, "number", limit)))

    def find_manifest(self, number: int) -> Manifest | None:
        row = self._row(f"{_MANIFEST} WHERE number = ?", number)
        return None if row is None else manifest_of(row)

    def list_manifests(self, after: int | None, limit: int, node_id: str) -> Sequence[Manifest]:
        conditions = (("number > ?", after or 0), ("node_id = ?", node_id or None))
        return tuple(map(manifest_of, self._page(_MANIFEST, conditions, "number", limit)))

    def list_boxes(self) -> tuple[Box, ...]:
        row = self._row(f"{_BOX_LIST} ORDER BY number DESC")
        return () if row is None else boxes_of(row)

    def find_packing(self, shipment_id: str) -> Packing | None:
        row = self._row(f"{_PACKING} WHERE shipment_id = ? ORDER BY number DESC", shipment_id)
        return None if row is None else packing_of(row)
