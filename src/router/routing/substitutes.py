"""Substitutes: other products that rules offer instead of those that an order asks for.

A *variant* of an order has offered products standing in, one for one, for some units of its lines. Each is an order
like any other: looked up, judged by rules, posed and solved as if its customer had asked for the substitutes, with the
price of each as a charge per unit. The plan of an order is the best plan of any of its variants, the order as it was
asked being one: levels and cost are compared as within one order, of equal ones fewer units are replaced, then offers
that stand earlier are taken. So kits, groups, limits, parcels and every cost have one meaning and one implementation,
and a line that competes with another for the stock of a substitute is what it always was: two lines of one product.

A line of which units may come in several shipments may also be replaced in part; any other, and a line of a kit or of
a group, wholly or not at all. No line is replaced by more units than open nodes hold of the substitute, and nothing
stands in for a substitute. A kit has a product on one line at most: what one of its lines asks for or is offered, no
later one is.

LIMIT: a variant in which several bundles want one product gathers nothing, as such an order.

LIMIT: up to VARIANTS_MAX variants are all solved, and the best plan is proven. Orders with more are improved line by
line, those of a kit or of a group together; their plan is FEASIBLE, and of its bound nothing is known but what no order
can cost less than.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice, product
from math import prod

from router.domain.identifiers import Sku
from router.domain.plan import SolutionStatus, Substitution
from router.routing.batch import open_stock
from router.routing.efforts import Efforts, EffortsOfOwners
from router.routing.lines import Line
from router.routing.objective import Objective, objective_of
from router.routing.problems import NOT_HELD
from router.routing.round import Asked, Rivals, Solved, round_size, solve_as_posed
from router.routing.world import OrderToRoute, View, World
from router.rules.verdicts import SubstituteOffer
from router.solver.magnitudes import TOTAL_MILLI_MAX
from router.solver.problem import Effort

VARIANTS_MAX = 256
"""Variants of one order that are all solved."""

VARIANTS_AT_ONCE = 512
"""Variants of all orders that one round may hold."""

CHOICES_MAX = 24
"""Ways to fill one line that are tried where not all can be."""

TOGETHER_MAX = 128
"""Ways to fill lines that ship only with each other that are tried where not all can be."""

PASSES_MAX = 8
"""How often all lines of such an order are gone through."""

Units = tuple[int, ...]
"""Of a line, how many units each of its offers stands in for."""

Rank = tuple[tuple[int, ...], int, tuple[int, ...]]
"""Tiers, cost and ties: less is better."""


@dataclass(frozen=True, slots=True)
class Offer:
    """A product that may be sent instead of a line's own, by which rule, at which price a unit.

    Open nodes hold `there` units of it.
    """

    sku: Sku
    rule: str
    unit_milli: int
    there: int


@dataclass(frozen=True, slots=True)
class OfferedLine:
    """A line with its offers. `is_whole`: it is replaced wholly or not at all. `short`: units that it lacks."""

    line: Line
    offers: tuple[Offer, ...]
    is_whole: bool
    short: int

    def choices(self) -> Iterator[Units]:
        """Every way to fill the line; the first replaces nothing."""
        quantity, count = self.line.quantity, len(self.offers)
        if self.is_whole:
            yield (0,) * count
            for chosen, offer in enumerate(self.offers):
                if offer.there >= quantity:
                    yield tuple(quantity if number == chosen else 0 for number in range(count))
            return
        yield from shares(quantity, [min(offer.there, quantity) for offer in self.offers])

    def likely_choices(self) -> list[Units]:
        """Some of them: all that there is of each offer, what is short, and the first ones."""
        if self.is_whole:
            return list(self.choices())
        count = len(self.offers)
        certain = [
            tuple(units if number == chosen else 0 for number in range(count))
            for chosen, offer in enumerate(self.offers)
            for units in (min(offer.there, self.line.quantity), min(offer.there, self.short))
        ]
        return list(dict.fromkeys([*certain, *islice(self.choices(), CHOICES_MAX)]))

    def substitutions(self, units: Units) -> Iterator[Substitution]:
        """The client's lines that `units` stand in for, the last ones first."""
        left = [(part.id, part.quantity) for part in self.line.parts]
        for offer, wanted in zip(self.offers, units, strict=True):
            while wanted:
                line_id, there = left.pop()
                now = min(there, wanted)
                if now < there:
                    left.append((line_id, there - now))
                wanted -= now
                yield Substitution(
                    line_id=line_id, sku=offer.sku, quantity=now, rule=offer.rule, unit_milli=offer.unit_milli
                )


def shares(quantity: int, most: Sequence[int]) -> Iterator[Units]:
    """All ways to replace up to `quantity` units by as many of each offer as `most` says; none of any comes first."""
    if not most:
        yield ()
        return
    for first in range(min(quantity, most[0]) + 1):
        for rest in shares(quantity - first, most[1:]):
            yield (first, *rest)


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


def may_be_replaced(solved: Solved) -> bool:
    request = solved.request
    return (
        request.substitutions is None
        and request.only_node is None
        and request.allotment is None
        and solved.round.posed.held[solved.order] == NOT_HELD
    )


def offered_lines(solved: Solved, view: View, world: World) -> list[OfferedLine]:
    """The lines of an order that anything is offered for, to its customer, of what the world knows."""
    batch, takes_any = solved.batch, solved.request.order.accepts_substitutes
    bundle_of_line = batch.bundles.bundle_of_line()
    in_kits = {(batch.lines[number].parts[0].kit_id, batch.lines[number].sku) for number in solved.lines}
    found = []
    for number in solved.lines:
        line = batch.lines[number]
        short = missing_of(solved.round, number)
        offers: dict[Sku, Offer] = {}
        for one in rules_offering(solved.round, number, takes_any=takes_any):
            for sku in map(Sku, one.skus):
                if sku in offers or sku not in world.products or sku == line.sku:
                    continue
                place = line.parts[0].kit_id, sku
                if not line.in_kit or place not in in_kits:
                    in_kits.add(place)
                    held = sum(open_stock(view.available(sku), world.network).values())
                    offers[sku] = Offer(sku, one.rule.name, one.unit_milli, held)
        if offers:
            own = int(bundle_of_line[number]) - solved.bundles.start
            is_whole = line.in_kit or not bool(solved.problem.divisible[own])
            found.append(OfferedLine(line, tuple(offers.values()), is_whole, short))
    return found


def rules_offering(asked: Asked, number: int, *, takes_any: bool) -> Iterator[SubstituteOffer]:
    """What rules offer for a line of the batch to its customer, who `takes_any` or only what is assumed."""
    short = missing_of(asked, number)
    for one in asked.verdicts.substitutes:
        if one.mask[number] and (takes_any or one.consent_assumed) and (short or not one.only_short):
            yield one


def missing_of(asked: Asked, number: int) -> int:
    """Units of a line of the batch that all nodes together cannot send."""
    there = asked.posed.units[number, : asked.batch.plain_count]
    return max(0, asked.batch.lines[number].quantity - int(there.sum()))


def orders_offered(asked: Asked, world: World) -> frozenset[int]:
    """The orders of a round that rules offer a substitute to that the world knows."""
    batch = asked.batch
    if not world.rules.offered_skus & world.products.keys():
        return frozenset()
    return frozenset(
        order
        for order, request in enumerate(batch.requests)
        for number in batch.lines_of(order)
        for one in rules_offering(asked, number, takes_any=request.order.accepts_substitutes)
        if any(sku in world.products and sku != batch.lines[number].sku for sku in map(Sku, one.skus))
    )


def listed(lines: Sequence[OfferedLine]) -> list[tuple[Substitution, ...]] | None:
    """All variants but the order as it was asked; None: too many."""
    choices = [list(islice(line.choices(), VARIANTS_MAX + 1)) for line in lines]
    if prod(map(len, choices)) > VARIANTS_MAX:
        return None
    return [substitutions_of(lines, choice) for choice in islice(product(*choices), 1, None)]


def widest(lines: Sequence[OfferedLine]) -> list[tuple[Substitution, ...]]:
    """For each product that is offered, the variant that wants as much of it as any could, were there enough."""
    skus = dict.fromkeys(offer.sku for line in lines for offer in line.offers)
    return [
        substitutions_of(
            lines,
            [tuple(line.line.quantity * (offer.sku == sku) for offer in line.offers) for line in lines],
        )
        for sku in skus
    ]


def substitutions_of(lines: Sequence[OfferedLine], choice: Sequence[Units]) -> tuple[Substitution, ...]:
    return tuple(one for line, units in zip(lines, choice, strict=True) for one in line.substitutions(units))


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


def ships_together(lines: Sequence[OfferedLine]) -> list[list[int]]:
    """The lines in sets: those of a kit or of a group in one, any other by itself."""
    sets: list[tuple[set[str], list[int]]] = []
    for place, one in enumerate(lines):
        names = {f"kit {one.line.parts[0].kit_id}"} if one.line.in_kit else set()
        names |= {f"group {name}" for name in one.line.together_ids}
        joined = [each for each in sets if each[0] & names]
        sets = [each for each in sets if not each[0] & names]
        places = [*(other for each in joined for other in each[1]), place]
        sets.append((names.union(*(each[0] for each in joined)), places))
    return [places for _, places in sets]


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
