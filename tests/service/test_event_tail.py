"""Followers of events: what each sees, and how often the store is read for all of them."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence

import pytest

from router.app.records.events import Event
from router.domain.identifiers import Instant
from router.ledger.event_kinds import EventKind
from router.service import event_tail
from router.service.calls import Call
from router.service.engine_bridge import Bell
from router.service.order_bells import OrderBells
from router.service.watchers import Watchers

CALL = Call(received=Instant(1), deadline=1e12)


class CountedBell(Bell):
    """Counts those who look: each takes the next ring first."""

    take_count = 0

    def next_ring(self) -> asyncio.Event:
        self.take_count += 1
        return super().next_ring()


class Ledger:
    """Events of two orders by turns, and every read of them: behind which position, and of which order."""

    def __init__(self, count: int) -> None:
        self.bell = CountedBell()
        self.is_broken = False
        self.events: list[Event] = []
        self.reads: list[tuple[int, str]] = []
        self.after_read: Callable[[], None] = lambda: None
        self.tell(count)

    def tell(self, count: int) -> None:
        for _ in range(count):
            number = len(self.events) + 1
            order_id = "A-1" if number % 2 else "A-2"
            told = Event(
                position=number, time=Instant(number), kind=EventKind.ORDER_ROUTED, order_id=order_id
            )
            self.events.append(told)
        self.bell.ring()

    async def read(self, call: Call, after: int, limit: int, order_id: str) -> Sequence[Event]:
        self.reads.append((after, order_id))
        if self.is_broken:
            raise OSError("the disk is gone")
        found = [one for one in self.events[after:] if order_id in ("", one.order_id)][:limit]
        await asyncio.sleep(0)
        done, self.after_read = self.after_read, lambda: None
        done()
        return found

    async def head(self, call: Call) -> int:
        return len(self.events)

    def watchers(self) -> Watchers:
        return Watchers(self.bell, self.read, self.head)


async def positions(watchers: Watchers, count: int, after: int = 0, order_id: str = "") -> list[int]:
    """Of the first `count` events that a follower sees."""
    seen: list[int] = []
    async for event in watchers.follow(after, order_id, CALL, is_following=True):
        seen.append(event.position)
        if len(seen) == count:
            break
    return seen


def run(story: Callable[[], Awaitable[None]]) -> None:
    async def within_time() -> None:
        async with asyncio.timeout(10):
            await story()

    asyncio.run(within_time())


def test_a_commit_is_read_once_however_many_follow() -> None:
    async def story() -> None:
        ledger = Ledger(10)
        watchers = ledger.watchers()
        following = [
            asyncio.ensure_future(positions(watchers, 4, after=10, order_id=order_id))
            for order_id in ("", "A-1", "A-2", "") * 50
        ]
        await asyncio.sleep(0.05)
        ledger.reads.clear()
        ledger.tell(8)
        seen = await asyncio.gather(*following)

        assert seen[:3] == [[11, 12, 13, 14], [11, 13, 15, 17], [12, 14, 16, 18]]
        assert ledger.reads == [(10, "")]

    run(story)


def test_who_comes_from_before_what_is_kept_reads_for_itself_and_misses_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(event_tail, "EVENTS_KEPT", 5)
    monkeypatch.setattr(event_tail, "EVENTS_PER_READ", 4)

    async def story() -> None:
        ledger = Ledger(3)
        watchers = ledger.watchers()
        await positions(watchers, 1)
        ledger.tell(30)

        assert await positions(watchers, 33) == list(range(1, 34))
        assert await positions(watchers, 16, after=2, order_id="A-1") == list(range(3, 34, 2))
        ledger.reads.clear()
        assert await positions(watchers, 4, after=29) == [30, 31, 32, 33]
        assert ledger.reads == []

    run(story)


def test_what_is_told_while_events_are_read_is_not_lost() -> None:
    async def story() -> None:
        ledger = Ledger(2)
        ledger.after_read = lambda: ledger.tell(1)

        assert await positions(ledger.watchers(), 3) == [1, 2, 3]

    run(story)


def test_one_order_is_followed_past_events_of_others() -> None:
    async def story() -> None:
        ledger = Ledger(6)
        watchers = ledger.watchers()
        following = asyncio.ensure_future(positions(watchers, 4, order_id="A-1"))
        await asyncio.sleep(0.05)
        ledger.reads.clear()
        ledger.tell(1)

        assert await following == [1, 3, 5, 7]
        assert ledger.reads == [(6, "")]

    run(story)


def test_followers_of_other_orders_are_not_woken_by_a_commit() -> None:
    async def story() -> None:
        ledger = Ledger(2)
        watchers = ledger.watchers()
        following = [
            asyncio.ensure_future(positions(watchers, 1, after=2, order_id=f"other-{number}"))
            for number in range(100)
        ]
        await asyncio.sleep(0.05)
        looks = ledger.bell.take_count
        for _ in range(5):
            ledger.tell(1)
            await asyncio.sleep(0.01)
        assert ledger.bell.take_count - looks == 5, "one look at each commit, for all of them"
        for one in following:
            one.cancel()

    run(story)


def test_a_bell_is_rung_for_those_whom_it_concerns_and_for_those_who_follow_all() -> None:
    bells = OrderBells()
    first, second, everything = map(bells.next_ring, ("A-1", "A-2", ""))

    bells.ring(["A-2", "A-3"])
    assert [first.is_set(), second.is_set(), everything.is_set()] == [False, True, True]
    assert bells.next_ring("A-1") is first
    assert not bells.next_ring("A-2").is_set()
    bells.ring_all()
    assert first.is_set()


def test_who_follows_after_all_others_have_left_hears_of_what_comes() -> None:
    async def story() -> None:
        ledger = Ledger(2)
        watchers = ledger.watchers()
        assert await positions(watchers, 2) == [1, 2]
        await asyncio.sleep(0.05)
        following = asyncio.ensure_future(positions(watchers, 1, after=2))
        await asyncio.sleep(0.05)
        ledger.tell(1)

        assert await following == [3]

    run(story)


def test_a_follower_whose_events_cannot_be_read_ends_and_does_not_wait_for_ever() -> None:
    async def story() -> None:
        ledger = Ledger(2)
        watchers = ledger.watchers()
        following = asyncio.ensure_future(positions(watchers, 1, after=2, order_id="A-1"))
        await asyncio.sleep(0.05)

        ledger.is_broken = True
        ledger.tell(1)
        with pytest.raises(OSError, match="the disk is gone"):
            await following

    run(story)
