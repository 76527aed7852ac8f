"""The plans of a round's plain orders, written as bytes.

An order is plain that ships all it wants, from nodes that hold it, in lines as the client wrote them: no kits, no two
lines of one product, nothing that stands in for another product, and nothing compared but cost.
"""

import msgspec

from router.routing.plan.plans import plan_of
from router.routing.round.round import Round, Solved, ranges_of
from router.routing.written_plan import WrittenPlan

_PACKER = msgspec.msgpack.Encoder()


def write_plans(found: Round) -> list[WrittenPlan | None]:
    """By order of the round its plan, as `plan_of` makes it and `replay.pack_plan` packs it; None of those that are not
    plain, whose plan `plan_of` makes.

    It knows nothing of rivals: the plan of an order that has some (`Solved.rivals`) is none of these.
    Worked out anew with each call, for all orders at once.
    """
    lines, bundles = ranges_of(found.batch.line_start), ranges_of(found.batch.bundles.start)
    return [
        _written(Solved(found, order, own, bundled))
        for order, (own, bundled) in enumerate(zip(lines, bundles))
    ]


def _written(solved: Solved) -> WrittenPlan | None:
    if not is_plain(solved):
        return None
    plan = plan_of(solved)
    sent = [shipment.sent() for shipment in plan.shipments]
    return WrittenPlan(
        packed=msgspec.Raw(_PACKER.encode(plan)),
        node_ids=[shipment.node_id for shipment in plan.shipments],
        ship_days=[shipment.ship_day for shipment in plan.shipments],
        unit_counts=[len(units) for units in sent],
        line_ids=[line_id for units in sent for line_id, _ in units],
        skus=[sku for units in sent for _, sku in units],
        quantities=[count for units in sent for count in units.values()],
    )


def is_plain(solved: Solved) -> bool:
    """Whether its plan is written as bytes."""
    batch, request = solved.batch, solved.request
    return (
        solved.round.posed.weights is None
        and not request.substitutions
        and len(solved.lines) == len(solved.bundles) == len(request.order.lines)
        and solved.ships_all
        and all(solved.lane_of(one.option)[0] < batch.plain_count for one in solved.solution.opened)
    )
