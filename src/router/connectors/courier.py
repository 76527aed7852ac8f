"""A courier serves one sink: takes events from the books, lets them go, and writes down how far they have come.

    claim the sink -> what is held, where the cursor is -> deliver -> report -> ... until a replay or another relay

What was delivered and not yet reported when a courier is killed is delivered again, with the same id.
"""

import asyncio
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import Enum

from router.app.commands.events import SettleDeliveries
from router.app.ports.store import StoreError
from router.app.records.events import Event
from router.app.records.sinks import HeldEvent, SinkRecord
from router.connectors.backoff import Jitter
from router.connectors.courier_round import LEASE_SECONDS, LOOK_AGAIN_SECONDS, Round
from router.connectors.post import Post, PostUnavailable
from router.connectors.sink import Failed, Sink
from router.connectors.strands import Policy, Sending, Strands
from router.domain.limits import HELD_PER_REPORT_MAX
from router.domain.reasons import RouterError
from router.ledger.event_kinds import EventKind

log = logging.getLogger("router.events")

EVENTS_PER_READ = 500
CLOSE_ROWS = 20
LINGER_SECONDS = 5.0
"""How long what is on its way may still take when the relay ends."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Errand:
    """What one courier is to do. `kinds` empty: all."""

    name: str
    sink: Sink
    policy: Policy
    kinds: frozenset[EventKind] = frozenset()
    from_beginning: bool = False

    def is_wanted(self, event: Event) -> bool:
        return not self.kinds or event.kind in self.kinds


class _Reported(Enum):
    """What came of a report: LATER means that the books could not be asked."""

    GOOD = "good"
    LOST = "lost"
    LATER = "later"


def events_worth_reading(rows: Sequence[HeldEvent], index: int) -> int:
    """A page from the row on if at least CLOSE_ROWS rows lie in it; else its event alone."""
    is_close = index + CLOSE_ROWS < len(rows) and (
        rows[index + CLOSE_ROWS].position < rows[index].position + EVENTS_PER_READ
    )
    return EVENTS_PER_READ if is_close else 1


class Courier:
    """Belongs to the running event loop. `holder` names whose courier it is."""

    def __init__(
        self, errand: Errand, post: Post, holder: str, monotonic: Callable[[], float], jitter: Jitter
    ) -> None:
        self._errand = errand
        self._post = post
        self._holder = holder
        self._monotonic = monotonic
        self._jitter = jitter
        self._wake = asyncio.Event()
        self._is_ending = False
        self._is_news = False

    def hear(self) -> None:
        """There may be new events, or a replay."""
        self._is_news = True
        self._wake.set()

    def end(self) -> None:
        """Deliver nothing new, report, and return from `run`."""
        self._is_ending = True
        self._wake.set()

    async def run(self) -> None:
        """Serve until told to end."""
        try:
            while not self._is_ending:
                try:
                    round = await self._claim()
                    if round is None:
                        await self._pause(LOOK_AGAIN_SECONDS)
                        continue
                    await self._serve(round)
                except (PostUnavailable, RouterError, StoreError) as error:
                    log.warning("events wait", extra={"sink": self._errand.name, "because": str(error)})
                    await self._pause(LOOK_AGAIN_SECONDS)
                except Exception:
                    log.exception("a courier begins again", extra={"sink": self._errand.name})
                    await self._pause(LOOK_AGAIN_SECONDS)
        finally:
            await self._errand.sink.close()

    async def _claim(self) -> Round | None:
        """A round in which the sink is ours; None while it is disabled or another's."""
        name = self._errand.name
        record = await self._post.find_sink(name)
        if record is None:
            begin = 0 if self._errand.from_beginning else await self._post.last_position()
            record = SinkRecord(name=name, cursor=begin)
        if record.is_disabled:
            return None
        now = self._monotonic()
        settled = await self._post.settle(self._command(record.epoch, record.cursor, LEASE_SECONDS))
        if not settled.is_accepted:
            return None
        strands = Strands(name, settled.record.cursor, self._errand.policy, self._jitter)
        strands.remember(await self._held())
        return Round(
            record=settled.record,
            strands=strands,
            lease_end=now + LEASE_SECONDS,
            last_report=now,
            last_look=now,
        )

    async def _held(self) -> list[tuple[HeldEvent, Event]]:
        """What the books hold, with the events themselves: by the page where they lie close together."""
        held: list[tuple[HeldEvent, Event]] = []
        rows = await self._post.list_held(self._errand.name)
        page: dict[int, Event] = {}
        for index, row in enumerate(rows):
            if row.position not in page:
                events = await self._post.list_events(row.position - 1, events_worth_reading(rows, index))
                page = {event.position: event for event in events}
            held.append((row, page[row.position]))
        return held

    async def _serve(self, round: Round) -> None:
        try:
            while not self._is_ending:
                self._wake.clear()
                round.settle(self._monotonic())
                if await self._is_over(round):
                    return
                await self._take(round)
                self._start(round)
                if not round.results:
                    await self._pause(round.seconds_to_next(self._monotonic()))
        finally:
            await self._finish(round)

    async def _is_over(self, round: Round) -> bool:
        """Report and look around when it is time to; true when the round cannot go on."""
        now = self._monotonic()
        if round.is_report_due(now) and await self._report(round, LEASE_SECONDS) is _Reported.LOST:
            return True
        if now - round.last_look >= LOOK_AGAIN_SECONDS:
            round.last_look = now
            round.is_caught_up = False
            record = await self._post.find_sink(self._errand.name)
            if record is None or record.epoch != round.record.epoch:
                return True
        return round.strands.is_gone and not round.tasks

    async def _take(self, round: Round) -> None:
        """New events, unless there are none or there is no room."""
        room = min(round.strands.room, EVENTS_PER_READ)
        is_nothing_new = round.is_caught_up and not self._is_news
        if is_nothing_new or room <= 0 or round.strands.is_gone:
            return
        self._is_news = False
        events = await self._post.list_events(round.strands.taken, room)
        round.is_caught_up = len(events) < room
        round.strands.take(events, self._errand.is_wanted)

    def _start(self, round: Round) -> None:
        now = self._monotonic()
        if not round.may_send(now):
            return
        for sending in round.strands.start(now):
            task = asyncio.create_task(self._deliver(round, sending))
            round.tasks.add(task)
            task.add_done_callback(round.tasks.discard)

    async def _deliver(self, round: Round, sending: Sending) -> None:
        try:
            outcome = await self._errand.sink.deliver(sending.events)
        except asyncio.CancelledError:
            outcome = Failed("the relay ended")
        except Exception as error:
            log.exception("a sink failed in a way it should not", extra={"sink": self._errand.name})
            outcome = Failed(f"{type(error).__name__}: {error}")
        round.results.append((sending, outcome))
        self._wake.set()

    async def _finish(self, round: Round) -> None:
        """Wait for what is on its way, and say how far it has come; the claim ends with it."""
        if round.tasks:
            _, late = await asyncio.wait(round.tasks, timeout=LINGER_SECONDS)
            for task in late:
                task.cancel()
            if late:
                await asyncio.wait(late)
        round.settle(self._monotonic())
        await self._report(round, 0)

    async def _report(self, round: Round, lease_seconds: int) -> _Reported:
        """In pieces: the cursor passes held events only together with the last of them."""
        strands, epoch = round.strands, round.record.epoch
        cursor, held = strands.cursor, list(strands.changed.values())
        now = self._monotonic()
        round.last_report, round.settled_count = now, 0
        try:
            while True:
                piece, held = held[:HELD_PER_REPORT_MAX], held[HELD_PER_REPORT_MAX:]
                settled = await self._post.settle(
                    self._command(
                        epoch,
                        round.record.cursor if held else cursor,
                        lease_seconds,
                        held=tuple(piece),
                        is_disabled=strands.is_gone and not held,
                        trouble=strands.trouble,
                    )
                )
                if not settled.is_accepted:
                    return _Reported.LOST
                round.record = settled.record
                strands.booked(piece)
                if not held:
                    round.lease_end = now + lease_seconds
                    return _Reported.GOOD
        except (PostUnavailable, RouterError) as error:
            log.warning("a report waits", extra={"sink": self._errand.name, "because": str(error)})
            return _Reported.LATER

    def _command(
        self,
        epoch: int,
        cursor: int,
        lease_seconds: int,
        *,
        held: tuple[HeldEvent, ...] = (),
        is_disabled: bool = False,
        trouble: str = "",
    ) -> SettleDeliveries:
        return SettleDeliveries(
            sink=self._errand.name,
            holder=self._holder,
            epoch=epoch,
            cursor=cursor,
            lease_seconds=lease_seconds,
            held=held,
            is_disabled=is_disabled,
            trouble=trouble,
        )

    async def _pause(self, seconds: float) -> None:
        """Until somebody calls, but not longer than that; others get a turn in any case."""
        await asyncio.sleep(0)
        if seconds <= 0 or self._is_ending:
            return
        try:
            async with asyncio.timeout(seconds):
                await self._wake.wait()
        except TimeoutError:
            return
