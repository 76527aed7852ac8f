"""L204: a ban or filter that forbids nothing which another does not forbid as well."""

from collections.abc import Iterator

from router.rules.blocks.effects import Ban, Block, Filter
from router.rules.diagnostics import Code, Diagnostic
from router.rules.expressions.terms import Term
from router.rules.lint.pack import Pack, finding
from router.rules.lint.prover import Prover
from router.rules.lint.showing import shown
from router.rules.lint.subjects import Subject


def check_subsumed(pack: Pack) -> Iterator[Diagnostic]:
    prover = pack.prover
    fences = [one for one in pack.of(Block.FILTERS, Block.CONSTRAINTS) if prover.ask([one.term]).is_found]
    idle: set[Subject] = set()
    for fence in fences:
        orders = prover.ask([fence.term])
        candidates = [
            one for one in fences if one is not fence and one not in idle and _same_effect(one, fence)
        ]
        terms = [one.term for one in candidates]
        for place in prover.holding_at(terms, orders.values):
            wider = candidates[place]
            # Of two that forbid the same, the later one is idle.
            is_first = fences.index(fence) < fences.index(wider)
            if prover.ask([fence.term], [wider.term]).is_none and not (
                is_first and _are_alike(prover, fence, wider)
            ):
                idle.add(fence)
                yield _reported(pack, fence, wider)
                break


def _are_alike(prover: Prover, fence: Subject, wider: Subject) -> bool:
    """Whether a fence that is inside the wider one forbids all that it does."""
    return prover.ask([wider.term], [fence.term]).is_none


def _same_effect(one: Subject, other: Subject) -> bool:
    """Whether both forbid alike: hard both, or at the same price in the same dates."""
    return _price(one) == _price(other)


def _price(subject: Subject) -> tuple[object, ...] | None:
    rule = subject.rule
    assert isinstance(rule, Ban | Filter)
    if isinstance(rule, Filter) or rule.soften is None:
        return None
    amount: Term = rule.soften.amount
    return rule.soften.per, amount, rule.soften.window


def _reported(pack: Pack, fence: Subject, wider: Subject) -> Diagnostic:
    alike = _are_alike(pack.prover, fence, wider)
    what = "forbids the same as" if alike else "forbids nothing that is not forbidden by"
    order = shown(pack.prover, pack.prover.ask([fence.term, wider.term]), [fence.term, wider.term])
    return finding(
        Code.SUBSUMED, fence.span, f"{fence} {what} {wider} in `{wider.rule.ref.position}`",
        help="delete one of the two" if alike else f"delete it, or narrow {wider}",
        witness=f"{order}: forbidden by both" if order else "",
    )  # fmt: skip
