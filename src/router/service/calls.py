"""The frame around every method: admit, parse, answer, serialize; and what goes over the wire when that fails."""

import asyncio
import logging
import secrets
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import aclosing
from types import TracebackType
from typing import Any, NoReturn

import grpc
import grpc.aio
from google.protobuf import message_factory
from google.protobuf.descriptor import MethodDescriptor
from google.protobuf.message import Message
from msgspec import Struct

from router.domain.identifiers import Instant
from router.domain.limits import DEADLINE_SECONDS_MAX, IN_FLIGHT_BYTES_MAX
from router.domain.reasons import Reason, RouterError
from router.service.errors import DETAILS_KEY, WireError, wire_error
from router.service.parse import parse

log = logging.getLogger("router.service")

ROUTES_ORDERS = frozenset(
    {
        "router.api.v1.RoutingService.RouteOrder",
        "router.api.v1.RoutingService.BatchRouteOrders",
        "router.api.v1.ColumnsService.RouteOrderColumns",
    }
)
"""Methods that are refused unread while too much waits. Reading costs more than all else that a refused call takes,
and many of them would take the time of those that were let in.
"""

Context = grpc.aio.ServicerContext[bytes, bytes]


class Call(Struct, frozen=True):
    """What a method may know of the call: when it came, and until when it is waited for (`time.monotonic` seconds)."""

    received: Instant
    deadline: float
    is_deadline_own: bool = False

    def renewed(self) -> "Call":
        """The same call with all of its time before it again, for streams that live on."""
        return Call(received=self.received, deadline=time.monotonic() + DEADLINE_SECONDS_MAX)

    def extended(self, seconds_max: float) -> "Call":
        """The same call, which may take that long unless its client has said how long."""
        if self.is_deadline_own:
            return self
        return Call(received=self.received, deadline=time.monotonic() + seconds_max)


class Frame:
    """Makes gRPC handlers of methods. Payloads cross as bytes, so that what is refused is refused in our words.

    `admit` is asked before orders are read, with their deadline: it refuses those that would wait for too long.
    """

    def __init__(self, now: Callable[[], Instant], admit: Callable[[float], None]) -> None:
        self._now = now
        self._admit = admit
        self.in_flight_bytes = 0
        self.in_flight_calls = 0

    def handler(self, method: MethodDescriptor, answer: Any) -> "grpc.RpcMethodHandler[bytes, bytes]":
        """The handler of `method`, whose servicer method is `answer`."""
        request_class = message_factory.GetMessageClass(method.input_type)
        make, handle = {
            (False, False): (
                grpc.unary_unary_rpc_method_handler,
                self._order if method.full_name in ROUTES_ORDERS else self._unary,
            ),
            (False, True): (grpc.unary_stream_rpc_method_handler, self._watch),
            (True, False): (grpc.stream_unary_rpc_method_handler, self._upload),
            (True, True): (grpc.stream_stream_rpc_method_handler, self._exchange),
        }[method.client_streaming, method.server_streaming]
        return make(handle(request_class, answer))

    def _unary(self, request_class: type[Message], answer: Any) -> Callable[..., Any]:
        async def handle(payload: bytes, context: Context) -> bytes:
            async with self._guarded(context) as take:
                response = await answer(parse(request_class, take(payload)), self._call(context))
                return serialize(response)

        return handle

    def _order(self, request_class: type[Message], answer: Any) -> Callable[..., Any]:
        async def handle(payload: bytes, context: Context) -> bytes:
            async with self._guarded(context) as take:
                call = self._call(context)
                self._admit(call.deadline)
                return serialize(await answer(parse(request_class, take(payload)), call))

        return handle

    def _watch(self, request_class: type[Message], answer: Any) -> Callable[..., Any]:
        async def handle(payload: bytes, context: Context) -> AsyncIterator[bytes]:
            async with (
                self._guarded(context) as take,
                aclosing(answer(parse(request_class, take(payload)), self._call(context))) as responses,
            ):
                async for response in responses:
                    yield serialize(response)

        return handle

    def _upload(self, request_class: type[Message], answer: Any) -> Callable[..., Any]:
        async def handle(payloads: AsyncIterator[bytes], context: Context) -> bytes:
            async with self._guarded(context) as take:
                requests = (parse(request_class, take(payload)) async for payload in payloads)
                return serialize(await answer(requests, self._call(context)))

        return handle

    def _exchange(self, request_class: type[Message], answer: Any) -> Callable[..., Any]:
        async def handle(payloads: AsyncIterator[bytes], context: Context) -> AsyncIterator[bytes]:
            async with self._guarded(context) as take:
                requests = (parse(request_class, take(payload)) async for payload in payloads)
                async with aclosing(answer(requests, self._call(context))) as responses:
                    async for response in responses:
                        yield serialize(response)

        return handle

    def _guarded(self, context: Context) -> "Guard":
        return Guard(self, context)

    async def wait_until_idle(self, seconds_max: float) -> None:
        """Until no call is being handled, but not longer than that."""
        end = time.monotonic() + seconds_max
        while self.in_flight_calls and time.monotonic() < end:
            await asyncio.sleep(0.01)

    def _call(self, context: Context) -> Call:
        remaining = context.time_remaining()
        seconds = DEADLINE_SECONDS_MAX if remaining is None else remaining
        return Call(
            received=self._now(),
            deadline=time.monotonic() + seconds,
            is_deadline_own=remaining is not None,
        )


class Guard:
    """One call: counted while it lasts, ended in our words when it fails. Gives what takes its payloads in."""

    __slots__ = ("_context", "_frame", "_taken")

    def __init__(self, frame: Frame, context: Context) -> None:
        self._frame = frame
        self._context = context
        self._taken = 0

    async def __aenter__(self) -> Callable[[bytes], bytes]:
        self._frame.in_flight_calls += 1
        return self._take

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._frame.in_flight_calls -= 1
        self._frame.in_flight_bytes -= self._taken
        # What gRPC raises itself, such as to a stream whose client went away while the server ends, nobody hears.
        if isinstance(error, Exception) and not isinstance(error, grpc.aio.BaseError):
            await refuse(self._context, failure_of(error))

    def _take(self, payload: bytes) -> bytes:
        self._taken += len(payload)
        self._frame.in_flight_bytes += len(payload)
        if self._frame.in_flight_bytes > IN_FLIGHT_BYTES_MAX:
            raise too_many_bytes(self._frame.in_flight_bytes)
        return payload


def serialize(response: Message | bytes) -> bytes:
    """Equal answers are equal bytes, maps included. Those that are bytes already are serialized so."""
    return response if isinstance(response, bytes) else response.SerializeToString(deterministic=True)


def too_many_bytes(count: int) -> RouterError:
    return RouterError(
        Reason.QUEUE_FULL,
        f"requests of {count:,} bytes are being handled, at most {IN_FLIGHT_BYTES_MAX:,} may be; "
        "nothing was done, try again",
        bytes_max=IN_FLIGHT_BYTES_MAX,
    )


def failure_of(error: Exception) -> WireError:
    """The refusal in `error`; of anything else the client learns a number, and the log the rest."""
    if isinstance(error, RouterError):
        return wire_error(error)
    incident = secrets.token_hex(8)
    log.error("incident", exc_info=error, extra={"incident": incident})
    return wire_error(
        RouterError(
            Reason.INTERNAL,
            f"the server failed; its log has the cause under incident {incident}",
            incident=incident,
        )
    )


async def refuse(context: Context, failure: WireError) -> NoReturn:
    """End the call with `failure`: what gRPC raises then must pass."""
    await context.abort(failure.code, failure.message, ((DETAILS_KEY, failure.details),))


def end_unread(context: Context, failure: WireError) -> None:
    """The same for a handler that streams answers and has given none, at less than `abort`, whose exception holds the
    call and is held by it: 40 objects that nothing but the collector frees.
    """
    context.set_code(failure.code)
    context.set_details(failure.message)
    context.set_trailing_metadata(((DETAILS_KEY, failure.details),))


def seconds_left(call: Call) -> float:
    return max(0.0, call.deadline - time.monotonic())


async def within(call: Call, waiting: Awaitable[Any], *, books: bool) -> Any:
    """What `waiting` gives, unless the call's time runs out first. It is not told to stop: a booking is not undone."""
    try:
        async with asyncio.timeout(seconds_left(call)):
            return await waiting
    except TimeoutError:
        raise (deadline_passed() if books else read_too_long()) from None


def read_too_long() -> RouterError:
    """The same of a call that books nothing."""
    return RouterError(
        Reason.DEADLINE_PASSED,
        "the deadline passed before the answer was found; nothing was done, allow more time",
    )


def deadline_passed() -> RouterError:
    """What is known of a call that nobody can wait for any longer."""
    return RouterError(
        Reason.DEADLINE_PASSED,
        "the deadline passed; whether it was booked is not known, repeat the call with the same request_id",
    )
