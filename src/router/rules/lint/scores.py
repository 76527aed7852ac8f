"""L209: a score too small to change a decision, one worth the same everywhere, or one that outweighs every price."""

from collections.abc import Iterator
from math import gcd

from router.rules.blocks.effects import DEFAULT_BACKORDER, BackorderChoice, Block, Score, SplitChoice
from router.rules.diagnostics import Code, Diagnostic
from router.rules.expressions.scalar import constant
from router.rules.expressions.terms import Literal, Term
from router.rules.expressions.units import MILLI, money_text
from router.rules.lint.pack import Pack, finding
from router.rules.lint.prover import Prover
from router.rules.lint.relations import compare, literal
from router.rules.lint.subjects import Subject
from router.rules.vocabulary import Type

DWARFING = 10
"""A score may be worth as many times the largest price of the pack."""


def check_scores(pack: Pack) -> Iterator[Diagnostic]:
    scores = pack.of(Block.SCORES)
    step, largest = _price_step(pack), _largest_price(pack)
    for subject in scores:
        rule = subject.rule
        assert isinstance(rule, Score)
        worth = money_text(rule.full_milli, pack.currency)
        if rule.full_milli < step:
            yield finding(
                Code.IDLE_SCORE, subject.span,
                f"{subject} is worth {worth} at most, and prices differ by {money_text(step, pack.currency)} at least",
                expected="a weight that can outweigh a price", help="raise `weight` or `point_value`, or delete it",
            )  # fmt: skip
        elif rule.full_milli > DWARFING * largest:
            yield finding(
                Code.IDLE_SCORE, subject.span,
                f"{subject} is worth up to {worth}; no price of the pack exceeds {money_text(largest, pack.currency)}",
                expected="a score that prices can outweigh",
                help="lower `weight` or `point_value`, or write a fence if it must always decide",
            )  # fmt: skip
        elif (always := _same_everywhere(pack, subject, rule)) is not None:
            yield finding(
                Code.IDLE_SCORE, subject.place["value"],
                f"{subject} is worth the same everywhere: its value is always {always} where it counts",
                expected="a value that differs between nodes or services", help="correct `value`, or delete the score",
            )  # fmt: skip


def _price_step(pack: Pack) -> int:
    """The least amount by which two costs can differ: tariffs are in whole minor units, rules may be finer."""
    return gcd(MILLI, *(abs(one) for one in _amounts(pack) if one))


def _largest_price(pack: Pack) -> int:
    return max((abs(one) for one in _amounts(pack)), default=0) or MILLI


def _amounts(pack: Pack) -> Iterator[int]:
    """Every price that stands in the pack or holds without one, in thousandths of a minor unit."""
    yield DEFAULT_BACKORDER.unit_milli
    for subject in pack.subjects:
        match subject.rule:
            case SplitChoice(policy=split):
                yield split.extra_shipment_milli
            case BackorderChoice(policy=policy):
                yield policy.unit_milli
            case Score():
                pass
            case rule:
                for term in rule.terms:
                    yield from _literals(term) if term.type is Type.MONEY else ()


def _literals(term: Term) -> Iterator[int]:
    if term.type is Type.MONEY and not term.facts:
        yield int(constant(term))
        return
    for part in term.parts:
        yield from _literals(part)


def _same_everywhere(pack: Pack, subject: Subject, rule: Score) -> str | None:
    """`0` or `1` if the value is at that end of its range for every order, node and service where the rule counts."""
    some, less = (
        compare(">", rule.value, literal(Type.FLOAT, 0.0)), compare("<", rule.value, literal(Type.FLOAT, 1.0)),
    )  # fmt: skip
    prover = Prover([subject.term, some, less], pack.currency, exact=pack.prover.exact)
    if prover.ask([subject.term]).is_none:
        return None
    if prover.ask([subject.term, some]).is_none:
        return "0"
    # Full points take nothing off where the rule is earned, but missing them elsewhere costs.
    is_earned_everywhere = isinstance(rule.earned, Literal) and rule.earned.value is True
    if is_earned_everywhere and prover.ask([subject.term, less]).is_none:
        return "1"
    return None
