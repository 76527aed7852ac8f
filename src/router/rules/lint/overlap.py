"""L205: rules of a first-match block that cross: each has cases of its own, both hold for some orders, they differ.

A special case before the general one is how such blocks are written, and no finding.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice

from router.rules.blocks.effects import BackorderChoice, CarrierChoice, Choice, SplitChoice
from router.rules.diagnostics import Code, Diagnostic
from router.rules.expressions.terms import Term
from router.rules.lint.pack import Pack, finding, listed
from router.rules.lint.prover import Answer, Prover
from router.rules.lint.showing import shown
from router.rules.lint.subjects import Subject
from router.rules.lint.unreachable import FIRST_MATCH_BLOCKS
from router.rules.verdicts import BackorderPolicy, RuleRef, SplitPolicy

NOBODY = RuleRef("", "")

SHOWN_MAX = 12
"""Of more crossings of one rule the first are shown."""

HARD_MAX = 100
"""LIMIT: of a block; in a table where nearly everything crosses, what is left undecided is not missed."""


def check_overlaps(pack: Pack) -> Iterator[Diagnostic]:
    for one in pack.rules.sets:
        for block in FIRST_MATCH_BLOCKS:
            subjects = [s for s in pack.of(block) if s.one is one and not s.is_default and s not in pack.dead]
            hard = Hard(HARD_MAX)
            for place, subject in enumerate(subjects):
                crossed = _crossed(pack.prover, subject, subjects[:place], subjects[place + 1 :], hard)
                yield from _reported(subject, list(islice(crossed, SHOWN_MAX)))


@dataclass(slots=True)
class Hard:
    """How many questions of a block a glance may leave to be pursued."""

    left: int


def _crossed(
    prover: Prover, subject: Subject, before: Sequence[Subject], after: Sequence[Subject], hard: Hard
) -> Iterator[tuple[Subject, str]]:
    """The later rules that the rule crosses, each with an order that both are asked for and the rule decides."""
    before = [one for one in before if prover.may_meet(one.term, subject.term)]
    for later in after:
        if later.id in _overridden(subject) or _outcome(subject) == _outcome(later):
            continue
        if not _may_cross(prover, subject, later):
            continue
        both = [subject.term, later.term]
        earlier = [one.term for one in before if prover.may_meet(one.term, later.term)]
        questions = [(both, earlier), ([subject.term], [later.term]), ([later.term], [subject.term])]
        answers = [_pursued(prover, holding, failing, hard) for holding, failing in questions]
        if all(one.is_found for one in answers):
            order = shown(prover, answers[0], both, earlier)
            if order is not None:
                yield later, order


def _may_cross(prover: Prover, one: Subject, other: Subject) -> bool:
    """False only where a glance at single facts shows that the two are apart or one inside the other."""
    if not prover.may_meet(one.term, other.term):
        return False
    return not (prover.is_inside(one.term, other.term) or prover.is_inside(other.term, one.term))


def _pursued(prover: Prover, holding: Sequence[Term], failing: Sequence[Term], hard: Hard) -> Answer:
    answer = prover.glance(holding, failing)
    if answer.is_found or answer.is_none or hard.left <= 0:
        return answer
    hard.left -= 1
    return prover.ask(holding, failing)


def _reported(subject: Subject, crossed: Sequence[tuple[Subject, str]]) -> Iterator[Diagnostic]:
    """One finding for all the rules that are crossed."""
    if crossed:
        others = [later for later, _ in crossed]
        ids = ", ".join(later.id for later in others)
        yield finding(
            Code.OVERLAP, subject.span,
            f"{subject} decides before {listed(others)} where both hold, and they differ",
            help=f"if that is meant, add `overrides: [{ids}]`; else exclude the cases of the other in `when`",
            witness=f"{crossed[0][1]}: {subject} decides, {others[0]} says otherwise",
        )  # fmt: skip


def _overridden(subject: Subject) -> tuple[str, ...]:
    assert isinstance(subject.rule, Choice)
    return subject.rule.overrides


def _outcome(subject: Subject) -> frozenset[str] | SplitPolicy | BackorderPolicy:
    """What the rule decides, whatever its name."""
    match subject.rule:
        case CarrierChoice(use=use):
            return frozenset(use)
        case SplitChoice(policy=split):
            return replace(split, rule=NOBODY)
        case BackorderChoice(policy=backorder):
            return replace(backorder, rule=NOBODY)
        case _:
            raise AssertionError("not a first-match rule")
