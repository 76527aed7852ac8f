"""Metrics as a page for Prometheus. Each scrape reads what was booked since the one before."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from prometheus_client import CollectorRegistry, start_http_server
from prometheus_client.metrics_core import GaugeMetricFamily, Metric, SummaryMetricFamily

from router.app.metrics.book import MetricsBook
from router.app.metrics.definitions import MILLI, Unit
from router.app.metrics.query import Figure
from router.app.metrics.series import Series, all_series
from router.connectors.server_gauges import ServerGauges, Standing
from router.domain.identifiers import Instant


class OrderMetrics:
    """What a registry collects: sums with their counts, so that whoever asks divides them over any time."""

    def __init__(self, book: MetricsBook, now: Callable[[], Instant]) -> None:
        self._book = book
        self._now = now

    def collect(self) -> Iterator[Metric]:
        for series in all_series(self._book, self._now()):
            yield gauge(series) if series.metric.is_of_now else summary(series)


def gauge(series: Series) -> GaugeMetricFamily:
    family = GaugeMetricFamily(series.name, help_of(series), labels=series.labels)
    for figure in series.figures:
        if figure.value is not None:
            family.add_metric(label_values(series, figure), figure.value)
    return family


def summary(series: Series) -> SummaryMetricFamily:
    family = SummaryMetricFamily(series.name, help_of(series), labels=series.labels)
    scale = MILLI if series.metric.unit is Unit.MINOR else 1
    for figure in series.figures:
        family.add_metric(
            label_values(series, figure),
            count_value=figure.denominator,
            sum_value=figure.numerator / scale,
        )
    return family


def help_of(series: Series) -> str:
    return f"{series.metric.title}: {series.metric.numerator}, over {series.metric.denominator}"


def label_values(series: Series, figure: Figure) -> list[str]:
    values = {
        "channel": figure.channel,
        "node": figure.node_id,
        "carrier": figure.carrier_id,
        "reason": figure.reason,
    }
    return [values[label] for label in series.labels]


@contextmanager
def serving_metrics(
    address: str, book: MetricsBook, now: Callable[[], Instant], standing: Standing
) -> Iterator[str]:
    """The page at `http://HOST:PORT/metrics`; gives the address it has. Raises OSError when it cannot have that one."""
    host, _, port = address.rpartition(":")
    registry = CollectorRegistry()
    registry.register(OrderMetrics(book, now))
    registry.register(ServerGauges(standing))
    server, thread = start_http_server(int(port), host.strip("[]"), registry=registry)
    try:
        yield f"{host}:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
