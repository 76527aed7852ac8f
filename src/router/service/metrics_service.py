"""How well orders are served."""

from router.api.v1 import metrics_pb2 as pb
from router.app.metrics.definitions import METRICS
from router.app.metrics.query import query_metrics
from router.service.calls import Call
from router.service.desk import Desk
from router.service.from_proto.metrics import metrics_query
from router.service.to_proto.metrics import metric_message, metrics_response


class MetricsService:
    """See `metrics.proto`."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def QueryMetrics(self, request: pb.QueryMetricsRequest, call: Call) -> pb.QueryMetricsResponse:
        query, queries = metrics_query(request), self._desk.queries
        found = await self._desk.compute(call, query_metrics, queries.metrics, query, call.received)
        currency = await self._desk.read(call, queries.documents.currency)
        return metrics_response(found, currency)

    async def ListMetrics(self, request: pb.ListMetricsRequest, call: Call) -> pb.ListMetricsResponse:
        return pb.ListMetricsResponse(metrics=map(metric_message, METRICS))
