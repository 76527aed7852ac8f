"""What a feed says, in whatever order it arrives: on hand is its last count and what moved since, exactly."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from router.app.answers.feeds import ShortReservation
from router.app.records.filters import SuspectFilter
from router.domain.identifiers import Day
from router.domain.reasons import Reason, RouterError
from router.ledger.feeds import Counting, Feed
from router.stores.memory.store import MemoryStore
from tests.app.builders import Shop, a_shop, a_snapshot, order_for
from tests.app.feed_builders import (
    a_count,
    a_dispatch,
    a_guard,
    a_lagging_snapshot,
    a_movement,
    a_rejection,
    an_approval,
    told,
    told_at,
    told_by_nobody,
)
from tests.app.first_come import first_come

SECOND = 1_000_000
EVERY = SuspectFilter()
TEN_IN_LYON = {"lyon": {"RED-CLOCK": 10}}


@pytest.fixture
def shop() -> Iterator[Shop]:
    """Ten red clocks in Lyon, as of sequence 1 of feed wms."""
    with a_shop(MemoryStore(), TEN_IN_LYON, route=first_come) as shop:
        yield shop
        assert shop.faults() == ()


def refusal(shop: Shop, command: Any) -> RouterError:
    with pytest.raises(RouterError) as refused:
        shop.ask(command)
    return refused.value


def clocks(shop: Shop, place: str = "lyon") -> tuple[int, int, int]:
    return shop.figures("RED-CLOCK", place)


def test_a_snapshot_that_does_not_know_of_a_movement_keeps_it(shop: Shop) -> None:
    shop.route(order_for("RED-CLOCK", 3))
    shop.ask(a_dispatch("order-1/1", told(5), key="left"))
    late = shop.count(TEN_IN_LYON, sequence=4)

    assert clocks(shop) == (7, 0, 7)
    assert (late.changed_count, late.stale_count) == (0, 0)


def test_a_snapshot_that_knows_of_a_movement_counts_it_once(shop: Shop) -> None:
    shop.route(order_for("RED-CLOCK", 3))
    shop.ask(a_dispatch("order-1/1", told(5), key="left"))
    shop.count({"lyon": {"RED-CLOCK": 7}}, sequence=5)

    assert clocks(shop) == (7, 0, 7)


def test_a_movement_that_comes_after_its_snapshot_closes_its_reservation_only(shop: Shop) -> None:
    shop.route(order_for("RED-CLOCK", 3))
    shop.count({"lyon": {"RED-CLOCK": 7}}, sequence=5)
    before = clocks(shop)
    left: Any = shop.answer(a_dispatch("order-1/1", told(5), key="left"))

    assert (before, clocks(shop)) == ((7, 3, 4), (7, 0, 7))
    assert (left.already_counted, left.record.state) == (True, "DISPATCHED")
    codes = [entry.code.name for entry in shop.queries.ledger.list_entries(0, "").items]
    assert codes[-3:] == ["SNAPSHOT_TRUE_UP", "POST", "SHIP"]


def test_units_posted_without_an_order_are_counted_once_too(shop: Shop) -> None:
    held = shop.reserve(("lyon", "RED-CLOCK", 4))
    shop.post(held.id, {"1": 1}, keep_rest=True, told=told(7))
    shop.count(TEN_IN_LYON, sequence=6)
    between = clocks(shop)
    shop.count({"lyon": {"RED-CLOCK": 6}}, sequence=9)
    shop.post(held.id, told=told(8))

    assert (between, clocks(shop)) == ((9, 3, 6), (6, 0, 6))


def test_receipts_are_counted_once_whether_they_come_before_or_after_their_snapshot(shop: Shop) -> None:
    early: Any = shop.answer(a_movement("lyon", "RED-CLOCK", 5, told(3), key="early"))
    shop.count({"lyon": {"RED-CLOCK": 22}}, sequence=6)
    late: Any = shop.answer(a_movement("lyon", "RED-CLOCK", 7, told(4), key="late"))

    assert (early.row.on_hand, early.already_counted) == (15, False)
    assert (late.row.on_hand, late.already_counted) == (22, True)
    assert clocks(shop)[0] == 22


def test_what_a_snapshot_counted_as_gone_may_go_though_nothing_is_left(shop: Shop) -> None:
    shop.count({"lyon": {"RED-CLOCK": 0}}, sequence=5)
    lost: Any = shop.answer(a_movement("lyon", "RED-CLOCK", -10, told(4), key="lost", reason="LOSS"))

    assert (lost.row.on_hand, lost.already_counted) == (0, True)


def test_a_movement_told_twice_is_booked_once(shop: Shop) -> None:
    shop.ask(a_movement("lyon", "RED-CLOCK", 5, told(3), key="first"))
    again: Any = shop.answer(a_movement("lyon", "RED-CLOCK", 5, told(3), key="second"))
    other = refusal(shop, a_movement("lyon", "RED-CLOCK", 6, told(3), key="third"))
    shop.ask(a_movement("lyon", "RED-CLOCK", 6, told(3), key="fourth", reference="delivery 8"))

    assert (again.duplicate_ignored, again.row.on_hand) == (True, 15)
    assert other.reason is Reason.FEED_MARK_REUSED
    assert clocks(shop)[0] == 21


def test_snapshots_in_the_wrong_order_leave_what_the_newest_said(shop: Shop) -> None:
    shop.count({"lyon": {"RED-CLOCK": 8, "TIN-LAMP": 2}}, sequence=9)
    older = shop.count({"lyon": {"RED-CLOCK": 99, "OAK-CHAIR": 4}}, sequence=7)

    assert (older.stale_count, older.changed_count, older.stale_ignored) == (1, 1, False)
    assert (clocks(shop)[0], shop.figures("OAK-CHAIR", "lyon")[0]) == (8, 4)


def test_a_full_snapshot_counts_what_it_leaves_out_too(shop: Shop) -> None:
    shop.count({"lyon": {"TIN-LAMP": 3}}, sequence=9, is_full=True)
    older = shop.count(TEN_IN_LYON, sequence=8)
    late: Any = shop.answer(a_movement("lyon", "OAK-CHAIR", 2, told(6), key="late"))

    assert (older.stale_ignored, clocks(shop)[0]) == (True, 0)
    assert (late.already_counted, late.row.on_hand) == (True, 0)


def test_an_older_full_snapshot_leaves_alone_what_was_counted_since(shop: Shop) -> None:
    shop.count({"lyon": {"TIN-LAMP": 3}}, sequence=9)
    full = shop.count({"lyon": {"OAK-CHAIR": 1}}, sequence=8, is_full=True)

    figures = [shop.figures(sku, "lyon")[0] for sku in ("RED-CLOCK", "TIN-LAMP", "OAK-CHAIR")]
    assert figures == [0, 3, 1]
    assert (full.changed_count, full.stale_count) == (2, 0)


def test_a_full_snapshot_that_comes_late_still_says_zero_of_goods_never_heard_of(shop: Shop) -> None:
    """What is older than it brings none of them back."""
    shop.count({"lyon": {"RED-CLOCK": 8, "TIN-LAMP": 2}}, sequence=9)
    full = shop.count({"lyon": {"RED-CLOCK": 5, "TIN-LAMP": 5}}, sequence=8, is_full=True)
    older = shop.count({"lyon": {"OAK-CHAIR": 4}}, sequence=7)

    assert (full.stale_ignored, older.stale_ignored) == (True, True)
    assert [shop.figures(sku, "lyon")[0] for sku in ("RED-CLOCK", "TIN-LAMP", "OAK-CHAIR")] == [8, 2, 0]


def test_marks_and_open_movements_survive_a_restart() -> None:
    store = MemoryStore()
    with a_shop(store, TEN_IN_LYON, route=first_come) as shop:
        shop.ask(a_movement("lyon", "RED-CLOCK", 5, told(8), key="after"))
        shop.count({"lyon": {"RED-CLOCK": 9}}, sequence=4)
    again = Shop(store, route=first_come)
    again.engine.start()
    stale = again.count({"lyon": {"RED-CLOCK": 1}}, sequence=4, key="stale")
    again.count({"lyon": {"RED-CLOCK": 6}}, sequence=6, key="newer")
    figures = clocks(again)
    again.engine.stop()

    assert stale.stale_ignored
    assert figures[0] == 6 + 5


def test_movements_that_were_counted_are_forgotten() -> None:
    store = MemoryStore()
    with a_shop(store, TEN_IN_LYON, route=first_come) as shop:
        for sequence in (3, 4, 8):
            shop.ask(a_movement("lyon", "RED-CLOCK", 1, told(sequence), key=f"at {sequence}"))
        kept = len(list(store.read_movements()))
        shop.count({"lyon": {"RED-CLOCK": 12}}, sequence=5)

    assert (kept, [one.mark.value for one in store.read_movements()]) == (3, [8])


def test_a_feed_may_count_by_its_clock(shop: Shop) -> None:
    noon = 1_800_000_000 * SECOND
    by_clock = {"feed": "store", "counting": Counting.TIME}
    shop.count({"nice": {"RED-CLOCK": 5}}, sequence=noon, **by_clock)
    shop.ask(a_movement("nice", "RED-CLOCK", 2, told_at(noon + 9, feed="store"), key="after"))
    shop.ask(a_movement("nice", "RED-CLOCK", 4, told_at(noon - 9, feed="store"), key="before"))

    assert clocks(shop, "nice")[0] == 7


def test_a_new_epoch_begins_only_when_a_snapshot_says_so(shop: Shop) -> None:
    shop.count(TEN_IN_LYON, sequence=500)
    refused = refusal(shop, a_snapshot(TEN_IN_LYON, sequence=1, epoch=1, key="early"))
    movement = a_movement("lyon", "RED-CLOCK", 1, told(1, epoch=1), key="moved")
    early = refusal(shop, movement)
    restarted = shop.count({"lyon": {"RED-CLOCK": 4}}, sequence=1, epoch=1, restarts=True)
    old = shop.count({"lyon": {"RED-CLOCK": 77}}, sequence=900)
    late: Any = shop.answer(movement)

    assert (refused.reason, early.reason) == (Reason.FEED_EPOCH_UNKNOWN, Reason.FEED_EPOCH_UNKNOWN)
    assert (restarted.changed_count, old.stale_ignored) == (1, True)
    assert (late.already_counted, clocks(shop)[0]) == (True, 4)
    (feed,) = shop.queries.stock.list_feeds()
    assert (feed.epoch, feed.newest) == (1, 1)


def test_a_feed_keeps_to_what_it_counts_by_within_an_epoch(shop: Shop) -> None:
    by_time = refusal(shop, a_snapshot(TEN_IN_LYON, sequence=9, key="time", counting=Counting.TIME))
    unmarked = refusal(shop, a_movement("lyon", "RED-CLOCK", 1, told_by_nobody("wms"), key="none"))
    shop.count(TEN_IN_LYON, sequence=9, counting=Counting.TIME, epoch=1, restarts=True)

    assert (by_time.reason, unmarked.reason) == (Reason.FEED_COUNTS_OTHERWISE,) * 2
    assert shop.queries.stock.list_feeds() == (
        Feed(
            feed_id="wms",
            counting=Counting.TIME,
            epoch=1,
            newest=9,
            heard_since=shop.queries.stock.list_feeds()[0].heard_since,
        ),
    )


def test_a_shortfall_names_who_was_promised_last(shop: Shop) -> None:
    for number, quantity in ((1, 4), (2, 3), (3, 2)):
        shop.route(order_for("RED-CLOCK", quantity, f"order-{number}"))
    counted = shop.count({"lyon": {"RED-CLOCK": 5}}, sequence=2)
    (short,) = counted.shortfalls

    assert (short.quantity, clocks(shop)) == (4, (5, 9, 0))
    assert short.reservations == (
        ShortReservation(order_id="order-3", line_id="1", shipment_id="order-3/1", quantity=2),
        ShortReservation(order_id="order-2", line_id="1", shipment_id="order-2/1", quantity=2),
    )
    events = [event for event in shop.queries.list_events(0, 99) if event.kind.name == "STOCK_SHORTFALL"]
    assert [(event.order_id, event.subject) for event in events] == [
        ("order-3", "order-3/1"),
        ("order-2", "order-2/1"),
    ]


def test_a_shortfall_that_lasts_is_answered_again_but_told_once(shop: Shop) -> None:
    shop.route(order_for("RED-CLOCK", 4))
    shop.count({"lyon": {"RED-CLOCK": 1}}, sequence=2)
    again = shop.count({"lyon": {"RED-CLOCK": 1}}, sequence=3)
    events = [event.kind.name for event in shop.queries.list_events(0, 99)]

    assert [one.quantity for one in again.shortfalls] == [3]
    assert events.count("STOCK_SHORTFALL") == 1


def test_units_held_without_an_order_are_named_in_a_shortfall_too(shop: Shop) -> None:
    shop.route(order_for("RED-CLOCK", 4))
    shop.reserve(("lyon", "RED-CLOCK", 5), reservation_id="cart-1")
    counted = shop.count({"lyon": {"RED-CLOCK": 3}}, sequence=2)
    (short,) = counted.shortfalls

    assert [(one.reservation_id, one.order_id, one.quantity) for one in short.reservations] == [
        ("cart-1", "", 5),
        ("", "order-1", 1),
    ]


def test_without_any_count_units_only_come_by_snapshots_and_leave_twice_rather_than_never(shop: Shop) -> None:
    shop.ask(a_lagging_snapshot({"nice": {"RED-CLOCK": 10}}, key="opening"))
    receipt: Any = shop.answer(a_movement("nice", "RED-CLOCK", 5, told_by_nobody(), key="receipt"))
    shop.ask(a_movement("nice", "RED-CLOCK", -2, told_by_nobody(), key="loss", reason="LOSS"))
    shop.clock.instant += 70 * SECOND
    shop.ask(a_movement("nice", "RED-CLOCK", -1, told_by_nobody(), key="loss 2", reason="LOSS"))
    shop.ask(a_lagging_snapshot({"nice": {"RED-CLOCK": 13}}, key="later"))

    assert (receipt.already_counted, receipt.row.on_hand) == (True, 10)
    assert clocks(shop, "nice")[0] == 13 - 1


def test_until_a_lagging_feed_was_heard_for_its_lag_known_figures_only_fall(shop: Shop) -> None:
    shop.ask(a_lagging_snapshot({"lyon": {"RED-CLOCK": 50, "TIN-LAMP": 5}}, key="first"))
    first = (clocks(shop)[0], shop.figures("TIN-LAMP", "lyon")[0])
    shop.ask(a_lagging_snapshot({"lyon": {"RED-CLOCK": 8}}, key="second"))
    second = clocks(shop)[0]
    shop.clock.instant += 61 * SECOND
    shop.ask(a_lagging_snapshot({"lyon": {"RED-CLOCK": 50}}, key="third"))

    assert (first, second, clocks(shop)[0]) == ((10, 5), 8, 50)


def test_what_left_lately_is_known_after_a_restart() -> None:
    store = MemoryStore()
    with a_shop(store, route=first_come) as shop:
        shop.ask(a_lagging_snapshot({"lyon": {"RED-CLOCK": 10}}, key="opening"))
        shop.clock.instant += 100 * SECOND
        shop.route(order_for("RED-CLOCK", 3))
        shop.ask(a_dispatch("order-1/1", told_by_nobody(), key="left"))
        now = shop.clock.instant
    again = Shop(store, route=first_come)
    again.clock.instant = now
    again.engine.start()
    again.ask(a_lagging_snapshot({"lyon": {"RED-CLOCK": 10}}, key="lagging"))
    figures = clocks(again)
    again.engine.stop()

    assert figures[0] == 7


def test_an_absurd_snapshot_is_kept_aside_and_books_nothing(shop: Shop) -> None:
    shop.ask(a_guard(50))
    fair = shop.count({"lyon": {"RED-CLOCK": 5}}, sequence=2)
    absurd = shop.count({"lyon": {"TIN-LAMP": 1}}, sequence=3, is_full=True)

    assert (fair.suspect_id, clocks(shop)[0]) == ("", 5)
    assert (absurd.changed_count, absurd.suspicion) == (
        0,
        "6 of 5 units at lyon would change, 120 % of them",
    )
    (waiting,) = shop.queries.stock.list_suspects(0, "", EVERY).items
    assert (waiting.state.name, waiting.feed_id, waiting.row_count) == ("WAITING", "wms", 1)
    assert [event.kind.name for event in shop.queries.list_events(0, 99)][-1] == "SNAPSHOT_KEPT_ASIDE"


def test_an_approved_snapshot_is_booked_but_for_what_was_counted_since(shop: Shop) -> None:
    shop.count({"lyon": {"TIN-LAMP": 4}}, sequence=2)
    shop.ask(a_guard(50))
    absurd = shop.count({"lyon": {"RED-CLOCK": 0, "TIN-LAMP": 0}}, sequence=3)
    shop.count({"lyon": {"TIN-LAMP": 3}}, sequence=4)
    judged: Any = shop.answer(an_approval(absurd.suspect_id, key="yes"))
    again = refusal(shop, an_approval(absurd.suspect_id, key="again"))

    assert (judged.recorded.changed_count, judged.recorded.stale_count) == (1, 1)
    assert (clocks(shop)[0], shop.figures("TIN-LAMP", "lyon")[0]) == (0, 3)
    assert again.reason is Reason.SUSPECT_STATE_FORBIDS
    (kept,) = shop.queries.stock.list_suspects(0, "", EVERY).items
    assert (kept.state.name, kept.author, kept.note) == ("APPROVED", "ada", "a real sale")


def test_a_rejected_snapshot_is_never_booked(shop: Shop) -> None:
    shop.ask(a_guard(50))
    absurd = shop.count({"lyon": {"RED-CLOCK": 0}}, sequence=3)
    judged: Any = shop.answer(a_rejection(absurd.suspect_id, key="no"))
    refused = refusal(shop, an_approval(absurd.suspect_id, key="yes"))
    next_one = shop.count({"lyon": {"RED-CLOCK": 9}}, sequence=3)

    assert (judged.state, refused.reason) == ("REJECTED", Reason.SUSPECT_STATE_FORBIDS)
    assert (next_one.stale_ignored, clocks(shop)[0]) == (False, 9)


def test_an_absurd_snapshot_of_a_lagging_feed_is_only_good_for_its_lag(shop: Shop) -> None:
    shop.ask(a_lagging_snapshot({"nice": {"RED-CLOCK": 10}}, key="opening"))
    shop.ask(a_guard(50, feed="till"))
    shop.clock.instant += 100 * SECOND
    first: Any = shop.answer(a_lagging_snapshot({"nice": {"RED-CLOCK": 30}}, key="first"))
    second: Any = shop.answer(a_lagging_snapshot({"nice": {"RED-CLOCK": 30}}, key="second"))
    shop.clock.instant += 30 * SECOND
    shop.ask(a_movement("nice", "RED-CLOCK", -1, told_by_nobody(), key="loss", reason="LOSS"))
    shop.ask(an_approval(first.suspect_id, key="in time"))
    figures = clocks(shop, "nice")
    shop.clock.instant += 31 * SECOND
    late = refusal(shop, an_approval(second.suspect_id, key="too late"))

    assert (figures[0], late.reason) == (29, Reason.SUSPECT_STATE_FORBIDS)


def test_the_guard_of_a_feed_that_nobody_heard_cannot_be_set(shop: Shop) -> None:
    assert refusal(shop, a_guard(50, feed="wsm")).reason is Reason.FEED_NOT_FOUND


def test_a_count_told_with_a_mark_is_not_undone_by_an_older_snapshot(shop: Shop) -> None:
    shop.ask(a_count(("lyon", "RED-CLOCK", 8, 10), key="count", told=told(6)))
    shop.count(TEN_IN_LYON, sequence=5)

    assert clocks(shop)[0] == 8


def test_what_a_snapshot_counted_as_gone_is_explained_lot_by_lot() -> None:
    with a_shop(MemoryStore(), route=first_come) as shop:
        for lot, day in (("b-2", 760_000), ("b-1", 750_000)):
            shop.adjust("lyon", "RED-CLOCK", 4, reason="RECEIPT", lot=lot, expiry_day=Day(day))
        shop.route(order_for("RED-CLOCK", 3))
        shop.count({"lyon": {"RED-CLOCK": 3}}, sequence=5)
        left: Any = shop.answer(a_dispatch("order-1/1", told(4), key="left"))
        lost: Any = shop.answer(a_movement("lyon", "RED-CLOCK", -2, told(5), key="lost", reason="LOSS"))
        faults = shop.faults()
        figures = clocks(shop)

    assert (left.already_counted, lost.already_counted) == (True, True)
    assert (faults, figures) == ((), (3, 0, 3))


def test_the_example_of_the_page_about_feeds_is_true(shop: Shop) -> None:
    shop.route(order_for("RED-CLOCK", 3, "A"))
    shop.count(TEN_IN_LYON, sequence=100)
    seen = [clocks(shop)]
    shop.count({"lyon": {"RED-CLOCK": 12}}, sequence=102)
    seen.append(clocks(shop))
    shop.ask(a_dispatch("A/1", told(101), key="A left"))
    seen.append(clocks(shop))
    shop.route(order_for("RED-CLOCK", 2, "B"))
    shop.ask(a_dispatch("B/1", told(103), key="B left"))
    seen.append(clocks(shop))
    shop.ask(a_movement("lyon", "RED-CLOCK", 5, told(102), key="receipt"))
    shop.count(TEN_IN_LYON, sequence=100)
    shop.count({"lyon": {"RED-CLOCK": 12}}, sequence=102, key="copy")
    seen.append(clocks(shop))

    page = (Path(__file__).resolve().parents[2] / "docs/concepts/feeds.md").read_text(encoding="utf-8")
    rows = [line.split("|") for line in page.splitlines() if re.match(r"\| \d \|", line)]
    told_in_page = {int(row[1]): tuple(map(int, row[4:7])) for row in rows}
    assert seen == [told_in_page[line] for line in (1, 4, 5, 6, 9)]
