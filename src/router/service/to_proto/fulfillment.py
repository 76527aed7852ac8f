"""Shipments as they stand."""

from router.api.messages.times import date_text, optional_date, timestamp
from router.api.v1 import fulfillment_pb2 as pb
from router.app.answers.fulfillment import KitTakenOut, PickConfirmed, ShipmentRecord, ShipmentUnits
from router.app.fulfillment.pick_lists import PickList
from router.app.records.ids import wave_id_of
from router.domain.layout import Bin, Layout


def shipment_message(record: ShipmentRecord) -> pb.ShipmentRecord:
    account, journey = record.account, record.account.journey
    return pb.ShipmentRecord(
        shipment_id=account.id,
        order_id=account.order_id,
        node_id=account.node_id,
        state=pb.ShipmentState.ValueType(account.state),
        service_level_id=record.service_level_id,
        ship_date=date_text(record.ship_day),
        delivery_date=date_text(record.delivery_day),
        cut_off_time=timestamp(account.cut_off_time) if account.cut_off_time else None,
        units=map(units_message, record.units),
        tracking_number=account.tracking_number,
        promised_date=date_text(record.promised_day),
        expected_date=optional_date(journey.eta_day),
        earliest_date=optional_date(journey.eta_low_day),
        latest_date=optional_date(journey.eta_high_day),
        dispatch_time=timestamp(journey.dispatch_time) if journey.dispatch_time else None,
        wave_id=wave_id_of(account.wave) if account.wave else "",
        release_time=timestamp(journey.release_time) if journey.release_time else None,
        acknowledge_time=timestamp(journey.acknowledge_time) if journey.acknowledge_time else None,
        awaited=map(units_message, record.awaited),
    )


def state_message(name: str) -> pb.ShipmentState.ValueType:
    return pb.ShipmentState.Value(f"SHIPMENT_STATE_{name}")


def pick_list_message(found: PickList) -> pb.GetPickListResponse:
    return pb.GetPickListResponse(
        wave_id=found.wave_id,
        node_id=found.node_id,
        items=[
            pb.PickItem(
                bin_label=item.bin,
                sku=item.sku,
                lot=item.lot,
                quantity=item.quantity,
                parts=[
                    pb.PickPart(shipment_id=part.shipment_id, line_id=part.line_id, quantity=part.quantity)
                    for part in item.parts
                ],
            )
            for item in found.items
        ],
        walk_cm=found.walk_cm,
        scan_walk_cm=found.scan_walk_cm,
    )


def layout_message(layout: Layout) -> pb.PutLayoutRequest:
    """The request that would put it, without a key."""
    return pb.PutLayoutRequest(
        node_id=layout.node_id,
        cross_aisles_cm=layout.cross_aisles_cm,
        start=bin_message(layout.start),
        bins=[pb.BinOfSku(sku=sku, bin=bin_message(one)) for sku, one in sorted(layout.bins.items())],
    )


def bin_message(one: Bin) -> pb.Bin:
    return pb.Bin(label=one.label, x_cm=one.x_cm, y_cm=one.y_cm)


def units_message(units: ShipmentUnits) -> pb.ShipmentUnits:
    return pb.ShipmentUnits(line_id=units.line_id, sku=units.sku, quantity=units.quantity)


def short_pick_response(answer: PickConfirmed, replayed: bool) -> pb.ShortPickResponse:
    return pb.ShortPickResponse(
        shipment_id=answer.shipment_id,
        state=state_message(answer.state),
        left_to_pick=answer.left_to_pick,
        put_back=map(units_message, answer.put_back if isinstance(answer, KitTakenOut) else ()),
        replayed=replayed,
    )
