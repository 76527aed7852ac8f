"""L301: rules and prices that are no longer in force, that soon will not be, or that never are."""

from collections.abc import Iterator

from router.domain.identifiers import Instant
from router.rules.blocks.dates import EVER, Window, local_text
from router.rules.blocks.effects import Ban, RuleSet
from router.rules.diagnostics import Code, Diagnostic, Span
from router.rules.lint.pack import Pack, finding
from router.rules.lint.subjects import Subject

SOON_DAYS = 14
MICROSECONDS_PER_DAY = 86_400_000_000


def check_dates(pack: Pack) -> Iterator[Diagnostic]:
    """Empty dates of rules are found when the pack is compiled; here those of prices, and the end of all."""
    for one in pack.rules.sets:
        place = pack.outlines[one.applies.span.source.name].header.get("effective", one.applies.span)
        yield from _ending(pack, place, f"the rule set `{one.id}`", one.window, one)
    for subject in pack.subjects:
        if subject.rule.window.is_empty:
            continue
        if subject.rule.window.end != subject.one.window.end:
            yield from _ending(
                pack,
                subject.place.get("effective", subject.span),
                str(subject),
                subject.rule.window,
                subject.one,
            )
        yield from _of_price(pack, subject)


def _of_price(pack: Pack, subject: Subject) -> Iterator[Diagnostic]:
    rule = subject.rule
    if not isinstance(rule, Ban) or rule.soften is None:
        return
    place = subject.place["soften"]
    both = rule.window.intersect(rule.soften.window)
    if both.is_empty:
        message = f"the price of {subject} is never effective: its dates lie outside those of the rule"
        yield finding(Code.NEVER_EFFECTIVE, place, message)
    elif rule.soften.window.end < rule.window.end:
        yield from _ending(pack, place, f"the price of {subject}", rule.soften.window, subject.one)


def _ending(pack: Pack, place: Span, what: str, window: Window, one: RuleSet) -> Iterator[Diagnostic]:
    if pack.at is None or window.end == EVER:
        return
    end = local_text(window.end, one.zone)
    if window.end <= pack.at:
        yield finding(
            Code.NEVER_EFFECTIVE, place, f"{what} expired on {end}", help="delete it, or give it new dates"
        )
    elif window.start <= pack.at and window.end <= _in_days(pack.at, SOON_DAYS):
        yield finding(
            Code.NEVER_EFFECTIVE, place, f"{what} expires on {end}, in {SOON_DAYS} days or less",
            help="nothing to do if that is meant",
        )  # fmt: skip


def _in_days(at: Instant, days: int) -> int:
    return int(at) + days * MICROSECONDS_PER_DAY
