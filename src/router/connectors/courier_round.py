"""The time in which a courier serves its sink under one claim: what it has on its way, and what is due when."""

import asyncio
from dataclasses import dataclass, field

from router.app.records.sinks import SinkRecord
from router.connectors.sink import Outcome
from router.connectors.strands import Sending, Strands
from router.domain.limits import LEASE_SECONDS_MAX

LEASE_SECONDS = 30
assert LEASE_SECONDS <= LEASE_SECONDS_MAX
REPORT_SECONDS = 1.0
REPORT_EVENTS = 500
"""A report is due after so long, or after so many deliveries."""
LOOK_AGAIN_SECONDS = 1.0
"""How often a courier looks for replays, and for events whose call it has not heard."""


@dataclass(slots=True)
class Round:
    """Times are of the monotonic clock. `results` are deliveries that have ended and are not settled yet."""

    record: SinkRecord
    strands: Strands
    lease_end: float
    last_report: float
    last_look: float
    is_caught_up: bool = False
    settled_count: int = 0
    tasks: set["asyncio.Task[None]"] = field(default_factory=set)
    results: list[tuple[Sending, Outcome]] = field(default_factory=list)

    def may_send(self, now: float) -> bool:
        """Nothing goes out under a claim that may end on the way: the next report renews it."""
        return self.strands.is_idle or now < self.lease_end - LEASE_SECONDS / 3

    def settle(self, now: float) -> None:
        """Tell the strands what came of their deliveries."""
        for sending, outcome in self.results:
            self.strands.settle(sending, outcome, now)
            self.settled_count += len(sending.events)
        self.results.clear()

    def is_report_due(self, now: float) -> bool:
        """Whether the books should hear how far it is, or that the claim is still needed."""
        strands, since = self.strands, now - self.last_report
        is_news = (
            strands.cursor != self.record.cursor
            or bool(strands.changed)
            or strands.trouble != self.record.trouble
            or strands.is_gone
        )
        is_working = not strands.is_idle and self.lease_end - now < LEASE_SECONDS * 2 / 3
        return (is_news or is_working) and (since >= REPORT_SECONDS or self.settled_count >= REPORT_EVENTS)

    def seconds_to_next(self, now: float) -> float:
        """How long there is nothing to do, unless somebody calls."""
        to_look = max(0.0, LOOK_AGAIN_SECONDS - (now - self.last_look))
        to_report = max(0.0, REPORT_SECONDS - (now - self.last_report))
        if not self.may_send(now):
            return to_report
        strands = self.strands
        if not self.is_caught_up and strands.room > 0 and not strands.is_gone:
            return 0.0
        is_unsaid = strands.cursor != self.record.cursor or bool(strands.changed)
        to_retry = strands.seconds_to_next(now)
        return min(to_look, to_report if is_unsaid else to_look, to_look if to_retry is None else to_retry)
