"""Every order that a change of rules would ship otherwise or price otherwise, one flat row each, for other tools.

The report names a few hundred orders; these rows are all of them.
"""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from router.domain.plan import Plan, SolutionStatus
from router.planning.effects.changes import Pair, aspects_of, latest_day, ships_otherwise
from router.planning.effects.sums import is_held, is_late, units_left_out
from router.rules.blocks.dates import EPOCH

COLUMNS: Mapping[str, tuple[str, str]] = {
    "decision_id": ("VARCHAR", "the recorded decision"),
    "order_id": ("VARCHAR", "the order"),
    "decided_at": ("TIMESTAMP", "when it was decided, UTC"),
    "channel": ("VARCHAR", "where it came from"),
    "country": ("VARCHAR", "where it goes"),
    "region": ("VARCHAR", "where it goes"),
    "postal_code": ("VARCHAR", "where it goes"),
    "ships_otherwise": ("BOOLEAN", "nodes, services, days or units differ; false: only the cost does"),
    "aspects": ("VARCHAR[]", "in which ways it changes, as the report names them"),
    "why": ("VARCHAR[]", "the rules that say something else of it"),
    "currency": ("VARCHAR", "of all amounts"),
    "cost_before_milli": ("BIGINT", "what the engine minimizes, in thousandths of a minor unit"),
    "cost_after_milli": ("BIGINT", "the same under the new rules"),
    "nodes_before": ("VARCHAR[]", "one for each shipment"),
    "nodes_after": ("VARCHAR[]", "the same under the new rules"),
    "services_before": ("VARCHAR[]", "one for each shipment"),
    "services_after": ("VARCHAR[]", "the same under the new rules"),
    "delivered_before": ("DATE", "the day of the last delivery; null if nothing ships"),
    "delivered_after": ("DATE", "the same under the new rules"),
    "late_before": ("BOOLEAN", "a shipment comes after the promised day"),
    "late_after": ("BOOLEAN", "the same under the new rules"),
    "left_out_before": ("BIGINT", "units that no shipment carries"),
    "left_out_after": ("BIGINT", "the same under the new rules"),
    "held_before": ("BOOLEAN", "units wait for a person"),
    "held_after": ("BOOLEAN", "the same under the new rules"),
    "proven_before": ("BOOLEAN", "no cheaper plan exists"),
    "proven_after": ("BOOLEAN", "the same under the new rules"),
}
"""Name, type as SQL names it, and meaning of each column."""


def row_of(pair: Pair, currency: str) -> Mapping[str, Any]:
    """One order as plain values, by `COLUMNS`; days and instants as ISO text."""
    to = pair.order.destination
    both = (("before", pair.before), ("after", pair.after))
    sides = {f"{name}_{side}": value for side, plan in both for name, value in side_of(plan).items()}
    row = {
        "decision_id": pair.decision_id,
        "order_id": pair.order.id,
        "decided_at": (EPOCH + timedelta(microseconds=pair.at)).replace(tzinfo=None).isoformat(" "),
        "channel": pair.order.channel,
        "country": to.country,
        "region": to.region,
        "postal_code": to.postal_code,
        "ships_otherwise": ships_otherwise(pair.before, pair.after),
        "aspects": sorted(aspect.value for aspect in aspects_of(pair)),
        "why": list(pair.why),
        "currency": currency,
        "cost_before_milli": pair.before.objective_milli,
        "cost_after_milli": pair.after.objective_milli,
        **sides,
    }
    return {name: row[name] for name in COLUMNS}


def side_of(plan: Plan) -> Mapping[str, Any]:
    return {
        "nodes": [shipment.node_id for shipment in plan.shipments],
        "services": [shipment.service_level_id for shipment in plan.shipments],
        "delivered": date.fromordinal(latest_day(plan)).isoformat() if plan.shipments else None,
        "late": is_late(plan),
        "left_out": units_left_out(plan),
        "held": is_held(plan),
        "proven": plan.status is SolutionStatus.OPTIMAL,
    }
