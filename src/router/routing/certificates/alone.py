"""The certificate of one decision: proven as it was decided, against all ways to replace units that rules offer."""

from collections.abc import Iterator
from dataclasses import replace

from router.routing.certificates.booked import Booked, names_of, scope_of
from router.routing.certificates.text import NO_ROW, OfferedFor, Proven, StandIn, certificate_lines
from router.routing.network.prepared import PreparedNetwork
from router.routing.offers import OfferedLine, substitutions_of
from router.routing.replay import Recorded, recorded_world, solve_recorded
from router.routing.round.round import Solved
from router.routing.substitutes import EveryVariant, solve_every_variant
from router.rules.ruleset import CompiledRules


def certify_one(one: Booked, network: PreparedNetwork, rules: CompiledRules) -> Iterator[bytes]:
    """Levels included: where rules set tiers or ties, all amounts come weighed by them, and money by `money_weight`.

    The bound is that of plans in which the same products stand in for the same units. Where substitutes are offered all
    other ways to replace units are in it too, and what no plan of any of them costs less than, in money: unless these
    are too many, or a tier comes before money.
    """
    decision = one.decision
    solved = solve_recorded(decision, network, rules)
    proven = proven_alone(one, solved)
    world = recorded_world(decision.inputs, network, rules)
    every = None if solved.rivals is None else solve_every_variant(solved, world, Recorded(decision.inputs))
    if every is not None and not any(level.before_cost for level in decision.plan.levels):
        proven = proven_against_all(one, proven, solved, every)
    return certificate_lines(scope_of([one], []), [proven], [])


def proven_alone(one: Booked, solved: Solved) -> Proven:
    """A way to fill the order, against all plans of the same way."""
    lines, nodes = range(solved.problem.line_count), range(len(solved.problem.capacity))
    return Proven(
        order_id=one.decision.inputs.order.id,
        decision_id=one.decision_id,
        problem=solved.problem,
        opened=solved.solution.opened,
        bound_milli=solved.solution.bound_milli,
        **names_of(solved, solved.order, solved.problem.option_node.tolist()),
        draws=[[[] for _ in nodes] for _ in lines],
        slot_row=[NO_ROW] * len(nodes),
        substitutes=stand_ins_of(solved),
    )


def proven_against_all(one: Booked, proven: Proven, solved: Solved, every: EveryVariant) -> Proven:
    """The chosen way with every other one."""
    ways = dict(zip(every.ways, every.solved, strict=True))
    substitutions = solved.request.substitutions or ()
    chosen = next(way for way in ways if substitutions_of(every.lines, way) == substitutions)
    others = [replace(proven_alone(one, variant), way=way) for way, variant in ways.items() if way != chosen]
    return replace(
        proven,
        offered=[offered_for(line) for line in every.lines],
        way=chosen,
        variants=others,
    )


def offered_for(line: OfferedLine) -> OfferedFor:
    return OfferedFor(
        asked=line.line.sku,
        quantity=line.line.quantity,
        is_whole=line.is_whole,
        offers=tuple((offer.sku, offer.unit_milli, offer.there) for offer in line.offers),
    )


def stand_ins_of(solved: Solved) -> list[StandIn]:
    """What stands in for what was asked for in the lines of the problem, its price weighed as all money is."""
    batch, found = solved.batch, []
    for number, bundle in enumerate(solved.bundles):
        for place, units in batch.bundles.parts_of(bundle):
            line = batch.lines[place]
            if line.substitution is not None:
                milli = solved.problem.money_weight * line.substitution.unit_milli * units
                found.append(StandIn(number, line.wanted.sku, line.sku, units, milli))
    return found
