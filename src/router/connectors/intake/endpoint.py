"""Webhooks of shops over HTTP: signature, document, routing, answer. One path a channel.

Shops repeat a delivery until they hear 2xx, and stop sending at all after many that they do not. So what no repeat can
mend is answered with 200 and told to people; only what a repeat can mend is not.
"""

import logging
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from router.connectors.intake.captured import Captured, DocumentRefused, Terms, Withdrawn
from router.connectors.intake.formats import FORMATS
from router.connectors.intake.signatures import SCHEMES
from router.connectors.request_body import read_body
from router.domain.limits import REQUEST_BYTES_MAX

log = logging.getLogger("router.intake")


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A shop: how its orders are written, how they are read, and the key that its signatures are checked with."""

    format: str
    terms: Terms
    key: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """What became of one order: routed or `canceled`, now or before, or refused with a reason. `may_retry`: later it
    may be taken.
    """

    order_id: str
    canceled: bool = False
    reason: str = ""
    message: str = ""
    replayed: bool = False
    may_retry: bool = False


Send = Callable[[Captured | Withdrawn], Awaitable[Sent]]


def webhook_app(sources: Mapping[str, Source], send: Send) -> Starlette:
    """The application; `sources` by channel, which is also the path that the shop posts to."""

    async def take(request: Request) -> JSONResponse:
        source = sources.get(request.path_params["channel"])
        if source is None:
            return answer(404, message="no such channel here")
        body = await read_body(request)
        if body is None:
            return answer(413, message=f"the body has more than {REQUEST_BYTES_MAX} bytes")
        scheme = SCHEMES[source.format]
        if not scheme.holds(source.key, body, request.headers.get(scheme.header, "")):
            log.warning("a webhook of channel %s is not signed by its shop", source.terms.channel)
            return answer(401, message=f"the signature in {scheme.header} is not that of the body")
        return await route_all(source, body, send)

    return Starlette(routes=[Route("/{channel}", take, methods=["POST"])])


async def route_all(source: Source, body: bytes, send: Send) -> JSONResponse:
    try:
        intake = FORMATS[source.format](body, source.terms)
    except DocumentRefused as refused:
        log.error("a webhook of channel %s cannot be read: %s", source.terms.channel, refused)
        return answer(200, message=str(refused))
    for fault in intake.faults:
        log.error(
            "order %s of channel %s: %s [%s]",
            fault.number,
            source.terms.channel,
            fault.description,
            fault.code,
        )
    sent = [await send(one) for one in intake.orders]
    sent += [await send(one) for one in intake.withdrawn]
    for one in sent:
        if one.reason:
            log.error("order %s: %s [%s]", one.order_id, one.message, one.reason)
    code = 503 if any(one.may_retry for one in sent) else 200
    return answer(
        code,
        orders=[shown(one) for one in sent],
        faults=[
            {"order": one.number, "field": one.field, "code": one.code, "description": one.description}
            for one in intake.faults
        ],
    )


def shown(one: Sent) -> dict[str, Any]:
    if one.reason:
        return {"order_id": one.order_id, "reason": one.reason, "message": one.message}
    done: dict[str, Any] = {"order_id": one.order_id, "replayed": one.replayed}
    return {**done, "canceled": True} if one.canceled else done


def answer(code: int, **content: Any) -> JSONResponse:
    return JSONResponse(content, code)
