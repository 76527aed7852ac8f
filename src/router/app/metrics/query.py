"""Metrics by channel, node, carrier, reason and period."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import IntEnum
from functools import lru_cache

from router.app.metrics.book import MetricsBook
from router.app.metrics.definitions import (
    CARRIER,
    CHANNEL,
    METRIC_OF,
    METRICS,
    MILLI,
    NODE,
    REASON,
    Counted,
    Metric,
    Observation,
    Unit,
)
from router.domain.identifiers import Day, Instant
from router.routing.network.dates import utc_day


class Period(IntEnum):
    """Into which stretches of UTC days figures are cut. Numbers equal those of the public contract."""

    ALL = 0
    DAY = 1
    WEEK = 2
    MONTH = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class MetricsQuery:
    """`start` and `end` bound the time of what counts, the end not included; None: nothing does.

    What is empty takes all; of `by` the words that a metric does not know do not cut it.
    """

    names: tuple[str, ...] = ()
    start: Instant | None = None
    end: Instant | None = None
    channel: str = ""
    node_id: str = ""
    carrier_id: str = ""
    by: tuple[str, ...] = ()
    period: Period = Period.ALL


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One metric of one group. `period` is the first day of it, None: all of the time asked for."""

    metric: Metric
    channel: str
    node_id: str
    carrier_id: str
    reason: str
    period: Day | None
    numerator: int
    denominator: int

    @property
    def value(self) -> float | None:
        """None when nothing can be divided by."""
        scale = MILLI if self.metric.unit is Unit.MINOR else 1
        return self.numerator / scale / self.denominator if self.denominator else None


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundMetrics:
    """Figures in the order of the metrics' table and of their groups, as of an event and an instant."""

    figures: tuple[Figure, ...]
    event_position: int
    time: Instant


def query_metrics(book: MetricsBook, query: MetricsQuery, now: Instant) -> FoundMetrics:
    """The names are of the table: the caller has seen to it."""
    metrics = tuple(METRIC_OF[name] for name in query.names) or METRICS
    seen = book.look(now, metrics)
    figures = [
        figure for metric in metrics for figure in figures_of(metric, seen.observations[metric.name], query)
    ]
    return FoundMetrics(figures=tuple(figures), event_position=seen.event_position, time=seen.now)


def figures_of(
    metric: Metric, observations: Iterable[Observation], query: MetricsQuery, *, adds_up: bool = False
) -> Iterator[Figure]:
    """One for each group. `adds_up`: reasons share no denominator, it stands once with the empty reason."""
    groups: dict[tuple[str, ...], list[Observation]] = {}
    for one in observations:
        if counts(metric, one, query):
            groups.setdefault(group_of(metric, one, query), []).append(one)
    is_cut_by_reason = REASON in query.by and REASON in metric.by and not adds_up
    shared = whole_by_group(metric, groups) if is_cut_by_reason else {}
    for group in sorted(groups):
        if is_cut_by_reason and not group[-1]:
            continue
        period, channel, node_id, carrier_id, reason = group
        numerator, denominator = sums(metric, groups[group])
        yield Figure(
            metric=metric,
            channel=channel,
            node_id=node_id,
            carrier_id=carrier_id,
            reason=reason,
            period=Day(int(period)) if period else None,
            numerator=numerator,
            denominator=shared.get(group, denominator),
        )


def counts(metric: Metric, one: Observation, query: MetricsQuery) -> bool:
    is_in_time = metric.is_of_now or (
        (query.start is None or one.time >= query.start) and (query.end is None or one.time < query.end)
    )
    return (
        is_in_time
        and query.channel in ("", one.channel)
        and query.node_id in ("", one.node_id)
        and query.carrier_id in ("", one.carrier_id)
    )


def group_of(metric: Metric, one: Observation, query: MetricsQuery) -> tuple[str, ...]:
    by = {word for word in query.by if word in metric.by}
    return (
        "" if metric.is_of_now else period_of(one.time, query.period),
        one.channel if CHANNEL in by else "",
        one.node_id if NODE in by else "",
        one.carrier_id if CARRIER in by else "",
        one.reason if REASON in by else "",
    )


def whole_by_group(
    metric: Metric, groups: Mapping[tuple[str, ...], list[Observation]]
) -> dict[tuple[str, ...], int]:
    """What is cut by reason keeps the denominator of all reasons: a reason has units that came back, none that left."""
    whole: dict[tuple[str, ...], int] = {}
    for group, observations in groups.items():
        whole[group[:-1]] = whole.get(group[:-1], 0) + sums(metric, observations)[1]
    return {group: whole[group[:-1]] for group in groups}


def sums(metric: Metric, observations: Iterable[Observation]) -> tuple[int, int]:
    """Numerator and denominator of one group."""
    match metric.counted:
        case Counted.EACH:
            pairs = [(one.numerator, one.denominator) for one in observations]
            return sum(one for one, _ in pairs), sum(one for _, one in pairs)
        case Counted.ORDERS:
            found = {one.order_id: one.numerator for one in observations}
            return sum(found.values()), len(found)
        case Counted.PER_ORDER:
            rows = list(observations)
            return sum(one.numerator for one in rows), len({one.order_id for one in rows})


def period_of(time: Instant, period: Period) -> str:
    """The first day of the period, as a number; empty for all of it."""
    return str(first_day(utc_day(time), period)) if period is not Period.ALL else ""


@lru_cache(4_096)
def first_day(day: Day, period: Period) -> Day:
    """The first day of the week (Monday) or month that a day is in; of a day itself."""
    on = date.fromordinal(day)
    if period is Period.WEEK:
        on -= timedelta(days=on.weekday())
    elif period is Period.MONTH:
        on = on.replace(day=1)
    return Day(on.toordinal())
