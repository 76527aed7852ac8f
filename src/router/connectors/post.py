"""What a relay needs of the books: events, how far a sink has come, and a place to write that down."""

import asyncio
from collections.abc import Sequence
from typing import Protocol

from router.app.answers import DeliveriesSettled
from router.app.commands import SettleDeliveries
from router.app.engine import Engine
from router.app.queries import Queries
from router.app.records import Event
from router.app.sinks import HeldEvent, SinkRecord


class PostUnavailable(Exception):
    """The books cannot be asked at the moment; nothing was done, or to do it again changes nothing."""


class Post(Protocol):
    """All of it may raise PostUnavailable."""

    async def last_position(self) -> int:
        """Of the last event."""
        ...

    async def find_sink(self, name: str) -> SinkRecord | None: ...

    async def list_held(self, sink: str) -> Sequence[HeldEvent]:
        """What has not arrived yet, by position."""
        ...

    async def list_events(self, after: int, limit: int) -> Sequence[Event]:
        """By position."""
        ...

    async def settle(self, command: SettleDeliveries) -> DeliveriesSettled: ...


class EnginePost:
    """The post of a relay in the server itself."""

    def __init__(self, queries: Queries, engine: Engine) -> None:
        self._queries = queries
        self._engine = engine

    async def last_position(self) -> int:
        return (await asyncio.to_thread(self._queries.head)).event_position

    async def find_sink(self, name: str) -> SinkRecord | None:
        return await asyncio.to_thread(self._queries.find_sink, name)

    async def list_held(self, sink: str) -> Sequence[HeldEvent]:
        return await asyncio.to_thread(self._queries.list_undelivered, sink)

    async def list_events(self, after: int, limit: int) -> Sequence[Event]:
        return await asyncio.to_thread(self._queries.list_events, after, limit)

    async def settle(self, command: SettleDeliveries) -> DeliveriesSettled:
        answered = await asyncio.wrap_future(self._engine.submit(command))
        assert isinstance(answered.answer, DeliveriesSettled), "each command has one kind of answer"
        return answered.answer
