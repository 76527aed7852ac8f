"""What came out of a case, as expectations ask of it."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from router.domain.currency import money_text
from router.domain.identifiers import NodeId, Sku
from router.domain.plan import CostPart, Plan, Unshipped
from router.routing.round.round import Solved
from router.routing.world import View
from router.rules.blocks.effects import Block
from router.rules.verdicts import RuleRef

MILLI = 1_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """The plan of a case on its view of stock, and what rules did to it.

    `removed` names, by node, the rules that took any way from there.
    """

    solved: Solved
    view: View
    plan: Plan
    fired: frozenset[str]
    removed: Mapping[NodeId, tuple[RuleRef, ...]]
    held_by: tuple[RuleRef, ...]
    split_rule: RuleRef
    backorder_rules: Mapping[Sku, RuleRef]
    currency: str

    @property
    def holders(self) -> tuple[NodeId, ...]:
        """The open nodes that hold any of the order."""
        batch = self.solved.batch
        return tuple(
            batch.node_ids[column]
            for column in np.flatnonzero(batch.holds[self.solved.order, : batch.plain_count]).tolist()
        )

    def policy_rules(self, block: Block) -> Mapping[Sku, RuleRef]:
        """The rules chosen in `splits` (of the whole order, under an empty SKU) or `backorder`."""
        return {Sku(""): self.split_rule} if block is Block.SPLITS else self.backorder_rules

    @property
    def late_days(self) -> int:
        """Added over shipments."""
        return sum(shipment.late_days for shipment in self.plan.shipments)

    @property
    def delivery_day(self) -> int | None:
        """The last of the plan's deliveries; None when nothing ships."""
        return max((shipment.delivery_day for shipment in self.plan.shipments), default=None)

    @property
    def unshipped(self) -> Mapping[Sku, tuple[Unshipped, ...]]:
        found: dict[Sku, tuple[Unshipped, ...]] = {}
        for one in self.plan.unshipped:
            found[one.sku] = (*found.get(one.sku, ()), one)
        return found

    @property
    def shipped(self) -> Mapping[NodeId, Mapping[Sku, int]]:
        """Units by node and SKU."""
        found: dict[NodeId, dict[Sku, int]] = {}
        for shipment in self.plan.shipments:
            units = found.setdefault(shipment.node_id, {})
            for parcel in shipment.parcels:
                for allocation in parcel.allocations:
                    units[allocation.sku] = units.get(allocation.sku, 0) + allocation.quantity
        return found

    @property
    def charges_milli(self) -> Mapping[str, int]:
        """What each rule added to the cost of the plan."""
        found: dict[str, int] = {}
        for part in self.plan.costs:
            if part.rule:
                found[part.rule] = found.get(part.rule, 0) + part.amount_milli
        return found

    def money(self, amount_milli: int) -> str:
        return milli_text(amount_milli, self.currency)

    def cost_words(self) -> str:
        """`freight 6.50 + rule stores/handling 1.25 USD`, nothing left out."""
        return parts_words(self.plan.costs, self.currency)


def milli_text(amount_milli: int, currency: str) -> str:
    """`6.90 USD`; what is finer than the minor unit is shown too."""
    minor, rest = divmod(abs(amount_milli), MILLI)
    text = money_text(-minor if amount_milli < 0 else minor, currency)
    if rest:
        number, _, name = text.partition(" ")
        text = f"{number}{rest:03}".rstrip("0") + f" {name}"
    return f"-{text}" if amount_milli < 0 and not minor else text


def parts_words(costs: tuple[CostPart, ...], currency: str) -> str:
    amounts: dict[str, int] = {}
    for part in costs:
        words = part.kind.lower().replace("_", " ") + (f" `{part.rule}`" if part.rule else "")
        amounts[words] = amounts.get(words, 0) + part.amount_milli
    shown = (f"{words} {milli_text(amount, currency).partition(' ')[0]}" for words, amount in amounts.items())
    return " + ".join(shown) or "nothing"
