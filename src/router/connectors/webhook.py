"""Webhooks: one POST an event, signed, over verified TLS."""

import asyncio
import ssl
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import TYPE_CHECKING

from router.app.records.events import Event
from router.connectors.envelope import CONTENT_TYPE, SOURCE, envelope_of, event_id_of
from router.connectors.signature import signed_headers
from router.connectors.sink import Delivered, Failed, Gone, Outcome

if TYPE_CHECKING:
    import httpx

GONE = 410
TOLD_BYTES_MAX = 200
"""Of an answer only this much is told in an error."""
ANSWER_BYTES_MAX = 1 << 16
"""LIMIT: an answer that is longer is not read to its end."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WebhookOptions:
    """Where to and how. Without `keys` nothing is signed. `tls_ca` replaces the machine's authorities."""

    url: str
    keys: tuple[bytes, ...] = field(default=(), repr=False)
    source: str = SOURCE
    timeout_seconds: float = 10.0
    concurrency: int = 8
    tls_ca: Path | None = None
    proxy: str = field(default="", repr=False)


class Webhook:
    """Any 2xx is an arrival, 410 the wish for no more, everything else a failure. Redirects are not followed."""

    def __init__(self, options: WebhookOptions, seconds: Callable[[], float] = time.time) -> None:
        import httpx

        self._options = options
        self._seconds = seconds
        trusted = ssl.create_default_context(cafile=str(options.tls_ca) if options.tls_ca else None)
        self._client = httpx.AsyncClient(
            verify=trusted,
            timeout=options.timeout_seconds,
            limits=httpx.Limits(
                max_connections=options.concurrency, max_keepalive_connections=options.concurrency
            ),
            proxy=options.proxy or None,
            follow_redirects=False,
            trust_env=False,
        )

    async def deliver(self, events: Sequence[Event]) -> Outcome:
        import httpx

        (event,) = events
        body = envelope_of(event, self._options.source)
        headers = {"content-type": CONTENT_TYPE, "user-agent": "router-events/1"}
        if self._options.keys:
            headers |= signed_headers(self._options.keys, event_id_of(event), int(self._seconds()), body)
        try:
            # A time for the whole: a receiver that sends a byte now and then would never exceed one for each step.
            async with (
                asyncio.timeout(self._options.timeout_seconds),
                self._client.stream("POST", self._options.url, content=body, headers=headers) as response,
            ):
                return await self._outcome(response)
        except (TimeoutError, httpx.TimeoutException):
            return Failed(f"no answer within {self._options.timeout_seconds:g} seconds")
        except httpx.HTTPError as error:
            return Failed(str(error) or type(error).__name__)

    async def _outcome(self, response: "httpx.Response") -> Outcome:
        said = await _beginning(response)
        if response.is_success:
            return Delivered()
        error = f"{response.status_code} {response.reason_phrase}{': ' if said else ''}{said}"
        if response.status_code == GONE:
            return Gone(error)
        return Failed(error, retry_after(response.headers, self._seconds()))

    async def close(self) -> None:
        await self._client.aclose()


async def _beginning(response: "httpx.Response") -> str:
    """The first printable characters of an answer. One that was read to its end leaves the connection for the next."""
    head = b""
    count = 0
    async for chunk in response.aiter_bytes():
        head += chunk[: TOLD_BYTES_MAX - len(head)]
        count += len(chunk)
        if count > ANSWER_BYTES_MAX:
            break
    text = head.decode("utf-8", "replace")
    return "".join(one if one.isprintable() else " " for one in text).strip()


def retry_after(headers: Mapping[str, str], now: float) -> float:
    """The seconds that a Retry-After asks to wait, as a number or as a date; 0 without one that can be read."""
    text = headers.get("retry-after", "").strip()
    if text.isascii() and text.isdigit():
        return float(text[:9])
    try:
        moment = parsedate_to_datetime(text)
    except (ValueError, TypeError):
        return 0.0
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return max(0.0, (moment - datetime.fromtimestamp(now, UTC)).total_seconds())
