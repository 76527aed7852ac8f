"""Entries of orders that are routed together, in columns: an entry is made when somebody asks for one."""

from abc import abstractmethod
from collections.abc import Iterator, Sequence
from typing import TypeVar, overload

from msgspec import Struct, field

from router.domain.identifiers import Instant, LineId, OrderId
from router.ledger.accounts import Account
from router.ledger.entries import Entry
from router.ledger.flows import EntryCode
from router.ledger.reservations import Reservation

V = TypeVar("V")

NO_SHIPMENT = 0
"""In the place of a shipment: the units wait."""

_RESERVE, _OPEN = EntryCode.RESERVE, EntryCode.BACKORDER_OPEN


class EntryColumns(Struct, frozen=True, kw_only=True, gc=False):
    """Entries that follow each other from position `first` on: units reserved, each with its reservation, and units
    that wait.

    `accounts` come in pairs, in the order of the first entry: where units are taken to, then where from. `waiting` are
    the pairs of units that wait (BACKORDER_OPEN), all others reserve. The other columns have a value for each entry:
    the number of its pair, units (one at least), the order, its line, and its shipment, or NO_SHIPMENT.
    """

    first: int
    time: Instant
    accounts: list[Account] = field(default_factory=list)
    waiting: list[int] = field(default_factory=list)
    pairs: list[int] = field(default_factory=list)
    quantities: list[int] = field(default_factory=list)
    order_ids: list[OrderId] = field(default_factory=list)
    line_ids: list[LineId] = field(default_factory=list)
    shipments: list[int] = field(default_factory=list)

    def __len__(self) -> int:
        return len(self.pairs)

    def each(self, reserving: V, waiting: V) -> list[V]:
        """A value for each pair, by what its entries do."""
        found = [reserving] * (len(self.accounts) // 2)
        for pair in self.waiting:
            found[pair] = waiting
        return found

    def add_pair(self, taken_to: Account, taken_from: Account) -> int:
        """The number of two accounts that no entry named yet."""
        self.accounts.append(taken_to)
        self.accounts.append(taken_from)
        return len(self.accounts) // 2 - 1

    def add(self, pair: int, quantity: int, order_id: OrderId, line_id: LineId, shipment: int) -> None:
        """Another entry."""
        assert quantity > 0, "an entry moves at least one unit"
        self.pairs.append(pair)
        self.quantities.append(quantity)
        self.order_ids.append(order_id)
        self.line_ids.append(line_id)
        self.shipments.append(shipment)

    def entry(self, index: int) -> Entry:
        pair = self.pairs[index]
        return Entry(
            position=self.first + index,
            time=self.time,
            code=_OPEN if pair in self.waiting else _RESERVE,
            debit=self.accounts[2 * pair],
            credit=self.accounts[2 * pair + 1],
            quantity=self.quantities[index],
            reference=self.order_ids[index],
            line_id=self.line_ids[index],
        )

    def reservation(self, index: int) -> Reservation:
        return Reservation(
            position=self.first + index,
            account=self.accounts[2 * self.pairs[index] + 1],
            order_id=self.order_ids[index],
            line_id=self.line_ids[index],
            shipment=self.shipments[index],
            quantity=self.quantities[index],
        )

    def of_pairs(self) -> tuple[list[int], list[int]]:
        """Of each pair, the units that are moved and by how many entries."""
        units = [0] * (len(self.accounts) // 2)
        counts = units.copy()
        for pair, quantity in zip(self.pairs, self.quantities, strict=True):
            units[pair] += quantity
            counts[pair] += 1
        return units, counts


class _Made(Sequence[V]):
    """Values of columns at some of their places, made together when the first is asked for."""

    __slots__ = ("_at", "_made", "columns")

    def __init__(self, columns: EntryColumns, at: Sequence[int]) -> None:
        self.columns = columns
        self._at = at
        self._made: tuple[V, ...] | None = None

    def _all(self) -> tuple[V, ...]:
        if self._made is None:
            self._made = tuple(map(self._make, self._at))
        return self._made

    @abstractmethod
    def _make(self, index: int) -> V:
        """The value at a place of the columns."""

    @overload
    def __getitem__(self, index: int) -> V: ...

    @overload
    def __getitem__(self, index: slice) -> Sequence[V]: ...

    def __getitem__(self, index: int | slice) -> V | Sequence[V]:
        return self._all()[index]

    def __iter__(self) -> Iterator[V]:
        return iter(self._all())

    def __len__(self) -> int:
        return len(self._at)


class ColumnEntries(_Made[Entry]):
    """The entries of columns, all of them."""

    __slots__ = ()

    def __init__(self, columns: EntryColumns) -> None:
        super().__init__(columns, range(len(columns)))

    def _make(self, index: int) -> Entry:
        return self.columns.entry(index)


class ColumnReservations(_Made[Reservation]):
    """The reservations of the entries at some places of columns, none of which waits."""

    __slots__ = ()

    def _make(self, index: int) -> Reservation:
        return self.columns.reservation(index)


def reservations_in(columns: EntryColumns) -> ColumnReservations:
    """All reservations of columns."""
    if not columns.waiting:
        return ColumnReservations(columns, range(len(columns)))
    at = [index for index, shipment in enumerate(columns.shipments) if shipment != NO_SHIPMENT]
    return ColumnReservations(columns, at)
