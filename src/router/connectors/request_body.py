"""The body of a webhook, read no further than a call may be long."""

from starlette.requests import Request

from router.domain.limits import REQUEST_BYTES_MAX


async def read_body(request: Request) -> bytes | None:
    """None when it is longer than REQUEST_BYTES_MAX."""
    chunks, size = [], 0
    async for chunk in request.stream():
        size += len(chunk)
        if size > REQUEST_BYTES_MAX:
            return None
        chunks.append(chunk)
    return b"".join(chunks)
