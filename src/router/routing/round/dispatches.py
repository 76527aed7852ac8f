"""The shipments of solutions, with their parcels and what they cost: worked out for all orders of a round at once.

A plan shows them part by part. What is added up here is what the solver minimized: the same cost terms, tariffs,
rules and prices, read again for the chosen lanes.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from msgspec import Struct

from router.domain.identifiers import Day
from router.domain.plan import CostKind, CostPart
from router.routing.batch.batch import Batch
from router.routing.decision import Prices
from router.routing.problem.bringing import Brought
from router.routing.problem.cost_terms import amounts_by_kind
from router.routing.problem.problems import Options, Posed
from router.routing.problem.terms import holds, measure_shipment
from router.rules.verdicts import ANY_SHIPMENT, Charge, Per, Verdicts
from router.solver.charges import PackedParcel
from router.solver.parcels import pack_shipments
from router.solver.problem import Ints, Opened, OrderProblems


class Dispatch(Struct, frozen=True, gc=False):
    """A shipment of a solution: node column, service level, its days, its parcels, every part of its cost that is not
    zero.
    """

    node: int
    service: int
    ship_day: Day
    delivery_day: Day
    late_days: int
    parcels: tuple[PackedParcel, ...]
    costs: tuple[CostPart, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Shipments:
    """All shipments [K] of a round side by side, and the lines [U] that they carry units of, one after another."""

    opened: Sequence[tuple[int, Opened]]
    order: Ints
    node: Ints
    service: Ints
    parcel_count: Ints
    line: Ints
    count: Ints
    line_start: Ints
    """Of each shipment, its first place in `line`; each carries one at least."""
    shipment_of_line: Ints
    """[U]"""

    def counts(self, per: Per) -> Ints | int:
        """How often a cost of that base falls due [K]."""
        if per is Per.PARCEL:
            return self.parcel_count
        if per is Per.LINE:
            return np.diff(self.line_start, append=len(self.line))
        return np.add.reduceat(self.count, self.line_start) if per is Per.UNIT else 1


def dispatches_of(
    batch: Batch, verdicts: Verdicts, posed: Posed, prices: Prices, opened: Sequence[tuple[int, Opened]]
) -> list[Dispatch]:
    """Each opened option of an order as a shipment."""
    if not opened:
        return []
    parcels = pack_shipments(posed.problems, opened)
    shipments = line_up(batch, posed.options, opened, [len(some) for some in parcels])
    freight = [sum([parcel.charge_milli for parcel in some]) for some in parcels]
    parts = own_costs(batch, shipments, freight)
    if posed.brought is not None:
        add_moving(posed.brought, shipments, parts)
    for number, part in rule_costs(batch, verdicts, posed.problems, shipments):
        parts[number].append(part)
    if prices.stock_milli or prices.capacity_milli:
        for number, part in price_costs(batch, shipments, prices, posed.brought):
            parts[number].append(part)
    order, node, service = shipments.order, shipments.node, shipments.service
    numbers: list[Ints] = [
        node,
        service,
        batch.ship_day[order, node],
        batch.delivery_day[order, node, service],
        batch.late_days[order, node, service],
    ]
    return list(map(Dispatch, *[one.tolist() for one in numbers], parcels, map(tuple, parts)))


def line_up(
    batch: Batch, options: Options, opened: Sequence[tuple[int, Opened]], parcel_counts: Sequence[int]
) -> Shipments:
    """Kits are taken apart: what is counted are lines of the batch."""
    line: list[int] = []
    count: list[int] = []
    starts: list[int] = []
    for order, one in opened:
        starts.append(len(line))
        first = batch.bundles.start.item(order)
        for bundle, bundles in one.units:
            for part, units in batch.bundles.parts_of(first + bundle):
                line.append(part)
                count.append(units * bundles)
    orders = np.array([order for order, _ in opened], np.int64)
    place = options.start[orders] + np.array([one.option for _, one in opened], np.int64)
    return Shipments(
        opened=opened,
        order=orders,
        node=options.node[place],
        service=options.service[place],
        parcel_count=np.array(parcel_counts, np.int64),
        line=np.array(line, np.int64),
        count=np.array(count, np.int64),
        line_start=np.array(starts, np.int64),
        shipment_of_line=np.repeat(np.arange(len(starts)), np.diff(starts, append=len(line))),
    )


def own_costs(batch: Batch, shipments: Shipments, freight: Sequence[int]) -> list[list[CostPart]]:
    """By shipment, freight and the cost terms."""
    parts = [[CostPart(kind=CostKind.FREIGHT, amount_milli=amount)] if amount else [] for amount in freight]
    for kind, amounts in amounts_by_kind(batch, shipments.order, shipments.node, shipments.counts).items():
        due = np.flatnonzero(amounts)
        for number, amount in zip(due.tolist(), amounts[due].tolist()):
            parts[number].append(CostPart(kind=kind, amount_milli=amount))
    return parts


def add_moving(brought: Brought, shipments: Shipments, parts: list[list[CostPart]]) -> None:
    """Add what is moved to gatherings to what their transfers cost."""
    moved = brought.moving_milli[shipments.line, shipments.node[shipments.shipment_of_line]]
    amounts = np.add.reduceat(moved, shipments.line_start)
    for number in np.flatnonzero(amounts).tolist():
        sent = sum(part.amount_milli for part in parts[number] if part.kind is CostKind.TRANSFER)
        parts[number] = [part for part in parts[number] if part.kind is not CostKind.TRANSFER]
        parts[number].append(CostPart(kind=CostKind.TRANSFER, amount_milli=sent + amounts.item(number)))


def rule_costs(
    batch: Batch, verdicts: Verdicts, problems: OrderProblems, shipments: Shipments
) -> Iterator[tuple[int, CostPart]]:
    """What rules charge for which shipments, by shipment in the rules' order, as far as they charge anything."""
    if not verdicts.charges:
        return
    of_shipments = Places(shipments.order, shipments.node, shipments.service)
    carrier = shipments.shipment_of_line
    of_lines = Places(shipments.line, shipments.node[carrier], shipments.service[carrier])
    amounts = np.stack(
        [
            charged_by_line(charge, of_lines.look_up(charge.amount_milli), shipments)
            if charge.of_lines
            else charged(charge, of_shipments.look_up(charge.amount_milli), batch, shipments)
            for charge in verdicts.charges
        ],
        axis=1,
    )
    heads = [(kind_of(charge), charge.rule.name, charge.box) for charge in verdicts.charges]
    numbers, places = np.nonzero(amounts)
    for number, place, amount in zip(numbers.tolist(), places.tolist(), amounts[numbers, places].tolist()):
        kind, rule, box = heads[place]
        if box is ANY_SHIPMENT or holds(box, measured(problems, shipments, number)):
            yield number, CostPart(kind=kind, amount_milli=amount, rule=rule)


def kind_of(charge: Charge) -> CostKind:
    if charge.of_substitutes:
        return CostKind.SUBSTITUTE
    return CostKind.LATENESS if charge.per is Per.LATE_DAY and not charge.of_lines else CostKind.RULE


def charged(charge: Charge, amounts: Ints, batch: Batch, shipments: Shipments) -> Ints:
    """What a charge of these amounts comes to at each shipment [K], whatever its box."""
    if charge.per is Per.PARCEL:
        return amounts * shipments.parcel_count
    if charge.per is Per.LATE_DAY:
        return amounts * batch.late_days[shipments.order, shipments.node, shipments.service]
    return amounts


def charged_by_line(charge: Charge, amounts: Ints, shipments: Shipments) -> Ints:
    """The same of a charge for the lines [U] of shipments."""
    if charge.per is Per.UNIT:
        amounts = amounts * shipments.count
    of_shipments: Ints = np.add.reduceat(amounts, shipments.line_start)
    return of_shipments


class Places:
    """Where (order or line, node, service level) stand in amounts: worked out once for all amounts of one shape."""

    def __init__(self, first: Ints, node: Ints, service: Ints) -> None:
        self._first, self._node, self._service = first, node, service
        self._known: dict[tuple[int, ...], Ints] = {}

    def look_up(self, amounts: Ints) -> Ints:
        """The amounts there; an axis of length one is the same for all."""
        if (places := self._known.get(amounts.shape)) is None:
            _, node_count, service_count = amounts.shape
            places = self._first
            if node_count > 1:
                places = places * node_count + self._node
            if service_count > 1:
                places = places * service_count + self._service
            self._known[amounts.shape] = places
        return amounts.ravel().take(places)


def measured(problems: OrderProblems, shipments: Shipments, number: int) -> tuple[int, ...]:
    """The metrics of one shipment."""
    order, opened = shipments.opened[number]
    metric = problems.metric[problems.line_start[order] : problems.line_start[order + 1]]
    return measure_shipment(metric, dict(opened.units))


def price_costs(
    batch: Batch, shipments: Shipments, prices: Prices, brought: Brought | None
) -> Iterator[tuple[int, CostPart]]:
    """What the prices of stock and capacity add."""
    ends = [*shipments.line_start.tolist()[1:], len(shipments.line)]
    lines, counts = shipments.line.tolist(), shipments.count.tolist()
    first = 0
    for number, (column, end) in enumerate(zip(shipments.node.tolist(), ends)):
        node_id = batch.node_ids[column]
        if brought is not None and column >= batch.plain_count:
            stock = int(brought.stock_milli[lines[first:end], column].sum())
        else:
            stock = sum(
                counts[place] * prices.stock_milli.get(batch.lines[lines[place]].sku, {}).get(node_id, 0)
                for place in range(first, end)
            )
        if stock:
            yield number, CostPart(kind=CostKind.STOCK_PRICE, amount_milli=stock)
        if capacity := prices.capacity_milli.get(node_id, 0):
            yield number, CostPart(kind=CostKind.CAPACITY_PRICE, amount_milli=capacity)
        first = end
