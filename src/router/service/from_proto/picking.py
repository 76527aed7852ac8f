"""Layouts, pick waves and scans."""

from router.api.v1 import fulfillment_pb2 as pb
from router.app.commands.documents import PutLayout
from router.app.commands.fulfillment import ConfirmPick, CreatePickWave, ShortPick
from router.domain.identifiers import NodeId, Sku
from router.domain.layout import Bin, Layout
from router.domain.limits import (
    BINS_PER_LAYOUT_MAX,
    CROSS_AISLES_MAX,
    FLOOR_CM_MAX,
    ID_LENGTH_MAX,
    QUANTITY_MAX,
    RESERVATION_SECONDS_MAX,
    SHIPMENTS_PER_PICK_WAVE_MAX,
)
from router.service.faults import Faults
from router.service.from_proto.fulfillment import shipment_ids_of
from router.service.from_proto.keys import request_id_of, shipment_id_of
from router.service.parse import digest_of

SHIPMENTS_PER_PICK_WAVE = 20


def put_layout(request: pb.PutLayoutRequest) -> PutLayout:
    """The command to say where goods lie in a node."""
    faults = Faults()
    if faults.count_of(request.cross_aisles_cm, "", "cross_aisles_cm", 1, CROSS_AISLES_MAX):
        for index, cross in enumerate(request.cross_aisles_cm):
            faults.whole(cross, "", f"cross_aisles_cm[{index}]", 0, FLOOR_CM_MAX)
    bins: dict[Sku, Bin] = {}
    if faults.count_of(request.bins, "", "bins", 0, BINS_PER_LAYOUT_MAX):
        for index, one in enumerate(request.bins):
            at = f"bins[{index}]."
            bins[Sku(faults.identifier(one.sku, at, "sku"))] = bin_of(one.bin, f"{at}bin.", faults)
        faults.unique([one.sku for one in request.bins], "", "bins", "sku")
    command = PutLayout(
        request_id=request_id_of(request.request_id, faults),
        body_digest=digest_of(request),
        layout=Layout(
            node_id=NodeId(faults.identifier(request.node_id, "", "node_id")),
            cross_aisles_cm=tuple(request.cross_aisles_cm),
            start=bin_of(request.start, "start.", faults),
            bins=bins,
        ),
    )
    faults.raise_if_any()
    return command


def bin_of(one: pb.Bin, at: str, faults: Faults) -> Bin:
    return Bin(
        label=faults.text(one.label, at, "label", ID_LENGTH_MAX),
        x_cm=faults.whole(one.x_cm, at, "x_cm", 0, FLOOR_CM_MAX),
        y_cm=faults.whole(one.y_cm, at, "y_cm", 0, FLOOR_CM_MAX),
    )


def create_pick_wave(request: pb.CreatePickWaveRequest) -> CreatePickWave:
    """The command to take released shipments together."""
    faults = Faults()
    faults.whole(request.shipments_max, "", "shipments_max", 0, SHIPMENTS_PER_PICK_WAVE_MAX)
    command = CreatePickWave(
        request_id=request_id_of(request.request_id, faults),
        body_digest=digest_of(request),
        node_id=NodeId(faults.identifier(request.node_id, "", "node_id")),
        shipments_max=request.shipments_max or SHIPMENTS_PER_PICK_WAVE,
        shipment_ids=shipment_ids_of(request.shipment_ids, SHIPMENTS_PER_PICK_WAVE_MAX, faults),
    )
    faults.raise_if_any()
    return command


def wave_name(request: pb.GetPickListRequest) -> tuple[str, str]:
    """Which wave is meant: by its id, or else by one of its shipments."""
    faults = Faults()
    if request.shipment_id and request.wave_id:
        faults.add("wave_id", "CONFLICT", "wave_id is given, must be empty where shipment_id names the wave")
    if request.shipment_id:
        shipment_id_of(request.shipment_id, "shipment_id", faults)
    else:
        faults.identifier(request.wave_id, "", "wave_id")
    faults.raise_if_any()
    return request.wave_id, request.shipment_id


def confirm_pick(request: pb.ConfirmPickRequest) -> ConfirmPick:
    """The command to note scanned units."""
    faults = Faults()
    command = ConfirmPick(
        request_id=request_id_of(request.request_id, faults),
        body_digest=digest_of(request),
        shipment_id=shipment_id_of(request.shipment_id, "shipment_id", faults),
        sku=Sku(faults.identifier(request.sku, "", "sku")),
        quantity=faults.whole(request.quantity, "", "quantity", 1, QUANTITY_MAX),
        lot=faults.text(request.lot, "", "lot", ID_LENGTH_MAX),
    )
    faults.raise_if_any()
    return command


def short_pick(request: pb.ShortPickRequest) -> ShortPick:
    """The command to book that units were not there."""
    faults = Faults()
    command = ShortPick(
        request_id=request_id_of(request.request_id, faults),
        body_digest=digest_of(request),
        shipment_id=shipment_id_of(request.shipment_id, "shipment_id", faults),
        sku=Sku(faults.identifier(request.sku, "", "sku")),
        quantity=faults.whole(request.quantity, "", "quantity", 1, QUANTITY_MAX),
        reason=faults.identifier(request.reason, "", "reason"),
        lot=faults.text(request.lot, "", "lot", ID_LENGTH_MAX),
        empties_bin=request.bin_empty,
        cool_off_seconds=faults.whole(
            request.cool_off_seconds, "", "cool_off_seconds", 0, RESERVATION_SECONDS_MAX
        ),
    )
    faults.raise_if_any()
    return command
