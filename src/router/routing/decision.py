"""A decision: the plan of one order together with all it was made from."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from msgspec import UNSET, Struct, UnsetType, field

from router.domain.identifiers import (
    Day,
    DecisionId,
    Digest,
    Instant,
    LineId,
    NodeId,
    ServiceLevelId,
    Sku,
)
from router.domain.order import Order
from router.domain.plan import Plan, Shipment, Substitution
from router.domain.product import Product
from router.routing.written_plan import Planned, WrittenPlan, read_plan
from router.solver.problem import DEFAULT_EFFORT, Effort


class Prices(Struct, frozen=True, kw_only=True, gc=False):
    """Opportunity prices in thousandths of a minor unit: of a unit of stock, and of a shipment of capacity.

    `version` is the digest of the whole table that they were taken from; empty where nobody looks ahead.
    """

    stock_milli: Mapping[Sku, Mapping[NodeId, int]] = field(default_factory=dict)
    capacity_milli: Mapping[NodeId, int] = field(default_factory=dict)
    version: str = ""


NO_PRICES = Prices()


class Allotment(Struct, frozen=True, kw_only=True, gc=False):
    """What a joint decision set aside for one order: the units that it may take, and the shipments of each node."""

    units: Mapping[Sku, Mapping[NodeId, int]]
    shipments: Mapping[NodeId, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """A shipment that was decided before and can still be another: what is left of it, units by line in their order.

    `substitutes` are the units of them for which other products stand in, in the order of lines and products.
    """

    number: int
    node_id: NodeId
    service_level_id: ServiceLevelId
    ship_day: Day
    units: tuple[tuple[LineId, int], ...]
    substitutes: tuple[Substitution, ...] = ()

    def is_kept_by(self, shipment: Shipment) -> bool:
        """Whether `shipment` is the same: nobody has to do anything else for it."""
        return (self.node_id, self.service_level_id, self.ship_day) == (
            shipment.node_id,
            shipment.service_level_id,
            shipment.ship_day,
        ) and (dict(self.units), tuple((one.line_id, one.sku, one.quantity) for one in self.substitutes)) == (
            shipment.quantities(),
            substitutes_in(shipment),
        )


def substitutes_in(shipment: Shipment) -> tuple[tuple[LineId, Sku, int], ...]:
    """For how many units of a line which other product stands in, in the order of lines and products."""
    other = {
        (one.line_id, one.sku)
        for parcel in shipment.parcels
        for one in parcel.allocations
        if one.asked_sku and one.asked_sku != one.sku
    }
    return tuple(sorted((*key, units) for key, units in shipment.sent().items() if key in other))


class Release(Struct, frozen=True, kw_only=True, gc=False):
    """Who released an order that was held, and why."""

    author: str
    note: str


class Edit(Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """What the customer wants instead: the whole order as edited, and who edited it.

    `is_anew`: it goes elsewhere, by other service levels or for another day, so that no shipment that stands is kept.
    `is_held`: it is held and stays so, whatever rules say, until a person releases it.
    """

    order: Order
    author: str
    note: str
    is_anew: bool
    is_held: bool = False


class Replacing(Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """What a decision knows of the one that it replaces: its id, why it is replaced, and the shipments that stand.

    `move_milli` is what a shipment from a node costs that none of them leaves; `shipment_count` how many shipments of
    the order have a number. `release`: a person released the order, so no rule holds it. `edit`: the order was edited.
    """

    decision_id: DecisionId
    because: str
    move_milli: int
    shipment_count: int
    standing: tuple[Standing, ...]
    release: Release | None = None
    edit: Edit | None = None

    @property
    def keeps_shipments(self) -> bool:
        """Whether a shipment that stands may stay as it is."""
        return self.edit is None or not self.edit.is_anew


class Paid(Struct, frozen=True, kw_only=True, gc=False):
    """How an order was paid for when it was decided.

    `state` is one of the words of the fact `order.payment`, `covered_minor` what was captured and what still can be.
    `expire_time` is when the first authorization runs out, None: none does by time.
    """

    state: str
    covered_minor: int = 0
    expire_time: Instant | None = None


class Cap(Struct, frozen=True, kw_only=True, gc=False):
    """At most `units` of a product may wait for stock of the order, where `rule` decides; everywhere if it is empty."""

    sku: Sku
    rule: str = ""
    units: int = 0


class Inputs(Struct, frozen=True, kw_only=True, gc=False):
    """What a decision read, complete: with the two documents named by digest it can be decided again.

    `stock` holds the available units per SKU and node, `shipments_booked` the shipments already planned per node
    and local day, each only where the decision could look.
    """

    order: Order
    decision_time: Instant
    products: tuple[Product, ...]
    stock: Mapping[Sku, Mapping[NodeId, int]]
    shipments_booked: Mapping[NodeId, Mapping[int, int]]
    rules_digest: Digest
    network_digest: Digest
    prices: Prices = NO_PRICES
    effort: Effort = DEFAULT_EFFORT
    only_node: NodeId | None = None
    """The node that a joint decision chose; None where every node was free to be chosen."""
    allotment: Allotment | None = None
    """What a joint decision set aside; None where all that `stock` holds was free to be taken."""
    replacing: Replacing | None = None
    """Of an order decided again: `order` is then what of it can still be decided."""
    paid: Paid | None = None
    """Its payments; None where it has none here."""
    capped: tuple[Sku, ...] = ()
    """Products of which nothing of the order may wait for stock, because as many as may do so already."""
    caps: tuple[Cap, ...] | UnsetType = UNSET
    """The same where a rule says how many, or where some of the order waited before it was edited."""

    @property
    def all_caps(self) -> tuple[Cap, ...]:
        """What may not wait, by product and rule."""
        return (*(Cap(sku=sku) for sku in self.capped), *(self.caps or ()))


class Decision(Struct, frozen=True, kw_only=True, gc=False):
    """One order decided: inputs and plan. What is looked at in each decision of a batch is looked for in a written plan
    first.
    """

    inputs: Inputs
    planned: Planned = field(name="plan")

    @property
    def plan(self) -> Plan:
        return read_plan(self.planned)


@lru_cache(maxsize=100)
def numbers_to(count: int) -> tuple[int, ...]:
    """Of shipments of which none stood before."""
    return tuple(range(1, count + 1))


def shipment_numbers(decision: Decision) -> tuple[int, ...]:
    """The number of each shipment of the plan: those that stood keep theirs, new ones go on counting."""
    planned, replacing = decision.planned, decision.inputs.replacing
    if replacing is None:
        return numbers_to(
            planned.shipment_count if isinstance(planned, WrittenPlan) else len(planned.shipments)
        )
    standing = list(replacing.standing) if replacing.keeps_shipments else []
    count, numbers = replacing.shipment_count, []
    for shipment in decision.plan.shipments:
        kept = next((one for one in standing if one.is_kept_by(shipment)), None)
        if kept is None:
            count += 1
            numbers.append(count)
        else:
            standing.remove(kept)
            numbers.append(kept.number)
    return tuple(numbers)


def withdrawn_numbers(decision: Decision) -> tuple[int, ...]:
    """The shipments that stood before the decision and do not any more."""
    replacing = decision.inputs.replacing
    if replacing is None:
        return ()
    kept = set(shipment_numbers(decision))
    return tuple(one.number for one in replacing.standing if one.number not in kept)
