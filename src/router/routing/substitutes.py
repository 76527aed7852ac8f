"""Substitutes: other products that rules offer instead of those that an order asks for.

A *variant* of an order has offered products standing in, one for one, for some units of its lines. Each is an order
like any other: looked up, judged by rules, posed and solved as if its customer had asked for the substitutes, with the
price of each as a charge per unit. The plan of an order is the best plan of any of its variants, the order as it was
asked being one: levels and cost are compared as within one order, of equal ones fewer units are replaced, then offers
that stand earlier are taken. So kits, groups, limits, parcels and every cost have one meaning and one implementation,
and a line that competes with another for the stock of a substitute is what it always was: two lines of one product.

Which units may be replaced by what is in `offers.py`.

LIMIT: a variant in which several bundles want one product gathers nothing, as such an order.

LIMIT: up to VARIANTS_MAX variants are all solved, and the best plan is proven. Orders with more are improved line by
line, those of a kit or of a group together; their plan is FEASIBLE, and of its bound nothing is known but what no order
can cost less than.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice, product

from msgspec.structs import replace

from router.domain.plan import SolutionStatus, Substitution
from router.routing.offers import (
    OfferedLine,
    Units,
    may_be_replaced,
    offered_lines,
    ships_together,
    substitutions_of,
    ways_to_fill,
    widest,
)
from router.routing.round.efforts import Efforts, EffortsOfOwners
from router.routing.round.objective import Objective, objective_of
from router.routing.round.round import Rivals, Solved, round_size, solve_as_posed
from router.routing.world import OrderToRoute, View, World
from router.solver.magnitudes import TOTAL_MILLI_MAX
from router.solver.problem import Effort

VARIANTS_AT_ONCE = 512
"""Variants of all orders that one round may hold."""

TOGETHER_MAX = 128
"""Ways to fill lines that ship only with each other that are tried where not all can be."""

PASSES_MAX = 8
"""How often all lines of such an order are gone through."""

Rank = tuple[tuple[int, ...], int, tuple[int, ...]]
"""Tiers, cost and ties: less is better."""


@dataclass(frozen=True, slots=True)
class Variant:
    """One variant, solved."""

    solved: Solved
    objective: Objective
    replaced: int
    """Units for which another product stands in."""

    @property
    def rank(self) -> Rank:
        levels = self.objective.levels
        return (
            tuple(one.value for one in levels if one.before_cost),
            self.objective.cost_milli,
            tuple(one.value for one in levels if not one.before_cost),
        )


def solve_round(
    requests: Sequence[OrderToRoute], world: World, views: Sequence[View], effort: Effort
) -> list[Solved]:
    """The best plan of each order as if it were the only one, order number o on views[o], with what rules offer.

    LIMIT: orders that a wave confined, to a node or to what it set aside, get no substitutes.
    """
    return solve_round_within(requests, world, views, Efforts([effort] * len(requests)))


def solve_round_within(
    requests: Sequence[OrderToRoute], world: World, views: Sequence[View], efforts: Efforts
) -> list[Solved]:
    """The same, order number o within efforts[o]."""
    solved = solve_as_posed(requests, world, views, efforts)
    if not world.rules.offered_skus:
        return solved
    offered = {
        number: lines
        for number, one in enumerate(solved)
        if may_be_replaced(one) and (lines := offered_lines(one, views[number], world))
    }
    eligible = {number: listed(lines) for number, lines in offered.items()}
    wanted = {
        number: list(dict.fromkeys([*(eligible[number] or ()), *widest(lines)]))
        for number, lines in offered.items()
    }
    tried = solve_variants(solved, wanted, world, views, efforts)
    for number, lines in offered.items():
        known = dict(zip(wanted[number], tried[number], strict=True))
        looking = [variant_of(solved[number]), *(known[one] for one in widest(lines))]
        listing = eligible[number]
        variants = (
            improve(solved[number], lines, world, views[number], EffortsOfOwners(efforts, [number]))
            if listing is None
            else [known[one] for one in listing]
        )
        solved[number] = best_of([looking[0], *variants], looking, is_complete=listing is not None)
    return solved


def listed(lines: Sequence[OfferedLine]) -> list[tuple[Substitution, ...]] | None:
    """All variants but the order as it was asked; None: too many."""
    ways = ways_to_fill(lines)
    return None if ways is None else [substitutions_of(lines, way) for way in ways[1:]]


def solve_variants(
    solved: Sequence[Solved],
    wanted: dict[int, list[tuple[Substitution, ...]]],
    world: World,
    views: Sequence[View],
    efforts: Efforts,
) -> dict[int, list[Variant]]:
    """The variants of each order, solved side by side."""
    asked = [(number, one) for number, variants in wanted.items() for one in variants]
    found: dict[int, list[Variant]] = {number: [] for number in wanted}
    size = min(VARIANTS_AT_ONCE, round_size(world.network))
    for begin in range(0, len(asked), size):
        some = asked[begin : begin + size]
        requests = [replace(solved[number].request, substitutions=one) for number, one in some]
        owners = [number for number, _ in some]
        own_views, own_efforts = [views[number] for number in owners], EffortsOfOwners(efforts, owners)
        answers = solve_as_posed(requests, world, own_views, own_efforts)
        for (number, _), answer in zip(some, answers, strict=True):
            found[number].append(variant_of(answer))
    return found


@dataclass(frozen=True, slots=True)
class EveryVariant:
    """Every variant of an order: in solved[n] the offers of line l stand in for ways[n][l] units, in solved[0] none."""

    lines: list[OfferedLine]
    ways: list[tuple[Units, ...]]
    solved: list[Solved]


def solve_every_variant(solved: Solved, world: World, view: View) -> EveryVariant | None:
    """Of an order that was decided; None where nothing was offered, or so much that not all are tried."""
    efforts = Efforts([solved.effort])
    (as_asked,) = solve_as_posed([solved.asked], world, [view], efforts)
    lines = offered_lines(as_asked, view, world) if may_be_replaced(as_asked) else []
    ways = ways_to_fill(lines)
    if not lines or ways is None:
        return None
    wanted = {0: [substitutions_of(lines, way) for way in ways[1:]]}
    variants = solve_variants([as_asked], wanted, world, [view], efforts)[0]
    return EveryVariant(lines, ways, [as_asked, *(one.solved for one in variants)])


def variant_of(solved: Solved) -> Variant:
    substitutions = solved.request.substitutions or ()
    return Variant(solved, objective_of(solved, solved.solution), sum(one.quantity for one in substitutions))


def improve(
    solved: Solved, lines: Sequence[OfferedLine], world: World, view: View, efforts: Efforts
) -> list[Variant]:
    """Variants of an order that has too many: one line after another is filled as is best, until nothing improves.

    Lines of a kit or of a group are filled together: none of them gains anything alone.
    """
    choice: list[Units] = [(0,) * len(line.offers) for line in lines]
    best, tried = variant_of(solved), []
    for _ in range(PASSES_MAX):
        before = list(choice)
        for places in ships_together(lines):
            ways = islice(product(*(lines[place].likely_choices() for place in places)), TOGETHER_MAX)
            options = [filled(choice, places, way) for way in ways]
            options = [option for option in options if option != choice]
            wanted = {0: [substitutions_of(lines, option) for option in options]}
            variants = solve_variants([solved], wanted, world, [view], efforts)[0]
            tried += variants
            for option, variant in zip(options, variants, strict=True):
                if (variant.rank, variant.replaced) < (best.rank, best.replaced):
                    best, choice = variant, option
        if choice == before:
            break
    return tried


def filled(choice: Sequence[Units], places: Sequence[int], way: Sequence[Units]) -> list[Units]:
    """`choice` with the lines at `places` filled that way."""
    changed = list(choice)
    for place, units in zip(places, way, strict=True):
        changed[place] = units
    return changed


def best_of(variants: Sequence[Variant], looking: Sequence[Variant], *, is_complete: bool) -> Solved:
    """The best of an order's variants with what is proven of it; `is_complete`: there are no others.

    `looking` look between them at all that any variant could look at, but for the days of those that gather.
    """
    best = min(variants, key=lambda one: (one.rank, one.replaced))
    cost = best.objective.cost_milli
    unproven = [one for one in variants if one.objective.status is not SolutionStatus.OPTIMAL]
    doubtful = [one for one in unproven if one.rank[0] or one.objective.bound_milli < cost]
    bound = min([cost, *(one.objective.bound_milli for one in doubtful)])
    rivals = Rivals(
        bound_milli=bound if is_complete else -TOTAL_MILLI_MAX,
        is_proven=is_complete and not doubtful,
        work=sum(one.solved.solution.work for one in variants),
        watched=(
            *(one.solved for one in looking),
            *(one.solved for one in variants if gathers(one.solved)),
        ),
    )
    return replace(best.solved, rivals=rivals)


def gathers(solved: Solved) -> bool:
    """Whether its units may come together at a hub, which then looks at later days, by what lies where between them."""
    gatherings = solved.batch.gatherings
    return gatherings is not None and bool(gatherings.may_gather[solved.order])
