"""The post of a relay in the server itself: apart, because a relay of its own process needs no engine."""

import asyncio
from collections.abc import Sequence

from router.app.answers.events import DeliveriesSettled
from router.app.commands.events import SettleDeliveries
from router.app.engine.engine import Engine
from router.app.queries import Queries
from router.app.records.events import Event
from router.app.records.sinks import HeldEvent, SinkRecord
from router.connectors.notices.told import Told
from router.connectors.notices.told_order import told_of


class EnginePost:
    """Asks the engine to settle, and the store for everything else."""

    def __init__(self, queries: Queries, engine: Engine) -> None:
        self._queries = queries
        self._engine = engine

    async def last_position(self) -> int:
        return (await asyncio.to_thread(self._queries.head)).event_position

    async def find_sink(self, name: str) -> SinkRecord | None:
        return await asyncio.to_thread(self._queries.sinks.find_sink, name)

    async def list_held(self, sink: str) -> Sequence[HeldEvent]:
        return await asyncio.to_thread(self._queries.sinks.list_undelivered, sink)

    async def list_events(self, after: int, limit: int) -> Sequence[Event]:
        return await asyncio.to_thread(self._queries.list_events, after, limit)

    async def find_order(self, order_id: str, shipment_id: str, return_id: str) -> Told | None:
        return await asyncio.to_thread(told_of, self._queries, order_id, shipment_id, return_id)

    async def settle(self, command: SettleDeliveries) -> DeliveriesSettled:
        answered = await asyncio.wrap_future(self._engine.submit(command))
        assert isinstance(answered.answer, DeliveriesSettled), "each command has one kind of answer"
        return answered.answer
