"""Webhooks of carriers over HTTP: signature, document, recording, answer. One path a source.

Who sends repeats until it hears 2xx and brings all that happened again with the next report. So what no repeat can
mend, a document that cannot be read or a shipment that nobody knows, is answered with 200 and told to people.
"""

import hmac
import logging
from base64 import b64encode
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from router.connectors.request_body import read_body
from router.connectors.tracking.shapes import SHAPES
from router.connectors.tracking.told_reports import DocumentRefused, ToldReport, log_out_of_time
from router.domain.limits import REQUEST_BYTES_MAX

log = logging.getLogger("router.tracking")

Record = Callable[[Sequence[ToldReport]], Awaitable[Sequence[str] | None]]
"""What became of each report, RECORDED, KNOWN, NO_SHIPMENT or OUT_OF_TIME; None when the router does not answer."""


@dataclass(frozen=True, slots=True)
class Scheme:
    """The header that has the signature, and how it is made of secret and body (HMAC-SHA256)."""

    header: str
    sign: Callable[[bytes, bytes], str]


def in_hex(secret: bytes, body: bytes) -> str:
    return f"hmac-sha256-hex={hmac.digest(secret, body, sha256).hex()}"


def in_base64(secret: bytes, body: bytes) -> str:
    return b64encode(hmac.digest(secret, body, sha256)).decode()


SCHEMES: Mapping[str, Scheme] = {
    "easypost": Scheme("x-hmac-signature", in_hex),
    "aftership": Scheme("aftership-hmac-sha256", in_base64),
    "own": Scheme("x-hmac-signature", in_hex),
}
"""By shape; what has none here is asked for, not sent."""


@dataclass(frozen=True, slots=True)
class Source:
    """Who sends: in which shape, and the secret that its signatures are made with."""

    shape: str
    secret: bytes


def tracking_app(sources: Mapping[str, Source], record: Record) -> Starlette:
    """The application; `sources` by their name, which is the path that they post to."""

    async def take(request: Request) -> JSONResponse:
        name = request.path_params["source"]
        source = sources.get(name)
        if source is None:
            return JSONResponse({"message": "no such source here"}, 404)
        body = await read_body(request)
        if body is None:
            return JSONResponse({"message": f"the body has more than {REQUEST_BYTES_MAX} bytes"}, 413)
        scheme = SCHEMES[source.shape]
        signature = request.headers.get(scheme.header, "")
        if not hmac.compare_digest(scheme.sign(source.secret, body).encode(), signature.encode()):
            log.warning("a webhook of %s is not signed by it", name)
            return JSONResponse({"message": f"the signature in {scheme.header} is not that of the body"}, 401)
        return await take_in(name, source, body, record)

    return Starlette(routes=[Route("/{source}", take, methods=["POST"])])


async def take_in(name: str, source: Source, body: bytes, record: Record) -> JSONResponse:
    try:
        told = SHAPES[source.shape](body)
    except DocumentRefused as refused:
        log.error("a webhook of %s cannot be read: %s", name, refused)
        return JSONResponse({"message": str(refused)})
    for fault in told.faults:
        log.error("a webhook of %s, row %d: %s", name, fault.row, fault.description)
    outcomes = await record(told.reports) if told.reports else ()
    if outcomes is None:
        return JSONResponse({"message": "the router does not answer, send it again"}, 503)
    unknown = [
        one.tracking_number
        for one, outcome in zip(told.reports, outcomes, strict=True)
        if outcome == "NO_SHIPMENT"
    ]
    if unknown:
        log.warning("%s reports of %s, which no shipment is called", name, unknown[0])
    log_out_of_time(name, told.reports, outcomes)
    return JSONResponse(
        {
            "outcomes": list(outcomes),
            "faults": [
                {"row": one.row, "field": one.field, "description": one.description} for one in told.faults
            ],
        }
    )
