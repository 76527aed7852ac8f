"""Shipments on their way."""

from router.api.messages.times import optional_date
from router.api.v1 import tracking_pb2 as pb
from router.app.answers.fulfillment import CarrierReportsRecorded
from router.service.calls import Call
from router.service.desk import Desk
from router.service.from_proto.tracking import record_carrier_reports, tracking_name
from router.service.to_proto.fulfillment import shipment_message
from router.service.to_proto.tracking import report_message


class TrackingService:
    """See `tracking.proto`."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def RecordCarrierReports(
        self, request: pb.RecordCarrierReportsRequest, call: Call
    ) -> pb.RecordCarrierReportsResponse:
        command = record_carrier_reports(request)
        answer, replayed = await self._desk.ask(command, call, CarrierReportsRecorded)
        outcomes = [pb.ReportOutcome.ValueType(one) for one in answer.outcomes]
        return pb.RecordCarrierReportsResponse(outcomes=outcomes, replayed=replayed)

    async def GetTracking(self, request: pb.GetTrackingRequest, call: Call) -> pb.GetTrackingResponse:
        queries = self._desk.queries.shipments
        record = await self._desk.read(call, queries.get_tracking, *tracking_name(request))
        journey = record.account.journey
        return pb.GetTrackingResponse(
            record=shipment_message(record),
            reports=map(report_message, journey.reports),
            expected_date=optional_date(journey.eta_day),
            earliest_date=optional_date(journey.eta_low_day),
            latest_date=optional_date(journey.eta_high_day),
        )
