"""What an order could have had instead, as an answer."""

from router.api.messages.times import date_text
from router.api.v1 import routing_pb2
from router.app.queries import Queries
from router.domain.identifiers import Day
from router.routing.trade_offs.alone import NOTHING_ARRIVES, TradeOff, find_trade_offs


def list_trade_offs(
    queries: Queries, *, decision_id: str = "", order_id: str = ""
) -> routing_pb2.ListTradeOffsResponse:
    """Refuses with ORDER_NOT_FOUND or DECISION_NOT_FOUND."""
    decision = queries.get_decision(decision_id=decision_id, order_id=order_id).decision
    found = find_trade_offs(decision, *queries.documents.versions_of(decision))
    return routing_pb2.ListTradeOffsResponse(
        trade_offs=[trade_off_message(one) for one in found.front],
        limit_prices=[
            routing_pb2.LimitPrice(limit=one.limit, saving_milli=one.saving_milli, proven=one.is_proven)
            for one in found.limits
        ],
    )


def trade_off_message(one: TradeOff) -> routing_pb2.TradeOff:
    arrives = one.last_delivery_day
    return routing_pb2.TradeOff(
        cost_milli=one.cost_milli,
        last_delivery_date="" if arrives == NOTHING_ARRIVES else date_text(Day(arrives)),
        shipment_count=one.shipment_count,
        unshipped_units=one.unshipped_units,
        node_ids=one.node_ids,
        co2e_milligrams=one.co2e_milligrams,
        proven=one.is_proven,
    )
