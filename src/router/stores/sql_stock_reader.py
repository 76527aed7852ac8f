"""Questions about feeds, snapshots kept aside and transfers, as statements that all SQL stores understand."""

from collections.abc import Collection, Iterator, Mapping, Sequence

from router.app.feeds.suspect_records import Suspect
from router.app.records import SuspectFilter, TransferFilter
from router.domain.identifiers import NodeId, Sku
from router.ledger.entries import Entry
from router.ledger.feeds import Feed, Mark, Movement
from router.ledger.reservations import Reservation
from router.ledger.transfers import Transfer
from router.stores import tables
from router.stores.rows.feeds import feed_of, mark_of, movement_of, suspect_of
from router.stores.rows.journal import entry_of
from router.stores.rows.reservations import reservation_of
from router.stores.rows.stock import transfer_of
from router.stores.sql import select
from router.stores.sql_questions import SqlQuestions

ENTRY = (
    "SELECT e.position, e.time, e.code, e.quantity, e.pending_position, e.reference, e.line_id,"
    " d.sku, d.lot, d.node_id, d.bucket, c.node_id, c.bucket"
    " FROM entry e JOIN account d ON d.id = e.debit JOIN account c ON c.id = e.credit"
)
RESERVATION = (
    "SELECT r.order_id, r.position, r.line_id, r.shipment, r.quantity, r.posted, r.voided,"
    " a.node_id, a.sku, a.lot, a.bucket FROM reservation r JOIN account a ON a.id = r.account"
)
OPEN_RESERVATION = f"{RESERVATION} AND r.quantity > r.posted + r.voided"
"""In the words of its index: SQLite knows it again by these."""
_SUSPECT = select(tables.SUSPECT)
_LISTED_SUSPECT = _SUSPECT.replace("body", "substr(body, 1, 0)")
_TRANSFER = select(tables.TRANSFER)


class SqlStockReader(SqlQuestions):
    """The part of a reader that tells what feeds and transfers left behind."""

    def list_feeds(self) -> Mapping[str, Feed]:
        return {feed.feed_id: feed for feed in map(feed_of, self._rows(select(tables.FEED)))}

    def read_feed_marks(self) -> Iterator[tuple[str, NodeId, Sku, Mark]]:
        return map(mark_of, self._rows(select(tables.FEED_MARK)))

    def read_movements(self) -> Iterator[Movement]:
        return map(movement_of, self._rows(f"{select(tables.FEED_MOVEMENT)} ORDER BY position"))

    def read_entries_since(self, time: int) -> Iterator[Entry]:
        # Batches follow each other in time: the last one that is old enough is found from behind.
        last = self._row("SELECT last_position FROM batch WHERE time <= ? ORDER BY number DESC", time)
        after = last[0] if last else 0
        return map(entry_of, self._rows(f"{ENTRY} WHERE e.position > ? ORDER BY e.position", after))

    def list_held(self, places: Collection[tuple[NodeId, Sku]]) -> Sequence[Reservation]:
        skus = sorted({sku for _, sku in places})
        rows = self._rows_listed(OPEN_RESERVATION, "a.sku", skus) if skus else ()
        held = (one for one in map(reservation_of, rows) if (one.account.node_id, one.account.sku) in places)
        return tuple(sorted(held, key=lambda one: one.position))

    def find_suspect(self, id: str) -> Suspect | None:
        row = self._row(f"{_SUSPECT} WHERE id = ?", id)
        return None if row is None else suspect_of(row)

    def list_suspects(self, after: int | None, limit: int, where: SuspectFilter) -> Sequence[Suspect]:
        conditions = (
            ("number > ?", after or 0),
            ("state = ?", where.state and int(where.state)),
            ("feed_id = ?", where.feed_id or None),
        )
        return tuple(map(suspect_of, self._page(_LISTED_SUSPECT, conditions, "number", limit)))

    def find_transfer(self, id: str) -> Transfer | None:
        row = self._row(f"{_TRANSFER} WHERE id = ?", id)
        return None if row is None else transfer_of(row)

    def list_transfers(self, after: int | None, limit: int, where: TransferFilter) -> Sequence[Transfer]:
        node_id = where.node_id
        conditions = (
            ("number > ?", after or 0),
            ("state = ?", where.state and int(where.state)),
            ("(from_node_id = ? OR to_node_id = ?)", (node_id, node_id) if node_id else None),
        )
        return tuple(map(transfer_of, self._page(_TRANSFER, conditions, "number", limit)))

    def read_transfers(self) -> Iterator[Transfer]:
        return map(transfer_of, self._rows(f"{_TRANSFER} ORDER BY number"))
