"""L304: odd and harmless: parts of conditions that change nothing, lists nobody uses, conditions too long to read."""

import re
from collections.abc import Iterator

from router.rules.diagnostics import Code, Diagnostic
from router.rules.expressions.terms import Either, Every, Fold, Literal, Not, Term, conjuncts
from router.rules.lint.history import ORDERS_MIN, is_of_orders
from router.rules.lint.pack import Pack, finding
from router.rules.lint.subjects import Subject

PARTS_MAX = 12
NEARLY = 0.99


def check_odd(pack: Pack) -> Iterator[Diagnostic]:
    yield from _unused_lists(pack)
    for subject in pack.subjects:
        yield from _idle_parts(pack, subject)
        yield from _nearly_constant(pack, subject)
        if subject.when is not None and (count := _comparisons(subject.when)) > PARTS_MAX:
            yield finding(
                Code.ODD, subject.when_span, f"the `when` of {subject} has {count} comparisons",
                help="put words into a list under `lists`, or make several rules of it",
            )  # fmt: skip


def _unused_lists(pack: Pack) -> Iterator[Diagnostic]:
    for outline in pack.outlines.values():
        used = set(re.findall(r"\blists\.(\w+)", outline.source.text))
        for name, one in outline.lists.items():
            if name not in used:
                yield finding(Code.ODD, one.span, f"the list `{name}` is not used", help="delete it")
            seen: set[str] = set()
            for item in one.items:
                if item.text in seen:
                    yield finding(
                        Code.ODD, item.span, f"`{item.text}` stands twice in `{name}`", help="delete one"
                    )
                seen.add(item.text)


def _idle_parts(pack: Pack, subject: Subject) -> Iterator[Diagnostic]:
    """Parts of a `when` that hold wherever the rest of it does."""
    parts = conjuncts(subject.when) if subject.when is not None else ()
    if len(parts) < 2 or not pack.prover.ask([subject.scene, *parts]).is_found:
        return
    for part in parts:
        others = [one for one in parts if one is not part]
        if not isinstance(part, Literal) and pack.prover.ask([subject.scene, *others], [part]).is_none:
            yield finding(
                Code.ODD, part.span, f"`{part.span.text}` changes nothing: the rest of the condition implies it",
                help="leave it out, or correct it",
            )  # fmt: skip
            return


def _nearly_constant(pack: Pack, subject: Subject) -> Iterator[Diagnostic]:
    history = pack.history
    if history is None or history.orders < ORDERS_MIN or not is_of_orders(subject):
        return
    fired = history.fired.get(subject.name, 0)
    if NEARLY * history.orders <= fired < history.orders:
        yield finding(
            Code.ODD, subject.when_span,
            f"the `when` of {subject} held for {fired} of {history.orders} orders: it tells almost nothing apart",
        )  # fmt: skip


def _comparisons(term: Term) -> int:
    """How many comparisons a reader has to keep in mind."""
    if isinstance(term, Every | Either | Not | Fold):
        return sum(map(_comparisons, term.parts))
    return 0 if isinstance(term, Literal) else 1
