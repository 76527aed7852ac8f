"""What a call that failed says: the server's reason, and when to try again."""

from dataclasses import dataclass
from typing import Any

import grpc
from google.protobuf import any_pb2, descriptor_pb2, descriptor_pool, duration_pb2, message_factory

DETAILS_KEY = "grpc-status-details-bin"


@dataclass(slots=True, eq=False)
class Refused(Exception):
    """The server refused the call, and repeating it would not help. `reason` is stable (docs/reference/reasons.md)."""

    code: str
    reason: str
    message: str
    facts: dict[str, str]
    faults: dict[str, str]
    """Field path -> description, of a request with fields at fault."""

    def __str__(self) -> str:
        return f"{self.reason or self.code}: {self.message}"


class Unanswered(Exception):
    """No answer within the client's patience. Whether it was booked is not known: repeat it under the same id.

    The id is empty for watches, and for orders that traveled with others (`AsyncRouter.route` without an id).
    """

    def __init__(self, request_id: str, last: str) -> None:
        under = f" (request_id `{request_id}`)" if request_id else ""
        super().__init__(f"no answer in time{under}; last: {last}")
        self.request_id = request_id
        self.last = last


@dataclass(frozen=True, slots=True)
class Failure:
    """One failed try. `retry_seconds` is what the server said, None where it did not say that a repeat may help."""

    code: grpc.StatusCode
    refusal: Refused
    retry_seconds: float | None


def failure_of(error: Any) -> Failure:
    """`error` is a `grpc.RpcError` of either kind of call."""
    reason, facts, faults, retry = "", {}, {}, None
    for key, value in error.trailing_metadata() or ():
        if key != DETAILS_KEY:
            continue
        for detail in _STATUS.FromString(value).details:
            if detail.Is(_ERROR_INFO.DESCRIPTOR):
                info = _ERROR_INFO.FromString(detail.value)
                reason, facts = info.reason, {one.key: one.value for one in info.metadata}
            elif detail.Is(_RETRY_INFO.DESCRIPTOR):
                delay = _RETRY_INFO.FromString(detail.value).retry_delay
                retry = delay.seconds + delay.nanos / 1e9
            elif detail.Is(_BAD_REQUEST.DESCRIPTOR):
                found = _BAD_REQUEST.FromString(detail.value).field_violations
                faults = {one.field: one.description for one in found}
    refusal = Refused(error.code().name, reason, error.details() or "", facts, faults)
    return Failure(error.code(), refusal, retry)


def _message(name: str, *fields: tuple[str, int, str, bool]) -> descriptor_pb2.DescriptorProto:
    """`fields`: name, number, type (a message's full name or empty for text), whether it is repeated."""
    made = descriptor_pb2.DescriptorProto(name=name)
    for field, number, kind, is_repeated in fields:
        made.field.add(
            name=field,
            number=number,
            type=11 if kind else 9,
            type_name=f".{kind}" if kind else None,
            label=3 if is_repeated else 1,
        )
    return made


# The four messages of google.rpc that are read, in a pool of their own: their package is not a dependency.
_POOL = descriptor_pool.DescriptorPool()
for _file in (any_pb2, duration_pb2):
    _POOL.AddSerializedFile(_file.DESCRIPTOR.serialized_pb)
_POOL.Add(
    descriptor_pb2.FileDescriptorProto(
        name="router_client/rpc.proto",
        package="google.rpc",
        syntax="proto3",
        dependency=[any_pb2.DESCRIPTOR.name, duration_pb2.DESCRIPTOR.name],
        message_type=[
            _message("Status", ("details", 3, "google.protobuf.Any", True)),
            _message("Entry", ("key", 1, "", False), ("value", 2, "", False)),
            _message("ErrorInfo", ("reason", 1, "", False), ("metadata", 3, "google.rpc.Entry", True)),
            _message("RetryInfo", ("retry_delay", 1, "google.protobuf.Duration", False)),
            _message("FieldViolation", ("field", 1, "", False), ("description", 2, "", False)),
            _message("BadRequest", ("field_violations", 1, "google.rpc.FieldViolation", True)),
        ],
    )
)


def _class(name: str) -> Any:
    return message_factory.GetMessageClass(_POOL.FindMessageTypeByName(f"google.rpc.{name}"))


_STATUS, _ERROR_INFO, _RETRY_INFO, _BAD_REQUEST = map(
    _class, ("Status", "ErrorInfo", "RetryInfo", "BadRequest")
)
