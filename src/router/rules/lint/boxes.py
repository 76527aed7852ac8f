"""A search over boxes: is there a point at which formulas hold? Exact for its dimensions; gives up in time."""

from collections.abc import Iterable
from dataclasses import dataclass

from router.rules.lint.formula import FALSE, All, Among, Any, Box, Formula, negation, within


@dataclass(slots=True)
class Patience:
    """Branches left."""

    branches: int


@dataclass(frozen=True, slots=True)
class Found:
    """`box` holds points only at which everything asked for holds; None: there is none. Undecided: out of patience."""

    box: Box | None
    undecided: bool = False


NOWHERE = Found(None)
UNDECIDED = Found(None, undecided=True)


def search(formulas: Iterable[Formula], patience: Patience) -> Found:
    """A box in which all formulas hold.

    Depth first: whatever one choice alone can make true is set, then the disjunction with the fewest choices is
    split into choices that exclude one another.
    """
    return _search({}, list(formulas), patience)


def _search(box: Box, formulas: list[Formula], patience: Patience) -> Found:
    open_choices = _propagate(box, formulas)
    if open_choices is None:
        return NOWHERE
    if not open_choices:
        return Found(box)
    choice = min(open_choices, key=lambda one: len(one.parts))
    others: list[Formula] = [one for one in open_choices if one is not choice]
    refused: list[Formula] = []
    for part in choice.parts:
        if patience.branches <= 0:
            return UNDECIDED
        patience.branches -= 1
        found = _search(dict(box), [part, *refused, *others], patience)
        if found is not NOWHERE:
            return found
        refused.append(negation(part))
    return NOWHERE


def _propagate(box: Box, formulas: list[Formula]) -> list[Any] | None:
    """Narrow `box` by all that must hold and give the disjunctions still open; None where nothing is left."""
    waiting = formulas
    while True:
        changed = False
        rest: list[Formula] = []
        for formula in waiting:
            left = within(formula, box)
            for part in left.parts if isinstance(left, All) else (left,):
                if isinstance(part, Among):
                    allowed = box.get(part.dimension, part.full) & part.mask
                    if not allowed:
                        return None
                    box[part.dimension] = allowed
                    changed = True
                elif part is FALSE:
                    return None
                else:
                    rest.append(part)
        if not changed:
            return [part for part in rest if isinstance(part, Any)]
        waiting = rest
