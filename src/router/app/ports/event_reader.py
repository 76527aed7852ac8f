"""What events and sinks ask a store; a part of `app.ports.Reader`."""

from collections.abc import Sequence
from typing import Protocol

from router.app.records.events import Event
from router.app.records.sinks import HeldEvent, HeldState, SinkRecord
from router.domain.identifiers import OrderId


class EventReader(Protocol):
    """Of everything committed. `after` is the key that a listing goes on behind, None at first."""

    def list_events(self, after: int, limit: int, order_id: OrderId | None) -> Sequence[Event]:
        """By position."""
        ...

    def list_sinks(self) -> Sequence[SinkRecord]:
        """By name."""
        ...

    def list_held_events(
        self, sink: str, after: int, limit: int, state: HeldState | None
    ) -> Sequence[HeldEvent]:
        """By position; all states unless one is asked for."""
        ...

    def count_held_events(self, sink: str) -> tuple[int, int]:
        """How many are HELD, and how many are DEAD."""
        ...
