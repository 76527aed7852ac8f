"""What `router order why` prints: the sentence, every node with its reason or its cost, the proof."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from router.cli.output import console, enum_word, head, signed
from router.domain.currency import amount_text

if TYPE_CHECKING:
    from rich.table import Table

    from router.api.v1.order_pb2 import CostPart, Order, Plan
    from router.api.v1.routing_pb2 import Candidate, ExplainDecisionResponse

NODES_SHOWN_MAX = 30


def others_words(hidden: int, without_stock: int) -> str:
    """How many nodes the table leaves out, and of how many nothing was to be had."""
    told = [f"{hidden} more node{'' if hidden == 1 else 's'}"] if hidden else []
    if without_stock:
        told.append(f"{without_stock} node{' has' if without_stock == 1 else 's have'} none of it free")
    return "; ".join(told)


def show_explanation(explained: "ExplainDecisionResponse", order: "Order", currency: str) -> None:
    """Print it on standard output."""
    screen = console()
    plan = explained.routed.plan
    promised = f", promised {order.promise_date}" if order.promise_date else ""
    lines = f"{len(order.lines)} line" + ("s" if len(order.lines) != 1 else "")
    screen.print(head(order.order_id, f"{lines}{promised}, placed {order.place_time.ToJsonString()}"))
    screen.print(explained.summary)
    screen.print()
    screen.print(candidates_table(explained, currency))
    hidden = max(0, len(explained.candidates) - NODES_SHOWN_MAX)
    if others := others_words(hidden, explained.nodes_without_stock):
        screen.print(f"  {others}", style="dim")
    screen.print()
    show_rules(explained, currency)
    show_losses(explained, currency)
    screen.print(f"cost        {cost_words(plan, currency)} {currency}")
    if explained.HasField("runner_up"):
        difference = signed(explained.runner_up_difference_minor, currency)
        screen.print(f"runner-up   {runner_up_words(explained.runner_up, currency)} ({difference})")
    if emitted := [one.co2e_milligrams for one in plan.shipments if one.HasField("co2e_milligrams")]:
        screen.print(f"emits       {sum(emitted) / 1_000_000:,.3f} kg CO2e; no part of the cost")
    for kept in explained.kept_for_later:
        screen.print(f"look-ahead  {kept.sentence}")
    for change in explained.counterfactuals:
        screen.print(f"what if     {change.sentence}")
    screen.print(f"decision    {proof_words(explained)}", style="dim")
    if explained.HasField("replay_identical"):
        identical = explained.replay_identical
        screen.print(
            "replay      decided again from the stored inputs: "
            + ("identical" if identical else "NOT identical; the program has changed since"),
            style="green" if identical else "bold red",
        )
    else:
        screen.print(f"replay      router order why {order.order_id} --replay", style="dim")


def candidates_table(explained: "ExplainDecisionResponse", currency: str) -> "Table":
    """The best nodes first, then those that could not ship."""
    from rich.table import Table

    table = Table(box=None, header_style="bold", pad_edge=True)
    for column in ("node", "can it?", "why / cost"):
        table.add_column(column)
    table.add_column("rank", justify="right")
    table.add_column("")
    ranked = sorted(explained.candidates, key=lambda one: (not one.eligible, one.rank, one.node_id))
    for candidate in ranked[:NODES_SHOWN_MAX]:
        rank = str(candidate.rank) if candidate.eligible else "–"
        style = "bold" if candidate.chosen else "" if candidate.eligible else "dim"
        table.add_row(
            candidate.node_id,
            "yes" if candidate.eligible else "no",
            candidate_words(candidate, currency),
            rank,
            "← chosen" if candidate.chosen else difference_words(candidate, currency),
            style=style,
        )
    return table


def candidate_words(candidate: "Candidate", currency: str) -> str:
    if not candidate.eligible:
        if not candidate.rule:
            return candidate.reason
        because = f": {candidate.because}" if candidate.because else ""
        kept = f", {limit_words(candidate)}" if candidate.reason in ("SAFETY_STOCK", "STOCK_CAP") else ""
        return f'rule "{candidate.rule}" ({candidate.rule_position}){because}{kept}'
    parts = parts_words(candidate.costs, currency)
    leaving_out = (
        "shipping would cost more than leaving out: " if parts.partition(" ")[0] == "backorder" else ""
    )
    words = f"{leaving_out}{parts} = {amount_text(candidate.total_minor, currency)}"
    return f"{words} ({limit_words(candidate)})" if candidate.limits else words


def limit_words(candidate: "Candidate") -> str:
    """`2 of 9 A left by "stores/keep-two"`: what rules leave of the node's stock."""
    return ", ".join(
        f'{limit.units_max} of {limit.available} {limit.sku} left by "{limit.rule}"'
        for limit in candidate.limits
    )


def difference_words(candidate: "Candidate", currency: str) -> str:
    return f"({signed(candidate.difference_minor, currency)})" if candidate.eligible else ""


def show_rules(explained: "ExplainDecisionResponse", currency: str) -> None:
    for effect in explained.rules:
        amount = f" {signed(effect.amount_minor, currency)}" if effect.amount_minor else ""
        because = f": {effect.because}" if effect.because else ""
        place = f" ({effect.position})" if effect.position else ""
        did = effect.effect.lower().replace("_", " ")
        console().print(
            f"rule        {effect.rule}{place} {did}{amount}{because}",
        )


def show_losses(explained: "ExplainDecisionResponse", currency: str) -> None:
    """What each tier reached, and what it and the cost gave up for the tiers before."""
    for loss in explained.losses:
        level = enum_word(loss, "level").lower().replace("_", " ")
        best = "best" if loss.proven else "best found"
        if level == "unspecified":
            value, least = (amount_text(round(milli / 1000), currency) for milli in (loss.value, loss.best))
            console().print(f"tier        cost {value}, {best} without tiers {least}")
        else:
            console().print(f"tier        {level} {loss.value}, {best} alone {loss.best}")


def cost_words(plan: "Plan", currency: str) -> str:
    """The parts of the plan by kind, and their sum."""
    return f"{parts_words(plan.costs, currency)} = {amount_text(plan.total_minor, currency)}"


def parts_words(costs: "Iterable[CostPart]", currency: str) -> str:
    """`freight 6.29 + pick 0.37`: one amount for each kind, in the order of the parts."""
    by_kind: dict[str, int] = {}
    for part in costs:
        kind = enum_word(part, "kind").lower()
        by_kind[kind] = by_kind.get(kind, 0) + part.amount_minor
    parts = [f"{kind} {amount_text(amount, currency)}" for kind, amount in by_kind.items() if amount]
    return " + ".join(parts) or "nothing"


def runner_up_words(plan: "Plan", currency: str) -> str:
    nodes = " and ".join(dict.fromkeys(shipment.node_id for shipment in plan.shipments)) or "nothing ships"
    return f"{nodes}, total {amount_text(plan.total_minor, currency)}"


def proof_words(explained: "ExplainDecisionResponse") -> str:
    routed, plan = explained.routed, explained.routed.plan
    proof = enum_word(plan, "status").lower()
    if plan.gap_ppm:
        proof += f" within {plan.gap_ppm / 10_000:.2f} %"
    versions = routed.versions
    return (
        f"{routed.decision_id}  {enum_word(plan, 'method')} {proof}, work {plan.work:,}  "
        f"rules {versions.rules_digest[:8]}  network {versions.network_digest[:8]}  "
        f"stock at {versions.ledger_position:,}  for {versions.decision_time.ToJsonString()}"
    )
