"""Checked expressions: every term knows its type, its axes and its place. Evaluating one cannot fail.

Integers saturate at +-`INTEGER_BOUND`, floats at +-`FLOAT_BOUND`; a divisor that may be zero has a default beside it,
and so has a fact that may be absent. So no operator meets an overflow, a NaN or a null, and `&&` may evaluate both
sides.
"""

from dataclasses import dataclass, field
from enum import StrEnum
from itertools import combinations

from router.rules.diagnostics import Span
from router.rules.vocabulary import FACTS, Fact, Scope, Type

INTEGER_BOUND = 1 << 60
FLOAT_BOUND = 1e18

QUANTITIES = frozenset(
    (Type.MONEY, Type.WEIGHT, Type.VOLUME, Type.LENGTH, Type.DISTANCE, Type.DAYS, Type.DURATION)
)
NUMBERS = QUANTITIES | {Type.INT, Type.FLOAT}
ORDERED = NUMBERS | {Type.CLOCK}

Value = bool | int | float | str


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """Equal terms compute the same, wherever they stand."""

    type: Type
    span: Span = field(compare=False, repr=False)
    facts: frozenset[Fact] = field(init=False, compare=False, repr=False)
    """The facts whose columns the value depends on, those inside a `Fold` included."""
    axes: str = field(init=False, compare=False, repr=False)
    """The axes of the value, a part of `OLNS`."""

    def __post_init__(self) -> None:
        fact, facts, axes = self.own_fact, _NO_FACTS, ""
        if fact is not None:
            facts, axes = frozenset((fact,)), fact.scope.axes
        for part in self.parts:
            if part.facts and not facts:
                # Most terms have one part with facts, a constant beside it, and need no union.
                facts, axes = part.facts, part.axes
            elif part.facts:
                facts, axes = facts | part.facts, _joined(axes, part.axes)
        object.__setattr__(self, "facts", facts)
        object.__setattr__(self, "axes", axes)

    @property
    def parts(self) -> "tuple[Term, ...]":
        return ()

    @property
    def own_fact(self) -> Fact | None:
        return None

    @property
    def of_lines(self) -> bool:
        return "L" in self.axes

    @property
    def of_shipments(self) -> bool:
        """Whether it depends on what else is in the shipment."""
        return any(fact.scope is Scope.SHIPMENT for fact in self.facts)


_NO_FACTS: frozenset[Fact] = frozenset()
_OF_ANY_LINE = frozenset((FACTS["line.quantity"],))
"""What a constant folded over lines depends on: which lines there are."""

AXES = tuple("".join(axes) for size in range(5) for axes in combinations("OLNS", size))
"""Every set of axes, each in the order of arrays."""

_AXES = {frozenset(axes): axes for axes in AXES}

_RANKS = {
    axes: rank
    for rank, axes in enumerate(
        sorted(AXES, key=lambda axes: (len(axes), "N" in axes or "S" in axes, axes.replace("O", "A")))
    )
}
"""Few axes first; orders before lines, so that what is known of an order is spread over its lines once."""


def join_rank(term: Term) -> int:
    """When a term is joined with others: the lower, the sooner."""
    return _RANKS[term.axes]


def _joined(one: str, other: str) -> str:
    """The axes of either."""
    return one if one == other else _AXES[frozenset(one + other)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Literal(Term):
    value: Value


@dataclass(frozen=True, slots=True, kw_only=True)
class Read(Term):
    """The value of a fact that always has one."""

    fact: Fact

    @property
    def own_fact(self) -> Fact:
        return self.fact


@dataclass(frozen=True, slots=True, kw_only=True)
class Has(Term):
    """Whether an optional fact has a value."""

    fact: Fact

    @property
    def own_fact(self) -> Fact:
        return self.fact


@dataclass(frozen=True, slots=True, kw_only=True)
class Default(Term):
    """The value of an optional fact, and where it has none this one of its type."""

    fact: Fact
    value: Value

    @property
    def own_fact(self) -> Fact:
        return self.fact


@dataclass(frozen=True, slots=True, kw_only=True)
class Not(Term):
    operand: Term

    @property
    def parts(self) -> tuple[Term, ...]:
        return (self.operand,)


@dataclass(frozen=True, slots=True, kw_only=True)
class Junction(Term):
    """Operands that one word joins."""

    operands: tuple[Term, ...]
    ranked: tuple[Term, ...] = field(init=False, compare=False, repr=False)
    """The same from the fewest axes to the most, as a batch joins them."""

    def __post_init__(self) -> None:
        Term.__post_init__(self)
        object.__setattr__(self, "ranked", tuple(sorted(self.operands, key=join_rank)))

    @property
    def parts(self) -> tuple[Term, ...]:
        return self.operands


@dataclass(frozen=True, slots=True, kw_only=True)
class Every(Junction):
    """True where all operands are: `&&`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Either(Junction):
    """True where one operand or more is: `||`."""


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
class Divide(Term):
    """`left` / `right` as in `Arithmetic`, and `value` where `right` is zero: `div(a, b, value)`."""

    left: Term
    right: Term
    value: Value

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


class FoldKind(StrEnum):
    """How the lines of an order make one value; over no lines EXISTS is false, ALL true and the others zero."""

    EXISTS = "exists"
    ALL = "all"
    COUNT = "count"
    SUM = "sum"
    MAX = "max"


@dataclass(frozen=True, slots=True, kw_only=True)
class Fold(Term):
    """`operand` over all lines of the order: a fact of the order. It reads lines, orders and time, no other fold."""

    kind: FoldKind
    operand: Term

    def __post_init__(self) -> None:
        assert set(self.operand.axes) <= {"O", "L"}, "checked: a fold reads lines and their orders"
        object.__setattr__(self, "facts", self.operand.facts or _OF_ANY_LINE)
        object.__setattr__(self, "axes", "O")

    @property
    def parts(self) -> tuple[Term, ...]:
        return (self.operand,)


def conjunction(*terms: Term) -> Term:
    """The terms joined by `&&`, nested ones spread out and those that always hold left out."""
    useful = tuple(
        part
        for term in terms
        for part in conjuncts(term)
        if not (isinstance(part, Literal) and part.value is True)
    )
    if len(useful) > 1:
        return Every(type=Type.BOOL, span=terms[0].span, operands=useful)
    return useful[0] if useful else terms[0]


def conjuncts(term: Term) -> tuple[Term, ...]:
    """What all must hold for a condition to hold: the operands of its outermost `&&`, nested ones spread out."""
    if not isinstance(term, Every):
        return (term,)
    return tuple(part for operand in term.operands for part in conjuncts(operand))
