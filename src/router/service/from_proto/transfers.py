"""Transfers between nodes: sending, receiving, taking back, listing."""

from router.api.v1 import transfer_pb2
from router.app.commands.stock import CancelTransfer, ReceiveTransfer, SendPlannedTransfer, TransferStock
from router.app.records.filters import TransferFilter
from router.domain.identifiers import NodeId, Sku
from router.domain.limits import QUANTITY_MAX, TRANSFER_LINES_MAX
from router.ledger.transfers import Arrival, TransferState
from router.service.faults import Faults, shown
from router.service.from_proto.feed_marks import told_by
from router.service.from_proto.keys import request_id_of
from router.service.parse import digest_of


def transfer_stock(request: transfer_pb2.TransferStockRequest) -> TransferStock:
    """The command to send units from one node to another."""
    faults = Faults()
    lines: dict[Sku, int] = {}
    if faults.count_of(request.lines, "", "lines", 1, TRANSFER_LINES_MAX):
        for index, line in enumerate(request.lines):
            at = f"lines[{index}]."
            sku = Sku(faults.identifier(line.sku, at, "sku"))
            lines[sku] = faults.whole(line.quantity, at, "quantity", 1, QUANTITY_MAX)
        faults.unique([line.sku for line in request.lines], "", "lines", "sku")
    if request.from_node_id and request.from_node_id == request.to_node_id:
        faults.add(
            "to_node_id", "OUT_OF_RANGE", f"to_node_id is {shown(request.to_node_id)}, must be another node"
        )
    expected, named = request.expected_date, request.transfer_id
    command = TransferStock(
        request_id=request_id_of(request.request_id, faults),
        body_digest=digest_of(request),
        from_node_id=NodeId(faults.identifier(request.from_node_id, "", "from_node_id")),
        to_node_id=NodeId(faults.identifier(request.to_node_id, "", "to_node_id")),
        lines=lines,
        transfer_id=faults.identifier(named, "", "transfer_id") if named else "",
        expected_day=faults.day(expected, "", "expected_date") if expected else None,
        reference=faults.text(request.reference, "", "reference"),
        told=told_by(request, faults),
    )
    faults.raise_if_any()
    return command


def send_planned_transfer(request: transfer_pb2.SendPlannedTransferRequest) -> SendPlannedTransfer:
    """The command to send what a shipment awaits."""
    faults = Faults()
    command = SendPlannedTransfer(
        request_id=request_id_of(request.request_id, faults),
        body_digest=digest_of(request),
        shipment_id=faults.text(request.shipment_id, "", "shipment_id"),
        from_node_id=NodeId(faults.identifier(request.from_node_id, "", "from_node_id")),
        told=told_by(request, faults),
    )
    faults.raise_if_any()
    return command


def receive_transfer(request: transfer_pb2.ReceiveTransferRequest) -> ReceiveTransfer:
    """The command to book what arrived."""
    faults = Faults()
    lines: dict[Sku, Arrival] = {}
    if faults.count_of(request.lines, "", "lines", 0, TRANSFER_LINES_MAX):
        for index, line in enumerate(request.lines):
            at = f"lines[{index}]."
            sku = Sku(faults.identifier(line.sku, at, "sku"))
            lines[sku] = Arrival(
                received=faults.whole(line.quantity, at, "quantity", 0, QUANTITY_MAX),
                damaged=faults.whole(line.damaged, at, "damaged", 0, QUANTITY_MAX),
            )
            if not (line.quantity or line.damaged):
                faults.add(at + "quantity", "OUT_OF_RANGE", "quantity and damaged are 0, one must be more")
        faults.unique([line.sku for line in request.lines], "", "lines", "sku")
    command = ReceiveTransfer(
        request_id=request_id_of(request.request_id, faults),
        body_digest=digest_of(request),
        transfer_id=faults.identifier(request.transfer_id, "", "transfer_id"),
        lines=lines,
        closes=request.close,
        accepts_extra=request.accept_extra,
        told=told_by(request, faults),
    )
    faults.raise_if_any()
    return command


def cancel_transfer(request: transfer_pb2.CancelTransferRequest) -> CancelTransfer:
    """The command to take a transfer back."""
    faults = Faults()
    command = CancelTransfer(
        request_id=request_id_of(request.request_id, faults),
        body_digest=digest_of(request),
        transfer_id=faults.identifier(request.transfer_id, "", "transfer_id"),
        reason=faults.text(request.reason, "", "reason"),
        told=told_by(request, faults),
    )
    faults.raise_if_any()
    return command


def transfer_filter(request: transfer_pb2.ListTransfersRequest) -> TransferFilter:
    """Which transfers to list."""
    faults = Faults()
    if request.state not in transfer_pb2.TransferState.values():
        faults.add(
            "state",
            "UNKNOWN_VALUE",
            f"state is {request.state}, must be one of {', '.join(transfer_pb2.TransferState.keys())}",
        )
    node_id = faults.text(request.node_id, "", "node_id")
    faults.raise_if_any()
    return TransferFilter(state=TransferState(request.state) if request.state else None, node_id=node_id)
