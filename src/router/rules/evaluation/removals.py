"""What filters, bans and carrier rules take away from a batch."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from router.rules.blocks.effects import CarrierChoice
from router.rules.boxes import common, is_empty, without
from router.rules.evaluation.asked import Asked
from router.rules.evaluation.evaluation import ActiveSets, Evaluation
from router.rules.expressions.grid import Bools, Grid
from router.rules.verdicts import ANY_SHIPMENT, Box, Removal, RuleRef


def removals_of(evaluation: Evaluation, active: ActiveSets) -> Iterator[Removal]:
    for one, orders in active:
        for rule, condition in one.filters:
            if (hits := evaluation.found(orders, condition)) is not None:
                yield _removal(evaluation, rule.ref, hits)
        for ban, condition in one.bans:
            hard = orders if ban.soften is None else orders & ~ban.soften.window.holds(evaluation.at)
            if (hits := evaluation.found(hard, condition)) is not None:
                yield _removal(evaluation, ban.ref, hits, ban.box)
    yield from _carrier_removals(
        evaluation, [(asked, orders) for one, orders in active for asked in one.carriers]
    )


def _removal(evaluation: Evaluation, ref: RuleRef, hits: Grid, box: Box = ANY_SHIPMENT) -> Removal:
    spread = evaluation.batch.spread(hits)
    return Removal(ref, spread.of_lines, spread.bools, box)


@dataclass(frozen=True, slots=True)
class Region:
    """Places of the batch, each for the shipments inside `box`, of which the first match is still looked for."""

    places: Grid
    box: Box


def _carrier_removals(
    evaluation: Evaluation, choices: Sequence[tuple[Asked[CarrierChoice], Bools]]
) -> Iterator[Removal]:
    """The first match of each order (or line), node and shipment removes every service it does not name."""
    undecided = [Region(Grid(np.ones((1, 1, 1), np.bool_), of_lines=False), ANY_SHIPMENT)]
    for (rule, condition), orders in choices:
        hits = evaluation.found(orders, condition)
        if hits is None:
            continue
        matched, undecided = _divided(evaluation, undecided, hits, rule.box)
        services = evaluation.facts.columns["service.id"]
        others = np.array([name not in rule.use for name in services.dictionary or ()], np.bool_)[
            services.values
        ]
        for region in matched:
            removed = region.places.bools & others[None, None, :]
            if removed.any() and not is_empty(region.box):
                yield _removal(evaluation, rule.ref, Grid(removed, region.places.of_lines), region.box)


def _divided(
    evaluation: Evaluation, regions: Sequence[Region], hits: Grid, box: Box
) -> tuple[list[Region], list[Region]]:
    """What of the regions a rule matches that holds at these places for shipments in `box`, and what is left."""
    matched: list[Region] = []
    left: list[Region] = []
    for region in regions:
        shared = common(region.box, box)
        if shared is None:
            left.append(region)
            continue
        one, other, of_lines = evaluation.batch.joined(region.places, hits)
        inside = Grid(np.logical_and(one, other), of_lines)
        outside = Grid(np.logical_and(one, ~other.astype(np.bool_)), of_lines)
        matched.append(Region(inside, shared))
        left.append(Region(outside, region.box))
        left += [Region(inside, piece) for piece in without(region.box, box)]
    return _merged(evaluation, matched), _merged(evaluation, left)


def _merged(evaluation: Evaluation, regions: Sequence[Region]) -> list[Region]:
    """One region a box, without those that hold nowhere."""
    by_box: dict[Box, Grid] = {}
    for region in regions:
        places = region.places
        if not places.values.any():
            continue
        if (known := by_box.get(region.box)) is not None:
            one, other, of_lines = evaluation.batch.joined(known, places)
            places = Grid(np.logical_or(one, other), of_lines)
        by_box[region.box] = places
    return [Region(places, box) for box, places in by_box.items()]
