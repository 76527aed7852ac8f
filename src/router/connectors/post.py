"""What a relay needs of the books: events, how far a sink has come, and a place to write that down."""

from collections.abc import Sequence
from typing import Protocol

from router.app.answers.events import DeliveriesSettled
from router.app.commands.events import SettleDeliveries
from router.app.records.events import Event
from router.app.records.sinks import HeldEvent, SinkRecord
from router.connectors.notices.told import Told


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

    async def find_order(self, order_id: str, shipment_id: str, return_id: str) -> Told | None:
        """What its customer may be told of an order and, if one is named, of its shipment or return; None if there is
        none.
        """
        ...

    async def settle(self, command: SettleDeliveries) -> DeliveriesSettled: ...
