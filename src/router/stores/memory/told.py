"""The part of the memory store that holds what was told: events, how far sinks are, and answers under their keys."""

from collections.abc import Mapping, Sequence
from itertools import islice

from router.app.records.commit import Commit
from router.app.records.decisions import StoredOutcome
from router.app.records.events import Event
from router.app.records.sinks import HeldEvent, HeldState, SinkRecord
from router.domain.identifiers import OrderId


class MemoryTold:
    """Events, sinks and outcomes as of the last commit."""

    def __init__(self) -> None:
        super().__init__()
        self._events: list[Event] = []
        self._outcomes: dict[str, StoredOutcome] = {}
        self._sinks: dict[str, SinkRecord] = {}
        self._held_events: dict[str, dict[int, HeldEvent]] = {}

    def _keep_told(self, commit: Commit) -> None:
        self._events.extend(commit.events)
        self._sinks.update((record.name, record) for record in commit.sinks)
        for held in commit.held_events:
            self._held_events.setdefault(held.sink, {})[held.position] = held
        self._outcomes.update((outcome.request_id, outcome) for outcome in commit.outcomes)
        self._forget_outcomes(commit.forget_outcomes_before)

    def _forget_outcomes(self, before: int) -> None:
        """Outcomes were added in the order of time, so the old ones are in front."""
        while self._outcomes:
            request_id = next(iter(self._outcomes))
            if self._outcomes[request_id].time >= before:
                return
            del self._outcomes[request_id]

    def list_events(self, after: int, limit: int, order_id: OrderId | None) -> Sequence[Event]:
        matching = (event for event in self._events[after:] if not order_id or event.order_id == order_id)
        return tuple(islice(matching, limit))

    def list_sinks(self) -> Sequence[SinkRecord]:
        return tuple(self._sinks[name] for name in sorted(self._sinks))

    def list_held_events(
        self, sink: str, after: int, limit: int, state: HeldState | None
    ) -> Sequence[HeldEvent]:
        matching = (
            held
            for position, held in sorted(self._held_events.get(sink, {}).items())
            if position > after and (state is None or held.state is state)
        )
        return tuple(islice(matching, limit))

    def count_held_events(self, sink: str) -> tuple[int, int]:
        states = [held.state for held in self._held_events.get(sink, {}).values()]
        return states.count(HeldState.HELD), states.count(HeldState.DEAD)

    def find_outcomes(self, request_ids: Sequence[str]) -> Mapping[str, StoredOutcome]:
        return {key: self._outcomes[key] for key in request_ids if key in self._outcomes}
