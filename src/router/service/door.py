"""The door before the methods that route orders: while too much waits, calls are turned away unreceived."""

import math
from collections.abc import AsyncIterator, Callable, Iterable
from typing import Any

import grpc

from router.domain.reasons import RouterError
from router.service.calls import Context, end_unread
from router.service.errors import WireError, wire_error


class Door(grpc.GenericRpcHandler):
    """To be asked first, with the `methods` it stands before (`/service/Name`). Others pass.

    gRPC asks for a method's handler when only the head of a call is there, and reads the call as that handler wants
    it. One that takes a stream may end the call unread: its bytes are neither copied nor waited for. What a deadline
    has to do with it is known only later, so `admit` is asked here for a call that has all the time.

    A refusal is made once for all who are turned away by the same words: between two batches nothing changes them.
    """

    def __init__(self, methods: Iterable[str], admit: Callable[[float], None]) -> None:
        self._methods = frozenset(methods)
        self._admit = admit
        self._words: tuple[object, ...] = ()
        self._turning_away: grpc.RpcMethodHandler[Any, Any] | None = None

    def service(
        self, handler_call_details: grpc.HandlerCallDetails
    ) -> "grpc.RpcMethodHandler[Any, Any] | None":
        if handler_call_details.method not in self._methods:
            return None
        try:
            self._admit(math.inf)
        except RouterError as error:
            words = (error.reason, error.message, error.facts)
            if words != self._words:
                self._words, self._turning_away = words, turning_away(wire_error(error))
            return self._turning_away
        return None


def turning_away(failure: WireError) -> "grpc.RpcMethodHandler[Any, Any]":
    """Ends calls of any kind unread, with `failure`."""

    async def turn_away(payloads: AsyncIterator[bytes], context: Context) -> None:
        end_unread(context, failure)

    return grpc.stream_stream_rpc_method_handler(turn_away)
