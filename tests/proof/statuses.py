"""What calls return, held against the one table of reasons and what gRPC itself may say."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import grpc
from google.rpc.error_details_pb2 import ErrorInfo
from google.rpc.status_pb2 import Status

from router.domain.reasons import Reason
from router.service.status import STATUS_OF

WATCHED: list[str] = []
"""Statuses of the test that is running that nobody has described."""

OF_GRPC = frozenset(
    {
        grpc.StatusCode.OK,
        # The client gave up, or its deadline passed before the server said anything.
        grpc.StatusCode.CANCELLED,
        grpc.StatusCode.DEADLINE_EXCEEDED,
        # Nobody is there, or no longer.
        grpc.StatusCode.UNAVAILABLE,
        # A message or its metadata is larger than the transport takes.
        grpc.StatusCode.RESOURCE_EXHAUSTED,
        # Health and reflection are gRPC's own services, with statuses of their own.
        grpc.StatusCode.NOT_FOUND,
    }
)
"""Statuses that come without a reason: docs/reference/reasons.md, "Without a reason"."""


OF_THE_CLIENT = frozenset(
    {
        # The client's own stream of requests broke off.
        (grpc.StatusCode.UNKNOWN, "Exception iterating requests!"),
        # The client had closed its channel.
        (grpc.StatusCode.INTERNAL, "Exception raised while intercepting the RPC"),
    }
)
"""Said by gRPC in the client, of calls that never reached a server."""


def fault_of(code: grpc.StatusCode, trailers: Any, words: str = "") -> str:
    """What is wrong with a returned status; empty when it is one of those that are documented."""
    reason = reason_of(trailers)
    if not reason and (code, words) in OF_THE_CLIENT:
        return ""
    if not reason:
        return "" if code in OF_GRPC else f"{code.name} without a reason"
    if reason not in Reason.__members__:
        return f"{code.name} with the unknown reason {reason}"
    row = STATUS_OF[Reason(reason)]
    return "" if row.code is code else f"{code.name} with {reason}, which is {row.code.name}"


def reason_of(trailers: Any) -> str:
    """The reason in the details of a status; empty when there is none."""
    for key, value in trailers or ():
        if key == "grpc-status-details-bin":
            for detail in Status.FromString(value).details:
                info = ErrorInfo()
                if detail.Unpack(info):
                    return info.reason
    return ""


class _Watch(
    grpc.UnaryUnaryClientInterceptor,
    grpc.UnaryStreamClientInterceptor,
    grpc.StreamUnaryClientInterceptor,
    grpc.StreamStreamClientInterceptor,
):
    def _see(self, continuation: Callable[..., Any], details: Any, request: Any) -> Any:
        call = continuation(details, request)
        call.add_done_callback(self._classify)
        return call

    def _classify(self, call: Any) -> None:
        if fault := fault_of(call.code(), call.trailing_metadata(), call.details()):
            WATCHED.append(fault)

    intercept_unary_unary = _see
    intercept_unary_stream = _see
    intercept_stream_unary = _see
    intercept_stream_stream = _see


@contextmanager
def watch_channels() -> Iterator[None]:
    """Channels opened inside are watched."""
    names = ("insecure_channel", "secure_channel")
    originals = {name: getattr(grpc, name) for name in names}

    def watched(open_channel: Callable[..., Any]) -> Callable[..., Any]:
        return lambda *arguments, **named: grpc.intercept_channel(open_channel(*arguments, **named), _Watch())

    for name, open_channel in originals.items():
        setattr(grpc, name, watched(open_channel))
    try:
        yield
    finally:
        for name, open_channel in originals.items():
            setattr(grpc, name, open_channel)
