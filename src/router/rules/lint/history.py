"""L302: rules that production never tells apart from rules that are not there, or that have no condition."""

from collections.abc import Iterator

from router.rules.diagnostics import Code, Diagnostic
from router.rules.expressions.terms import Literal
from router.rules.lint.dates import MICROSECONDS_PER_DAY
from router.rules.lint.pack import History, Pack, finding
from router.rules.lint.subjects import Subject
from router.rules.vocabulary import Scope

ORDERS_MIN = 100
"""So few orders say nothing of a rule."""


def check_history(pack: Pack) -> Iterator[Diagnostic]:
    """L302, where it is known how often rules decided."""
    history = pack.history
    if history is None or history.orders < ORDERS_MIN:
        return
    for subject in pack.subjects:
        if not _asks(subject) or not was_effective(pack, subject, history):
            continue
        fired = history.fired.get(subject.name, 0)
        if fired == 0:
            yield finding(
                Code.SILENT, subject.span,
                f"{subject} decided none of {history.orders} orders in {days_of(history)}",
                help="check its condition with `router rules test`, or delete it",
            )  # fmt: skip
        elif fired >= history.orders and is_of_orders(subject):
            yield finding(
                Code.SILENT, subject.when_span,
                f"{subject} held for all of {history.orders} orders in {days_of(history)}",
                help="leave its condition out if it is meant for every order",
            )  # fmt: skip


def days_of(history: History) -> str:
    """How long it reaches back, for a message."""
    return "1 day" if history.days == 1 else f"{history.days} days"


def is_of_orders(subject: Subject) -> bool:
    """Whether the `when` asks of orders alone. Others hold for every order that has one such line, node or lane."""
    return subject.when is not None and all(
        fact.scope in (Scope.ORDER, Scope.TIME) for fact in subject.when.facts
    )


def was_effective(pack: Pack, subject: Subject, history: History) -> bool:
    """Whether the rule was in force all the while; without a date, whether it always is."""
    window = subject.rule.window
    if pack.at is None:
        return window == subject.one.window
    return window.start <= int(pack.at) - history.days * MICROSECONDS_PER_DAY and int(pack.at) < window.end


def _asks(subject: Subject) -> bool:
    """Whether the rule has a condition at all."""
    return not subject.is_default and not isinstance(subject.own, Literal)
