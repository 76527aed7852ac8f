"""The answer to an order: what ships from where in which parcels, what does not, and what it costs.

Amounts here are `_milli`: thousandths of a minor unit, the integer in which the solver adds.
"""

from enum import StrEnum

from msgspec import UNSET, Struct, UnsetType

from router.domain.identifiers import Day, LineId, NodeId, ServiceLevelId, Sku


class SolutionStatus(StrEnum):
    """OPTIMAL: proven cheapest. FEASIBLE: valid, the gap to the bound is stated (a limit ended the search)."""

    OPTIMAL = "OPTIMAL"
    FEASIBLE = "FEASIBLE"


class SolutionMethod(StrEnum):
    """Who found the plan: line partition, open sets, OR-Tools model, or a wave (its node, or all of it)."""

    PARTITION = "PARTITION"
    OPEN_SETS = "OPEN_SETS"
    CP_SAT = "CP_SAT"
    FLOW = "FLOW"
    WAVE = "WAVE"


class CostKind(StrEnum):
    """The parts of a plan's cost. They add up to the objective exactly."""

    FREIGHT = "FREIGHT"
    HANDLING = "HANDLING"
    PICK = "PICK"
    PACKAGING = "PACKAGING"
    SPLIT = "SPLIT"
    LATENESS = "LATENESS"
    RULE = "RULE"
    BACKORDER = "BACKORDER"
    STOCK_PRICE = "STOCK_PRICE"
    CAPACITY_PRICE = "CAPACITY_PRICE"
    MOVE = "MOVE"
    TRANSFER = "TRANSFER"
    SUBSTITUTE = "SUBSTITUTE"


PAID = frozenset({CostKind.FREIGHT, CostKind.HANDLING, CostKind.PICK, CostKind.PACKAGING, CostKind.TRANSFER})
"""What somebody is paid, by tariffs and the prices of the network. All other kinds weigh one plan against another."""


class ShipmentMetric(StrEnum):
    """What can be measured of a shipment from the units in it; every one grows with each unit added."""

    WEIGHT = "weight"  # grams
    VOLUME = "volume"  # cubic millimetres
    VALUE = "value"  # minor units
    UNITS = "units"
    LINES = "lines"  # distinct SKUs
    HAZMAT_UNITS = "hazmat_units"
    HAZMAT_WEIGHT = "hazmat_weight"  # grams
    COLD_UNITS = "cold_units"


METRICS = tuple(ShipmentMetric)
"""The order in which arrays hold them."""


class Level(StrEnum):
    """What a plan can be compared by besides its cost; less is better. Levels before cost are tiers, after it ties."""

    UNSHIPPED_UNITS = "unshipped_units"
    LATE_DAYS = "late_days"  # added over shipments
    SHIPMENTS = "shipments"
    DISTANCE = "distance"  # kilometres from node to destination, added over shipments
    DELIVERY_DAYS = "delivery_days"  # from the decision, added over shipments


class LevelValue(Struct, frozen=True, kw_only=True, gc=False):
    """What a plan reached at one level."""

    level: Level
    value: int
    before_cost: bool


class UnshippedAction(StrEnum):
    """What happens to units that are not shipped now."""

    BACKORDER = "BACKORDER"
    CANCEL = "CANCEL"
    HOLD = "HOLD"


class CostPart(Struct, frozen=True, gc=False):
    """One amount of one kind; `rule` names the rule that charged it (`pack/rule-id`), empty for tariffs and nodes."""

    kind: CostKind
    amount_milli: int
    rule: str = ""


class Allocation(Struct, frozen=True, gc=False):
    """Units of one order line. `sku` is what is sent, `asked_sku` what the line asks for where that is another."""

    line_id: LineId
    sku: Sku
    quantity: int
    asked_sku: Sku | UnsetType = UNSET


class Substitution(Struct, frozen=True, kw_only=True, gc=False):
    """`quantity` units of a line for which `sku` stands in, one for one, by which rule and at which price a unit."""

    line_id: LineId
    sku: Sku
    quantity: int
    rule: str
    unit_milli: int


class Parcel(Struct, frozen=True, gc=False):
    """One box: what is in it, what it weighs, what it is charged for."""

    allocations: tuple[Allocation, ...]
    weight_grams: int
    billable_weight_grams: int
    charge_milli: int


class PlannedTransfer(Struct, frozen=True, kw_only=True, gc=False):
    """What a shipment awaits from another node: by line, and the days on which it leaves there and arrives."""

    from_node_id: NodeId
    depart_day: Day
    arrive_day: Day
    allocations: tuple[Allocation, ...]


class Shipment(Struct, frozen=True, kw_only=True, gc=False):
    """One node's dispatch of one or more parcels by one service level."""

    node_id: NodeId
    service_level_id: ServiceLevelId
    parcels: tuple[Parcel, ...]
    ship_day: Day
    delivery_day: Day
    late_days: int = 0
    costs: tuple[CostPart, ...] = ()
    co2e_milligrams: int | UnsetType = UNSET
    """Left out where the service level states no emission or the way is not known. It is no cost."""
    transfers: tuple[PlannedTransfer, ...] | UnsetType = UNSET
    """Of what is in the parcels, what comes from other nodes first; left out where all of it is at the node."""

    def quantities(self) -> dict[LineId, int]:
        """Units of each line over all parcels."""
        total: dict[LineId, int] = {}
        for parcel in self.parcels:
            for allocation in parcel.allocations:
                total[allocation.line_id] = total.get(allocation.line_id, 0) + allocation.quantity
        return total

    def sent(self) -> dict[tuple[LineId, Sku], int]:
        """Units of each line by the product that is sent, over all parcels."""
        total: dict[tuple[LineId, Sku], int] = {}
        if len(self.parcels) == 1:
            (only,) = self.parcels
            total = {(one.line_id, one.sku): one.quantity for one in only.allocations}
            if len(total) == len(only.allocations):
                return total
            total.clear()
        for parcel in self.parcels:
            for one in parcel.allocations:
                total[one.line_id, one.sku] = total.get((one.line_id, one.sku), 0) + one.quantity
        return total


class Unshipped(Struct, frozen=True, kw_only=True, gc=False):
    """Units of a line that no shipment carries now, by which policy and rule, and why."""

    line_id: LineId
    sku: Sku
    quantity: int
    action: UnshippedAction
    rule: str = ""
    reason: str = ""
    until_day: Day | None = None
    """The day until which it waits, where a rule or a release date names one."""


HELD_BY_RULE = "HELD_BY_RULE"
"""The reason of units that a hold of the rules keeps back."""
HELD_BY_PERSON = "HELD_BY_PERSON"
"""The reason of units of an order that was edited while a person held it."""


class Plan(Struct, frozen=True, kw_only=True, gc=False):
    """How one order is served. Objective = sum of all cost parts; bound <= objective is proven.

    `levels` are the tiers and ties of its objective in their order. With tiers OPTIMAL means: no plan is better at an
    earlier level, and of those equal there none is cheaper; the bound then holds for plans equal at the tiers.
    """

    status: SolutionStatus
    method: SolutionMethod
    objective_milli: int
    bound_milli: int
    work: int
    """Effort in the method's own counted unit (never time)."""
    shipments: tuple[Shipment, ...] = ()
    unshipped: tuple[Unshipped, ...] = ()
    order_costs: tuple[CostPart, ...] = ()
    """Parts that belong to no single shipment: split charge, backorder penalties."""
    levels: tuple[LevelValue, ...] = ()
    on_account: str | UnsetType = UNSET
    """The rule by which goods of it may leave unpaid; empty: none lets them. Left out by those who asked no rule."""
    substitutions: tuple[Substitution, ...] = ()
    """What other products stand in for."""

    @property
    def is_held(self) -> bool:
        """Whether a rule or a person holds the whole order: nothing ships and everything waits for a person."""
        return (
            not self.shipments
            and bool(self.unshipped)
            and all(one.reason in (HELD_BY_RULE, HELD_BY_PERSON) for one in self.unshipped)
        )

    @property
    def costs(self) -> tuple[CostPart, ...]:
        return (*[part for shipment in self.shipments for part in shipment.costs], *self.order_costs)
