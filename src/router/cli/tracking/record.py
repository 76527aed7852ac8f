"""Told reports as calls: under a key of their own, for the ledger itself knows each report that it has."""

import uuid
from collections.abc import Sequence
from typing import TYPE_CHECKING

from router.cli.connection import TIMEOUT_SECONDS

if TYPE_CHECKING:
    import grpc

    from router.connectors.tracking.told_reports import ToldReport

REPORTS_AT_ONCE = 1_000


def record(channel: "grpc.Channel", told: "Sequence[ToldReport]") -> list[str]:
    """What became of each. A server that does not answer ends it with grpc.RpcError."""
    from router.api.messages.times import optional_date, timestamp
    from router.api.v1 import tracking_pb2 as pb
    from router.api.v1.tracking_pb2_grpc import TrackingServiceStub

    outcomes: list[str] = []
    for start in range(0, len(told), REPORTS_AT_ONCE):
        request = pb.RecordCarrierReportsRequest(
            request_id=f"tracking/{uuid.uuid4()}",
            reports=[
                pb.ReportOfShipment(
                    tracking_number=one.tracking_number,
                    report=pb.CarrierReport(
                        status=pb.CarrierStatus.ValueType(one.report.status),
                        time=timestamp(one.report.time),
                        code=one.report.code,
                        place=one.report.place,
                        expected_date=optional_date(one.report.eta_day),
                    ),
                )
                for one in told[start : start + REPORTS_AT_ONCE]
            ],
        )
        answer = TrackingServiceStub(channel).RecordCarrierReports(request, timeout=TIMEOUT_SECONDS)
        outcomes += [pb.ReportOutcome.Name(one).removeprefix("REPORT_OUTCOME_") for one in answer.outcomes]
    return outcomes
