"""Carriers' reports, and the shipment that is asked for."""

from router.api.v1 import tracking_pb2 as pb
from router.app.commands.fulfillment import RecordCarrierReports, ReportOf
from router.domain.limits import ID_LENGTH_MAX, REPORTS_PER_REQUEST_MAX
from router.ledger.tracking import CarrierReport, CarrierStatus
from router.service.faults import Faults
from router.service.from_proto.keys import request_id_of, shipment_id_of
from router.service.parse import digest_of


def record_carrier_reports(request: pb.RecordCarrierReportsRequest) -> RecordCarrierReports:
    """The command to record what carriers report."""
    faults = Faults()
    reports: tuple[ReportOf, ...] = ()
    if faults.count_of(request.reports, "", "reports", 1, REPORTS_PER_REQUEST_MAX):
        reports = tuple(
            report_of(one, f"reports[{index}].", faults) for index, one in enumerate(request.reports)
        )
    command = RecordCarrierReports(
        request_id=request_id_of(request.request_id, faults),
        body_digest=digest_of(request),
        reports=reports,
    )
    faults.raise_if_any()
    return command


def report_of(one: pb.ReportOfShipment, at: str, faults: Faults) -> ReportOf:
    shipment_id, tracking_number = named_once(one.shipment_id, one.tracking_number, at, faults)
    return ReportOf(
        shipment_id=shipment_id,
        tracking_number=tracking_number,
        report=carrier_report(one.report, f"{at}report.", faults),
    )


def carrier_report(report: pb.CarrierReport, at: str, faults: Faults) -> CarrierReport:
    if not report.HasField("time"):
        faults.missing(at, "time")
    status = CarrierStatus.ACCEPTED
    if report.status in pb.CarrierStatus.values() and report.status:
        status = CarrierStatus(report.status)
    else:
        names = ", ".join(pb.CarrierStatus.keys()[1:])
        faults.add(f"{at}status", "UNKNOWN_VALUE", f"status is {report.status}, must be one of {names}")
    expected = report.expected_date
    return CarrierReport(
        time=faults.instant(report.time, at, "time"),
        status=status,
        code=faults.text(report.code, at, "code", ID_LENGTH_MAX),
        place=faults.text(report.place, at, "place", ID_LENGTH_MAX),
        eta_day=faults.day(expected, at, "expected_date") if expected else None,
    )


def tracking_name(request: pb.GetTrackingRequest) -> tuple[str, str]:
    """Which shipment is meant: its id, or else its tracking number."""
    faults = Faults()
    name = named_once(request.shipment_id, request.tracking_number, "", faults)
    faults.raise_if_any()
    return name


def named_once(shipment_id: str, tracking_number: str, at: str, faults: Faults) -> tuple[str, str]:
    """A shipment's id or its tracking number, one of which is empty."""
    if shipment_id and tracking_number:
        faults.add(
            f"{at}tracking_number",
            "CONFLICT",
            "tracking_number is given, must be empty where shipment_id names the shipment",
        )
    if shipment_id or not tracking_number:
        shipment_id_of(shipment_id, f"{at}shipment_id", faults)
    else:
        faults.identifier(tracking_number, at, "tracking_number")
    return shipment_id, tracking_number
