"""The door before the methods that route orders: while too much waits, calls are turned away unreceived."""

import math
from collections.abc import AsyncIterator, Callable, Iterable
from typing import Any

import grpc

from router.domain.reasons import RouterError
from router.service.calls import Context, refuse
from router.service.errors import wire_error


class Door(grpc.GenericRpcHandler):
    """To be asked first, with the `methods` it stands before (`/service/Name`). Others pass.

    gRPC asks for a method's handler when only the head of a call is there, and reads the call as that handler wants
    it. One that takes a stream may end the call unread: its bytes are neither copied nor waited for. What a deadline
    has to do with it is known only later, so `admit` is asked here for a call that has all the time.
    """

    def __init__(self, methods: Iterable[str], admit: Callable[[float], None]) -> None:
        self._methods = frozenset(methods)
        self._admit = admit

    def service(
        self, handler_call_details: grpc.HandlerCallDetails
    ) -> "grpc.RpcMethodHandler[Any, Any] | None":
        if handler_call_details.method not in self._methods:
            return None
        try:
            self._admit(math.inf)
        except RouterError as error:
            return grpc.stream_unary_rpc_method_handler(turning_away(error))
        return None


def turning_away(error: RouterError) -> Callable[..., Any]:
    failure = wire_error(error)

    async def turn_away(payloads: AsyncIterator[bytes], context: Context) -> None:
        await refuse(context, failure)

    return turn_away
