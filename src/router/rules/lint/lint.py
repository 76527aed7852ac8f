"""The linter: what is wrong with rules that can be loaded. `CHECKS` ends the file."""

from collections.abc import Container, Iterator, Sequence
from itertools import chain

from router.domain.identifiers import Instant
from router.rules.diagnostics import FINDINGS_PER_FILE_MAX, Diagnostic
from router.rules.lint.always_true import check_always_true
from router.rules.lint.contradiction import check_contradictions
from router.rules.lint.countries import check_countries
from router.rules.lint.dates import check_dates
from router.rules.lint.gaps import check_gaps
from router.rules.lint.history import check_history
from router.rules.lint.nothing_left import check_no_carrier_left, check_nothing_left
from router.rules.lint.odd import check_odd
from router.rules.lint.offers import check_offers
from router.rules.lint.outline import outlines_of
from router.rules.lint.overlap import check_overlaps
from router.rules.lint.pack import Check, History, Offer, Pack
from router.rules.lint.prover import Prover
from router.rules.lint.scores import check_scores
from router.rules.lint.softening import check_softening
from router.rules.lint.subjects import subjects_of
from router.rules.lint.subsumed import check_subsumed
from router.rules.lint.unmet_words import check_unmet_words
from router.rules.lint.unreachable import check_unreachable, find_dead
from router.rules.ruleset import CompiledRules


def lint(
    rules: CompiledRules, *, at: Instant | None = None, offers: Sequence[Offer] = (),
    history: History | None = None, products: Container[str] | None = None, exact: bool = True,
) -> tuple[Diagnostic, ...]:  # fmt: skip
    """Everything the checks find in a compiled pack, by file and line.

    Pure and deterministic: equal packs give equal findings. Without `exact` the solver is not asked, and only what a
    look at single facts can prove is found. What cannot be decided accuses nobody.
    """
    outlines = outlines_of(rules.sets)
    subjects = subjects_of(rules.sets, outlines)
    terms = [term for one in subjects for term in (one.term, *one.rule.terms)]
    prover = Prover([*terms, *(one.applies for one in rules.sets)], rules.currency or "", exact=exact)
    pack = Pack(
        rules=rules, subjects=subjects, outlines=outlines, prover=prover, dead=find_dead(prover, subjects), at=at,
        offers=offers, history=history, products=products,
    )  # fmt: skip
    found = sorted(
        chain.from_iterable(check(pack) for check in CHECKS),
        key=lambda one: (one.file, one.line, one.column, one.code, one.message),
    )
    return tuple(_at_most(found))


def _at_most(found: Sequence[Diagnostic]) -> Iterator[Diagnostic]:
    """The findings without those of a file that has too many."""
    counts: dict[str, int] = {}
    for one in found:
        counts[one.file] = counts.get(one.file, 0) + 1
        if counts[one.file] <= FINDINGS_PER_FILE_MAX:
            yield one


CHECKS: tuple[Check, ...] = (
    check_unreachable,
    check_contradictions,
    check_always_true,
    check_subsumed,
    check_overlaps,
    check_nothing_left,
    check_no_carrier_left,
    check_gaps,
    check_scores,
    check_softening,
    check_dates,
    check_history,
    check_offers,
    check_countries,
    check_odd,
    check_unmet_words,
)
