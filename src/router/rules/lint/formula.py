"""Conditions as choices: each leaf says that a dimension's class is one of some. Boxes and the solver read it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Among:
    """The class of dimension `dimension` is one of the bits of `mask`; `full` are the bits of all its classes."""

    dimension: int
    mask: int
    full: int


@dataclass(frozen=True, slots=True)
class All:
    """True where every part is."""

    parts: "tuple[Formula, ...]"


@dataclass(frozen=True, slots=True)
class Any:
    """True where one part or more is."""

    parts: "tuple[Formula, ...]"


Formula = Among | All | Any
Box = dict[int, int]
"""Which classes each dimension may still be in; a dimension that is not named may be in any."""

TRUE = All(())
FALSE = Any(())
"""Constants are these very objects wherever a formula is built by the functions below."""


def among(dimension: int, mask: int, full: int) -> Formula:
    """A leaf, or a constant where the mask is all or nothing."""
    if mask == full:
        return TRUE
    return Among(dimension, mask, full) if mask else FALSE


def all_of(parts: Iterable[Formula]) -> Formula:
    """The conjunction, nested ones spread out and constants resolved."""
    flat: list[Formula] = []
    for part in parts:
        if isinstance(part, Any) and not part.parts:
            return FALSE
        flat.extend(part.parts if isinstance(part, All) else (part,))
    if len(flat) == 1:
        return flat[0]
    return All(tuple(flat)) if flat else TRUE


def any_of(parts: Iterable[Formula]) -> Formula:
    """The disjunction, nested ones spread out and constants resolved."""
    flat: list[Formula] = []
    for part in parts:
        if isinstance(part, All) and not part.parts:
            return TRUE
        flat.extend(part.parts if isinstance(part, Any) else (part,))
    if len(flat) == 1:
        return flat[0]
    return Any(tuple(flat)) if flat else FALSE


def negation(formula: Formula) -> Formula:
    """True where `formula` is false."""
    match formula:
        case Among(dimension, mask, full):
            return among(dimension, full & ~mask, full)
        case All(parts):
            return any_of(map(negation, parts))
        case Any(parts):
            return all_of(map(negation, parts))


def within(formula: Formula, box: Box) -> Formula:
    """What is left of `formula` where the dimensions are in `box`; the same object where that is all of it."""
    if isinstance(formula, Among):
        allowed = box.get(formula.dimension)
        if allowed is None:
            return formula
        mask = formula.mask & allowed
        if mask == allowed:
            return TRUE
        if not mask:
            return FALSE
        return formula if mask == formula.mask else Among(formula.dimension, mask, formula.full)
    resolving, idle = (TRUE, FALSE) if isinstance(formula, Any) else (FALSE, TRUE)
    left: list[Formula] = []
    changed = False
    for part in formula.parts:
        rest = within(part, box)
        if rest is resolving:
            return resolving
        if rest is idle:
            changed = True
            continue
        changed = changed or rest is not part
        left.append(rest)
    if not changed:
        return formula
    return any_of(left) if isinstance(formula, Any) else all_of(left)


def holds_at(formula: Formula, point: Mapping[int, int]) -> bool:
    """Whether the formula holds at a point: for each dimension it reads, the bit of one class."""
    match formula:
        case Among(dimension, mask):
            return bool(mask & point[dimension])
        case All(parts):
            return all(holds_at(part, point) for part in parts)
        case Any(parts):
            return any(holds_at(part, point) for part in parts)


def dimensions_of(formula: Formula) -> frozenset[int]:
    """The dimensions that the formula reads."""
    if isinstance(formula, Among):
        return frozenset((formula.dimension,))
    return frozenset[int]().union(*map(dimensions_of, formula.parts))
