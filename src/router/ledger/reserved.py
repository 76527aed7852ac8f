"""Units reserved for orders that are routed together, in columns: their entries are made when somebody asks."""

from collections.abc import Callable, Iterator, Sequence
from itertools import chain
from typing import TypeVar, overload

from msgspec import Struct, field

from router.domain.identifiers import Instant, LineId, OrderId
from router.ledger.accounts import Account
from router.ledger.entries import Entry
from router.ledger.flows import EntryCode
from router.ledger.reservations import Reservation

V = TypeVar("V")

_RESERVE = EntryCode.RESERVE


class Reserved(Struct, frozen=True, kw_only=True, gc=False):
    """RESERVE entries that follow each other from position `first` on, each with its reservation.

    `accounts` are those of each shelf, in the order of the first entry: where its units are taken to, then the shelf
    itself. All are outside of lots. The other columns have a value for each entry: the number of its shelf among them,
    units (one at least), the order, its line, and its shipment.
    """

    first: int
    time: Instant
    accounts: list[Account] = field(default_factory=list)
    shelves: list[int] = field(default_factory=list)
    quantities: list[int] = field(default_factory=list)
    order_ids: list[OrderId] = field(default_factory=list)
    line_ids: list[LineId] = field(default_factory=list)
    shipments: list[int] = field(default_factory=list)

    def __len__(self) -> int:
        return len(self.shelves)

    def entry(self, index: int) -> Entry:
        shelf = 2 * self.shelves[index]
        return Entry(
            position=self.first + index,
            time=self.time,
            code=_RESERVE,
            debit=self.accounts[shelf],
            credit=self.accounts[shelf + 1],
            quantity=self.quantities[index],
            reference=self.order_ids[index],
            line_id=self.line_ids[index],
        )

    def reservation(self, index: int) -> Reservation:
        return Reservation(
            position=self.first + index,
            account=self.accounts[2 * self.shelves[index] + 1],
            order_id=self.order_ids[index],
            line_id=self.line_ids[index],
            shipment=self.shipments[index],
            quantity=self.quantities[index],
        )

    def of_shelves(self) -> tuple[list[int], list[int]]:
        """Of each shelf, the units that are reserved and how many entries reserve them."""
        units = [0] * (len(self.accounts) // 2)
        counts = units.copy()
        for shelf, quantity in zip(self.shelves, self.quantities, strict=True):
            units[shelf] += quantity
            counts[shelf] += 1
        return units, counts

    def postings(self) -> dict[Account, int]:
        """By how many entries each account is touched."""
        _, counts = self.of_shelves()
        return dict(zip(self.accounts, chain.from_iterable(zip(counts, counts, strict=True)), strict=True))


class _Made(Sequence[V]):
    """Values of the columns from `start` to before `end`, made together when the first is asked for."""

    __slots__ = ("_end", "_made", "_make", "_start", "reserved")

    def __init__(self, reserved: Reserved, make: Callable[[int], V], start: int, end: int | None) -> None:
        self.reserved = reserved
        self._make = make
        self._start, self._end = start, len(reserved) if end is None else end
        self._made: tuple[V, ...] | None = None

    def _all(self) -> tuple[V, ...]:
        if self._made is None:
            self._made = tuple(map(self._make, range(self._start, self._end)))
        return self._made

    @overload
    def __getitem__(self, index: int) -> V: ...

    @overload
    def __getitem__(self, index: slice) -> Sequence[V]: ...

    def __getitem__(self, index: int | slice) -> V | Sequence[V]:
        return self._all()[index]

    def __iter__(self) -> Iterator[V]:
        return iter(self._all())

    def __len__(self) -> int:
        return self._end - self._start


class ReservedEntries(_Made[Entry]):
    """The entries of columns, all of them."""

    __slots__ = ()

    def __init__(self, reserved: Reserved) -> None:
        super().__init__(reserved, reserved.entry, 0, None)


class ReservedParts(_Made[Reservation]):
    """The reservations of columns; of one order those from `start` to before `end`."""

    __slots__ = ()

    def __init__(self, reserved: Reserved, start: int = 0, end: int | None = None) -> None:
        super().__init__(reserved, reserved.reservation, start, end)
