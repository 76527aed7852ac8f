"""Checked expressions: every term knows its type, its axes and its place. Evaluating one cannot fail.

Integers saturate at +-`INTEGER_BOUND`, floats at +-`FLOAT_BOUND`; divisors are literals other than zero. So no
operator meets an overflow, a NaN or a null, and `&&` may evaluate both sides.
"""

from dataclasses import dataclass, field

from router.rules.diagnostics import Span
from router.rules.vocabulary import Fact, Type

INTEGER_BOUND = 1 << 60
FLOAT_BOUND = 1e18

NUMBERS = frozenset((Type.INT, Type.FLOAT, Type.MONEY, Type.WEIGHT, Type.DISTANCE, Type.DAYS))
QUANTITIES = NUMBERS - {Type.INT, Type.FLOAT}

Value = bool | int | float | str


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """Equal terms compute the same, wherever they stand."""

    type: Type
    span: Span = field(compare=False, repr=False)
    facts: frozenset[Fact] = field(init=False, compare=False, repr=False)
    axes: str = field(init=False, compare=False, repr=False)
    """The axes of the value, a part of `OLNS`."""

    def __post_init__(self) -> None:
        facts = self.own_facts.union(*(part.facts for part in self.parts))
        letters = {letter for fact in facts for letter in fact.scope.value}
        object.__setattr__(self, "facts", facts)
        object.__setattr__(self, "axes", "".join(letter for letter in "OLNS" if letter in letters))

    @property
    def parts(self) -> "tuple[Term, ...]":
        return ()

    @property
    def own_facts(self) -> frozenset[Fact]:
        return frozenset()

    @property
    def of_lines(self) -> bool:
        return "L" in self.axes


@dataclass(frozen=True, slots=True, kw_only=True)
class Literal(Term):
    value: Value


@dataclass(frozen=True, slots=True, kw_only=True)
class Read(Term):
    """The value of a fact."""

    fact: Fact

    @property
    def own_facts(self) -> frozenset[Fact]:
        return frozenset((self.fact,))


@dataclass(frozen=True, slots=True, kw_only=True)
class Not(Term):
    operand: Term

    @property
    def parts(self) -> tuple[Term, ...]:
        return (self.operand,)


@dataclass(frozen=True, slots=True, kw_only=True)
class Every(Term):
    """True where all operands are: `&&`."""

    operands: tuple[Term, ...]

    @property
    def parts(self) -> tuple[Term, ...]:
        return self.operands


@dataclass(frozen=True, slots=True, kw_only=True)
class Either(Term):
    """True where one operand or more is: `||`."""

    operands: tuple[Term, ...]

    @property
    def parts(self) -> tuple[Term, ...]:
        return self.operands


@dataclass(frozen=True, slots=True, kw_only=True)
class Compare(Term):
    """`sign` is one of == != < <= > >=; both sides have one type."""

    sign: str
    left: Term
    right: Term

    @property
    def parts(self) -> tuple[Term, ...]:
        return (self.left, self.right)


@dataclass(frozen=True, slots=True, kw_only=True)
class Within(Term):
    """`left` is one of `values`, which have its type."""

    left: Term
    values: frozenset[Value]

    @property
    def parts(self) -> tuple[Term, ...]:
        return (self.left,)


@dataclass(frozen=True, slots=True, kw_only=True)
class StartsWith(Term):
    left: Term
    prefix: str

    @property
    def parts(self) -> tuple[Term, ...]:
        return (self.left,)


@dataclass(frozen=True, slots=True, kw_only=True)
class Arithmetic(Term):
    """`sign` is one of + - * /. A result of integer type is rounded half to even; a divisor is a `Literal` not zero."""

    sign: str
    left: Term
    right: Term

    @property
    def parts(self) -> tuple[Term, ...]:
        return (self.left, self.right)


@dataclass(frozen=True, slots=True, kw_only=True)
class ToFloat(Term):
    """An int as a float: `float(line.quantity)`."""

    operand: Term

    @property
    def parts(self) -> tuple[Term, ...]:
        return (self.operand,)


def conjunction(*terms: Term) -> Term:
    """The terms joined by `&&`, nested ones spread out and those that always hold left out."""
    flat = [part for term in terms for part in (term.operands if isinstance(term, Every) else (term,))]
    useful = tuple(term for term in flat if not (isinstance(term, Literal) and term.value is True))
    if len(useful) > 1:
        return Every(type=Type.BOOL, span=terms[0].span, operands=useful)
    return useful[0] if useful else terms[0]
