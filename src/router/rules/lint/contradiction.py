"""L202: a rule that never holds, and a filter that never keeps a node."""

from collections.abc import Iterator, Sequence

from router.rules.blocks.effects import Filter
from router.rules.diagnostics import Code, Diagnostic
from router.rules.expressions.terms import Literal, Not, Term, conjuncts
from router.rules.lint.pack import Pack, finding
from router.rules.lint.prover import Prover
from router.rules.lint.relations import negated
from router.rules.lint.subjects import Subject

PARTS_MAX = 24
"""Of longer conditions it is not asked which parts exclude one another."""


def check_contradictions(pack: Pack) -> Iterator[Diagnostic]:
    hopeless = {one.id for one in pack.rules.sets if pack.prover.ask([one.applies]).is_none}
    for one in pack.rules.sets:
        if one.id in hopeless:
            yield finding(
                Code.CONTRADICTION, one.applies.span, f"`{one.id}` never applies{_why(pack.prover, one.applies)}",
                expected="an order for which `applies` holds", help="delete the rule set, or correct the condition",
            )  # fmt: skip
    for subject in pack.subjects:
        if subject.one.id not in hopeless and not subject.rule.window.is_empty:
            yield from _of_rule(pack.prover, subject)


def _of_rule(prover: Prover, subject: Subject) -> Iterator[Diagnostic]:
    if isinstance(subject.rule, Filter) and (keeps := _kept(subject)) is not None:
        if subject.when is not None and prover.ask([subject.scene, subject.when]).is_none:
            yield _never(prover, subject, [subject.scene, subject.when])
        elif not isinstance(keeps, Literal) and prover.ask(_asked(subject, keeps)).is_none:
            yield finding(
                Code.CONTRADICTION, subject.place["keep"],
                f"{subject} never keeps a node{_why(prover, *_asked(subject, keeps))}",
                expected="a node for which `keep` holds", help="correct `keep`, or refuse the order with `keep: false`",
            )  # fmt: skip
    elif not isinstance(subject.own, Literal) and prover.ask([subject.term]).is_none:
        yield _never(prover, subject, [subject.scene, subject.own])


def _kept(subject: Subject) -> Term | None:
    """What a filter asks of a node it keeps."""
    effect = subject.effect
    return effect.operand if isinstance(effect, Not) else None if effect is None else negated(effect)


def _asked(subject: Subject, keeps: Term) -> list[Term]:
    return [subject.scene, *([] if subject.when is None else [subject.when]), keeps]


def _never(prover: Prover, subject: Subject, terms: Sequence[Term]) -> Diagnostic:
    return finding(
        Code.CONTRADICTION, subject.when_span, f"{subject} never holds{_why(prover, *terms)}",
        expected="an order for which the condition holds", help="correct the condition, or delete the rule",
    )  # fmt: skip


def _why(prover: Prover, *terms: Term) -> str:
    """The parts that exclude one another, as written."""
    parts = [part for term in terms for part in conjuncts(term) if not isinstance(part, Literal)]
    if len(parts) > PARTS_MAX:
        return ""
    kept = list(parts)
    for part in parts:
        rest = [one for one in kept if one is not part]
        if prover.ask(rest).is_none:
            kept = rest
    texts = list(dict.fromkeys(part.span.text for part in kept if part.span.text))
    if len(texts) < 2 or len(texts) > 4:
        return f": `{texts[0]}` cannot be" if len(texts) == 1 else ""
    return f": {', '.join(f'`{text}`' for text in texts[:-1])} and `{texts[-1]}` exclude one another"
