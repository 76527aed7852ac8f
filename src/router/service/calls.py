"""The frame around every method: admit, parse, answer, serialize; and what goes over the wire when that fails."""

import asyncio
import logging
import secrets
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from typing import Any, NoReturn

import grpc
import grpc.aio
from google.protobuf import message_factory
from google.protobuf.descriptor import MethodDescriptor
from google.protobuf.message import Message

from router.domain.identifiers import Instant
from router.domain.limits import DEADLINE_SECONDS_MAX, IN_FLIGHT_BYTES_MAX
from router.domain.reasons import Reason, RouterError
from router.service.errors import DETAILS_KEY, WireError, wire_error
from router.service.parse import parse

log = logging.getLogger("router.service")

Context = grpc.aio.ServicerContext[bytes, bytes]
UnaryMethod = Callable[[Any, "Call"], Awaitable[Message]]
WatchMethod = Callable[[Any, "Call"], AsyncIterator[Message]]
UploadMethod = Callable[[AsyncIterator[Any], "Call"], Awaitable[Message]]


@dataclass(frozen=True, slots=True)
class Call:
    """What a method may know of the call: when it came, and until when it is waited for (`time.monotonic` seconds)."""

    received: Instant
    deadline: float

    def renewed(self) -> "Call":
        """The same call with all of its time before it again, for streams that live on."""
        return Call(received=self.received, deadline=time.monotonic() + DEADLINE_SECONDS_MAX)


class Frame:
    """Makes gRPC handlers of methods. Payloads cross as bytes, so that what is refused is refused in our words."""

    def __init__(self, now: Callable[[], Instant]) -> None:
        self._now = now
        self.in_flight_bytes = 0
        self.in_flight_calls = 0

    def handler(self, method: MethodDescriptor, answer: Any) -> "grpc.RpcMethodHandler[bytes, bytes]":
        """The handler of `method`, whose servicer method is `answer`."""
        request_class = message_factory.GetMessageClass(method.input_type)
        if method.client_streaming:
            return grpc.stream_unary_rpc_method_handler(self._upload(request_class, answer))
        if method.server_streaming:
            return grpc.unary_stream_rpc_method_handler(self._watch(request_class, answer))
        return grpc.unary_unary_rpc_method_handler(self._unary(request_class, answer))

    def _unary(self, request_class: type[Message], answer: UnaryMethod) -> Callable[..., Any]:
        async def handle(payload: bytes, context: Context) -> bytes:
            self._enter(len(payload))
            try:
                self._admit()
                response = await answer(parse(request_class, payload), self._call(context))
                return response.SerializeToString(deterministic=True)
            except Exception as error:
                failure = self._failure(error)
            finally:
                self._leave(len(payload))
            await refuse(context, failure)

        return handle

    def _watch(self, request_class: type[Message], answer: WatchMethod) -> Callable[..., Any]:
        async def handle(payload: bytes, context: Context) -> AsyncIterator[bytes]:
            self._enter(len(payload))
            try:
                async for response in answer(parse(request_class, payload), self._call(context)):
                    yield response.SerializeToString(deterministic=True)
                return
            except Exception as error:
                failure = self._failure(error)
            finally:
                self._leave(len(payload))
            await refuse(context, failure)

        return handle

    def _upload(self, request_class: type[Message], answer: UploadMethod) -> Callable[..., Any]:
        async def handle(payloads: AsyncIterator[bytes], context: Context) -> bytes:
            taken = 0

            async def requests() -> AsyncIterator[Message]:
                nonlocal taken
                async for payload in payloads:
                    taken += len(payload)
                    self.in_flight_bytes += len(payload)
                    self._admit()
                    yield parse(request_class, payload)

            self._enter(0)
            try:
                response = await answer(requests(), self._call(context))
                return response.SerializeToString(deterministic=True)
            except Exception as error:
                failure = self._failure(error)
            finally:
                self._leave(taken)
            await refuse(context, failure)

        return handle

    async def wait_until_idle(self, seconds_max: float) -> None:
        """Until no call is being handled, but not longer than that."""
        end = time.monotonic() + seconds_max
        while self.in_flight_calls and time.monotonic() < end:
            await asyncio.sleep(0.01)

    def _call(self, context: Context) -> Call:
        remaining = context.time_remaining()
        seconds = DEADLINE_SECONDS_MAX if remaining is None else remaining
        return Call(received=self._now(), deadline=time.monotonic() + seconds)

    def _enter(self, size: int) -> None:
        self.in_flight_calls += 1
        self.in_flight_bytes += size

    def _leave(self, size: int) -> None:
        self.in_flight_calls -= 1
        self.in_flight_bytes -= size

    def _admit(self) -> None:
        if self.in_flight_bytes > IN_FLIGHT_BYTES_MAX:
            raise RouterError(
                Reason.QUEUE_FULL,
                f"requests of {self.in_flight_bytes:,} bytes are being handled, at most {IN_FLIGHT_BYTES_MAX:,} "
                "may be; nothing was done, try again",
                bytes_max=IN_FLIGHT_BYTES_MAX,
            )

    def _failure(self, error: Exception) -> WireError:
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


def seconds_left(call: Call) -> float:
    return max(0.0, call.deadline - time.monotonic())


async def within(call: Call, waiting: Awaitable[Any]) -> Any:
    """What `waiting` gives, unless the call's time runs out first. It is not told to stop: a booking is not undone."""
    try:
        async with asyncio.timeout(seconds_left(call)):
            return await waiting
    except TimeoutError:
        raise RouterError(
            Reason.DEADLINE_PASSED,
            "the deadline passed; whether it was booked is not known, repeat the call with the same request_id",
        ) from None
