"""Whose goods lie in a node: the company's, or those of a supplier that ships for it."""

from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from msgspec import Struct, field

from router.domain.identifiers import Instant, NodeId, Sku
from router.ledger.accounting.chart import Chart, Role
from router.ledger.accounting.vouchers import UnitCost, Voucher, lines_of

OWNERSHIP = "OWNERSHIP"


class OwnerSince(NamedTuple):
    """Whose goods lie in a node from the entry behind `position` on: a supplier's, or the company's."""

    node_id: NodeId
    position: int
    is_supplier: bool


class NodeOwner(Struct, frozen=True, kw_only=True, gc=False):
    """The same, with the units of each SKU that lay in the node when it was said: they change hands."""

    node_id: NodeId
    position: int
    is_supplier: bool
    units: Mapping[Sku, int] = field(default_factory=dict)
    time: Instant = Instant(0)


class Owners:
    """Of all nodes, at every position. What was never said of a node is that its goods are the company's."""

    def __init__(self, changes: Iterable[OwnerSince]) -> None:
        self._by_node: dict[NodeId, list[OwnerSince]] = {}
        for change in sorted(changes):
            self._by_node.setdefault(change.node_id, []).append(change)

    def is_supplier(self, node_id: NodeId, position: int) -> bool:
        """Whether goods in the node were a supplier's when the entry at `position` was made."""
        changes = reversed(self._by_node.get(node_id, ()))
        return next((one.is_supplier for one in changes if one.position < position), False)


def changes_of_hands(
    owner: NodeOwner, was_supplier: bool, costs: Mapping[Sku, UnitCost], chart: Chart, number: int
) -> Iterator[Voucher]:
    """What a node that changes its owner takes out of the company's goods, or brings: one voucher a SKU, by SKU.

    `costs` are those in force just before. Its vouchers are numbered behind `number`, as those of new costs are: with
    the next entry, because until then the node may still change again.
    """
    if owner.is_supplier == was_supplier:
        return
    position = owner.position + 1
    for offset, sku in enumerate(sorted(owner.units), 1):
        cost = costs.get(sku)
        if cost is None:
            continue
        brought = owner.units[sku] * (-1 if owner.is_supplier else 1)
        lines = lines_of(chart, [(Role.INVENTORY, Role.OWNERSHIP, brought * cost.cost_minor)])
        if lines:
            yield Voucher(
                id=f"v-{position:012d}-{number + offset:06d}",
                position=position,
                time=owner.time,
                kind=OWNERSHIP,
                currency=cost.currency,
                lines=lines,
                reference=owner.node_id,
                sku=sku,
                quantity=abs(brought),
            )
