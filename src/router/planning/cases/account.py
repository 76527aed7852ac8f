"""Why an expectation is not met: which rule decided, why the expected one did not, what the expected node costs."""

from collections.abc import Iterator
from datetime import date

from router.domain.identifiers import NodeId
from router.domain.plan import Shipment
from router.planning.cases.deeds import deeds_of, limits_of, removals_of, silence_words
from router.planning.cases.expectations import (
    Charges,
    Expectation,
    Fired,
    Held,
    Policy,
    Senders,
    Shipped,
    TakenAway,
    Unsent,
)
from router.planning.cases.outcome import Outcome, parts_words
from router.routing.plan.plans import plan_of
from router.routing.substitutes import solve_round
from router.rules.verdicts import RuleRef

LINES_MAX = 12
"""LIMIT: so many lines explain one expectation; the last says how many were left out."""

BY_RULES = ("BANNED_BY_RULE", "SAFETY_STOCK", "STOCK_CAP")
"""The reasons for leaving units out that are rules about nodes."""


def account_of(expectation: Expectation, outcome: Outcome) -> tuple[str, ...]:
    """Lines that explain what was got instead, the most telling first."""
    lines = tuple(dict.fromkeys(lines_of(expectation, outcome)))
    if len(lines) <= LINES_MAX:
        return lines
    return (*lines[: LINES_MAX - 1], f"and {len(lines) - LINES_MAX + 1} more")


def lines_of(expectation: Expectation, outcome: Outcome) -> Iterator[str]:
    match expectation:
        case Fired(is_ban=True):
            for name in sorted(outcome.fired.intersection(expectation.wanted)):
                for deed in deeds_of(outcome.solved, name):
                    yield f"{rule_words(outcome, name)}: {deed}"
        case TakenAway():
            for node_id, names in expectation.wanted.items():
                yield from silent_words(outcome, names, node_id)
        case Fired() | Charges() | Policy():
            yield from silent_words(outcome, expectation.rules)
        case Senders(is_node=False, is_ban=False):
            for service_id in sorted(expectation.wanted):
                yield from service_words(outcome, service_id)
            yield from plan_words(outcome)
        case Senders() | Shipped():
            shipping = {one.node_id for one in outcome.plan.shipments}
            for node_id in expectation.nodes:
                if node_id not in shipping:
                    yield from node_words(outcome, node_id)
            yield from plan_words(outcome)
        case Held(wanted=True):
            sets = outcome.solved.round.world.rules.sets
            yield from silent_words(outcome, tuple(rule.ref.name for one in sets for rule in one.holds))
        case Unsent() | Held():
            yield from left_out_words(outcome)
        case _:
            yield from plan_words(outcome)
            yield f"{rule_words(outcome, outcome.split_rule.name)} is the rule of `splits`"


def silent_words(outcome: Outcome, names: tuple[str, ...], node_id: NodeId | None = None) -> Iterator[str]:
    """Why each of the rules that was expected to do something did not."""
    for name in names:
        is_silent = name not in outcome.fired
        if node_id is not None:
            is_silent = all(rule.name != name for rule in outcome.removed.get(node_id, ()))
        if is_silent:
            at = f" at {node_id}" if node_id is not None else ""
            yield f"{rule_words(outcome, name)} is silent{at}: {silence_words(outcome.solved, name, node_id)}"


def node_words(outcome: Outcome, node_id: NodeId) -> Iterator[str]:
    """Why a node does not ship: it holds nothing, rules take every way from it, or it would cost more."""
    solved = outcome.solved
    batch = solved.batch
    column = batch.column_of.get(node_id)
    if column is None or not batch.holds[solved.order, column]:
        node = batch.network.nodes[batch.network.node_index[node_id]]
        yield f"{node_id} {'holds nothing of the order' if node.is_open else 'is closed'}"
        return
    yield from taken_words(outcome, node_id)
    (alone,) = solve_round(
        [solved.request.confined_to(node_id)], solved.round.world, [outcome.view], solved.effort
    )
    plan = plan_of(alone)
    if not plan.shipments:
        return
    more = outcome.money(plan.objective_milli - outcome.plan.objective_milli)
    costs = parts_words(plan.costs, outcome.currency)
    yield f"from {node_id} alone it costs {outcome.money(plan.objective_milli)}, {more} more: {costs}"


def service_words(outcome: Outcome, service_id: str) -> Iterator[str]:
    """Which rules take a service from the nodes that could use it; silent where none does."""
    for rule in dict.fromkeys(rule for rules in outcome.removed.values() for rule in rules):
        for taken in removals_of(outcome.solved, rule.name):
            if service_id in taken.service_ids:
                yield f"{ref_words(rule)} takes {service_id} from {taken.node_id}"


def plan_words(outcome: Outcome) -> Iterator[str]:
    """What ships, and what does not."""
    yield from (shipment_words(one, outcome) for one in outcome.plan.shipments)
    yield from left_out_words(outcome)


def shipment_words(shipment: Shipment, outcome: Outcome) -> str:
    """`UPS/GROUND from DC-EAST leaves 2026-12-01, arrives 2026-12-04: freight 6.50 + handling 0.65`."""
    leaves, arrives = (
        date.fromordinal(day).isoformat() for day in (shipment.ship_day, shipment.delivery_day)
    )
    late = f" ({shipment.late_days} late)" if shipment.late_days else ""
    costs = parts_words(shipment.costs, outcome.currency)
    return f"{shipment.service_level_id} from {shipment.node_id} leaves {leaves}, arrives {arrives}{late}: {costs}"


def left_out_words(outcome: Outcome) -> Iterator[str]:
    """Who holds the order, and which rule says what becomes of each line left out."""
    for rule in outcome.held_by:
        yield f"{ref_words(rule)} holds the order" + (f": {rule.because}" if rule.because else "")
    for one in outcome.plan.unshipped:
        by = f", by {rule_words(outcome, one.rule)}" if one.rule else ""
        yield f"{one.quantity} {one.sku} left out: {one.reason}{by}"
    if any(one.reason in BY_RULES for one in outcome.plan.unshipped):
        for node_id in outcome.holders:
            yield from taken_words(outcome, node_id)


def taken_words(outcome: Outcome, node_id: NodeId) -> Iterator[str]:
    """What each rule takes from a node: `no-heavy-store` (network.yaml:12) takes UPS/GROUND from STORE-7: no lift."""
    for rule in outcome.removed.get(node_id, ()):
        because = f": {rule.because}" if rule.because else ""
        for taken in removals_of(outcome.solved, rule.name):
            if taken.node_id == node_id:
                yield f"{ref_words(rule)} takes {taken.words}{because}"
    for limit in outcome.solved.verdicts.stock_limits:
        for left in limits_of(outcome.solved, limit.rule.name, node_id):
            yield f"{ref_words(limit.rule)} leaves {left}"


def rule_words(outcome: Outcome, name: str) -> str:
    """The rule with its place: `network/open` (network.yaml:12)."""
    found = outcome.solved.round.world.rules.find(name)
    return f"`{name}`" if found is None else ref_words(found[1].ref)


def ref_words(rule: RuleRef) -> str:
    return f"`{rule.name}` ({rule.position})" if rule.position else f"`{rule.name}`"
