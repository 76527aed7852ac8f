"""The shipments of solutions, with their parcels and what they cost: worked out for all orders of a round at once.

A plan shows them part by part. What is added up here is what the solver minimized: the same cost terms, tariffs,
rules and prices, read again for the chosen lanes.
"""

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from msgspec import Struct

from router.domain.identifiers import Day
from router.domain.plan import CostKind, CostPart
from router.routing.batch.batch import Batch
from router.routing.decision import Prices
from router.routing.problem.bringing import Brought
from router.routing.problem.cost_terms import amounts_by_kind
from router.routing.problem.problems import Posed
from router.routing.problem.terms import holds, measure_shipment
from router.routing.round.shipments import Shipments
from router.rules.verdicts import ANY_SHIPMENT, Charge, Per, Verdicts
from router.solver.charges import PackedParcel
from router.solver.parcels import ParcelColumns, pack_columns, parcels_of
from router.solver.problem import Bools, Ints, OrderProblems


class Dispatch(Struct, frozen=True, gc=False):
    """A shipment of a solution: node column, service level, its days, its parcels, every part of its cost that is not
    zero, and their sum.
    """

    node: int
    service: int
    ship_day: Day
    delivery_day: Day
    late_days: int
    parcels: tuple[PackedParcel, ...]
    costs: tuple[CostPart, ...]
    cost_milli: int


class CostColumn(NamedTuple):
    """What shipments [K] cost for one reason."""

    kind: CostKind
    amounts_milli: Ints
    rule: str = ""


class Costed(NamedTuple):
    """The parcels of shipments [K], and what the shipments cost."""

    packed: ParcelColumns
    columns: tuple[CostColumn, ...]
    amounts: Ints  # [columns, K]


def cost_shipments(
    batch: Batch, verdicts: Verdicts, posed: Posed, prices: Prices, shipments: Shipments
) -> Costed:
    """Each shipment packed and each part of its costs; there must be one at least."""
    packed = pack_columns(posed.problems, shipments.loads)
    parcel_count, freight = packed.totals
    columns = (
        CostColumn(CostKind.FREIGHT, freight),
        *own_costs(batch, posed.brought, shipments, parcel_count),
        *rule_costs(batch, verdicts, posed.problems, shipments, parcel_count),
        *price_costs(batch, shipments, prices, posed.brought),
    )
    return Costed(packed, columns, np.array([column.amounts_milli for column in columns]))


def dispatches_of(
    batch: Batch, shipments: Shipments, costed: Costed, chosen: Bools | None = None
) -> list[Dispatch]:
    """Each shipment, or each that is chosen [K], with its parcels and its costs."""
    numbers = [shipments.node, shipments.service, *days_of(batch, shipments)]
    if chosen is not None and not chosen.all():
        costed, numbers = only(costed, chosen), [one[chosen] for one in numbers]
    amounts = costed.amounts.T
    return list(
        map(
            Dispatch,
            *[one.tolist() for one in numbers],
            parcels_of(costed.packed),
            parts_of(costed.columns, amounts),
            amounts.sum(axis=1).tolist(),
        )
    )


def only(costed: Costed, chosen: Bools) -> Costed:
    """What some of the shipments cost."""
    kinds, entries, totals = costed.packed
    is_kept, widths = chosen[kinds[0]], np.diff(kinds[2], prepend=0)
    kept = kinds[:, is_kept]
    kept[0], kept[2] = (np.cumsum(chosen) - 1)[kept[0]], np.cumsum(widths[is_kept])
    packed = ParcelColumns(kept, entries[:, np.repeat(is_kept, widths)], totals[:, chosen])
    return Costed(packed, costed.columns, costed.amounts[:, chosen])


def days_of(batch: Batch, shipments: Shipments) -> tuple[Ints, Ints, Ints]:
    """Of each shipment [K] the days on which it leaves and arrives, and how many days late that is."""
    order, node, service = shipments.order, shipments.node, shipments.service
    return (
        batch.ship_day[order, node],
        batch.delivery_day[order, node, service],
        batch.late_days[order, node, service],
    )


def parts_of(columns: Sequence[CostColumn], amounts: Ints) -> list[tuple[CostPart, ...]]:
    """By shipment, the amounts [K, columns] that are not zero, in the order of the columns."""
    flat = amounts.ravel()
    place = np.flatnonzero(flat)
    numbers, column = np.divmod(place, len(columns))
    kinds, rules = (np.array(some, np.object_) for some in zip(*[(one.kind, one.rule) for one in columns]))
    parts = tuple(
        map(
            CostPart,
            kinds.take(column).tolist(),
            flat.take(place).tolist(),
            rules.take(column).tolist(),
        )
    )
    ends = np.cumsum(np.bincount(numbers, minlength=len(amounts))).tolist()
    return [parts[first:end] for first, end in pairwise([0, *ends])]


def own_costs(
    batch: Batch, brought: Brought | None, shipments: Shipments, parcel_count: Ints
) -> Iterator[CostColumn]:
    """The cost terms; with what its transfers cost goes what is moved by them."""

    def counts(per: Per) -> Ints | int:
        return parcel_count if per is Per.PARCEL else shipments.counts(per)

    for kind, amounts in amounts_by_kind(batch, shipments.order, shipments.node, counts).items():
        if kind is CostKind.TRANSFER and brought is not None:
            moved = brought.moving_milli[shipments.line, shipments.node[shipments.shipment_of_line]]
            amounts = amounts + np.add.reduceat(moved, shipments.line_start)
        yield CostColumn(kind, amounts)


def rule_costs(
    batch: Batch, verdicts: Verdicts, problems: OrderProblems, shipments: Shipments, parcel_count: Ints
) -> Iterator[CostColumn]:
    """What rules charge for which shipments, in the rules' order."""
    due = due_of(batch, verdicts.charges, shipments, parcel_count)
    for number, charge in enumerate(verdicts.charges):
        amounts = due[number]
        if charge.box is not ANY_SHIPMENT:
            is_inside = [
                bool(amount) and holds(charge.box, measured(problems, shipments, place))
                for place, amount in enumerate(amounts.tolist())
            ]
            amounts = np.where(is_inside, amounts, 0)
        yield CostColumn(kind_of(charge), amounts, charge.rule.name)


def due_of(
    batch: Batch, charges: Sequence[Charge], shipments: Shipments, parcel_count: Ints
) -> dict[int, Ints]:
    """What each charge, by its number, comes to at every shipment [K], whatever its box. Those of one base and shape
    are counted together: numpy takes as long for one of them.
    """
    alike: dict[tuple[bool, Per, tuple[int, ...]], list[int]] = {}
    for number, charge in enumerate(charges):
        alike.setdefault((charge.of_lines, charge.per, charge.amount_milli.shape), []).append(number)
    due: dict[int, Ints] = {}
    for (is_of_lines, per, shape), numbers in alike.items():
        places = places_in(shape, shipments, is_of_lines=is_of_lines)
        amounts = np.array([charges[number].amount_milli.ravel().take(places) for number in numbers])
        if is_of_lines:
            amounts = np.add.reduceat(
                amounts * shipments.count if per is Per.UNIT else amounts, shipments.line_start, axis=1
            )
        elif per is Per.PARCEL:
            amounts = amounts * parcel_count
        elif per is Per.LATE_DAY:
            amounts = amounts * batch.late_days[shipments.order, shipments.node, shipments.service]
        due.update(zip(numbers, amounts))
    return due


def kind_of(charge: Charge) -> CostKind:
    if charge.of_substitutes:
        return CostKind.SUBSTITUTE
    return CostKind.LATENESS if charge.per is Per.LATE_DAY and not charge.of_lines else CostKind.RULE


def places_in(shape: tuple[int, ...], shipments: Shipments, *, is_of_lines: bool) -> Ints:
    """Where the amounts of shipments [K], or of their lines [U], stand in such a table laid out in a row; an axis of
    length one is the same for all.
    """
    _, node_count, service_count = shape
    place, node, service = shipments.order, shipments.node, shipments.service
    if is_of_lines:
        carrier = shipments.shipment_of_line
        place, node, service = shipments.line, node.take(carrier), service.take(carrier)
    if node_count > 1:
        place = place * node_count + node
    if service_count > 1:
        place = place * service_count + service
    return place


def measured(problems: OrderProblems, shipments: Shipments, number: int) -> tuple[int, ...]:
    """The metrics of one shipment."""
    loads = shipments.loads
    order, own = loads.order[number], slice(*loads.start[number : number + 2])
    metric = problems.metric[problems.line_start[order] : problems.line_start[order + 1]]
    return measure_shipment(metric, dict(zip(loads.line[own].tolist(), loads.units[own].tolist())))


def price_costs(
    batch: Batch, shipments: Shipments, prices: Prices, brought: Brought | None
) -> Iterator[CostColumn]:
    """What the prices of stock and capacity add."""
    if not prices.stock_milli and not prices.capacity_milli:
        return
    lines, counts = shipments.line.tolist(), shipments.count.tolist()
    stock: list[int] = []
    for column, first, end in zip(
        shipments.node.tolist(), shipments.line_start.tolist(), shipments.line_end.tolist(), strict=True
    ):
        node_id = batch.node_ids[column]
        stock.append(
            int(brought.stock_milli[lines[first:end], column].sum())
            if brought is not None and column >= batch.plain_count
            else sum(
                counts[place] * prices.stock_milli.get(batch.lines[lines[place]].sku, {}).get(node_id, 0)
                for place in range(first, end)
            )
        )
    yield CostColumn(CostKind.STOCK_PRICE, np.array(stock, np.int64))
    capacity = [prices.capacity_milli.get(batch.node_ids[column], 0) for column in shipments.node.tolist()]
    yield CostColumn(CostKind.CAPACITY_PRICE, np.array(capacity, np.int64))
