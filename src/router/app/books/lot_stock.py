"""Lots in the books: which of them a node holds, in which order their units leave, and when they expire.

Units leave first-expired-first-out; among equals by the lot's name, and units of no lot after those that expire. Most
goods have no lots: for them nothing here is looked at but one key.
"""

from bisect import insort
from collections.abc import Collection, Iterable, Mapping, MutableMapping, Sequence
from heapq import heapify, heappop, heappush

from msgspec.structs import astuple

from router.domain.identifiers import Day, Instant, NodeId, Sku
from router.ledger.accounts import EMPTY, Account, Balance, on_hand
from router.ledger.lots import NO_LOT, Lot
from router.routing.network.dates import day_start
from router.routing.network.prepared import PreparedNetwork

NEVER = Day(10_000_000)
"""Later than any day: what does not expire leaves last."""

Parts = Sequence[tuple[Account, int]]
"""Units of accounts."""


class LotStock:
    """A view on `balances`, which the books keep. One thread uses it."""

    def __init__(self, balances: MutableMapping[Account, Balance], lots: Iterable[Lot]) -> None:
        self._balances = balances
        self._lots: dict[tuple[Sku, str], Lot] = {}
        self._places: dict[tuple[NodeId, Sku], list[Account]] = {}
        self._kept_at: dict[NodeId, set[Sku]] = {}
        self._time_zones: Mapping[NodeId, str] = {}
        self._noted: set[Account] = set()
        self._due: list[tuple[Instant, Account]] = []
        self.learn(lots)

    def learn(self, lots: Iterable[Lot]) -> None:
        """Lots that were named for the first time."""
        for lot in lots:
            self._lots.setdefault((lot.sku, lot.id), lot)

    def find(self, sku: Sku, lot: str) -> Lot | None:
        return self._lots.get((sku, lot))

    def place(self, network: PreparedNetwork | None) -> None:
        """Days begin where the nodes are: in another network perhaps at another instant."""
        nodes = network.network.nodes if network else ()
        self._time_zones = {node.id: node.calendar.time_zone for node in nodes}
        self._due = [(self._limit(account), account) for account in sorted(self._noted)]
        heapify(self._due)

    def note(self, account: Account) -> None:
        """Units of a lot on hand changed, or are there for the first time."""
        place = self._places.setdefault((account.node_id, account.sku), [])
        self._kept_at.setdefault(account.node_id, set()).add(account.sku)
        if account not in place:
            insort(place, account, key=self._precedence)
        is_expiring = self._expiry_day(account) < NEVER and self._balances[account].free > 0
        if is_expiring and account not in self._noted:
            self._noted.add(account)
            heappush(self._due, (self._limit(account), account))

    @property
    def has_any(self) -> bool:
        """Whether any node ever held a lot of anything."""
        return bool(self._places)

    def is_kept(self, node_id: NodeId, sku: Sku) -> bool:
        """Whether the node ever held a lot of it."""
        return bool(self._places) and (node_id, sku) in self._places

    def kept_at(self, node_id: NodeId) -> Collection[Sku]:
        """The SKUs of which the node ever held a lot."""
        return self._kept_at.get(node_id, ())

    def accounts_at(self, node_id: NodeId, sku: Sku) -> list[Account]:
        """What is on hand, in the order in which it leaves; units of no lot among the rest."""
        held = [*self._places.get((node_id, sku), ())]
        insort(held, on_hand(node_id, sku), key=self._precedence)
        return held

    def total(self, node_id: NodeId, sku: Sku) -> Balance:
        """The balances of all that is on hand in one."""
        parts = [self._balances.get(account, EMPTY) for account in self.accounts_at(node_id, sku)]
        return Balance(*map(sum, zip(*map(astuple, parts), strict=True)))

    def free(self, node_id: NodeId, sku: Sku, now: Instant | None) -> int:
        """Units that can be promised: those of lots that expired cannot; what is owed of one lot, even of one that
        expired, others must give.
        """
        units = 0
        for account in self.accounts_at(node_id, sku):
            free = self._balances.get(account, EMPTY).free
            units += min(0, free) if self.is_over(account, now) else free
        return units

    def is_over(self, account: Account, now: Instant | None) -> bool:
        """Whether the account's lot expired; None: nobody knows what time it is, and nothing expires."""
        return now is not None and self._expiry_day(account) < NEVER and self._limit(account) <= now

    def split(
        self, node_id: NodeId, sku: Sku, quantity: int, now: Instant | None, taken: Mapping[Account, int]
    ) -> Parts:
        """From which lots so many units leave, those `taken` already left out. There must be as many."""
        parts = []
        for account in self.accounts_at(node_id, sku):
            free = self._balances.get(account, EMPTY).free - taken.get(account, 0)
            if not self.is_over(account, now) and (units := min(quantity, max(0, free))):
                parts.append((account, units))
                quantity -= units
        assert not quantity, "only what is available is promised"
        return parts

    def spread(self, node_id: NodeId, sku: Sku, quantity: int) -> Parts:
        """Of which lots so many units are missing when nobody says: free ones first, in the order of leaving.

        What no lot has is missing from the units of no lot.
        """
        missing: dict[Account, int] = {}
        accounts = self.accounts_at(node_id, sku)
        for reserved_too in (False, True):
            for account in accounts:
                balance = self._balances.get(account, EMPTY)
                units = balance.units if reserved_too else balance.free
                take = min(quantity, max(0, units - missing.get(account, 0)))
                missing[account] = missing.get(account, 0) + take
                quantity -= take
        missing[on_hand(node_id, sku)] += quantity
        return [(account, units) for account, units in missing.items() if units]

    def next_due(self) -> Instant | None:
        """When the next lot with free units expires."""
        while self._due and self._balances[self._due[0][1]].free <= 0:
            self._noted.discard(heappop(self._due)[1])
        return self._due[0][0] if self._due else None

    def due(self, now: Instant) -> list[Account]:
        """The accounts whose lots have expired and that still have free units."""
        due: list[tuple[Instant, Account]] = []
        while (limit := self.next_due()) is not None and limit <= now:
            due.append(heappop(self._due))
        # What is only looked at stays due, until it has no free units any more.
        for one in due:
            heappush(self._due, one)
        return [account for _, account in due]

    def _precedence(self, account: Account) -> tuple[int, bool, str]:
        return self._expiry_day(account), account.lot == NO_LOT, account.lot

    def _expiry_day(self, account: Account) -> Day:
        lot = self._lots.get((account.sku, account.lot))
        return NEVER if lot is None or lot.expiry_day is None else lot.expiry_day

    def _limit(self, account: Account) -> Instant:
        """The end of its last day, where it is."""
        zone = self._time_zones.get(account.node_id, "UTC")
        return day_start(Day(self._expiry_day(account) + 1), zone)
