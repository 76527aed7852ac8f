"""A decision explained: looked up, understood again from what it was made from, and told in one sentence."""

from dataclasses import replace

from router.api.messages.orders import place_message
from router.api.v1 import routing_pb2
from router.app.queries import FoundDecision, Queries
from router.app.records.filters import ShipmentFilter
from router.domain.currency import money_text
from router.domain.limits import PAGE_SIZE_MAX
from router.domain.network import Network
from router.domain.plan import Plan
from router.ledger.lifecycle import ShipmentState
from router.ledger.shipments import shipment_id_of
from router.routing.decision import Decision, withdrawn_numbers
from router.routing.explain.explain import explain
from router.routing.explain.explanation import Alternative, Explanation, NodeAccount
from router.routing.plan.capped import BACKORDER_LIMIT
from router.routing.replay import pack_decision, recorded_world, replay
from router.service.money import round_half_even
from router.service.to_proto.explanations import (
    candidate_messages,
    counterfactual_message,
    kept_message,
    loss_message,
    rule_messages,
    runner_up_message,
)
from router.service.to_proto.routing import routed_message


def explain_decision(
    queries: Queries, *, with_replay: bool, decision_id: str = "", order_id: str = ""
) -> routing_pb2.ExplainDecisionResponse:
    """Refuses with ORDER_NOT_FOUND or DECISION_NOT_FOUND."""
    found = queries.get_decision(decision_id=decision_id, order_id=order_id)
    decision = found.decision
    network, rules = queries.documents.versions_of(decision)
    explanation = explain(decision, recorded_world(decision.inputs, network, rules))
    if queries.channels.needs_payment(decision.inputs.order.channel):
        # Its channel lets no rule speak for it.
        explanation = replace(explanation, on_account_rule=None)
    response = routing_pb2.ExplainDecisionResponse(
        routed=routed_message(found.routed),
        summary=summary_of(decision, explanation, network.network) + since_then(queries, found),
        candidates=candidate_messages(explanation, decision),
        nodes_without_stock=explanation.other_node_count,
        rules=rule_messages(explanation, decision.plan.costs),
        losses=[loss_message(one) for one in explanation.losses],
        counterfactuals=[
            counterfactual_message(one, network.network.currency) for one in explanation.counterfactuals
        ],
        kept_for_later=[kept_message(one, network.network.currency) for one in explanation.kept],
    )
    if (place := network.network.find_place(decision.inputs.order.destination)) is not None:
        response.place.CopyFrom(place_message(place))
    if explanation.runner_up is not None:
        response.runner_up.CopyFrom(runner_up_message(explanation.runner_up))
        response.runner_up_difference_minor = (
            response.runner_up.total_minor - response.routed.plan.total_minor
        )
    if explanation.unmoved is not None:
        response.unmoved.CopyFrom(runner_up_message(explanation.unmoved))
    if with_replay:
        again = replay(decision, network, rules)
        response.replay_identical = pack_decision(again) == pack_decision(decision)
    return response


def summary_of(decision: Decision, explanation: Explanation, network: Network) -> str:
    """From where, why, and what the next best would have cost; then what it replaces."""
    chosen = choice_of(decision, explanation, network) + limits_of(decision.plan)
    replacing = decision.inputs.replacing
    if replacing is None:
        return chosen
    gone = ", ".join(f"{decision.inputs.order.id}/{number}" for number in withdrawn_numbers(decision))
    withdrawn = f"; {gone} withdrawn" if gone else ""
    because = replacing.because
    if (release := replacing.release) is not None:
        note = f": {release.note}" if release.note else ""
        because += f", released by {release.author}{note}"
    if (edit := replacing.edit) is not None:
        because += f", edited by {edit.author}" + (f": {edit.note}" if edit.note else "")
    again = f"Decided again ({because}) in place of {replacing.decision_id}{withdrawn}."
    return f"{chosen} {again}"


def since_then(queries: Queries, found: FoundDecision) -> str:
    """Which of its shipments will not leave, and what waits; nothing where another decision took its place."""
    record = queries.get_order(found.routed.order_id)
    if record.decision_id != found.routed.decision_id:
        return ""
    where = ShipmentFilter(state=ShipmentState.CANCELED, order_id=record.order.id)
    canceled = {
        one.account.shipment for one in queries.shipments.list_shipments(PAGE_SIZE_MAX, "", where).items
    }
    gone = [shipment_id_of(record.order.id, one) for one in found.routed.shipment_numbers if one in canceled]
    if not gone:
        return ""
    units = sum(line.backordered for line in record.lines)
    waits = f"; {units:,} unit{'s wait' if units != 1 else ' waits'} now" if units else ""
    return (
        f" Since then {' and '.join(gone)} {'was' if len(gone) == 1 else 'were'} canceled or rejected{waits}."
    )


def limits_of(plan: Plan) -> str:
    """Which limits let units not wait; nothing where none did."""
    cut = [one for one in plan.unshipped if one.reason == BACKORDER_LIMIT]
    parts = [
        f"{one.quantity:,} of {one.sku} by "
        + (f"the limit of rule {one.rule}" if one.rule else "the limit of the product")
        for one in cut
    ]
    return f" Canceled instead of waiting: {', '.join(parts)}." if parts else ""


def choice_of(decision: Decision, explanation: Explanation, network: Network) -> str:
    plan = decision.plan
    if not plan.shipments:
        if explanation.hold_rule is not None:
            return f"Held by rule {explanation.hold_rule.name} until a person releases it."
        if plan.is_held:
            return "It waits for a person, who holds it."
        reasons = ", ".join(sorted({unshipped.reason for unshipped in plan.unshipped}))
        return f"Nothing ships now ({reasons or 'nothing was asked for'})."
    node_ids = list(dict.fromkeys(shipment.node_id for shipment in plan.shipments))
    cost = money_text(round_half_even(plan.objective_milli), network.currency)
    sentence = f"Shipped from {' and '.join(node_ids)} for {cost} because {because(decision, explanation)}"
    if plan.unshipped:
        count = sum(unshipped.quantity for unshipped in plan.unshipped)
        sentence += f"; {count} unit{'s' if count != 1 else ''} could not ship now"
    if explanation.unmoved is not None:
        sentence += f"; without moves, {runner_up_words(plan, explanation.unmoved, network.currency)}"
    if explanation.runner_up is not None:
        without = "it" if len(node_ids) == 1 else "them"
        sentence += f"; without {without}, {runner_up_words(plan, explanation.runner_up, network.currency)}"
    return sentence + "."


def runner_up_words(plan: Plan, runner_up: Alternative, currency: str) -> str:
    """What the runner-up would have been worse at: the first tier that differs, else the cost."""
    other = " and ".join(dict.fromkeys(runner_up.node_ids)) or "shipping nothing"
    for chosen, its in zip(plan.levels, runner_up.levels, strict=True):
        if chosen.before_cost and chosen.value != its.value:
            level = chosen.level.replace("_", " ")
            return f"{other} would have reached {its.value} instead of {chosen.value} in {level}"
    more = round_half_even(runner_up.objective_milli) - round_half_even(plan.objective_milli)
    return f"{other} would have cost {money_text(more, currency)} more"


def because(decision: Decision, explanation: Explanation) -> str:
    """Why these nodes: nobody else, nobody else whole, or nobody else as cheap."""
    plan = decision.plan
    if decision.inputs.only_node is not None or decision.inputs.allotment is not None:
        return "the wave it was decided in costs least so"
    if tiers := [level.level.replace("_", " ") for level in plan.levels if level.before_cost]:
        return f"no plan is better at {', then '.join(tiers)}, and of those equal there none costs less"
    if moved := moves_of(plan):
        return f"{moved} first costs less than any plan that moves nothing"
    node_count = len({shipment.node_id for shipment in plan.shipments})
    able = [account for account in explanation.nodes if account.alone is not None]
    whole = [account for account in able if ships_whole(account)]
    if node_count > 1:
        if not whole:
            return "no node could send everything, and this split costs least"
        return "together they cost less than any node that could send everything"
    if len(able) == 1:
        return "it was the only node that could"
    if plan.unshipped:
        return "no plan that sends more costs less"
    if len(whole) == 1:
        return "it was the only node that could send everything"
    return "it was the cheapest of the nodes that could send everything"


def moves_of(plan: Plan) -> str:
    """`moving 2 units from lyon to lille`; empty where nothing moves."""
    moves = [
        f"{units} unit{'' if units == 1 else 's'} from {transfer.from_node_id} to {shipment.node_id}"
        for shipment in plan.shipments
        for transfer in shipment.transfers or ()
        if (units := sum(one.quantity for one in transfer.allocations))
    ]
    return f"moving {' and '.join(moves)}" if moves else ""


def ships_whole(account: NodeAccount) -> bool:
    return account.alone is not None and account.alone.unshipped_count == 0
