"""Questions about feeds, snapshots kept aside and transfers, as statements that all SQL stores understand."""

from collections.abc import Collection, Iterator, Mapping, Sequence

from router.app.records.filters import SuspectFilter, TransferFilter
from router.app.records.suspects import Suspect
from router.domain.identifiers import NodeId, Sku
from router.ledger.entries import Entry
from router.ledger.feeds import Feed, Mark, Movement
from router.ledger.reservations import Reservation
from router.ledger.transfers import Transfer
from router.stores import tables
from router.stores.rows.feeds import feed_of, mark_of, movement_of, suspect_of
from router.stores.rows.journal import entry_of
from router.stores.rows.reservations import reservation_of
from router.stores.rows.row import Row
from router.stores.rows.stock import transfer_of
from router.stores.sql.questions import SqlQuestions
from router.stores.sql.statements import select

ENTRY = (
    "SELECT e.position, e.time, e.code, e.quantity, e.pending_position, e.reference, e.line_id,"
    " d.sku, d.lot, d.node_id, d.bucket, c.node_id, c.bucket"
    " FROM entry e JOIN account d ON d.id = e.debit JOIN account c ON c.id = e.credit"
)
RESERVATION = (
    "SELECT r.order_id, r.position, r.line_id, r.shipment, r.quantity, r.posted, r.voided,"
    " a.node_id, a.sku, a.lot, a.bucket FROM reservation r JOIN account a ON a.id = r.account"
)
_OF_AN_ACCOUNT = "r.order_id, r.position, r.line_id, r.shipment, r.quantity, r.posted, r.voided, r.account"
_OPEN = "r.quantity > r.posted + r.voided"
"""In the words of its index, as is the stretch of a position: a database knows the index again by these."""
HELD = f"SELECT {_OF_AN_ACCOUNT} FROM reservation r WHERE {_OPEN}"
HELD_BY_STRETCH = (
    "WITH RECURSIVE stretch (number) AS ("
    f"SELECT max(r.position >> 10) FROM reservation r WHERE {_OPEN}"
    " UNION ALL SELECT (SELECT max(r.position >> 10) FROM reservation r"
    f" WHERE {_OPEN} AND r.position >> 10 < s.number) FROM stretch s WHERE s.number IS NOT NULL)"
    # SQLite joins in the order of these words: for each stretch one look for each account.
    f" SELECT {_OF_AN_ACCOUNT} FROM stretch s CROSS JOIN reservation r"
    f" WHERE r.position >> 10 = s.number AND {_OPEN}"
)
LOOKED_FOR_MAX = 500
"""Of more accounts a look for each in each stretch takes longer than reading all that is open."""
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
        accounts = self._accounts_at(places)
        if not accounts:
            return ()
        statement = HELD_BY_STRETCH if len(accounts) <= LOOKED_FOR_MAX else HELD
        rows = self._rows(f"{statement} AND {self._among('r.account')}", self._keys(list(accounts)))
        held = (reservation_of((*row[:-1], *accounts[row[-1]])) for row in rows)
        return tuple(sorted(held, key=lambda one: one.position))

    def _accounts_at(self, places: Collection[tuple[NodeId, Sku]]) -> dict[int, Row]:
        """Node, SKU, lot and bucket of all accounts of SKUs at nodes, by id."""
        if not places:
            return {}
        node_ids, skus = (self._keys(sorted(set(keys))) for keys in zip(*places, strict=True))
        rows = self._rows(
            "SELECT id, node_id, sku, lot, bucket FROM account"
            f" WHERE {self._among('sku')} AND {self._among('node_id')}",
            skus,
            node_ids,
        )
        return {row[0]: row[1:] for row in rows if (row[1], row[2]) in places}

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
