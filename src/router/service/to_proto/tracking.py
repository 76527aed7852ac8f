"""What carriers reported."""

from router.api.messages.times import optional_date, timestamp
from router.api.v1 import tracking_pb2 as pb
from router.ledger.tracking import CarrierReport


def report_message(report: CarrierReport) -> pb.CarrierReport:
    return pb.CarrierReport(
        status=pb.CarrierStatus.ValueType(report.status),
        time=timestamp(report.time),
        code=report.code,
        place=report.place,
        expected_date=optional_date(report.eta_day),
    )
