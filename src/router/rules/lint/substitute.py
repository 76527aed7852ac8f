"""Terms with some of their facts put in: what is left of a condition at one node, or its value for one whole order."""

from collections.abc import Mapping
from dataclasses import replace

from router.rules.expressions.scalar import constant
from router.rules.expressions.terms import (
    Arithmetic,
    Compare,
    Default,
    Divide,
    Either,
    Every,
    Fold,
    FoldKind,
    Has,
    Literal,
    Not,
    Read,
    StartsWith,
    Term,
    ToFloat,
    Value,
    Within,
)
from router.rules.vocabulary import Fact, Type

Values = Mapping[Fact, Value | None]
"""Facts with their values, None where an optional fact has none."""

Replacements = Mapping[Fact, Value | Term | None]
"""The same, or a term that stands for the fact."""


def value_of(term: Term, values: Values) -> Value:
    """The value of a term all of whose facts have values, for an order of one line."""
    result = substitute(term, values)
    assert isinstance(result, Literal), f"no value of {result.facts}"
    return result.value


def substitute(term: Term, values: Replacements) -> Term:
    """`term` with the known facts put in, and computed as far as that goes.

    A fold all of whose facts are known is computed for an order of one line.
    """
    if not term.facts:
        return term if isinstance(term, Literal) else _known(term)
    if term.facts.isdisjoint(values):
        return term
    match term:
        case Read(fact=fact):
            value = values[fact]
            assert value is not None, "a fact that is not optional has a value"
            return value if isinstance(value, Term) else _literal(term, value)
        case Has(fact=fact):
            return _literal(term, values[fact] is not None)
        case Default(fact=fact):
            value = values[fact]
            assert not isinstance(value, Term), "only facts that always have a value are stood for"
            return _literal(term, term.value if value is None else value)
        case Every() | Either():
            return _joined(term, values)
        case Not(operand=operand) | ToFloat(operand=operand):
            return _computed(replace(term, operand=substitute(operand, values)))
        case Within(left=left, values=among):
            left = substitute(left, values)
            return (
                _literal(term, left.value in among) if isinstance(left, Literal) else replace(term, left=left)
            )
        case StartsWith(left=left):
            return _computed(replace(term, left=substitute(left, values)))
        case (
            Compare(left=left, right=right)
            | Arithmetic(left=left, right=right)
            | Divide(left=left, right=right)
        ):
            return _computed(replace(term, left=substitute(left, values), right=substitute(right, values)))
        case Fold(operand=operand):
            return _folded(term, substitute(operand, values))
        case _:
            raise AssertionError(f"no substitution in {type(term).__name__}")


def _joined(term: Every | Either, values: Replacements) -> Term:
    """The conjunction or disjunction without operands that decide nothing."""
    deciding = isinstance(term, Either)
    rest: list[Term] = []
    for operand in term.operands:
        one = substitute(operand, values)
        if not isinstance(one, Literal):
            rest.append(one)
        elif one.value is deciding:
            return one
    if not rest:
        return _literal(term, not deciding)
    return rest[0] if len(rest) == 1 else replace(term, operands=tuple(rest))


def _computed(term: Term) -> Term:
    return _known(term) if all(isinstance(part, Literal) for part in term.parts) else term


def _known(term: Term) -> Term:
    return _literal(term, constant(term))


def _literal(term: Term, value: Value) -> Literal:
    return Literal(type=term.type, span=term.span, value=value)


def _folded(term: Fold, operand: Term) -> Term:
    if not isinstance(operand, Literal):
        return replace(term, operand=operand)
    if term.kind is FoldKind.COUNT:
        return Literal(type=Type.INT, span=term.span, value=int(bool(operand.value)))
    return _literal(term, operand.value)
