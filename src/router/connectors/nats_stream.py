"""NATS JetStream: each event is published to the subject named like its type; the stream drops a repeated id."""

import asyncio
import ssl
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from router.app.records.events import Event
from router.connectors.envelope import CONTENT_TYPE, SOURCE, envelope_of, event_id_of
from router.connectors.event_types import EVENT_TYPES
from router.connectors.sink import Delivered, Failed, Outcome

if TYPE_CHECKING:
    from nats.aio.client import Client
    from nats.js import JetStreamContext

LOOKS_BACK_SECONDS = 3_600.0
"""How long a stream that we make remembers ids."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NatsOptions:
    """`stream` is made if there is none, with all subjects that begin with `prefix` and `router.`."""

    servers: tuple[str, ...] = field(repr=False)
    stream: str
    prefix: str = ""
    source: str = SOURCE
    timeout_seconds: float = 10.0
    token: str = field(default="", repr=False)
    credentials: Path | None = None
    tls_ca: Path | None = None


class NatsStream:
    """Acknowledged means stored in the stream. Connects at the first delivery, and again after a failure."""

    def __init__(self, options: NatsOptions) -> None:
        import nats  # noqa: F401, so that a missing driver is noticed at the start

        self._options = options
        self._client: Client | None = None
        self._stream: JetStreamContext | None = None
        self._connecting = asyncio.Lock()

    async def deliver(self, events: Sequence[Event]) -> Outcome:
        (event,) = events
        options = self._options
        try:
            async with asyncio.timeout(options.timeout_seconds):
                stream = await self._connected()
                await stream.publish(
                    options.prefix + EVENT_TYPES[event.kind].name,
                    envelope_of(event, options.source),
                    stream=options.stream,
                    headers={"Nats-Msg-Id": event_id_of(event), "Content-Type": CONTENT_TYPE},
                )
        except TimeoutError:
            return Failed(f"no acknowledgement within {options.timeout_seconds:g} seconds")
        except Exception as error:
            # The driver raises errors of many families; each of them means the same: it is not known to be stored.
            return Failed(f"{type(error).__name__}: {error}".rstrip(": "))
        return Delivered()

    async def close(self) -> None:
        client, self._client, self._stream = self._client, None, None
        if client is not None and not client.is_closed:
            await client.close()

    async def _connected(self) -> "JetStreamContext":
        async with self._connecting:
            if self._client is not None and self._stream is not None and self._client.is_connected:
                return self._stream
            await self.close()
            self._client, self._stream = await self._connect()
            return self._stream

    async def _connect(self) -> "tuple[Client, JetStreamContext]":
        import nats
        from nats.js.errors import NotFoundError

        options = self._options
        more: dict[str, Any] = {}
        if options.token:
            more["token"] = options.token
        if options.credentials:
            more["user_credentials"] = str(options.credentials)
        if options.tls_ca:
            more["tls"] = ssl.create_default_context(cafile=str(options.tls_ca))
        client = await nats.connect(
            list(options.servers),
            allow_reconnect=False,
            connect_timeout=max(1, round(options.timeout_seconds)),
            error_cb=_say_nothing,
            **more,
        )
        stream = client.jetstream(timeout=options.timeout_seconds)
        try:
            await stream.stream_info(options.stream)
        except NotFoundError:
            await stream.add_stream(
                name=options.stream,
                subjects=[f"{options.prefix}router.>"],
                duplicate_window=LOOKS_BACK_SECONDS,
            )
        except BaseException:
            await client.close()
            raise
        return client, stream


async def _say_nothing(error: Exception) -> None:
    """Failures come back from the deliveries that they concern."""
