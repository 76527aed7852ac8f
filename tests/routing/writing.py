"""Plans as they are written, made from plans."""

from collections.abc import Iterable

from msgspec.structs import replace

from router.domain.plan import Plan
from router.routing.decision import Decision
from router.routing.replay import pack_plan
from router.routing.written_plan import WrittenPlan, of_rows


def written(plan: Plan) -> WrittenPlan:
    sent = [shipment.sent() for shipment in plan.shipments]
    return WrittenPlan(
        packed=pack_plan(plan),
        shipped=of_rows(
            [one.node_id for one in plan.shipments],
            [one.ship_day for one in plan.shipments],
            [len(units) for units in sent],
        ),
        units=of_rows(
            [line_id for units in sent for line_id, _ in units],
            [sku for units in sent for _, sku in units],
            [quantity for units in sent for quantity in units.values()],
        ),
    )


def is_plain(plan: Plan) -> bool:
    """Whether it ships all, from nodes that hold it, as it was asked for and by cost alone."""
    return not (plan.unshipped or plan.levels or plan.substitutions) and not any(
        shipment.transfers for shipment in plan.shipments
    )


def written_where_plain(decisions: Iterable[Decision]) -> tuple[Decision, ...]:
    return tuple(replace(one, planned=written(one.plan)) if is_plain(one.plan) else one for one in decisions)
