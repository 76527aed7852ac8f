"""The part of `metrics.md` that is made: what each metric is."""

from collections.abc import Callable, Mapping

from ledger_parts import table

from router.app.metrics.definitions import METRICS
from router.app.metrics.series import labels_of, series_of
from router.connectors.server_gauges import GAUGES, OF_SINKS


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


def server_gauges() -> str:
    rows = ((f"`{name}`", what, "sink" if name in OF_SINKS else "") for name, what in GAUGES.items())
    return table(("gauge", "what it is", "labels"), rows)


PARTS: Mapping[str, Callable[[], str]] = {
    "metrics": metrics,
    "metric-series": series,
    "server-gauges": server_gauges,
}
