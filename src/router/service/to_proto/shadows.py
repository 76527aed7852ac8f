"""What a version in shadow would have done."""

from router.api.messages.times import timestamp
from router.api.v1 import rules_pb2
from router.app.rules.shadow_report import ShadowReport
from router.domain.plan import UnshippedAction
from router.planning.effects.changes import Change, Outline
from router.planning.effects.sums import Sums


def report_response(report: ShadowReport, change_limit: int) -> rules_pb2.GetShadowReportResponse:
    following = report.following
    comparison, start = following.comparison, following.version.last
    return rules_pb2.GetShadowReportResponse(
        rules_digest=following.version.digest,
        follower_state=following.state.value,
        start_time=timestamp(start.time),
        author=start.author,
        orders=comparison.orders,
        orders_behind=report.orders_behind,
        restarts=following.restarts,
        failure=following.failure,
        changed_orders=comparison.changed,
        repriced_orders=comparison.repriced,
        before=figures_message(comparison.before),
        after=figures_message(comparison.after),
        why=dict(comparison.why),
        changes=map(change_message, comparison.largest_changes()[:change_limit]),
        currency=report.currency,
    )


def figures_message(sums: Sums) -> rules_pb2.RuleFigures:
    return rules_pb2.RuleFigures(
        cost_milli=sums.cost_milli,
        shipments=sums.shipments,
        split_orders=sums.split_orders,
        late_orders=sums.late_orders,
        late_shipments=sums.late_shipments,
        backordered_units=sums.unshipped_units.get(UnshippedAction.BACKORDER, 0),
        unshipped_units=sum(sums.unshipped_units.values()),
        held_orders=sums.held_orders,
        unproven_orders=sums.unproven_orders,
        node_shipments={str(node): count for node, count in sums.node_shipments.items()},
        node_units={str(node): count for node, count in sums.node_units.items()},
    )


def change_message(change: Change) -> rules_pb2.ChangedOrder:
    return rules_pb2.ChangedOrder(
        order_id=change.order_id,
        decision_id=change.decision_id,
        before_milli=change.before.cost_milli,
        after_milli=change.after.cost_milli,
        before_node_ids=nodes_of(change.before),
        after_node_ids=nodes_of(change.after),
        why=change.why,
    )


def nodes_of(outline: Outline) -> list[str]:
    """Each once, in the order of the plan."""
    return list(dict.fromkeys(sending.node_id for sending in outline.sendings))
