"""One order under two versions of the rules: in which ways its plan changed, and a short account of it."""

from collections import Counter
from dataclasses import dataclass
from enum import StrEnum

from router.domain.identifiers import Day, Instant, NodeId, OrderId, ServiceLevelId
from router.domain.order import Order
from router.domain.place import Point
from router.domain.plan import Plan, SolutionStatus
from router.planning.effects.sums import is_held, is_late, units_left_out


class Aspect(StrEnum):
    """A way in which an order can change. Every figure of a report stands for one or more of them."""

    CHEAPER = "cheaper"
    DEARER = "dearer"
    MORE_SHIPMENTS = "more shipments"
    FEWER_SHIPMENTS = "fewer shipments"
    NOW_LATE = "now late"
    NO_LONGER_LATE = "no longer late"
    MORE_UNSHIPPED = "more units left out"
    FEWER_UNSHIPPED = "fewer units left out"
    NOW_HELD = "now held"
    NO_LONGER_HELD = "no longer held"
    NOW_ON_ACCOUNT = "now on account"
    NO_LONGER_ON_ACCOUNT = "no longer on account"
    LATER = "delivered later"
    EARLIER = "delivered earlier"
    OTHER_NODES = "other nodes"
    OTHER_SERVICES = "other services"
    UNPROVEN = "not solved to proof"


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """One order under both versions.

    `why` names the rules that say something else of it, `place` is where it goes, if that is known.
    """

    decision_id: str
    order: Order
    at: Instant
    before: Plan
    after: Plan
    why: tuple[str, ...] = ()
    place: Point | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Sending:
    """One shipment, short."""

    node_id: NodeId
    service_level_id: ServiceLevelId
    units: int
    delivery_day: Day
    late_days: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Outline:
    """A plan, short."""

    cost_milli: int
    sendings: tuple[Sending, ...]
    units_left_out: int
    is_held: bool
    is_proven: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What became of one order."""

    decision_id: str
    order_id: OrderId
    at: Instant
    destination: str
    aspects: frozenset[Aspect]
    why: tuple[str, ...]
    before: Outline
    after: Outline

    @property
    def difference_milli(self) -> int:
        return self.after.cost_milli - self.before.cost_milli

    @property
    def rank(self) -> tuple[int, str]:
        """The largest change of cost first; of equals, by the decision's id."""
        return -abs(self.difference_milli), self.decision_id


def ships_otherwise(before: Plan, after: Plan) -> bool:
    """Whether anything leaves elsewhere, otherwise, on another day, in another number or on other terms, or is left out
    otherwise.
    """
    return shipped(before) != shipped(after)


def shipped(plan: Plan) -> tuple[frozenset[object], frozenset[object], bool]:
    """What leaves and what does not, and whether unpaid, without what it costs and which rule said so."""
    sent = (
        (
            shipment.node_id,
            shipment.service_level_id,
            shipment.ship_day,
            frozenset(shipment.quantities().items()),
        )
        for shipment in plan.shipments
    )
    left = ((one.line_id, one.quantity, one.action, one.until_day) for one in plan.unshipped)
    return frozenset(sent), frozenset(left), bool(plan.on_account)


def aspects_of(pair: Pair) -> frozenset[Aspect]:
    """In which ways an order changed, and whether a plan of it is unproven; nothing for most orders."""
    before, after = pair.before, pair.after
    cost = after.objective_milli - before.objective_milli
    count = len(after.shipments) - len(before.shipments)
    left_out = units_left_out(after) - units_left_out(before)
    nodes = Counter(one.node_id for one in before.shipments), Counter(one.node_id for one in after.shipments)
    services = (
        Counter(one.service_level_id for one in before.shipments),
        Counter(one.service_level_id for one in after.shipments),
    )
    unproven = SolutionStatus.FEASIBLE in (before.status, after.status)
    held = bool(is_held(after)) - bool(is_held(before))
    on_account = bool(after.on_account) - bool(before.on_account)
    last_day = latest_day(after) - latest_day(before) if before.shipments and after.shipments else 0
    late = 0 if pair.order.promise_day is None else is_late(after) - is_late(before)
    holds = {
        Aspect.CHEAPER: cost < 0,
        Aspect.DEARER: cost > 0,
        Aspect.MORE_SHIPMENTS: count > 0,
        Aspect.FEWER_SHIPMENTS: count < 0,
        Aspect.NOW_LATE: late > 0,
        Aspect.NO_LONGER_LATE: late < 0,
        Aspect.MORE_UNSHIPPED: left_out > 0,
        Aspect.FEWER_UNSHIPPED: left_out < 0,
        Aspect.NOW_HELD: held > 0,
        Aspect.NO_LONGER_HELD: held < 0,
        Aspect.NOW_ON_ACCOUNT: on_account > 0,
        Aspect.NO_LONGER_ON_ACCOUNT: on_account < 0,
        Aspect.LATER: last_day > 0,
        Aspect.EARLIER: last_day < 0,
        Aspect.OTHER_NODES: nodes[0] != nodes[1],
        Aspect.OTHER_SERVICES: services[0] != services[1],
        Aspect.UNPROVEN: unproven,
    }
    return frozenset(aspect for aspect, is_so in holds.items() if is_so)


def latest_day(plan: Plan) -> Day:
    """The day on which the last shipment arrives; there is one."""
    return max(shipment.delivery_day for shipment in plan.shipments)


def change_of(pair: Pair, aspects: frozenset[Aspect]) -> Change:
    """The short account of one order."""
    to = pair.order.destination
    return Change(
        decision_id=pair.decision_id,
        order_id=pair.order.id,
        at=pair.at,
        destination=" ".join(part for part in (to.country, to.region, to.postal_code) if part),
        aspects=aspects,
        why=pair.why,
        before=outline_of(pair.before),
        after=outline_of(pair.after),
    )


def outline_of(plan: Plan) -> Outline:
    return Outline(
        cost_milli=plan.objective_milli,
        sendings=tuple(
            Sending(
                node_id=shipment.node_id,
                service_level_id=shipment.service_level_id,
                units=sum(shipment.quantities().values()),
                delivery_day=shipment.delivery_day,
                late_days=shipment.late_days,
            )
            for shipment in plan.shipments
        ),
        units_left_out=units_left_out(plan),
        is_held=is_held(plan),
        is_proven=plan.status is SolutionStatus.OPTIMAL,
    )
