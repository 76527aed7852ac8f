"""Metrics as series for whoever scrapes: what is divided and what it is divided by, each by its labels."""

from collections.abc import Iterator
from dataclasses import dataclass

from router.app.metrics.book import MetricsBook
from router.app.metrics.definitions import METRICS, Counted, Metric, Unit
from router.app.metrics.query import Figure, MetricsQuery, figures_of
from router.domain.identifiers import Instant


@dataclass(frozen=True, slots=True, kw_only=True)
class Series:
    """The figures of one metric, one for each value of its labels."""

    metric: Metric
    name: str
    labels: tuple[str, ...]
    figures: tuple[Figure, ...]


def series_of(metric: Metric) -> str:
    """`router_delivery_speed_seconds`: its name and unit; `_sum` and `_count` belong to it unless it is of now."""
    unit = "" if metric.unit is Unit.RATIO else f"_{metric.unit.value}"
    return f"router_{metric.name}{unit}"


def labels_of(metric: Metric) -> tuple[str, ...]:
    """By what its series can be added up without counting anything twice: an order may ship from several nodes."""
    return metric.by if metric.counted is Counted.EACH else metric.by[:1]


def all_series(book: MetricsBook, now: Instant) -> Iterator[Series]:
    """Of everything committed."""
    seen = book.look(now)
    for metric in METRICS:
        labels = labels_of(metric)
        figures = tuple(
            figures_of(metric, seen.observations[metric.name], MetricsQuery(by=labels), adds_up=True)
        )
        yield Series(metric=metric, name=series_of(metric), labels=labels, figures=figures)
