"""L208: a crack between two bands of a first-match block, as `< kg(20)` and `> kg(20)`, that only `default` decides.

That `default` decides what no rule names is its purpose; a crack is narrower than the unit of the bands. Why no other
gap is reported: docs/decisions/0020-a-gap-is-a-crack.md.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from router.rules.blocks.canonical import value_text
from router.rules.blocks.effects import FIRST_MATCH, Block
from router.rules.diagnostics import Code, Diagnostic
from router.rules.expressions.terms import Term, conjuncts
from router.rules.lint.classes import Whole, steps_of
from router.rules.lint.domains import plain_name
from router.rules.lint.pack import Pack, finding
from router.rules.lint.relations import compare, literal, read
from router.rules.lint.showing import shown
from router.rules.lint.subjects import Subject
from router.rules.vocabulary import Fact, Type

_COUNTED = (
    Type.INT,
    Type.MONEY,
    Type.WEIGHT,
    Type.VOLUME,
    Type.LENGTH,
    Type.DISTANCE,
    Type.DAYS,
    Type.DURATION,
)


@dataclass(frozen=True, slots=True)
class Band:
    """The values from `low` to `high` of a fact for which a rule may hold, as one interval."""

    subject: Subject
    low: int
    high: int


@dataclass(frozen=True, slots=True)
class Crack:
    """The values between two bands."""

    fact: Fact
    below: Band
    above: Band

    @property
    def low(self) -> int:
        return self.below.high + 1

    @property
    def high(self) -> int:
        return self.above.low - 1


def check_gaps(pack: Pack) -> Iterator[Diagnostic]:
    for one in pack.rules.sets:
        for block in sorted(FIRST_MATCH, key=tuple(Block).index):
            subjects = [s for s in pack.of(block) if s.one is one and not s.is_default]
            for crack in _cracks(pack, subjects):
                yield from _reported(pack, crack, subjects)


def _cracks(pack: Pack, subjects: Sequence[Subject]) -> Iterator[Crack]:
    facts = {fact for subject in subjects for fact in subject.own.facts if fact.type in _COUNTED}
    for fact in sorted(facts, key=lambda one: one.name):
        bands = [band for subject in subjects if (band := _band(pack, subject, fact)) is not None]
        for below in bands:
            above = min((one for one in bands if one.low > below.high), key=lambda one: one.low, default=None)
            if above is not None and _is_narrow(pack, Crack(fact, below, above)):
                yield Crack(fact, below, above)


def _band(pack: Pack, subject: Subject, fact: Fact) -> Band | None:
    """The interval in which the rule can hold at all; None if it does not say."""
    dimension = pack.prover.space.dimension_of(fact)
    mask = pack.prover.bounds_of(subject.own).get(dimension.number, dimension.full)
    inside = [one for place, one in enumerate(dimension.classes) if mask >> place & 1]
    first, last = (inside[0], inside[-1]) if inside else (None, None)
    if mask == dimension.full or not isinstance(first, Whole) or not isinstance(last, Whole):
        return None
    return Band(subject, first.low, last.high)


def _is_narrow(pack: Pack, crack: Crack) -> bool:
    """Whether no whole unit, or a single value, lies in the crack."""
    if crack.low > crack.high:
        return False
    ends = (crack.low - 1, crack.low, crack.high, crack.high + 1)
    unit = next(one for one in steps_of(crack.fact.type, pack.currency) if any(not end % one for end in ends))
    return crack.low == crack.high or -(-crack.low // unit) * unit > crack.high


def _reported(pack: Pack, crack: Crack, subjects: Sequence[Subject]) -> Iterator[Diagnostic]:
    between = [
        compare(">=", read(crack.fact), literal(crack.fact.type, crack.low)),
        compare("<=", read(crack.fact), literal(crack.fact.type, crack.high)),
    ]
    subject, other = crack.above.subject, crack.below.subject
    beside = [part for one in (subject, other) for part in _elsewhere(one, crack.fact)]
    holding = [subject.scene, other.scene, *beside, *between]
    failing = [one.term for one in subjects]
    found = pack.prover.ask(holding, failing)
    order = shown(pack.prover, found, holding, failing) if found.is_found else None
    if order is not None:
        value = value_text(crack.fact.type, crack.low, pack.currency)
        yield finding(
            Code.ONLY_DEFAULT, subject.when_span,
            f"between {other} and {subject} only `default` decides: neither holds at {plain_name(crack.fact)} {value}",
            help="let one of the two include the value between them", witness=f"{order}: `default` decides",
        )  # fmt: skip


def _elsewhere(subject: Subject, fact: Fact) -> list[Term]:
    return [part for part in conjuncts(subject.own) if fact not in part.facts]
