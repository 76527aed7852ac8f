"""What stock, lots, serials and reservations of stock ask a store; a part of `app.ports.Reader`."""

from collections.abc import Collection, Iterator, Sequence
from typing import Any, Protocol

from router.app.records.filters import ReservationFilter
from router.domain.identifiers import Instant, NodeId, Sku
from router.ledger.accounts import Account, Balance
from router.ledger.lots import Lot
from router.ledger.past import Turnover
from router.ledger.reservations import Reservation
from router.ledger.serials import Serial
from router.ledger.stock_reservations import StockReservation


class StockReader(Protocol):
    """Of everything committed. `after` is the key that a listing goes on behind, None at first."""

    def find_stock_reservation(self, id: str) -> StockReservation | None: ...

    def list_stock_reservations(
        self, after: int | None, limit: int, where: ReservationFilter
    ) -> Sequence[StockReservation]:
        """By number."""
        ...

    def read_limits(self) -> Iterator[tuple[Instant, str]]:
        """When each held reservation with a time limit expires, and its id."""
        ...

    def read_lots(self) -> Iterator[Lot]: ...

    def find_serial(self, sku: Sku, serial: str) -> Serial | None: ...

    def list_serials(self, owner: str, after: tuple[int, str] | None, limit: int) -> Sequence[Serial]:
        """Of an order or a stock reservation, by position and serial."""
        ...

    def list_balances(
        self, after: Account | None, limit: int, node_id: NodeId | None, sku: Sku | None
    ) -> Sequence[tuple[Account, Balance]]:
        """By SKU, node, lot and bucket."""
        ...

    def sum_entries(
        self, after: int, first: Account, last: Account, node_id: NodeId | None
    ) -> Sequence[Turnover]:
        """What the entries behind a position moved, by account and code.

        Of the accounts from `first` to `last` by SKU, node, lot and bucket; of one node unless it is None.
        """
        ...

    def list_held(self, places: Collection[tuple[NodeId, Sku]]) -> Sequence[Reservation]:
        """Reservations of orders that hold units of SKUs at nodes, by position."""
        ...

    def read_balances(self) -> Iterator[tuple[Account, Balance]]: ...

    def read_balance_columns(self) -> Iterator[Sequence[Sequence[Any]]]:
        """The same, some thousand at a time in columns: node ids, SKUs, lots, buckets, and the five counters."""
        ...

    def read_stock_reservations(self) -> Iterator[StockReservation]: ...

    def read_serials(self) -> Iterator[Serial]: ...
