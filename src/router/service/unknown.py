"""The answer to calls of methods that do not exist."""

from collections.abc import AsyncIterator, Iterable
from difflib import get_close_matches
from typing import Any

import grpc

from router.domain.reasons import Reason, RouterError
from router.service.calls import Context, end_unread
from router.service.errors import wire_error
from router.service.faults import shown


class UnknownMethods(grpc.GenericRpcHandler):
    """Takes every method: to be asked last. Names the nearest of those that are `known`, each as `/service/Name`."""

    def __init__(self, known: Iterable[str]) -> None:
        self._known = tuple(known)

    def service(self, handler_call_details: grpc.HandlerCallDetails) -> "grpc.RpcMethodHandler[Any, Any]":
        asked = handler_call_details.method

        async def refuse_method(payloads: AsyncIterator[bytes], context: Context) -> None:
            near = get_close_matches(asked, self._known, n=1, cutoff=0.0) or ["?"]
            error = RouterError(
                Reason.UNKNOWN_METHOD,
                f"there is no method {shown(asked)}; the nearest is {near[0]}",
                method=asked,
                nearest=near[0],
            )
            end_unread(context, wire_error(error))

        return grpc.stream_stream_rpc_method_handler(refuse_method)
