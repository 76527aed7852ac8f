"""What the benchmark itself believes to be promisable at each node: an independent mirror, and its replenishment."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from benchmarks.real.uci_rows import Invoice
from benchmarks.real.uci_world import MAIN, SEED, SITES
from router.domain.identifiers import NodeId, Sku
from router.simulation.chance import happens, stream

WEEKS = 52
MAIN_FIRST_WEEKS, MAIN_REORDER_WEEKS, MAIN_FULL_WEEKS = 8, 3, 8
OTHER_FIRST_TENTHS, OTHER_REORDER_TENTHS, OTHER_FULL_TENTHS = 8, 3, 8
"""Of an average week's sales, for the nodes that relieve the main warehouse."""


@dataclass(frozen=True, slots=True)
class Receipt:
    """Units that arrive at a node."""

    node_id: NodeId
    sku: Sku
    units: int


@dataclass(slots=True)
class Shelves:
    """Units that can be promised per SKU and node, and the average sales of a week in tenths of a unit."""

    available: dict[Sku, dict[NodeId, int]]
    weekly_tenths: Mapping[Sku, int]
    touched: set[Sku] = field(default_factory=set)

    def take(self, node_id: NodeId, sku: Sku, units: int) -> None:
        """Books a reservation; more than is there would be a unit promised twice."""
        self.available[sku][node_id] -= units
        assert self.available[sku][node_id] >= 0, f"{sku} promised twice at {node_id}"
        self.touched.add(sku)

    def give(self, node_id: NodeId, sku: Sku, units: int) -> None:
        """Books a release, return or receipt."""
        self.available[sku][node_id] = self.available[sku].get(node_id, 0) + units

    def receipts(self) -> Iterator[Receipt]:
        """What a week's replenishment brings, for all products sold since the last."""
        for sku in sorted(self.touched):
            weekly = self.weekly_tenths[sku]
            for node_id, units in sorted(self.available[sku].items()):
                low, full = _levels(node_id, weekly)
                if units < low:
                    yield Receipt(node_id, sku, full - units)
        self.touched.clear()


def first_shelves(sales: Sequence[Invoice]) -> Shelves:
    """Stock of the first day: the main warehouse holds everything, the others seeded parts of the catalog."""
    sold: dict[Sku, int] = {}
    for invoice in sales:
        for row in invoice.rows:
            sold[Sku(row.sku)] = sold.get(Sku(row.sku), 0) + row.units
    weekly = {sku: max(10, units * 10 // WEEKS) for sku, units in sorted(sold.items())}
    random = stream(SEED, "shelves")
    available = {
        sku: {
            NodeId(site[0]): _first_units(NodeId(site[0]), tenths)
            for site in SITES
            if happens(random, site[-1])
        }
        for sku, tenths in weekly.items()
    }
    return Shelves(available, weekly)


def rows_by_node(shelves: Shelves) -> Mapping[NodeId, Mapping[Sku, int]]:
    """The shelves as a snapshot wants them."""
    rows: dict[NodeId, dict[Sku, int]] = {NodeId(site[0]): {} for site in SITES}
    for sku, nodes in shelves.available.items():
        for node_id, units in nodes.items():
            rows[node_id][sku] = units
    return rows


def _first_units(node_id: NodeId, weekly_tenths: int) -> int:
    if node_id == MAIN:
        return -(-weekly_tenths * MAIN_FIRST_WEEKS // 10)
    return -(-weekly_tenths * OTHER_FIRST_TENTHS // 100)


def _levels(node_id: NodeId, weekly_tenths: int) -> tuple[int, int]:
    """Units below which a node is replenished, and up to which."""
    if node_id == MAIN:
        return -(-weekly_tenths * MAIN_REORDER_WEEKS // 10), -(-weekly_tenths * MAIN_FULL_WEEKS // 10)
    return weekly_tenths * OTHER_REORDER_TENTHS // 100, -(-weekly_tenths * OTHER_FULL_TENTHS // 100)
