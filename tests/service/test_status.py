"""Reasons, statuses and what travels with them."""

import grpc
import pytest
from google.rpc.error_details_pb2 import BadRequest, ErrorInfo, RetryInfo
from google.rpc.status_pb2 import Status

from router.domain.reasons import Reason, RouterError, Violation
from router.service.errors import wire_error
from router.service.status import STATUS_OF


def test_every_reason_has_a_row() -> None:
    assert set(STATUS_OF) == set(Reason)


@pytest.mark.parametrize(
    ("reason", "code"),
    [
        (Reason.INVALID_REQUEST, grpc.StatusCode.INVALID_ARGUMENT),
        (Reason.IDEMPOTENCY_KEY_REUSED, grpc.StatusCode.FAILED_PRECONDITION),
        (Reason.ORDER_NOT_FOUND, grpc.StatusCode.NOT_FOUND),
        (Reason.STOCK_CHANGED, grpc.StatusCode.ABORTED),
        (Reason.QUEUE_FULL, grpc.StatusCode.RESOURCE_EXHAUSTED),
        (Reason.DEADLINE_PASSED, grpc.StatusCode.DEADLINE_EXCEEDED),
        (Reason.DRAINING, grpc.StatusCode.UNAVAILABLE),
        (Reason.COMMIT_INDETERMINATE, grpc.StatusCode.UNAVAILABLE),
        (Reason.INTERNAL, grpc.StatusCode.INTERNAL),
    ],
)
def test_a_reason_has_its_status(reason: Reason, code: grpc.StatusCode) -> None:
    assert STATUS_OF[reason].code is code


@pytest.mark.parametrize("reason", list(Reason))
def test_every_refusal_says_its_reason_and_whether_to_retry(reason: Reason) -> None:
    error = wire_error(RouterError(reason, "no", sku="RED-CLOCK"))
    status = Status.FromString(error.details)
    info = ErrorInfo()
    status.details[0].Unpack(info)

    assert (status.code, status.message) == (error.code.value[0], "no")
    assert (info.reason, info.domain, dict(info.metadata)) == (
        reason.value,
        "router.api.v1",
        {"sku": "RED-CLOCK"},
    )
    assert any(one.Is(RetryInfo.DESCRIPTOR) for one in status.details) == STATUS_OF[reason].retryable


def test_a_full_queue_says_when_to_come_back() -> None:
    error = wire_error(RouterError(Reason.QUEUE_FULL, "full", retry_milliseconds=250))
    retry = RetryInfo()
    Status.FromString(error.details).details[-1].Unpack(retry)

    assert retry.retry_delay.ToMilliseconds() == 250


def test_more_violations_than_trailers_carry_are_counted() -> None:
    violations = [Violation(f"orders[{i}].order_id", "REQUIRED", "order_id is empty") for i in range(900)]
    error = wire_error(RouterError(Reason.INVALID_REQUEST, "x" * 5_000, violations=violations))
    status = Status.FromString(error.details)
    info, bad_request = ErrorInfo(), BadRequest()
    status.details[0].Unpack(info)
    status.details[1].Unpack(bad_request)

    assert len(error.details) < 6_000
    assert len(error.message) == 900
    assert info.metadata["violations_shown"] == str(len(bad_request.field_violations))
    assert 30 < len(bad_request.field_violations) < 900
    assert info.metadata["fault_count"] == "900"
