"""What a slip of the hand would book: far more units than were to come, or a day that nobody means."""

from collections.abc import Iterable, Mapping
from typing import Protocol

from router.app.steps.lots import day_text
from router.domain.identifiers import Day, Instant, Sku
from router.domain.limits import EXPECTED_DAYS_AGO_MAX, EXPECTED_DAYS_AHEAD_MAX, EXTRA_UNITS_UNASKED
from router.domain.order import days_to_promise
from router.domain.reasons import Reason, RouterError, Violation
from router.routing.network.dates import utc_day


class Line(Protocol):
    """Units of one SKU that were to come, and those that came beyond them."""

    @property
    def sku(self) -> Sku: ...
    @property
    def extra(self) -> int: ...


def refuse_excess(planned: Mapping[Sku, int], lines: Iterable[Line], of: str) -> None:
    """Refuse with INVALID_REQUEST lines of which far more arrived than was `planned`, naming each with both figures.

    Far more is above a tenth, and above EXTRA_UNITS_UNASKED units. `of` names what the units are of.
    """
    extra: dict[Sku, int] = {}
    for line in lines:
        extra[line.sku] = extra.get(line.sku, 0) + line.extra
    refuse_far_more(planned, extra, of)


def refuse_far_more(planned: Mapping[Sku, int], extra: Mapping[Sku, int], of: str) -> None:
    """The same of the units by SKU that came beyond those `planned`."""
    violations = [
        Violation(
            f"lines[{sku}]",
            "FAR_TOO_MANY",
            f"{of} was to bring {planned[sku]:,} of `{sku}`, with this {planned[sku] + units:,} came; where that is"
            " true, say `accept_extra`",
        )
        for sku, units in extra.items()
        if units > max(EXTRA_UNITS_UNASKED, planned[sku] // 10)
    ]
    if violations:
        raise RouterError(
            Reason.INVALID_REQUEST,
            "; ".join(one.description for one in violations[:5]),
            violations=violations,
        )


def refuse_odd_day(day: Day | None, at: Instant) -> None:
    """Refuse with INVALID_REQUEST an expected day that is years from now."""
    if day is None:
        return
    today = utc_day(at)
    low, high = Day(today - EXPECTED_DAYS_AGO_MAX), Day(today + EXPECTED_DAYS_AHEAD_MAX)
    if not low <= day <= high:
        text = f"expected_date is {day_text(day)}, must be {day_text(low)} to {day_text(high)}"
        raise RouterError(
            Reason.INVALID_REQUEST, text, violations=[Violation("expected_date", "OUT_OF_RANGE", text)]
        )


def refuse_odd_promise(promised: Day, place_time: Instant) -> None:
    """Refuse with INVALID_REQUEST a promised day that is years from when the order was placed."""
    low, high = days_to_promise(place_time)
    if not low <= promised <= high:
        text = (
            f"promise_date is {day_text(promised)}, must be {day_text(low)} to {day_text(high)}: from a year before"
            " the order was placed to five years after"
        )
        raise RouterError(
            Reason.INVALID_REQUEST, text, violations=[Violation("promise_date", "OUT_OF_RANGE", text)]
        )
