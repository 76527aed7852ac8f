"""What rules say of lines for which another product stands in.

Rules judge such an order as if its customer had asked for the substitutes. Two things stay with the asked product: the
price of the substitute is charged beside all others, and units that no shipment carries wait, or do not, as units of
the asked product, for that is what they then are.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np
from msgspec import structs

from router.routing.batch.batch import Batch, read_batch
from router.routing.batch.facts import facts_of
from router.routing.batch.lines import Line
from router.routing.world import OrderToRoute, View, World
from router.rules.ruleset import CompiledRules
from router.rules.verdicts import BackorderPolicy, Charge, Per, RuleRef, Verdicts
from router.solver.problem import Ints

Asked = tuple[str, str, str]


def judge_substitutes(batch: Batch, verdicts: Verdicts, world: World, views: Sequence[View]) -> Verdicts:
    """The verdicts with the prices of substitutes, and with what holds for asked products left out."""
    marked = batch.goods.substituted
    if not marked:
        return verdicts
    policies, chosen = backorder_as_asked(batch, verdicts, marked, world, views)
    return replace(
        verdicts,
        charges=(*verdicts.charges, *prices_of(batch, marked, world.rules)),
        backorder_policies=policies,
        backorder=chosen,
    )


def prices_of(batch: Batch, marked: Sequence[int], rules: CompiledRules) -> Iterator[Charge]:
    """One charge for each rule whose offer is taken, by name: plans must not depend on what stands beside an order."""
    amounts: dict[str, Ints] = {}
    for number in marked:
        substitution = batch.lines[number].substitution
        assert substitution is not None, "marked"
        amount = amounts.setdefault(substitution.rule, np.zeros((len(batch.lines), 1, 1), np.int64))
        amount[number] = substitution.unit_milli
    for name, amount in sorted(amounts.items()):
        found = rules.find(name)
        ref = RuleRef(name, "") if found is None else found[1].ref
        yield Charge(ref, Per.UNIT, of_lines=True, amount_milli=amount, of_substitutes=True)


def backorder_as_asked(
    batch: Batch, verdicts: Verdicts, marked: Sequence[int], world: World, views: Sequence[View]
) -> tuple[tuple[BackorderPolicy, ...], Ints]:
    """The policies for units left out, and the number of each line's."""
    orders = sorted({int(batch.line_order[number]) for number in marked})
    firsts: dict[tuple[int, int], int] = {}
    for order in orders:
        firsts.setdefault(same_asked(batch.requests[order], views[order]), order)
    place = {key: number for number, key in enumerate(firsts)}
    plain = [structs.replace(batch.requests[order], substitutions=()) for order in firsts.values()]
    asked = read_batch(plain, world, [views[order] for order in firsts.values()])
    facts = facts_of(asked, world.rules.fact_names, world.rules.attributes)
    judged = world.rules.evaluate(facts, [request.decision_time for request in plain])
    first_policy, chosen = len(verdicts.backorder_policies), verdicts.backorder.copy()
    for number in marked:
        order = int(batch.line_order[number])
        own = asked.lines_of(place[same_asked(batch.requests[order], views[order])])
        key = as_asked(batch.lines[number])
        line = next(one for one in own if as_asked(asked.lines[one]) == key)
        chosen[number] = first_policy + judged.backorder[line]
    return (*verdicts.backorder_policies, *judged.backorder_policies), chosen


def same_asked(request: OrderToRoute, view: View) -> tuple[int, int]:
    """Equal for variants of one order on one view, which live as long as the batch."""
    return id(request.order), id(view)


def as_asked(line: Line) -> Asked:
    """What tells the lines of an order apart before anything stands in for them."""
    part = line.parts[0]
    return line.wanted.sku, part.kit_id, "" if part.kit_id else part.together_id
