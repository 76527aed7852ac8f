"""A solution in numbers -> the plan of one order: shipments with parcels, dates and costs, and what is not shipped."""

from router.domain.identifiers import Day
from router.domain.order import OrderLine
from router.domain.plan import (
    Allocation,
    Parcel,
    Plan,
    Shipment,
    SolutionMethod,
    Unshipped,
    UnshippedAction,
)
from router.routing.costs import Dispatch, order_costs, shipment_costs
from router.routing.round import Solved
from router.routing.shortfalls import reason_of
from router.solver.charges import PackedParcel, pack
from router.solver.problem import Opened, OrderProblem


class Wanted:
    """The units of an order's lines that no parcel holds yet; merged lines give back the client's lines in order."""

    def __init__(self, solved: Solved) -> None:
        self.first = solved.lines.start
        lines = [solved.batch.lines[line] for line in solved.lines]
        self._left: list[list[tuple[OrderLine, int]]] = [
            [(part, part.quantity) for part in reversed(line.parts)] for line in lines
        ]

    def take(self, line: int, count: int) -> list[Allocation]:
        """`count` units of line number `line` of the order."""
        taken = []
        left = self._left[line]
        while count > 0:
            part, units = left.pop()
            now = min(units, count)
            if now < units:
                left.append((part, units - now))
            taken.append(Allocation(line_id=part.id, sku=part.sku, quantity=now))
            count -= now
        return taken

    def rest(self) -> list[tuple[int, list[Allocation]]]:
        """All that is left, by line number of the batch."""
        return [
            (
                self.first + number,
                [Allocation(line_id=part.id, sku=part.sku, quantity=units) for part, units in reversed(left)],
            )
            for number, left in enumerate(self._left)
            if left
        ]


def plan_of(solved: Solved) -> Plan:
    """The plan of an order. Its cost parts add up to the objective."""
    problem, solution = solved.problem, solved.solution
    wanted = Wanted(solved)
    shipments = tuple(shipment_of(solved, problem, opened, wanted) for opened in solution.opened)
    rest = wanted.rest()
    missing = [(line, sum(part.quantity for part in parts)) for line, parts in rest]
    plan = Plan(
        status=solution.status,
        method=solution.method if solved.request.only_node is None else SolutionMethod.FLOW,
        objective_milli=solution.objective_milli,
        bound_milli=solution.bound_milli,
        work=solution.work,
        shipments=shipments,
        unshipped=tuple(unshipped for line, parts in rest for unshipped in leave_out(solved, line, parts)),
        order_costs=order_costs(solved, len(shipments), missing),
    )
    assert sum(part.amount_milli for part in plan.costs) == plan.objective_milli, (
        "cost parts miss the objective"
    )
    return plan


def shipment_of(solved: Solved, problem: OrderProblem, opened: Opened, wanted: Wanted) -> Shipment:
    """One opened option as a shipment; takes its units out of `wanted`."""
    batch = solved.batch
    order = solved.order
    node, service = solved.lane_of(opened.option)
    units = dict(opened.units)
    packed = pack(problem, opened.option, [units.get(line, 0) for line in range(problem.line_count)])
    dispatch = Dispatch(
        node=node,
        service=service,
        units=tuple((wanted.first + line, count) for line, count in opened.units),
        parcel_count=len(packed),
        freight_milli=sum(parcel.charge_milli for parcel in packed),
    )
    return Shipment(
        node_id=batch.node_ids[node],
        service_level_id=batch.network.services[service].id,
        parcels=tuple(parcel_of(parcel, wanted) for parcel in packed),
        ship_day=Day(int(batch.ship_day[order, node])),
        delivery_day=Day(int(batch.delivery_day[order, node, service])),
        late_days=int(batch.late_days[order, node, service]),
        costs=shipment_costs(solved, dispatch),
    )


def parcel_of(packed: PackedParcel, wanted: Wanted) -> Parcel:
    allocations = [allocation for line, count in packed.units for allocation in wanted.take(line, count)]
    return Parcel(
        allocations=tuple(allocations),
        weight_grams=packed.weight,
        billable_weight_grams=packed.billable,
        charge_milli=packed.charge_milli,
    )


def leave_out(solved: Solved, line: int, parts: list[Allocation]) -> list[Unshipped]:
    """The client's lines of which units stay behind, with the policy that says what becomes of them."""
    policy = solved.verdicts.backorder_policies[solved.verdicts.backorder[line]]
    reason = reason_of(solved, line)
    return [
        Unshipped(
            line_id=part.line_id,
            sku=part.sku,
            quantity=part.quantity,
            action=UnshippedAction(policy.action),
            rule=policy.rule.name,
            reason=reason,
        )
        for part in parts
    ]
