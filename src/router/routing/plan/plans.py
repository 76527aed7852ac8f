"""A solution in numbers -> the plan of one order: shipments with parcels, dates and costs, and what is not shipped.

Kits are taken apart again: a parcel that carries a kit has units of each of its lines.
"""

from collections.abc import Iterable, Iterator, Sequence

from msgspec import UNSET, UnsetType

from router.domain.identifiers import Day
from router.domain.order import OrderLine
from router.domain.plan import (
    Allocation,
    Parcel,
    Plan,
    PlannedTransfer,
    Shipment,
    SolutionMethod,
    SolutionStatus,
    Unshipped,
    UnshippedAction,
)
from router.routing.network.dates import utc_day
from router.routing.plan.capped import cut, within_caps
from router.routing.plan.emissions import co2e_of
from router.routing.plan.gathered import transfers_of
from router.routing.plan.shortfalls import hold_of, is_held, reason_of
from router.routing.plan.terms_of_payment import trusted_by
from router.routing.round.costs import order_costs
from router.routing.round.dispatches import Dispatch
from router.routing.round.objective import objective_of
from router.routing.round.round import Rivals, Solved
from router.routing.world import OrderToRoute
from router.rules.verdicts import BackorderPolicy
from router.solver.charges import PackedParcel
from router.solver.problem import Solution


class Wanted:
    """The units of an order's lines that no parcel holds yet; merged lines give back the client's lines in order."""

    __slots__ = ("_left", "_lines", "_whole_count", "first")

    def __init__(self, solved: Solved) -> None:
        own = solved.lines
        self.first = own.start
        self._lines = solved.round.batch.lines[own.start : own.stop]
        self._whole_count = 0
        self._left: dict[int, list[tuple[OrderLine, int]]] = {}
        """Of lines of which something is taken; the last part comes first."""

    def take(self, load: Iterable[tuple[int, int]]) -> tuple[Allocation, ...]:
        """So many units of each of these lines, by their number in the order."""
        taken: list[Allocation] = []
        for number, count in load:
            own = self._lines[number]
            asked_sku = UNSET if own.asked is None else own.asked.sku
            if count == own.quantity:
                # The common case: one parcel carries the whole line.
                self._left[number] = []
                self._whole_count += 1
                for part in own.parts:
                    taken.append(Allocation(part.id, part.sku, part.quantity, asked_sku))
            else:
                for part, now in self._divide(number, count):
                    taken.append(Allocation(part.id, part.sku, now, asked_sku))
        return tuple(taken)

    def _divide(self, number: int, count: int) -> Iterator[tuple[OrderLine, int]]:
        if (left := self._left.get(number)) is None:
            left = self._left[number] = [(part, part.quantity) for part in self._lines[number].parts[::-1]]
        while count > 0:
            part, units = left.pop()
            now = min(units, count)
            if now < units:
                left.append((part, units - now))
            yield part, now
            count -= now

    def rest(self) -> list[tuple[int, list[Allocation]]]:
        """All that is left, by line number of the batch, as units of what was asked for."""
        if self._whole_count == len(self._lines):
            return []
        rest = []
        for number, line in enumerate(self._lines):
            left = self._left.get(number)
            if left is None:
                left = [(part, part.quantity) for part in line.parts[::-1]]
            if left:
                sku = line.wanted.sku
                parts = [
                    Allocation(line_id=part.id, sku=sku, quantity=units) for part, units in reversed(left)
                ]
                rest.append((self.first + number, parts))
        return rest


def plan_of(solved: Solved) -> Plan:
    """The plan of an order. Its cost parts add up to the objective."""
    found, order = solved.round, solved.order
    solution, request = found.solutions[order], found.batch.requests[order]
    objective = objective_of(solved, solution)
    dispatches = found.dispatches_of(order)
    paid = sum([dispatch.cost_milli for dispatch in dispatches])
    rest: list[tuple[int, list[Allocation]]] = []
    if len(dispatches) == 1 and (parcel := only_parcel(solved, dispatches[0])) is not None:
        shipments = [dispatched(solved, dispatches[0], (parcel,))]
    else:
        wanted = Wanted(solved)
        shipments = [shipment_of(solved, dispatch, wanted) for dispatch in dispatches]
        rest = wanted.rest()
    missing = [(line, sum(part.quantity for part in parts)) for line, parts in rest] if rest else []
    beyond = order_costs(solved, len(shipments), missing)
    for part in beyond:
        paid += part.amount_milli
    assert paid == objective.cost_milli, "cost parts miss the objective"
    rivals = solved.rivals
    return Plan(
        status=objective.status if rivals is None else status_among(rivals),
        method=method_of(request, solution),
        objective_milli=objective.cost_milli,
        bound_milli=objective.bound_milli if rivals is None else rivals.bound_milli,
        work=solution.work if rivals is None else rivals.work,
        shipments=tuple(shipments),
        unshipped=within_caps(
            [unshipped for line, parts in rest for unshipped in leave_out(solved, line, parts)],
            request.caps,
        )
        if rest
        else (),
        order_costs=beyond,
        levels=objective.levels,
        on_account=on_account_by(solved) if found.verdicts.on_account else "",
        substitutions=request.substitutions or (),
    )


def on_account_by(solved: Solved) -> str:
    """The first rule that lets the order's goods leave unpaid; empty where none does."""
    found = trusted_by(solved)
    return "" if found is None else found.name


def status_among(rivals: Rivals) -> SolutionStatus:
    """What is proven of a plan among those of all variants."""
    return SolutionStatus.OPTIMAL if rivals.is_proven else SolutionStatus.FEASIBLE


def method_of(request: OrderToRoute, solution: Solution) -> SolutionMethod:
    """Who chose: the wave where one confined the order, else the solver's own method."""
    if request.allotment is not None:
        return SolutionMethod.WAVE
    return solution.method if request.only_node is None else SolutionMethod.FLOW


def shipment_of(solved: Solved, dispatch: Dispatch, wanted: Wanted) -> Shipment:
    """One dispatch as a shipment; takes its units out of `wanted`."""
    return dispatched(
        solved, dispatch, tuple([parcel_of(solved, parcel, wanted) for parcel in dispatch.parcels])
    )


def dispatched(solved: Solved, dispatch: Dispatch, parcels: tuple[Parcel, ...]) -> Shipment:
    """The shipment with these parcels."""
    batch, service = solved.round.batch, dispatch.service
    network = batch.network
    emits = network.co2e_grams_per_tonne_km.item(service)
    return Shipment(
        node_id=batch.node_ids[dispatch.node],
        service_level_id=network.services[service].id,
        parcels=parcels,
        ship_day=dispatch.ship_day,
        delivery_day=dispatch.delivery_day,
        late_days=dispatch.late_days,
        costs=dispatch.costs,
        co2e_milligrams=emission_of(solved, dispatch) if emits else UNSET,
        transfers=UNSET if batch.gatherings is None else awaited_by(solved, dispatch),
    )


def awaited_by(solved: Solved, dispatch: Dispatch) -> tuple[PlannedTransfer, ...] | UnsetType:
    """What comes to it from other nodes; UNSET where it leaves from a node and no gathering."""
    return transfers_of(solved, dispatch) if dispatch.node >= solved.batch.plain_count else UNSET


def emission_of(solved: Solved, dispatch: Dispatch) -> int | UnsetType:
    """Milligrams that the shipment emits by a service level that emits; UNSET where the way is not known."""
    units = [one for parcel in dispatch.parcels for one in solved.units_of(parcel.units)]
    return co2e_of(solved.batch, units, dispatch.node, dispatch.service)


def only_parcel(solved: Solved, dispatch: Dispatch) -> Parcel | None:
    """The parcel of a shipment where it carries all that an order wants, as it was asked for and whole; else None."""
    batch, packed = solved.round.batch, dispatch.parcels[0]
    load, own = packed.units, solved.lines
    if len(load) != len(own) or len(dispatch.parcels) > 1 or not batch.bundles.are_lines:
        return None
    lines, allocations = batch.lines, []
    for number, count in load:
        line = lines[own.start + number]
        if count != line.quantity or line.asked is not None or len(line.parts) > 1:
            return None
        part = line.parts[0]
        allocations.append(Allocation(part.id, part.sku, count))
    return Parcel(tuple(allocations), packed.weight, packed.billable, packed.charge_milli)


def parcel_of(solved: Solved, packed: PackedParcel, wanted: Wanted) -> Parcel:
    # Where bundles are lines both have the same numbers in their order.
    load = packed.units
    if not solved.round.batch.bundles.are_lines:
        load = tuple([(line - wanted.first, count) for line, count in solved.units_of(load)])
    return Parcel(wanted.take(load), packed.weight, packed.billable, packed.charge_milli)


def leave_out(solved: Solved, line: int, parts: list[Allocation]) -> list[Unshipped]:
    """The client's lines of which units stay behind, with the policy that says what becomes of them.

    A hold stands before any policy: what it holds back, or a person does, waits for a person.
    """
    policy = solved.verdicts.backorder_policies[solved.verdicts.backorder[line]]
    hold, waits_for_person = hold_of(solved), is_held(solved)
    rule = policy.rule.name if not waits_for_person else "" if hold is None else hold.rule.name
    reason = reason_of(solved, line)
    left = [
        Unshipped(
            line_id=part.line_id,
            sku=part.sku,
            quantity=part.quantity,
            action=UnshippedAction.HOLD if waits_for_person else UnshippedAction(policy.action),
            rule=rule,
            reason=reason,
            until_day=None if waits_for_person else waits_until(solved, line, policy),
        )
        for part in parts
    ]
    return left if policy.line_units_max is None else limited(left, policy.line_units_max, policy.rule.name)


def limited(left: Sequence[Unshipped], units_max: int, rule: str) -> list[Unshipped]:
    """What would wait of a line, cut to what the rule lets wait; its first units stay."""
    parts: list[Unshipped] = []
    for one in left:
        if one.action is not UnshippedAction.BACKORDER:
            parts.append(one)
            continue
        waits = min(units_max, one.quantity)
        units_max -= waits
        parts += cut(one, waits, rule)
    return parts


def waits_until(solved: Solved, line: int, policy: BackorderPolicy) -> Day | None:
    """The earlier of the product's release, if that is awaited and to come, and the last day that the policy allows."""
    today = utc_day(solved.request.decision_time)
    release = solved.batch.lines[line].wanted.release_day
    days = []
    if policy.until_release and release is not None and release > today:
        days.append(release)
    if policy.days_max is not None:
        days.append(Day(today + policy.days_max))
    return min(days, default=None)
