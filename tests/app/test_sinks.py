"""How far sinks have come: one relay at a time, no position that no event has, replays that are noticed."""

from typing import Any

import pytest

from router.app.books import held_pages
from router.app.commands.events import ReplayEvents, SettleDeliveries
from router.app.events import replay_events
from router.app.records.sinks import HeldEvent, HeldState, SinkRecord
from router.domain.reasons import Reason, RouterError
from router.stores.memory.store import MemoryStore
from tests.app.builders import Shop, a_shop, digest, order_for
from tests.app.first_come import first_come


@pytest.fixture
def shop() -> Any:
    with a_shop(MemoryStore(), {"lyon": {"RED-CLOCK": 10}}, route=first_come) as one:
        one.route(order_for("RED-CLOCK", 1))
        yield one


def settle(shop: Shop, cursor: int, holder: str = "one", epoch: int = 0, lease: int = 30, **more: Any) -> Any:
    return shop.answer(
        SettleDeliveries(sink="erp", holder=holder, epoch=epoch, cursor=cursor, lease_seconds=lease, **more)
    )


def replay(shop: Shop, sink: str = "erp", **fields: Any) -> Any:
    return shop.answer(
        ReplayEvents(request_id=shop.key(), body_digest=digest(sink, fields), sink=sink, **fields)
    )


def held(position: int, state: HeldState, order_id: str = "order-1") -> HeldEvent:
    return HeldEvent(sink="erp", position=position, order_id=order_id, state=state, attempts=2, error="500")


def test_a_new_sink_begins_where_its_relay_says(shop: Shop) -> None:
    settled = settle(shop, 2)

    assert settled.is_accepted
    assert (settled.record.cursor, settled.record.holder) == (2, "one")
    assert shop.queries.sinks.find_sink("erp") == settled.record


def test_only_one_relay_serves_a_sink_until_its_time_is_over(shop: Shop) -> None:
    settle(shop, 1)
    refused = settle(shop, 3, holder="two")
    shop.clock.instant += 31_000_000
    accepted = settle(shop, 3, holder="two")
    late = settle(shop, 2, holder="one")

    assert [one.is_accepted for one in (refused, accepted, late)] == [False, True, False]
    assert late.record == shop.queries.sinks.find_sink("erp") == accepted.record
    assert (accepted.record.cursor, accepted.record.holder) == (3, "two")


def test_a_relay_that_lets_go_makes_way_at_once(shop: Shop) -> None:
    settle(shop, 1)
    settle(shop, 2, lease=0)

    assert settle(shop, 3, holder="two").is_accepted


def test_a_report_needs_no_key_and_changes_nothing_when_it_is_repeated(shop: Shop) -> None:
    first = settle(shop, 3, held=(held(2, HeldState.HELD),))
    second = settle(shop, 3, held=(held(2, HeldState.HELD),))

    assert first.record.cursor == second.record.cursor == 3
    assert [one.position for one in shop.queries.sinks.list_undelivered("erp")] == [2]


@pytest.mark.parametrize("beyond", ["cursor", "held"])
def test_a_position_that_no_event_has_is_refused(shop: Shop, beyond: str) -> None:
    last = shop.queries.head().event_position
    settle(shop, 0)
    with pytest.raises(RouterError, match=f"position {last + 1}, the last event has {last}") as refused:
        settle(
            shop,
            last + (beyond == "cursor"),
            held=(held(last + 1, HeldState.HELD),) if beyond == "held" else (),
        )

    assert refused.value.reason is Reason.INVALID_REQUEST


def test_after_a_replay_the_relay_has_to_look_again(shop: Shop) -> None:
    settle(shop, 3, is_disabled=True, trouble="410 Gone")
    replayed = replay(shop, after_position=1)
    refused = settle(shop, 3)
    accepted = settle(shop, 1, epoch=1)

    assert replayed.record == SinkRecord(
        name="erp", cursor=1, epoch=1, holder="one", lease_end=replayed.record.lease_end
    )
    assert (refused.is_accepted, refused.record) == (False, replayed.record)
    assert accepted.is_accepted


def test_dead_letters_are_tried_again_of_all_orders_or_of_one(shop: Shop) -> None:
    settle(
        shop,
        3,
        held=(held(1, HeldState.DEAD, "a"), held(2, HeldState.DEAD, "b"), held(3, HeldState.HELD, "c")),
    )
    one = replay(shop, with_dead_letters=True, order_id="b")
    states = {
        row.position: (row.state.name, row.attempts) for row in shop.queries.sinks.list_undelivered("erp")
    }
    rest = replay(shop, with_dead_letters=True)

    assert (one.revived_count, rest.revived_count) == (1, 1)
    assert states == {1: ("DEAD", 2), 2: ("HELD", 0), 3: ("HELD", 2)}
    assert rest.record.cursor == 3


def test_dead_letters_are_reached_however_many_there_are(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(held_pages, "ROWS_PER_PAGE", 4)
    monkeypatch.setattr(replay_events, "REVIVED_MAX", 5)
    for _ in range(20):
        shop.adjust("lyon", "RED-CLOCK", 1)
    orders = ["a" if position % 10 else "b" for position in range(1, 21)]
    settle(shop, 20, held=tuple(held(n, HeldState.DEAD, order) for n, order in enumerate(orders, start=1)))

    assert [one.position for one in shop.queries.sinks.list_undelivered("erp")] == list(range(1, 21))
    assert replay(shop, with_dead_letters=True, order_id="b").revived_count == 2
    assert [replay(shop, with_dead_letters=True).revived_count for _ in range(5)] == [5, 5, 5, 3, 0]


def test_a_replay_of_what_is_not_there_is_refused(shop: Shop) -> None:
    with pytest.raises(
        RouterError, match="no sink `crm` was ever served; known: there is none yet"
    ) as unknown:
        replay(shop, "crm")
    settle(shop, 0)
    with pytest.raises(RouterError, match="after_position is 99, the last event has") as beyond:
        replay(shop, after_position=99)

    assert (unknown.value.reason, beyond.value.reason) == (Reason.SINK_NOT_FOUND, Reason.INVALID_REQUEST)


def test_what_is_told_says_state_and_nodes(shop: Shop) -> None:
    shop.dispatch("order-1/1")
    shop.route(order_for("RED-CLOCK", 3, "order-2"))
    shop.cancel("order-2", {"1": 1})
    shop.adjust("lyon", "RED-CLOCK", 2)
    told = [(event.kind.name, event.state, event.node_ids) for event in shop.queries.list_events(0, 100)][-5:]

    assert told == [
        ("ORDER_ROUTED", "ALLOCATED", ("lyon",)),
        ("SHIPMENT_DISPATCHED", "DISPATCHED", ("lyon",)),
        ("ORDER_ROUTED", "ALLOCATED", ("lyon",)),
        ("ORDER_CANCELED", "ALLOCATED", ()),
        ("STOCK_ADJUSTED", "", ("lyon",)),
    ]


def test_sinks_leave_the_books_true(shop: Shop) -> None:
    settle(shop, 3, held=(held(2, HeldState.DEAD),))
    replay(shop, with_dead_letters=True)

    assert shop.faults() == ()
