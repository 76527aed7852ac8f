"""Units that wait, and what brings them."""

from collections.abc import Sequence

from router.api.messages.times import optional_date
from router.api.v1 import routing_pb2
from router.app.answers.restocks import Arrival, Restock


def restock_message(restock: Restock) -> routing_pb2.Restock:
    return routing_pb2.Restock(
        line_id=restock.line_id,
        sku=restock.sku,
        quantity=restock.quantity,
        expected_date=optional_date(restock.expected_day),
        sources=source_messages(restock.sources),
    )


def source_messages(sources: Sequence[Arrival]) -> list[routing_pb2.RestockSource]:
    return [
        routing_pb2.RestockSource(
            quantity=one.quantity,
            node_id=one.node_id,
            expected_date=optional_date(one.expected_day),
            purchase_order_id=one.purchase_order_id,
            transfer_id=one.transfer_id,
        )
        for one in sources
    ]
