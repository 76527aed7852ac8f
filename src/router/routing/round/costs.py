"""What a plan costs beyond its shipments: for having several, and for what stays behind."""

from collections.abc import Sequence

from router.domain.plan import CostKind, CostPart
from router.routing.round.round import Solved


def order_costs(
    solved: Solved, shipment_count: int, unshipped: Sequence[tuple[int, int]]
) -> tuple[CostPart, ...]:
    """The split charge, and the penalties of `unshipped` (line, units) by rule."""
    if shipment_count <= 1 and not unshipped:
        return ()
    verdicts = solved.verdicts
    policy = verdicts.split_policies[verdicts.split[solved.order]]
    amounts = [(CostKind.SPLIT, policy.extra_shipment_milli * max(0, shipment_count - 1), policy.rule.name)]
    penalties: dict[str, int] = {}
    for line, count in unshipped:
        backorder = verdicts.backorder_policies[verdicts.backorder[line]]
        name = backorder.rule.name
        penalties[name] = penalties.get(name, 0) + backorder.unit_milli * count
    amounts += [(CostKind.BACKORDER, amount, name) for name, amount in penalties.items()]
    return tuple(
        [CostPart(kind=kind, amount_milli=amount, rule=rule) for kind, amount, rule in amounts if amount]
    )
