"""The part of `metrics.md` that is made: what each metric is."""

from collections.abc import Callable, Mapping

from ledger_parts import table

from router.app.metrics.definitions import METRICS
from router.app.metrics.series import labels_of, series_of


def metrics() -> str:
    rows = (
        (
            f"`{one.name}`",
            one.unit.value,
            one.numerator,
            one.denominator,
            one.facts,
            one.at,
            ", ".join(one.by),
        )
        for one in METRICS
    )
    return table(
        ("metric", "unit", "what is divided", "by what", "from these facts", "counts when", "by"), rows
    )


def series() -> str:
    rows = (
        (
            f"`{series_of(one)}`" if one.is_of_now else f"`{series_of(one)}_sum`, `…_count`",
            "gauge" if one.is_of_now else "summary",
            ", ".join(labels_of(one)),
        )
        for one in METRICS
    )
    return table(("series", "type", "labels"), rows)


PARTS: Mapping[str, Callable[[], str]] = {"metrics": metrics, "metric-series": series}
