"""L203: a condition that always holds where one was meant, and a filter that keeps every node."""

from collections.abc import Iterator

from router.rules.blocks.effects import Filter
from router.rules.diagnostics import Code, Diagnostic
from router.rules.expressions.terms import Term
from router.rules.lint.pack import Pack, finding
from router.rules.lint.subjects import Subject


def check_always_true(pack: Pack) -> Iterator[Diagnostic]:
    for subject in pack.subjects:
        if pack.prover.ask([subject.scene]).is_none:
            continue
        when = subject.when
        if when is not None and pack.prover.ask([subject.scene], [when]).is_none:
            yield finding(
                Code.ALWAYS_TRUE, subject.when_span,
                f"the `when` of {subject} always holds{_inside(subject)}",
                help="leave `when` out, or correct it",
            )  # fmt: skip
        if isinstance(subject.rule, Filter) and _keeps_everything(pack, subject, when):
            yield finding(
                Code.ALWAYS_TRUE, subject.place["keep"], f"{subject} keeps every node it is asked about",
                help="delete the filter, or correct `keep`",
            )  # fmt: skip


def _keeps_everything(pack: Pack, subject: Subject, when: Term | None) -> bool:
    """Whether no node is dropped, though the filter's `when` can hold."""
    if when is not None and pack.prover.ask([subject.scene, when]).is_none:
        return False
    return pack.prover.ask([subject.term]).is_none


def _inside(subject: Subject) -> str:
    return " where the rule set applies" if subject.one.applies.facts else ""
