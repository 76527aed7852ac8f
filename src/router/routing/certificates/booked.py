"""What every certificate says of its decisions: which they are, and what their lines, nodes and services are called."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from router.routing.decision import Decision
from router.routing.round.round import Asked, Solved


@dataclass(frozen=True, slots=True)
class Booked:
    """A decision with the id under which it is kept."""

    decision_id: str
    decision: Decision


def names_of(source: Asked | Solved, order: int, option_node: Sequence[int]) -> dict[str, Any]:
    """What lines, nodes and service levels of an order's problem are called."""
    asked = source.round if isinstance(source, Solved) else source
    batch, options = asked.batch, asked.posed.options
    start, end = int(options.start[order]), int(options.start[order + 1])
    columns, services = options.node[start:end].tolist(), options.service[start:end].tolist()
    node_ids: dict[int, str] = {}
    for node, column in zip(option_node, columns, strict=True):
        node_ids[node] = batch.node_ids[column]
    levels = batch.network.network.service_levels
    bundles = batch.bundles.of_order(order)
    return {
        "line_names": tuple(
            "+".join(f"{count}x{batch.lines[line].sku}" for line, count in batch.bundles.parts_of(bundle))
            for bundle in bundles
        ),
        "node_ids": tuple(node_ids[node] for node in range(len(node_ids))),
        "service_ids": tuple(levels[service].id for service in services),
    }


def scope_of(booked: Sequence[Booked], left_out: Sequence[tuple[Booked, str]]) -> dict[str, Any]:
    """What the certificate is about, and the orders that it says nothing of."""
    inputs = booked[0].decision.inputs
    return {
        "network_digest": inputs.network_digest,
        "rules_digest": inputs.rules_digest,
        "decision_time_micros": inputs.decision_time,
        "left_out": [
            {"order_id": one.decision.inputs.order.id, "because": because} for one, because in left_out
        ],
    }
