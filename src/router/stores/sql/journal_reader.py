"""Questions about the journal and the balances that it adds up to."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from typing import Any, cast

from router.app.ports.store import StoreError
from router.domain.identifiers import NodeId, Sku
from router.ledger.accounts import Account, Balance
from router.ledger.audit_rows import EntryRow
from router.ledger.chain import Batch, seal
from router.ledger.entries import Entry
from router.ledger.past import Turnover
from router.stores import tables
from router.stores.rows.journal import account_of, balance_of, batch_of, entry_of, turnover_of
from router.stores.rows.row import Value
from router.stores.sql.questions import SqlQuestions
from router.stores.sql.statements import select
from router.stores.sql.stock_reader import ENTRY

_BATCH = select(tables.BATCH)
_ACCOUNT = "node_id, sku, lot, bucket"
_BALANCE = f"SELECT {_ACCOUNT}, {', '.join(tables.COUNTERS)} FROM account"
_CHUNK_ROWS = 2_000
"""As many as lie in the processor's cache while they become columns: of ten times as many each takes a third longer."""


class SqlJournalReader(SqlQuestions):
    """The part of a reader that tells what was booked."""

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

    def read_balances(self) -> Iterator[tuple[Account, Balance]]:
        return map(balance_of, self._stream(_BALANCE))

    def read_balance_columns(self) -> Iterator[Sequence[Sequence[Any]]]:
        rows = self._stream(_BALANCE)
        while chunk := list(islice(rows, _CHUNK_ROWS)):
            yield tuple(zip(*chunk, strict=True))

    def account_ids(self) -> dict[Account, int]:
        """The ids of all accounts, in their order."""
        rows = self._rows(f"SELECT {_ACCOUNT}, id FROM account ORDER BY id")
        try:
            return {account_of(*row[:4]): row[4] for row in rows}
        except KeyError as error:
            raise StoreError(f"an account is in bucket {error}, which does not exist") from error

    def count_accounts(self) -> int:
        """How many there are: the largest id, for ids have no gaps."""
        row = self._row("SELECT id FROM account ORDER BY id DESC")
        return 0 if row is None else int(row[0])
