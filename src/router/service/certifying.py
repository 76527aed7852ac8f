"""Decisions as a certificate: looked up, proven again from what they recorded, written as bytes."""

from collections.abc import Sequence

from router.api.v1 import routing_pb2
from router.app.queries import Queries
from router.domain.limits import ORDERS_PER_WAVE_MAX
from router.domain.reasons import Reason, RouterError
from router.routing.certificates.booked import Booked
from router.routing.certificates.certify import certify
from router.service.faults import Faults

CHUNK_BYTES = 1 << 20


def certified_orders(request: routing_pb2.ExportCertificateRequest) -> tuple[str, ...]:
    """The orders named; refuses none, too many and one named twice."""
    faults = Faults()
    order_ids = named_orders(request.order_ids, ORDERS_PER_WAVE_MAX, faults)
    faults.raise_if_any()
    return order_ids


def named_orders(order_ids: Sequence[str], count_max: int, faults: Faults) -> tuple[str, ...]:
    """1 to so many orders, each once."""
    if faults.count_of(order_ids, "", "order_ids", 1, count_max):
        seen: set[str] = set()
        for index, order_id in enumerate(order_ids):
            faults.identifier(order_id, "", f"order_ids[{index}]")
            if order_id in seen:
                faults.add(f"order_ids[{index}]", "DUPLICATE", f"order_id is `{order_id}`, already named")
            seen.add(order_id)
    return tuple(order_ids)


def export_certificate(queries: Queries, order_ids: Sequence[str]) -> bytes:
    """Refuses with ORDER_NOT_FOUND, and orders that were not decided together (INVALID_REQUEST)."""
    booked = decided_together(queries, order_ids, "a certificate is")
    network, rules = queries.documents.versions_of(booked[0].decision)
    return b"".join(certify(booked, network, rules))


def decided_together(queries: Queries, order_ids: Sequence[str], what: str) -> list[Booked]:
    """The latest decisions of these orders; refuses those made under different rules or networks."""
    booked = []
    for order_id in order_ids:
        found = queries.get_decision(order_id=order_id)
        booked.append(Booked(found.routed.decision_id, found.decision))
    first = booked[0].decision.inputs
    for one in booked:
        inputs = one.decision.inputs
        if (inputs.rules_digest, inputs.network_digest) != (first.rules_digest, first.network_digest):
            raise RouterError(
                Reason.INVALID_REQUEST,
                f"orders `{first.order.id}` and `{inputs.order.id}` were decided under different rules or networks,"
                f" {what} for one of each; name the orders of one wave or one batch",
                order_id=inputs.order.id,
            )
    return booked
