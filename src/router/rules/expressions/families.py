"""Families: terms of a pack that differ in numbers and words alone, computed side by side.

Packs say the same of every channel, category and weight, and numpy takes as long for one small array as for ten. So a
family is one term with a `Varying` where its members have literals: its values have one axis more, the first, which
counts the members.
"""

from collections.abc import Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass, fields, replace
from typing import Any

import numpy as np

from router.rules.expressions.arrays import STORED, Array
from router.rules.expressions.columns import NOTHING, NOWHERE
from router.rules.expressions.terms import INTEGER_BOUND, Arithmetic, Compare, Fold, Literal, Term, Value
from router.rules.vocabulary import Type


@dataclass(frozen=True, slots=True, kw_only=True)
class Varying(Term):
    """One value for each member of a family."""

    values: tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class Family:
    """`whole` has the values of all `members`."""

    members: tuple[Term, ...]
    whole: Term


def families_of(terms: Iterable[Term]) -> Iterator[Family]:
    """The families of two or more among some terms."""
    found: dict[Hashable, list[Term]] = {}
    for term in dict.fromkeys(terms):
        if term.facts:
            found.setdefault(_shape(term), []).append(term)
    return (Family(tuple(some), _joined(some)) for some in found.values() if len(some) > 1)


def _shape(term: Term) -> Hashable:
    """All of a term but the literals that may vary. A fold is of orders, so it is the same for all members."""
    if not term.parts or isinstance(term, Fold):
        return term
    return type(term), *(_shape_of_field(term, value) for value in _values_of(term))


def _shape_of_field(owner: Term, value: Any) -> Hashable:
    if isinstance(value, tuple):
        return tuple(_shape_of_field(owner, one) for one in value)
    if not isinstance(value, Term):
        return value  # type: ignore[no-any-return]
    return value.type if _may_vary(owner, value) else _shape(value)


def _may_vary(owner: Term, part: Term) -> bool:
    """Words may where they are compared with a fact, numbers anywhere."""
    if not isinstance(part, Literal):
        return False
    return part.type is not Type.STRING or (
        isinstance(owner, Compare)
        and not (isinstance(owner.left, Literal) and isinstance(owner.right, Literal))
    )


def _values_of(term: Term) -> list[Any]:
    return [getattr(term, one.name) for one in fields(term) if one.init and one.compare]


def _joined(terms: Sequence[Any]) -> Any:
    """Terms of one shape, or tuples of them, as one."""
    first = terms[0]
    if all(one == first for one in terms):
        return first
    if isinstance(first, tuple):
        return tuple(map(_joined, zip(*terms, strict=True)))
    if isinstance(first, Literal):
        return Varying(type=first.type, span=first.span, values=tuple([one.value for one in terms]))
    names = [one.name for one in fields(first) if one.init and one.compare]
    return replace(first, **{name: _joined([getattr(one, name) for one in terms]) for name in names})


def constant_of(term: Literal | Varying) -> Array:
    """One value for all cells, or one for all cells of each member of a family."""
    if isinstance(term, Varying):
        return np.array(term.values, STORED[term.type]).reshape(-1, 1, 1, 1)
    return np.array(term.value).reshape(1, 1, 1)


def most_of(term: Term) -> float:
    """How far from zero a term's numbers can be at most, as far as one sees without looking at facts: no less than the
    bound of integers for all but constants and their quotients, since an integer as a float is not cut.
    """
    if isinstance(term, Literal | Varying):
        return float(np.abs(constant_of(term)).max())
    if isinstance(term, Arithmetic) and term.sign == "/":
        assert isinstance(term.right, Literal | Varying), "checked: a divisor is a literal"
        return most_of(term.left) / float(np.abs(constant_of(term.right)).min())
    return float(INTEGER_BOUND)


def slices(values: Array, count: int) -> list[Array]:
    """The values of all members; NOWHERE or NOTHING, that very array, of those that are false or zero everywhere."""
    members = values if values.ndim == 4 else values[None]
    nothing = NOWHERE if values.dtype == np.bool_ else NOTHING
    found = [own if np.count_nonzero(own) else nothing for own in members]
    return found if len(found) == count else found * count
