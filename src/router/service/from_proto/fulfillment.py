"""Shipments: releasing and listing."""

from collections.abc import Sequence

from router.api.v1 import fulfillment_pb2 as pb
from router.app.commands.dropship import AcknowledgeShipment
from router.app.commands.fulfillment import ReleaseShipments
from router.app.records.filters import ShipmentFilter
from router.domain.identifiers import NodeId
from router.domain.limits import SHIPMENTS_PER_RELEASE_MAX
from router.ledger.lifecycle import ShipmentState
from router.service.faults import Faults
from router.service.from_proto.keys import request_id_of, shipment_id_of
from router.service.parse import digest_of


def acknowledge_shipment(request: pb.AcknowledgeShipmentRequest) -> AcknowledgeShipment:
    """The command to book that a node will ship."""
    faults = Faults()
    command = AcknowledgeShipment(
        request_id=request_id_of(request.request_id, faults),
        body_digest=digest_of(request),
        shipment_id=shipment_id_of(request.shipment_id, "shipment_id", faults),
        reference=faults.text(request.reference, "", "reference"),
    )
    faults.raise_if_any()
    return command


def release_shipments(request: pb.ReleaseShipmentsRequest) -> ReleaseShipments:
    """The command to let a node begin: either its due shipments or those that are named."""
    faults = Faults()
    shipment_ids = shipment_ids_of(request.shipment_ids, SHIPMENTS_PER_RELEASE_MAX, faults)
    if shipment_ids and (request.node_id or request.HasField("begin_by")):
        faults.add(
            "shipment_ids",
            "CONFLICT",
            "shipment_ids are named, must then be alone: leave node_id and begin_by out, or the names",
        )
    elif not shipment_ids:
        faults.identifier(request.node_id, "", "node_id")
    has_time = request.HasField("begin_by")
    command = ReleaseShipments(
        request_id=request_id_of(request.request_id, faults),
        body_digest=digest_of(request),
        node_id=NodeId(request.node_id),
        begin_by=faults.instant(request.begin_by, "", "begin_by") if has_time else None,
        shipment_ids=shipment_ids,
    )
    faults.raise_if_any()
    return command


def shipment_ids_of(named: Sequence[str], count_max: int, faults: Faults) -> tuple[str, ...]:
    """Names of shipments, each once."""
    if faults.count_of(named, "", "shipment_ids", 0, count_max):
        for index, shipment_id in enumerate(named):
            shipment_id_of(shipment_id, f"shipment_ids[{index}]", faults)
        faults.unique(named, "", "shipment_ids")
    return tuple(named)


def shipment_filter(request: pb.ListShipmentsRequest) -> ShipmentFilter:
    """Which shipments to list."""
    faults = Faults()
    if request.state not in pb.ShipmentState.values():
        faults.add(
            "state",
            "UNKNOWN_VALUE",
            f"state is {request.state}, must be one of {', '.join(pb.ShipmentState.keys())}",
        )
    node_id = faults.text(request.node_id, "", "node_id")
    order_id = faults.text(request.order_id, "", "order_id")
    has_time = request.HasField("begin_by")
    begin_by = faults.instant(request.begin_by, "", "begin_by") if has_time else None
    faults.raise_if_any()
    return ShipmentFilter(
        state=ShipmentState(request.state) if request.state else None,
        node_id=node_id,
        begin_by=begin_by,
        order_id=order_id,
    )
