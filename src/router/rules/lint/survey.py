"""What conditions mention: where numbers are told apart, which words are named, which texts are compared."""

from collections import defaultdict
from dataclasses import dataclass, field

from router.rules.expressions.scalar import constant
from router.rules.expressions.terms import Compare, Default, Read, StartsWith, Term, ToFloat, Value, Within
from router.rules.lint.classes import Cut, cuts_of
from router.rules.lint.relations import arithmetic
from router.rules.lint.thresholds import cuts_in, only_number
from router.rules.vocabulary import Fact, Type

Key = Fact | Term
"""What a dimension is about."""

MIRRORED = {"==": "==", "!=": "!=", "<": ">", "<=": ">=", ">": "<", ">=": "<="}


@dataclass(slots=True)
class Survey:
    """What conditions mention: where numbers are cut, which words and prefixes are named, which texts are compared."""

    cuts: dict[Key, set[Cut]] = field(default_factory=lambda: defaultdict(set))
    words: dict[Fact, set[str]] = field(default_factory=lambda: defaultdict(set))
    prefixes: dict[Fact, set[str]] = field(default_factory=lambda: defaultdict(set))
    group: dict[Fact, frozenset[Fact]] = field(default_factory=dict)

    def visit(self, term: Term) -> None:
        match term:
            case Compare() if (found := against_constant(term)) is not None:
                left, sign, value = found
                self._mention(left, value, sign)
            case Compare(left=Read(fact=one), right=Read(fact=other)) if one.type is Type.STRING:
                merged = self.group.get(one, frozenset((one,))) | self.group.get(other, frozenset((other,)))
                self.group.update(dict.fromkeys(merged, merged))
            case Compare(left=left) if left.type not in (Type.BOOL, Type.STRING):
                self.cuts[difference(term)[0]] |= set(cuts_of("==", 0))
            case Within(left=left, values=values):
                for value in values:
                    self._mention(left, value, "==")
            case StartsWith(left=left, prefix=prefix):
                view = view_of(left)
                if view is not None:
                    self.prefixes[view[0]].add(prefix)
        if isinstance(term, Default) and isinstance(term.value, str):
            self.words[term.fact].add(term.value)
        for part in term.parts:
            self.visit(part)

    def _mention(self, left: Term, value: Value, sign: str) -> None:
        view = view_of(left)
        if isinstance(value, str):
            if view is not None:
                self.words[view[0]].add(value)
        elif isinstance(value, bool):
            return
        elif view is not None:
            self.cuts[view[0]] |= set(cuts_of(sign, value))
        elif (fact := only_number(left)) is not None:
            found = (cuts_in(fact, left, cut) for cut in cuts_of(sign, value))
            self.cuts[fact] |= {cut for cut in found if cut is not None}
        else:
            self.cuts[left] |= set(cuts_of(sign, value))


def view_of(term: Term) -> tuple[Fact, Value | None] | None:
    """The fact that a term shows unchanged, and what it shows where the fact has no value."""
    match term:
        case Read(fact=fact):
            return fact, None
        case Default(fact=fact, value=value):
            return fact, value
        case ToFloat(operand=operand):
            return view_of(operand)
        case _:
            return None


def against_constant(term: Compare) -> tuple[Term, str, Value] | None:
    """A comparison with a constant, written with the constant on the right."""
    if not term.right.facts and term.left.facts:
        return term.left, term.sign, constant(term.right)
    if not term.left.facts:
        return term.right, MIRRORED[term.sign], constant(term.left)
    return None


def difference(term: Compare) -> tuple[Term, str]:
    """A comparison of two numbers as one of their difference with zero; the same for `a < b` and `b > a`."""
    if repr(term.left) > repr(term.right):
        return arithmetic("-", term.right, term.left), MIRRORED[term.sign]
    return arithmetic("-", term.left, term.right), term.sign


def compared(sign: str, left: Value | None, right: Value) -> bool:
    """`left sign right` for two values of one type."""
    assert left is not None, "an absent value is read through its default"
    match sign:
        case "==":
            return left == right
        case "!=":
            return left != right
    assert not isinstance(left, str), "only numbers are ordered"
    assert not isinstance(right, str), "only numbers are ordered"
    return {"<": left < right, "<=": left <= right, ">": left > right, ">=": left >= right}[sign]
