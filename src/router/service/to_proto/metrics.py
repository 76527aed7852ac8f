"""Metrics and what they are."""

from router.api.messages.times import optional_date, timestamp
from router.api.v1 import metrics_pb2 as pb
from router.app.metrics.definitions import Metric, Unit
from router.app.metrics.query import Figure, FoundMetrics
from router.app.metrics.series import series_of

UNITS = {
    Unit.RATIO: pb.METRIC_UNIT_RATIO,
    Unit.SECONDS: pb.METRIC_UNIT_SECONDS,
    Unit.CENTIMETERS: pb.METRIC_UNIT_CENTIMETERS,
    Unit.MINOR: pb.METRIC_UNIT_MINOR,
}


def metrics_response(found: FoundMetrics, currency: str) -> pb.QueryMetricsResponse:
    return pb.QueryMetricsResponse(
        figures=map(figure_message, found.figures),
        event_position=found.event_position,
        time=timestamp(found.time),
        currency=currency,
    )


def figure_message(figure: Figure) -> pb.MetricFigure:
    return pb.MetricFigure(
        name=figure.metric.name,
        channel=figure.channel,
        node_id=figure.node_id,
        carrier_id=figure.carrier_id,
        reason=figure.reason,
        period_start=optional_date(figure.period),
        numerator=figure.numerator,
        denominator=figure.denominator,
        value=figure.value,
        unit=UNITS[figure.metric.unit],
    )


def metric_message(metric: Metric) -> pb.Metric:
    return pb.Metric(
        name=metric.name,
        title=metric.title,
        unit=UNITS[metric.unit],
        numerator=metric.numerator,
        denominator=metric.denominator,
        facts=metric.facts,
        at=metric.at,
        by=[pb.MetricDimension.Value(f"METRIC_DIMENSION_{word.upper()}") for word in metric.by],
        series=series_of(metric),
    )
