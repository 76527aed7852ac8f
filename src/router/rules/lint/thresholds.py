"""Arithmetic on one number: where a comparison flips as the number grows, found by evaluating and halving.

Sums, products and quotients with constants rise or fall all along, rounding included, so the point is exact.
"""

from router.rules.expressions.terms import Arithmetic, Default, Divide, Literal, Read, Term, ToFloat
from router.rules.lint.classes import Cut
from router.rules.lint.domains import bounds_of
from router.rules.lint.substitute import value_of
from router.rules.vocabulary import Fact, Type

_NO_WHOLE_NUMBERS = (Type.BOOL, Type.STRING, Type.FLOAT)


def only_number(term: Term) -> Fact | None:
    """The whole number that a term reads, if it reads it once and only reckons with constants; None otherwise."""
    match term:
        case Read(fact=fact) | Default(fact=fact):
            return None if fact.type in _NO_WHOLE_NUMBERS else fact
        case ToFloat(operand=operand):
            return only_number(operand)
        case Arithmetic(left=left, right=Literal()) | Divide(left=left, right=Literal()):
            return only_number(left)
        case Arithmetic(sign="+" | "-" | "*", left=Literal(), right=right):
            return only_number(right)
        case _:
            return None


def cuts_in(fact: Fact, term: Term, cut: Cut) -> Cut | None:
    """Where the fact's values are told apart by whether the term is below the cut; None where none are."""
    low, high = bounds_of(fact)
    if _is_beyond(fact, term, cut, low) == _is_beyond(fact, term, cut, high):
        return None
    at_low = _is_beyond(fact, term, cut, low)
    while high - low > 1:
        middle = (low + high) // 2
        if _is_beyond(fact, term, cut, middle) == at_low:
            low = middle
        else:
            high = middle
    return Cut(high, after=False)


def _is_beyond(fact: Fact, term: Term, cut: Cut, number: int) -> bool:
    value = value_of(term, {fact: number})
    assert not isinstance(value, str), "a number is compared"
    return value > cut.at if cut.after else value >= cut.at
