"""L201: a rule of a first-match block that is never reached, because rules read before it decide all of its cases.

The rules that do are found one by one: an order of the rule that the rules found so far do not decide, then a rule
that decides it, until there is no such order.
"""

from collections.abc import Iterator, Sequence

from router.rules.blocks.effects import FIRST_MATCH, Block
from router.rules.diagnostics import Code, Diagnostic
from router.rules.lint.pack import Pack, finding, listed
from router.rules.lint.prover import Prover
from router.rules.lint.showing import shown
from router.rules.lint.subjects import Subject

FIRST_MATCH_BLOCKS = tuple(block for block in Block if block in FIRST_MATCH)

PRUNED_MAX = 12
"""Of more rules than this it is not asked whether fewer would do."""


def check_unreachable(pack: Pack) -> Iterator[Diagnostic]:
    for subject, covering in pack.dead.items():
        if not subject.is_default or _is_whole_block_dead(pack, subject):
            yield _reported(pack, subject, covering)


def find_dead(prover: Prover, subjects: Sequence[Subject]) -> dict[Subject, Sequence[Subject]]:
    """The rules of first-match blocks that are never reached, each with the rules that decide all of its cases."""
    dead: dict[Subject, Sequence[Subject]] = {}
    for block in FIRST_MATCH_BLOCKS:
        alive: list[Subject] = []
        for subject in subjects:
            if subject.rule.block is block:
                covering = covering_rules(prover, subject, alive)
                if covering:
                    dead[subject] = covering
                else:
                    alive.append(subject)
    return dead


def _is_whole_block_dead(pack: Pack, default: Subject) -> bool:
    """Every block must end with a default: it is idle only where its whole block is, for rule sets read before."""
    others = [s for s in pack.of(default.rule.block) if s.one is default.one and s is not default]
    return all(one in pack.dead for one in others) and any(
        one.one is not default.one for one in pack.dead[default]
    )


def covering_rules(prover: Prover, subject: Subject, earlier: Sequence[Subject]) -> Sequence[Subject]:
    """Earlier rules that together hold wherever `subject` does; none if it is reached, or that is not decided.

    None, too, of a rule that never holds: that is another finding.
    """
    candidates = [one for one in earlier if prover.may_meet(one.term, subject.term)]
    covering: list[Subject] = []
    while True:
        answer = prover.ask([subject.term], [one.term for one in covering])
        if answer.is_none:
            return pruned(prover, subject, sorted(covering, key=candidates.index))
        if not answer.is_found:
            break
        deciding = prover.holding_at([one.term for one in candidates], answer.values)
        if not deciding and prover.is_exact_for([subject.term, *(one.term for one in candidates)]):
            return ()
        if not deciding:
            break
        covering.append(candidates[prover.widest([candidates[number].term for number in deciding], deciding)])
    everything = prover.ask([subject.term], [one.term for one in candidates])
    return pruned(prover, subject, candidates) if everything.is_none else ()


def pruned(prover: Prover, subject: Subject, covering: Sequence[Subject]) -> Sequence[Subject]:
    """As few of the covering rules as still cover, in the order of reading."""
    kept = list(covering)
    for one in covering if len(covering) <= PRUNED_MAX else ():
        rest = [other for other in kept if other is not one]
        if rest and prover.ask([subject.term], [other.term for other in rest]).is_none:
            kept = rest
    return kept


def _reported(pack: Pack, subject: Subject, covering: Sequence[Subject]) -> Diagnostic:
    found = pack.prover.ask([subject.term])
    order = shown(pack.prover, found, [subject.term]) if found.is_found else None
    first = next(
        (one for one in covering if order and pack.prover.holding_at([one.term], found.values)), None
    )
    together = " together" if len(covering) > 1 else ""
    verb = "decides" if len(covering) == 1 else "decide"
    places = ", ".join(f"{one} in `{one.rule.ref.position}`" for one in covering[:4])
    return finding(
        Code.UNREACHABLE, subject.span,
        f"{subject} is never reached: {listed(covering)}{together} {verb} all of its cases",
        expected="a case that the rules read before it leave open",
        help=f"move it above or delete it; read before it: {places}",
        witness=f"{order}: {first} decides" if order and first else "",
    )  # fmt: skip
