"""Questions about what was told: events, how far sinks are, and answers under their keys."""

from collections.abc import Mapping, Sequence

from router.app.records.decisions import StoredOutcome
from router.app.records.events import Event
from router.app.records.sinks import HeldEvent, HeldState, SinkRecord
from router.domain.identifiers import OrderId
from router.stores import tables
from router.stores.rows.events import event_of, held_event_of, sink_of
from router.stores.rows.orders import outcome_of
from router.stores.sql.questions import SqlQuestions
from router.stores.sql.statements import select

_EVENT = select(tables.EVENT)
_SINK = select(tables.SINK)
_HELD_EVENT = select(tables.HELD_EVENT)


class SqlToldReader(SqlQuestions):
    """The part of a reader that tells what was told."""

    def find_outcomes(self, request_ids: Sequence[str]) -> Mapping[str, StoredOutcome]:
        rows = self._rows_listed(select(tables.OUTCOME), "request_id", request_ids) if request_ids else ()
        return {outcome.request_id: outcome for outcome in map(outcome_of, rows)}

    def list_events(self, after: int, limit: int, order_id: OrderId | None) -> Sequence[Event]:
        conditions = (("position > ?", after), ("order_id <> '' AND order_id = ?", order_id or None))
        return tuple(map(event_of, self._page(_EVENT, conditions, "position", limit)))

    def list_sinks(self) -> Sequence[SinkRecord]:
        return tuple(map(sink_of, self._rows(f"{_SINK} ORDER BY name")))

    def list_held_events(
        self, sink: str, after: int, limit: int, state: HeldState | None
    ) -> Sequence[HeldEvent]:
        conditions = (
            ("sink = ?", sink),
            ("position > ?", after),
            ("state = ?", state and int(state)),
        )
        return tuple(map(held_event_of, self._page(_HELD_EVENT, conditions, "position", limit)))

    def count_held_events(self, sink: str) -> tuple[int, int]:
        statement = "SELECT state, count(*) FROM held_event WHERE sink = ? AND state <> 3 GROUP BY state"
        counts = {row[0]: row[1] for row in self._rows(statement, sink)}
        return counts.get(HeldState.HELD, 0), counts.get(HeldState.DEAD, 0)
