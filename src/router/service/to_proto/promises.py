"""Promises: the plan that an order would get, and the days that customers ask for."""

from router.api.messages.times import date_text
from router.api.v1 import routing_pb2
from router.app.answers.promises import Promise, PromisesQuoted
from router.domain.identifiers import OrderId
from router.service.to_proto.plans import plan_message, versions_message
from router.service.to_proto.restocks import restock_message


def promises_response(quoted: PromisesQuoted) -> routing_pb2.QuotePromiseResponse:
    return routing_pb2.QuotePromiseResponse(
        promises=[promise_message(one, quoted.order_id) for one in quoted.promises],
        versions=versions_message(quoted.versions),
    )


def promise_message(promise: Promise, order_id: OrderId) -> routing_pb2.Promise:
    plan = promise.plan
    last = max((shipment.delivery_day for shipment in plan.shipments), default=None)
    return routing_pb2.Promise(
        service_level_id=promise.service_level_id or "",
        complete=not plan.unshipped,
        delivery_date="" if last is None else date_text(last),
        plan=plan_message(plan, order_id, range(1, len(plan.shipments) + 1)),
        restocks=[restock_message(one) for one in promise.restocks],
    )
