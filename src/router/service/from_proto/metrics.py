"""Questions about metrics."""

from dataclasses import replace

from router.api.v1 import metrics_pb2 as pb
from router.app.metrics.definitions import METRIC_OF
from router.app.metrics.query import MetricsQuery, Period
from router.domain.limits import ID_LENGTH_MAX
from router.service.faults import Faults


def metrics_query(request: pb.QueryMetricsRequest) -> MetricsQuery:
    """What is asked for. Refuses names and values that are unknown, and a time that ends before it begins."""
    faults = Faults()
    for index, name in enumerate(request.names):
        if name not in METRIC_OF:
            known = ", ".join(METRIC_OF)
            faults.add(
                f"names[{index}]",
                "UNKNOWN_VALUE",
                f"names[{index}] is `{name}`, must be one of {known}",
            )
    for index, dimension in enumerate(request.by):
        if dimension not in pb.MetricDimension.values()[1:]:
            known = ", ".join(pb.MetricDimension.keys()[1:])
            faults.add(f"by[{index}]", "UNKNOWN_VALUE", f"by[{index}] is {dimension}, must be one of {known}")
    if request.period not in pb.MetricPeriod.values():
        known = ", ".join(pb.MetricPeriod.keys())
        faults.add("period", "UNKNOWN_VALUE", f"period is {request.period}, must be one of {known}")
    start = faults.instant(request.start_time, "", "start_time") if request.HasField("start_time") else None
    end = faults.instant(request.end_time, "", "end_time") if request.HasField("end_time") else None
    if start is not None and end is not None and end <= start:
        faults.add("end_time", "OUT_OF_RANGE", "end_time is not later than start_time, must be")
    query = MetricsQuery(
        names=tuple(dict.fromkeys(request.names)),
        start=start,
        end=end,
        channel=faults.text(request.channel, "", "channel", ID_LENGTH_MAX),
        node_id=faults.text(request.node_id, "", "node_id", ID_LENGTH_MAX),
        carrier_id=faults.text(request.carrier_id, "", "carrier_id", ID_LENGTH_MAX),
    )
    faults.raise_if_any()
    return replace(query, by=tuple(map(word_of, request.by)), period=Period(request.period))


def word_of(dimension: "pb.MetricDimension.ValueType") -> str:
    """`METRIC_DIMENSION_NODE` is `node`."""
    return pb.MetricDimension.Name(dimension).removeprefix("METRIC_DIMENSION_").lower()
