"""L302 and L303: rules that production or the tests never tell apart from rules that are not there."""

from collections.abc import Iterator

from router.rules.diagnostics import Code, Diagnostic
from router.rules.expressions.terms import Literal
from router.rules.lint.dates import MICROSECONDS_PER_DAY
from router.rules.lint.pack import History, Pack, finding
from router.rules.lint.subjects import Subject

ORDERS_MIN = 100
"""So few orders say nothing of a rule."""


def check_history(pack: Pack) -> Iterator[Diagnostic]:
    """L302, where it is known how often rules decided."""
    history = pack.history
    if history is None or history.orders < ORDERS_MIN:
        return
    for subject in pack.subjects:
        if not _asks(subject) or not _was_effective(pack, subject, history):
            continue
        fired = history.fired.get(subject.name, 0)
        if fired == 0:
            yield finding(
                Code.SILENT, subject.span,
                f"{subject} decided none of {history.orders} orders in {history.days} days",
                help="check its condition with `router rules test`, or delete it",
            )  # fmt: skip
        elif fired >= history.orders:
            yield finding(
                Code.SILENT, subject.when_span,
                f"{subject} held for all of {history.orders} orders in {history.days} days",
                help="leave its condition out if it is meant for every order",
            )  # fmt: skip


def check_coverage(pack: Pack) -> Iterator[Diagnostic]:
    """L303, where it is known what the tests do."""
    coverage = pack.coverage
    for subject in pack.subjects if coverage is not None else ():
        assert coverage is not None
        if subject.name not in coverage.fired:
            yield finding(
                Code.UNTESTED, subject.span, f"no test fires {subject}", help="add a case that it decides"
            )
        elif _asks(subject) and subject.name not in coverage.silent:
            yield finding(
                Code.UNTESTED, subject.span, f"no test leaves {subject} silent",
                help="add a case that it must not decide",
            )  # fmt: skip


def _asks(subject: Subject) -> bool:
    """Whether the rule has a condition at all."""
    return not subject.is_default and not isinstance(subject.own, Literal)


def _was_effective(pack: Pack, subject: Subject, history: History) -> bool:
    """Whether the rule was in force all the while; without a date, whether it always is."""
    window = subject.rule.window
    if pack.at is None:
        return window == subject.one.window
    return window.start <= int(pack.at) - history.days * MICROSECONDS_PER_DAY and int(pack.at) < window.end
