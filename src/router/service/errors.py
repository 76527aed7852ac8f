"""A refusal as gRPC carries it: status code, one line for people, details for programs."""

from collections.abc import Sequence
from dataclasses import dataclass

import grpc
from google.protobuf.any_pb2 import Any
from google.protobuf.message import Message
from google.rpc.error_details_pb2 import BadRequest, ErrorInfo, RetryInfo  # type: ignore[import-untyped]
from google.rpc.status_pb2 import Status  # type: ignore[import-untyped]

from router.domain.reasons import RouterError, Violation
from router.service.status import STATUS_OF

DOMAIN = "router.api.v1"
DETAILS_KEY = "grpc-status-details-bin"

MESSAGE_CHARACTERS_MAX = 900
VIOLATION_BYTES_MAX = 3_400
FACT_CHARACTERS_MAX = 200
"""LIMIT: a status travels in trailers, of which common clients accept 8 KiB; what does not fit is counted."""


@dataclass(frozen=True, slots=True)
class WireError:
    code: grpc.StatusCode
    message: str
    details: bytes
    """A serialized `google.rpc.Status`."""


def wire_error(error: RouterError) -> WireError:
    """`error` with ErrorInfo always, BadRequest if fields are at fault, RetryInfo if trying again may help."""
    row = STATUS_OF[error.reason]
    message = error.message[:MESSAGE_CHARACTERS_MAX]
    status = Status(code=row.code.value[0], message=message)
    violations = fitting(error.violations)
    facts = {name: value[:FACT_CHARACTERS_MAX] for name, value in sorted(error.facts.items())}
    if len(violations) < len(error.violations):
        facts["violations_shown"] = str(len(violations))
        facts.setdefault("fault_count", str(len(error.violations)))
    info = ErrorInfo(reason=error.reason.value, domain=DOMAIN, metadata=facts)
    details: list[Message] = [info]
    if violations:
        details.append(bad_request(violations))
    if row.retryable:
        details.append(retry_info(int(facts.get("retry_milliseconds", row.retry_milliseconds))))
    for detail in details:
        packed = Any()
        packed.Pack(detail)
        status.details.append(packed)
    return WireError(row.code, message, status.SerializeToString(deterministic=True))


def fitting(violations: Sequence[Violation]) -> Sequence[Violation]:
    """As many of the first violations as the trailers can carry."""
    size = 0
    for index, violation in enumerate(violations):
        size += len(violation.field.encode()) + len(violation.code) + len(violation.description.encode()) + 12
        if size > VIOLATION_BYTES_MAX:
            return violations[:index]
    return violations


def bad_request(violations: Sequence[Violation]) -> BadRequest:
    return BadRequest(
        field_violations=[
            BadRequest.FieldViolation(field=v.field, reason=v.code, description=v.description)
            for v in violations
        ]
    )


def retry_info(milliseconds: int) -> RetryInfo:
    info = RetryInfo()
    info.retry_delay.FromMilliseconds(milliseconds)
    return info
