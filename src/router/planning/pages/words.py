"""Conditions in plain English, made from their trees: `the channel is “web” and one unit weighs more than 20 kg`."""

from collections.abc import Sequence

from router.planning.pages.fact_words import CLAUSES, ZEROS, noun_of, value_words
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
    Within,
)
from router.rules.vocabulary import Fact, Type

SIGNS = {
    "==": "is", "!=": "is not", "<": "is less than", "<=": "is at most", ">": "is more than", ">=": "is at least",
}  # fmt: skip
CLOCK_SIGNS = {
    "==": "is {}", "!=": "is not {}", "<": "is before {}", "<=": "is {} or earlier", ">": "is after {}",
    ">=": "is {} or later",
}  # fmt: skip
OPPOSITE = {"==": "!=", "!=": "==", "<": ">=", "<=": ">", ">": "<=", ">=": "<"}
MIRRORED = {"==": "==", "!=": "!=", "<": ">", "<=": ">=", ">": "<", ">=": "<="}
IS_ZERO = {
    (">", 0): False,
    (">=", 1): False,
    ("!=", 0): False,
    ("==", 0): True,
    ("<=", 0): True,
    ("<", 1): True,
}
"""Comparisons of a count that ask only whether it is nothing."""

OPERATORS = {"+": "plus", "-": "minus", "*": "times", "/": "divided by"}


def is_always(term: Term) -> bool:
    """Whether a condition asks for nothing."""
    return isinstance(term, Literal) and term.value is True


def clause(term: Term, currency: str, *, negated: bool = False) -> str:
    """A condition as a clause, or its opposite."""
    match term:
        case Literal():
            return "always" if bool(term.value) is not negated else "never"
        case Not():
            return clause(term.operand, currency, negated=not negated)
        case Every() | Either():
            return joined(term, currency, negated=negated)
        case Compare():
            return compared(term, currency, negated=negated)
        case Within():
            return within(term, currency, negated=negated)
        case StartsWith():
            begins = "does not begin with" if negated else "begins with"
            return f"{noun(term.left, currency)} {begins} “{term.prefix}”"
        case Has():
            return f"{noun_of(term.fact)} is {'not known' if negated else 'known'}"
        case Fold():
            return of_lines(term, currency, negated=negated)
        case Default():
            unknown = " or unknown" if bool(term.value) is not negated else ""
            return fact_clause(term.fact, negated=negated) + unknown
        case Read():
            return fact_clause(term.fact, negated=negated)
        case _:
            raise AssertionError(f"{type(term).__name__} is no condition")


def joined(term: Every | Either, currency: str, *, negated: bool) -> str:
    """Operands with `and` or `or`; those of the other kind stand in brackets."""
    word = "and" if isinstance(term, Every) is not negated else "or"
    parts = []
    for operand in term.operands:
        text = clause(operand, currency, negated=negated)
        other = Either if isinstance(term, Every) else Every
        inner = operand.operand if isinstance(operand, Not) else operand
        parts.append(f"({text})" if isinstance(inner, other) else text)
    return f" {word} ".join(parts)


def fact_clause(fact: Fact, *, negated: bool) -> str:
    """A fact that is yes or no."""
    if fact.name in CLAUSES:
        return CLAUSES[fact.name][negated]
    return f"{noun_of(fact)} is {'no' if negated else 'yes'}"


def compared(term: Compare, currency: str, *, negated: bool) -> str:
    left, sign, right = term.left, term.sign, term.right
    if isinstance(left, Literal):
        left, sign, right = right, MIRRORED[sign], left
    if negated:
        sign = OPPOSITE[sign]
    if left.type is Type.BOOL and isinstance(right, Literal):
        return clause(left, currency, negated=(sign == "==") is not bool(right.value))
    if isinstance(right, Literal) and right.value == "":
        return f"{noun(left, currency)} is {'empty' if sign == '==' else 'given'}"
    fact = fact_of(left)
    if fact is not None and fact.name in ZEROS and isinstance(right, Literal):
        is_zero = IS_ZERO.get((sign, int(right.value)))
        if is_zero is not None:
            return ZEROS[fact.name][is_zero]
    value = noun(right, currency, of=fact)
    if left.type is Type.CLOCK:
        return f"{noun(left, currency)} {CLOCK_SIGNS[sign].format(value)}"
    return f"{noun(left, currency)} {SIGNS[sign]} {value}"


def within(term: Within, currency: str, *, negated: bool) -> str:
    fact = fact_of(term.left)
    words = [value_words(fact, term.left.type, value, currency) for value in sorted(term.values, key=str)]
    return f"{noun(term.left, currency)} is {'not ' if negated else ''}{listed(words, 'or')}"


def of_lines(term: Fold, currency: str, *, negated: bool) -> str:
    """A yes or no about the lines of an order."""
    if (term.kind is FoldKind.EXISTS) is not negated:
        inner = clause(term.operand, currency, negated=negated)
        return f"for some line {inner}"
    return f"for every line {clause(term.operand, currency, negated=negated)}"


def noun(term: Term, currency: str, of: Fact | None = None) -> str:
    """A value; `of` is the fact that a literal is compared with."""
    match term:
        case Literal():
            return value_words(of, term.type, term.value, currency)
        case Read():
            return noun_of(term.fact)
        case Default():
            known = "empty" if term.value == "" else value_words(term.fact, term.type, term.value, currency)
            return f"{noun_of(term.fact)} ({known} if unknown)"
        case Arithmetic():
            left, right = (bracketed(part, currency) for part in (term.left, term.right))
            return f"{left} {OPERATORS[term.sign]} {right}"
        case Divide():
            left, right = (bracketed(part, currency) for part in (term.left, term.right))
            otherwise = value_words(None, term.type, term.value, currency)
            return f"{left} divided by {right} ({otherwise} where that is zero)"
        case ToFloat():
            return noun(term.operand, currency)
        case Fold(kind=FoldKind.COUNT):
            return f"the number of lines where {clause(term.operand, currency)}"
        case Fold(kind=FoldKind.MAX):
            return f"the largest of the lines' {noun(term.operand, currency)}"
        case Fold():
            return f"the sum over lines of {noun(term.operand, currency)}"
        case _:
            return clause(term, currency)


def bracketed(term: Term, currency: str) -> str:
    text = noun(term, currency)
    return f"({text})" if isinstance(term, Arithmetic | Divide) else text


def fact_of(term: Term) -> Fact | None:
    """The fact whose words a value beside it should be told in."""
    return term.fact if isinstance(term, Read | Default) else None


def listed(words: Sequence[str], last: str) -> str:
    """`a, b or c`."""
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} {last} {words[-1]}"
