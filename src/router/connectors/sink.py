"""What every sink does: take a few events in their order, and say what became of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from router.app.records.events import Event


@dataclass(frozen=True, slots=True)
class Delivered:
    """They have arrived, durably if the sink can say so."""


@dataclass(frozen=True, slots=True)
class Failed:
    """They have not arrived, or nobody knows; try again, not before `retry_seconds` if the sink has said so."""

    error: str
    retry_seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class Gone:
    """The other side wants no more events, ever."""

    error: str


Outcome = Delivered | Failed | Gone


class Sink(Protocol):
    """One place where events go. Expected failures are outcomes; what is raised counts as a failure, too."""

    async def deliver(self, events: Sequence[Event]) -> Outcome: ...

    async def close(self) -> None: ...
