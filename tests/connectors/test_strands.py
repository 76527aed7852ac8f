"""The order of deliveries: by hand, and against a receiver that fails as chance will have it."""

import random
from collections.abc import Sequence

import pytest

from router.app.records.events import Event
from router.app.records.sinks import HeldEvent, HeldState
from router.connectors.backoff import Backoff
from router.connectors.sink import Delivered, Failed, Gone
from router.connectors.strands import Policy, Sending, Strands
from tests.connectors.builders import an_event
from tests.proving import seeds

PATIENT = Policy(of_strand=Backoff(10, 1_000), of_sink=Backoff(10, 100))


def some_strands(policy: Policy = PATIENT, cursor: int = 0) -> Strands:
    return Strands("erp", cursor, policy, lambda: 1.0)


def everything(event: Event) -> bool:
    return True


def positions(started: Sequence[Sending]) -> list[int]:
    return [event.position for sending in started for event in sending.events]


def test_orders_go_side_by_side_and_each_in_its_order() -> None:
    strands = some_strands()
    strands.take([an_event(1, "A"), an_event(2, "A"), an_event(3, "B")], everything)
    first, second = strands.start(0)

    assert positions([first, second]) == [1, 3]
    strands.settle(second, Delivered(), 0)
    assert (strands.cursor, strands.start(0)) == (0, [])
    strands.settle(first, Delivered(), 0)
    assert positions(strands.start(0)) == [2]
    assert strands.cursor == 1


def test_no_more_than_allowed_are_on_their_way() -> None:
    strands = some_strands(Policy(concurrency=2))
    strands.take([an_event(number, f"A-{number}") for number in range(1, 5)], everything)

    assert positions(strands.start(0)) == [1, 2]
    assert strands.start(0) == []


def test_what_nobody_wants_has_arrived() -> None:
    strands = some_strands()
    strands.take([an_event(1, "A"), an_event(2, "B")], lambda event: event.order_id == "B")

    assert strands.cursor == 1


def test_a_failed_order_waits_longer_each_time_while_the_others_go_on() -> None:
    strands = some_strands()
    strands.take([an_event(1, "A")], everything)
    for due, wait in ((0, 10), (10, 20), (30, 40)):
        (sending,) = strands.start(due)
        strands.settle(sending, Failed("no"), due)
        assert strands.seconds_to_next(due) == wait
        strands.take([an_event(due + 2, "B")], everything)
        (other,) = strands.start(due)
        strands.settle(other, Delivered(), due)

    assert strands.cursor == 32
    assert strands.changed[1] == HeldEvent(
        sink="erp", position=1, order_id="A", state=HeldState.HELD, attempts=3, error="no"
    )


def test_an_event_that_is_given_up_is_a_dead_letter_and_nothing_overtakes_it() -> None:
    strands = some_strands(Policy(attempts_max=2, of_strand=Backoff(1, 1)))
    strands.take([an_event(1, "A"), an_event(2, "A"), an_event(3, "B")], everything)
    for now in (0, 5):
        sending, *others = strands.start(now)
        for other in others:
            strands.settle(other, Delivered(), now)
        strands.settle(sending, Failed("400 Bad Request"), now)
    strands.take([an_event(4, "A"), an_event(5, "C")], everything)

    rows = {position: (row.state.name, row.attempts, row.error) for position, row in strands.changed.items()}
    assert rows == {
        1: ("DEAD", 2, "400 Bad Request"),
        2: ("DEAD", 0, "waits behind a dead letter of its order"),
        4: ("DEAD", 0, "waits behind a dead letter of its order"),
    }
    assert positions(strands.start(9)) == [5]


def test_while_the_sink_is_down_one_event_at_a_time_is_tried_and_each_time_another() -> None:
    strands = some_strands()
    strands.take([an_event(number, f"A-{number}") for number in range(1, 21)], everything)
    for sending in strands.start(0):
        strands.settle(sending, Failed("refused"), 0)
    tried = []
    now = 0.0
    for _ in range(12):
        now += strands.seconds_to_next(now) or 0
        (sending,) = strands.start(now)
        tried.append(sending.events[0].position)
        strands.settle(sending, Failed("refused"), now)

    assert tried == list(range(9, 21))
    assert strands.changed == {}
    assert strands.cursor == 0


def test_when_the_sink_is_up_again_nobody_waits_for_what_was_due_to_its_being_down() -> None:
    strands = some_strands()
    strands.take([an_event(number, f"A-{number}") for number in range(1, 9)], everything)
    for sending in strands.start(0):
        strands.settle(sending, Failed("refused"), 0)
    now = 200.0
    (probe,) = strands.start(now)
    strands.settle(probe, Delivered(), now)

    assert len(strands.start(now)) == 7


def test_a_receiver_that_asks_for_time_gets_it() -> None:
    strands = some_strands()
    strands.take([an_event(1, "A"), an_event(2, "B")], everything)
    first, _ = strands.start(0)
    strands.settle(first, Failed("429 Too Many Requests", retry_seconds=120), 0)
    strands.take([an_event(3, "C")], everything)

    assert strands.start(119) == []
    assert positions(strands.start(120)) == [1, 3]


def test_a_receiver_that_is_gone_gets_nothing_more() -> None:
    strands = some_strands()
    strands.take([an_event(1, "A"), an_event(2, "B")], everything)
    first, second = strands.start(0)
    strands.settle(first, Gone("410 Gone"), 0)
    strands.settle(second, Delivered(), 0)

    assert (strands.is_gone, strands.start(10_000), strands.cursor) == (True, [], 0)


def test_in_one_order_many_go_at_once() -> None:
    strands = some_strands(Policy(in_order=True, batch_max=3, attempts_max=0))
    strands.take([an_event(number, f"A-{number}") for number in range(1, 6)], everything)
    (first,) = strands.start(0)
    strands.settle(first, Delivered(), 0)

    assert positions([first]) == [1, 2, 3]
    assert positions(strands.start(0)) == [4, 5]


def test_what_never_gives_up_never_holds_either() -> None:
    strands = some_strands(Policy(in_order=True, attempts_max=0, of_strand=Backoff(0, 0)))
    strands.take([an_event(1, "A")], everything)
    for _ in range(50):
        (sending,) = strands.start(1e9)
        strands.settle(sending, Failed("disk full"), 0)

    assert (strands.changed, strands.cursor) == ({}, 0)


class Books:
    """What a relay books and finds again after it was killed."""

    def __init__(self, journal: Sequence[Event]) -> None:
        self.journal = journal
        self.cursor = 0
        self.held: dict[int, HeldEvent] = {}

    def opened(self, policy: Policy, chance: random.Random) -> Strands:
        strands = Strands("erp", self.cursor, policy, chance.random)
        rows = sorted(self.held.items())
        strands.remember(
            [
                (row, self.journal[position - 1])
                for position, row in rows
                if row.state is not HeldState.DELIVERED
            ]
        )
        return strands

    def book(self, strands: Strands) -> None:
        rows = dict(strands.changed)
        self.held.update(rows)
        self.cursor = strands.cursor
        strands.booked(rows.values())

    def revive(self) -> None:
        for position, row in self.held.items():
            if row.state is HeldState.DEAD:
                self.held[position] = HeldEvent(
                    sink="erp",
                    position=position,
                    order_id=row.order_id,
                    state=HeldState.HELD,
                    attempts=0,
                    error="",
                )


@pytest.mark.parametrize("seed", seeds(0, 40, 800))
def test_whatever_fails_and_whenever_it_is_killed_all_arrive_and_in_their_order(seed: int) -> None:
    chance = random.Random(seed)
    journal = [an_event(number, f"A-{chance.randrange(6)}") for number in range(1, 121)]
    poison = {event.position for event in journal if chance.random() < 0.04}
    books = Books(journal)
    policy = Policy(
        concurrency=4, attempts_max=4, open_max=20, of_strand=Backoff(1, 8), of_sink=Backoff(1, 8)
    )
    arrived: dict[str, list[int]] = {}
    strands, now, is_down, sent = books.opened(policy, chance), 0.0, False, []
    for _ in range(60_000):
        now += 0.25
        room = min(strands.room, chance.randrange(9))
        strands.take(journal[strands.taken : strands.taken + max(0, room)], everything)
        sent += strands.start(now)
        if sent and chance.random() < 0.7:
            sending = sent.pop(chance.randrange(len(sent)))
            (event,) = sending.events
            fails = is_down or event.position in poison or chance.random() < 0.2
            # What fails may nevertheless have arrived: the answer was lost.
            if not fails or (event.position not in poison and chance.random() < 0.3):
                arrived.setdefault(event.order_id, []).append(event.position)
            strands.settle(sending, Failed("no") if fails else Delivered(), now)
        if chance.random() < 0.02:
            is_down = not is_down
        if chance.random() < 0.1:
            books.book(strands)
        if chance.random() < 0.01:
            strands, sent = books.opened(policy, chance), []
        if strands.cursor == len(journal) and strands.is_idle:
            books.book(strands)
            if not any(row.state is HeldState.DEAD for row in books.held.values()):
                break
            poison.clear()
            books.revive()
            strands, sent = books.opened(policy, chance), []

    assert books.cursor == len(journal)
    assert all(row.state is HeldState.DELIVERED for row in books.held.values())
    for order_id in {event.order_id for event in journal}:
        firsts = list(dict.fromkeys(arrived[order_id]))
        assert firsts == [event.position for event in journal if event.order_id == order_id]


@pytest.mark.parametrize("seed", seeds(0, 10, 200))
def test_after_going_back_everything_arrives_again_whatever_was_held(seed: int) -> None:
    chance = random.Random(seed)
    journal = [an_event(number, f"A-{chance.randrange(4)}") for number in range(1, 41)]
    books = Books(journal)
    policy = Policy(attempts_max=2, of_strand=Backoff(1, 1), of_sink=Backoff(1, 1))
    strands = books.opened(policy, chance)
    strands.take(journal, everything)
    for now in range(0, 400, 2):
        for sending in strands.start(now):
            strands.settle(sending, Failed("no") if chance.random() < 0.5 else Delivered(), now)
    books.book(strands)
    dead = sum(row.state is HeldState.DEAD for row in books.held.values())
    books.cursor = 0
    strands = books.opened(policy, chance)
    strands.take(journal, everything)
    again: list[int] = []
    while not strands.is_idle:
        for sending in strands.start(0):
            again += [event.position for event in sending.events]
            strands.settle(sending, Delivered(), 0)
    books.book(strands)

    assert dead > 0
    assert sorted(again) == list(range(1, 41))
    assert all(row.state is HeldState.DELIVERED for row in books.held.values())
