"""What a plan costs, part by part: read again from cost terms, tariffs, rules and prices for the chosen plan."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from router.domain.plan import CostKind, CostPart
from router.routing.cost_terms import amounts_by_kind
from router.routing.round import Solved
from router.routing.terms import holds
from router.rules.verdicts import ANY_SHIPMENT, Charge, Per


@dataclass(frozen=True, slots=True, kw_only=True)
class Dispatch:
    """A shipment of a solution in the terms of its round: node column, service level, lines with their units.

    `measured` are its metrics in the order of METRICS, as far as any rule reads metrics of shipments.
    """

    node: int
    service: int
    units: tuple[tuple[int, int], ...]
    measured: tuple[int, ...]
    parcel_count: int
    freight_milli: int


def shipment_costs(solved: Solved, dispatch: Dispatch) -> tuple[CostPart, ...]:
    """Every part of one shipment's cost that is not zero."""
    network, prices = solved.batch.network, solved.round.world.prices
    node = network.nodes[solved.batch.node[dispatch.node]]
    unit_count = sum(count for _, count in dispatch.units)
    counts = {
        Per.SHIPMENT: 1,
        Per.PARCEL: dispatch.parcel_count,
        Per.LINE: len(dispatch.units),
        Per.UNIT: unit_count,
    }
    terms = amounts_by_kind(solved.batch, solved.order, dispatch.node, counts)
    parts = [
        CostPart(kind=CostKind.FREIGHT, amount_milli=dispatch.freight_milli),
        *(CostPart(kind=kind, amount_milli=amount) for kind, amount in terms.items()),
        *rule_costs(solved, dispatch),
    ]
    if prices.stock_milli:
        amount = sum(
            count * prices.stock_milli.get(solved.batch.lines[line].sku, {}).get(node.id, 0)
            for line, count in dispatch.units
        )
        parts.append(CostPart(kind=CostKind.STOCK_PRICE, amount_milli=amount))
    if prices.capacity_milli:
        amount = prices.capacity_milli.get(node.id, 0)
        parts.append(CostPart(kind=CostKind.CAPACITY_PRICE, amount_milli=amount))
    return tuple(part for part in parts if part.amount_milli)


def rule_costs(solved: Solved, dispatch: Dispatch) -> Iterator[CostPart]:
    """What each rule charges for the shipment, in the rules' order, as far as it charges anything."""
    order, node, service = solved.order, dispatch.node, dispatch.service
    for charge in solved.verdicts.charges:
        kind = CostKind.RULE
        if charge.of_lines:
            per_unit = charge.per is Per.UNIT
            amount = sum(
                charged(charge, line, node, service) * (count if per_unit else 1)
                for line, count in dispatch.units
            )
        else:
            amount = charged(charge, order, node, service)
            if amount and charge.per is Per.PARCEL:
                amount *= dispatch.parcel_count
            elif amount and charge.per is Per.LATE_DAY:
                kind = CostKind.LATENESS
                amount *= int(solved.batch.late_days[order, node, service])
        if amount and (charge.box == ANY_SHIPMENT or holds(charge.box, dispatch.measured)):
            yield CostPart(kind=kind, amount_milli=amount, rule=charge.rule.name)


def order_costs(
    solved: Solved, shipment_count: int, unshipped: Iterable[tuple[int, int]]
) -> tuple[CostPart, ...]:
    """The split charge, and the penalties of `unshipped` (line, units) by rule."""
    verdicts = solved.verdicts
    policy = verdicts.split_policies[verdicts.split[solved.order]]
    parts = [
        CostPart(
            kind=CostKind.SPLIT,
            amount_milli=policy.extra_shipment_milli * max(0, shipment_count - 1),
            rule=policy.rule.name,
        )
    ]
    penalties: dict[str, int] = {}
    for line, count in unshipped:
        backorder = verdicts.backorder_policies[verdicts.backorder[line]]
        name = backorder.rule.name
        penalties[name] = penalties.get(name, 0) + backorder.unit_milli * count
    parts += [
        CostPart(kind=CostKind.BACKORDER, amount_milli=amount, rule=name)
        for name, amount in penalties.items()
    ]
    return tuple(part for part in parts if part.amount_milli)


def charged(charge: Charge, first: int, node: int, service: int) -> int:
    """The amount at one (order or line, node, service level)."""
    amounts = charge.amount_milli
    _, node_count, service_count = amounts.shape
    return amounts.item(first, node if node_count > 1 else 0, service if service_count > 1 else 0)
