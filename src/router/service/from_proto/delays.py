"""Delays: reporting, answering, listing."""

from router.api.v1 import delays_pb2 as pb
from router.app.commands.delays import AnswerDelay, DetectDelays, ReportDelay
from router.app.reading.pages import Page
from router.app.records.filters import DelayFilter
from router.domain.identifiers import OrderId
from router.domain.limits import ID_LENGTH_MAX
from router.ledger.delays import DelayState
from router.service.faults import Faults
from router.service.from_proto.keys import request_id_of
from router.service.parse import digest_of

NOTICES_MAX = 1_000_000


def report_delay(request: pb.ReportDelayRequest) -> ReportDelay:
    """The command to say that an order is late."""
    faults = Faults()
    expected = request.expected_date
    command = ReportDelay(
        request_id=request_id_of(request.request_id, faults),
        body_digest=digest_of(request),
        order_id=OrderId(faults.identifier(request.order_id, "", "order_id")),
        expected_day=faults.day(expected, "", "expected_date") if expected else None,
        cause=faults.text(request.reason_code, "", "reason_code", ID_LENGTH_MAX),
    )
    faults.raise_if_any()
    return command


def detect_key(request: pb.DetectDelaysRequest) -> str:
    """The key of a look."""
    faults = Faults()
    key = request_id_of(request.request_id, faults)
    faults.raise_if_any()
    return key


def detect_delays(request: pb.DetectDelaysRequest, page: Page[OrderId]) -> DetectDelays:
    """The command to judge the orders of a page."""
    return DetectDelays(
        request_id=request.request_id,
        body_digest=digest_of(request),
        order_ids=page.items,
        next_page_token=page.next_page_token,
    )


def answer_delay(request: pb.AnswerDelayRequest) -> AnswerDelay:
    """The command to take a customer's answer."""
    faults = Faults()
    if request.answer not in (pb.DELAY_ANSWER_CONSENT, pb.DELAY_ANSWER_CANCEL):
        names = ", ".join(pb.DelayAnswer.keys()[1:])
        faults.add("answer", "UNKNOWN_VALUE", f"answer is {request.answer}, must be one of {names}")
    command = AnswerDelay(
        request_id=request_id_of(request.request_id, faults),
        body_digest=digest_of(request),
        order_id=OrderId(faults.identifier(request.order_id, "", "order_id")),
        consents=request.answer == pb.DELAY_ANSWER_CONSENT,
        round=faults.whole(request.notice_number, "", "notice_number", 0, NOTICES_MAX),
    )
    faults.raise_if_any()
    return command


def delay_filter(request: pb.ListDelaysRequest) -> DelayFilter:
    """Which delays are asked for."""
    faults = Faults()
    if request.state not in pb.DelayState.values():
        names = ", ".join(pb.DelayState.keys()[1:])
        faults.add("state", "UNKNOWN_VALUE", f"state is {request.state}, must be one of {names}")
        faults.raise_if_any()
    where = DelayFilter(
        state=DelayState(request.state) if request.state else None,
        due_by=faults.instant(request.due_by, "", "due_by") if request.HasField("due_by") else None,
    )
    faults.raise_if_any()
    return where
