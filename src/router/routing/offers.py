"""What rules offer instead of what an order asks for, and the ways to fill its lines with it.

A line of which units may come in several shipments may be replaced in part; any other, and a line of a kit or of a
group, wholly or not at all. No line is replaced by more units than open nodes hold of the substitute, and nothing
stands in for a substitute. A kit has a product on one line at most: what one of its lines asks for or is offered, no
later one is.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice, product
from math import prod

from router.domain.identifiers import Sku
from router.domain.plan import Substitution
from router.routing.batch.lines import Line
from router.routing.batch.stock import open_stock
from router.routing.problem.problems import NOT_HELD
from router.routing.round.round import Asked, Solved
from router.routing.world import View, World
from router.rules.verdicts import SubstituteOffer

VARIANTS_MAX = 256
"""Variants of one order that are all solved."""

CHOICES_MAX = 24
"""Ways to fill one line that are tried where not all can be."""

Units = tuple[int, ...]
"""Of a line, how many units each of its offers stands in for."""


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


def ways_to_fill(lines: Sequence[OfferedLine]) -> list[tuple[Units, ...]] | None:
    """All ways to fill the lines, the first of which replaces nothing; None: too many."""
    choices = [list(islice(line.choices(), VARIANTS_MAX + 1)) for line in lines]
    return None if prod(map(len, choices)) > VARIANTS_MAX else list(product(*choices))


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
