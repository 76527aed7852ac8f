"""What people do with goods: count them, and send them from node to node."""

from collections.abc import Iterator
from typing import Any

import pytest

from router.app.answers.stock import Inbound
from router.app.records.filters import TransferFilter
from router.domain.identifiers import Day
from router.domain.reasons import Reason, RouterError
from router.ledger.transfers import TransferState
from router.routing.network.dates import utc_day
from router.stores.memory.store import MemoryStore
from tests.app.builders import Shop, a_shop, order_for
from tests.app.feed_builders import a_count, receive, send, take_back, told
from tests.app.first_come import first_come
from tests.routing.builders import MONDAY_TEN


@pytest.fixture
def shop() -> Iterator[Shop]:
    """Ten red clocks and four tin lamps in Lyon."""
    with a_shop(MemoryStore(), {"lyon": {"RED-CLOCK": 10, "TIN-LAMP": 4}}, route=first_come) as shop:
        yield shop
        assert shop.faults() == ()


def refusal(shop: Shop, command: Any) -> RouterError:
    with pytest.raises(RouterError) as refused:
        shop.ask(command)
    return refused.value


def figures(shop: Shop, sku: str = "RED-CLOCK") -> tuple[int, int]:
    """On hand in Lyon and in Nice."""
    return shop.figures(sku, "lyon")[0], shop.figures(sku, "nice")[0]


def buckets(shop: Shop, sku: str = "RED-CLOCK") -> dict[str, int]:
    page, _ = shop.queries.ledger.list_balances(0, "", sku=sku)
    return {str(account): balance.units for account, balance in page.items if balance.units}


def test_a_count_books_the_differences_with_its_reason(shop: Shop) -> None:
    counted: Any = shop.answer(
        a_count(("lyon", "RED-CLOCK", 8, 10), ("lyon", "TIN-LAMP", 4, 4), key="count", reference="aisle 3")
    )

    assert [(one.row.on_hand, one.difference) for one in counted.rows] == [(8, -2), (4, 0)]
    (entry,) = shop.queries.ledger.list_entries(0, "", "aisle 3").items
    assert (entry.code.name, entry.quantity, entry.line_id) == ("ADJUST", 2, "CYCLE_COUNT")
    event = shop.queries.list_events(0, 99)[-1]
    assert (event.kind.name, event.text) == (
        "STOCK_COUNTED",
        "CYCLE_COUNT: 1 of 2 figures differed, by 2 units",
    )


def test_a_count_is_booked_whole_or_not_at_all(shop: Shop) -> None:
    refused = refusal(shop, a_count(("lyon", "RED-CLOCK", 8, 10), ("lyon", "TIN-LAMP", 4, 5), key="count"))

    assert refused.reason is Reason.STOCK_CHANGED
    assert [one.field for one in refused.violations] == ["rows[1].expected_on_hand"]
    assert figures(shop) == (10, 0)


def test_a_count_names_every_place_it_does_not_know(shop: Shop) -> None:
    refused = refusal(shop, a_count(("mars", "RED-CLOCK", 1, 0), ("lyon", "NO-SUCH", 1, 0), key="count"))

    assert [(one.field, one.code) for one in refused.violations] == [
        ("rows[0].node_id", "UNKNOWN_NODE"),
        ("rows[1].sku", "UNKNOWN_SKU"),
    ]


def test_a_count_below_what_is_reserved_names_who_is_short(shop: Shop) -> None:
    shop.route(order_for("RED-CLOCK", 6))
    counted: Any = shop.answer(a_count(("lyon", "RED-CLOCK", 4, 10), key="count"))

    assert [(one.quantity, one.reservations[0].order_id) for one in counted.shortfalls] == [(2, "order-1")]


def test_a_transfer_is_under_way_until_it_is_received(shop: Shop) -> None:
    transfer = send(shop, {"RED-CLOCK": 3, "TIN-LAMP": 1}, expected_day=Day(740_000), reference="truck 7")
    id = transfer.id
    on_the_way = buckets(shop)
    received: Any = shop.answer(receive(id, key="all"))

    assert on_the_way["nice/RED-CLOCK/in_transit"] == 3
    assert received.transfer.state is TransferState.RECEIVED
    assert (figures(shop), figures(shop, "TIN-LAMP")) == ((7, 3), (3, 1))
    assert shop.queries.stock.list_transfers(0, "", TransferFilter()).items == (received.transfer,)


def test_what_is_under_way_is_shown_where_it_goes_but_cannot_be_promised(shop: Shop) -> None:
    transfer = send(shop, {"RED-CLOCK": 10}, expected_day=Day(740_000))
    (waiting,) = shop.route(order_for("RED-CLOCK", 1)).results
    rows = {row.node_id: row for row in shop.availability("RED-CLOCK")}

    assert rows["nice"].inbound == (Inbound(transfer_id=transfer.id, quantity=10, expected_day=Day(740_000)),)
    assert (rows["nice"].available, rows["lyon"].inbound) == (0, ())
    assert waiting.plan.shipments == ()


def test_only_free_units_may_leave(shop: Shop) -> None:
    shop.route(order_for("RED-CLOCK", 8))
    with pytest.raises(RouterError) as refused:
        send(shop, {"RED-CLOCK": 3, "TIN-LAMP": 5})

    assert refused.value.reason is Reason.INSUFFICIENT_STOCK
    assert [(one.field, one.description) for one in refused.value.violations] == [
        ("lines[RED-CLOCK]", "`lyon` has 2 free units of `RED-CLOCK`, 3 cannot leave"),
        ("lines[TIN-LAMP]", "`lyon` has 4 free units of `TIN-LAMP`, 5 cannot leave"),
    ]


def test_a_transfer_arrives_in_parts_with_units_broken_lost_and_too_many(shop: Shop) -> None:
    id = send(shop, {"RED-CLOCK": 6, "TIN-LAMP": 2}).id
    part: Any = shop.answer(receive(id, {"RED-CLOCK": (2, 1)}, key="part"))
    rest: Any = shop.answer(receive(id, {"RED-CLOCK": (1, 0), "TIN-LAMP": (3, 0)}, key="rest", closes=True))
    clock, lamp = rest.transfer.lines

    assert (part.transfer.state, part.transfer.lines[0].left) == (TransferState.OPEN, 3)
    assert (clock.received, clock.damaged, clock.lost, clock.left) == (3, 1, 2, 0)
    assert (lamp.received, lamp.extra, lamp.lost) == (3, 1, 0)
    assert rest.transfer.state is TransferState.RECEIVED
    assert (figures(shop), figures(shop, "TIN-LAMP")) == ((4, 3), (2, 3))
    assert buckets(shop) == {
        "/RED-CLOCK/adjustment": -10,
        "lyon/RED-CLOCK/on_hand": 4,
        "nice/RED-CLOCK/on_hand": 3,
        "nice/RED-CLOCK/damaged": 1,
        "/RED-CLOCK/lost": 2,
    }
    texts = [e.text for e in shop.queries.list_events(0, 99) if e.kind.name == "TRANSFER_RECEIVED"]
    assert texts == [
        "2 received, 1 damaged at nice; 5 left",
        "4 received, 2 lost, 1 extra at nice; closed",
    ]


def test_far_more_than_was_sent_is_refused_until_it_is_said_to_be_true(shop: Shop) -> None:
    id = send(shop, {"RED-CLOCK": 6}).id
    with pytest.raises(RouterError, match=r"was to bring 6 of `RED-CLOCK`, with this 6,000 came") as refused:
        shop.answer(receive(id, {"RED-CLOCK": (6_000, 0)}, key="slip"))

    assert refused.value.reason is Reason.INVALID_REQUEST
    assert figures(shop) == (4, 0)
    done: Any = shop.answer(receive(id, {"RED-CLOCK": (5_000, 1_000)}, key="true", accepts_extra=True))
    assert done.transfer.lines[0].extra == 5_994


def test_a_transfer_is_not_expected_years_away(shop: Shop) -> None:
    with pytest.raises(RouterError, match="expected_date is 2046-") as refused:
        send(shop, {"RED-CLOCK": 6}, expected_day=Day(utc_day(MONDAY_TEN) + 7_305))

    assert refused.value.reason is Reason.INVALID_REQUEST
    assert figures(shop) == (10, 0)


def test_a_transfer_has_the_id_it_was_given_once(shop: Shop) -> None:
    named = send(shop, {"RED-CLOCK": 1}, transfer_id="truck-7")
    unnamed = send(shop, {"RED-CLOCK": 1}, key="send 2")
    with pytest.raises(RouterError) as refused:
        send(shop, {"RED-CLOCK": 1}, key="send 3", transfer_id="truck-7")

    assert (named.id, unnamed.id) == ("truck-7", f"t-{unnamed.number:012d}")
    assert refused.value.reason is Reason.TRANSFER_EXISTS


def test_a_short_transfer_may_be_left_open(shop: Shop) -> None:
    id = send(shop, {"RED-CLOCK": 6}).id
    shop.ask(receive(id, {"RED-CLOCK": (5, 0)}, key="part"))
    closed: Any = shop.answer(receive(id, key="closed", closes=True))

    assert (closed.transfer.lines[0].lost, figures(shop)) == (1, (4, 5))


def test_a_transfer_can_be_taken_back_until_something_of_it_arrived(shop: Shop) -> None:
    first = send(shop, {"RED-CLOCK": 3}).id
    second = send(shop, {"RED-CLOCK": 2}, key="send 2").id
    shop.ask(receive(second, {"RED-CLOCK": (1, 0)}, key="part"))
    taken: Any = shop.answer(take_back(first, key="back"))
    refused = refusal(shop, take_back(second, key="too late"))
    over = refusal(shop, receive(first, key="over"))

    assert (taken.transfer.state, figures(shop)) == (TransferState.CANCELED, (8, 1))
    assert (refused.reason, over.reason) == (Reason.TRANSFER_STATE_FORBIDS,) * 2


def test_what_was_not_sent_cannot_be_received(shop: Shop) -> None:
    id = send(shop, {"RED-CLOCK": 3}).id
    refused = refusal(shop, receive(id, {"OAK-CHAIR": (1, 0)}, key="odd"))

    assert [(one.field, one.code) for one in refused.violations] == [("lines[OAK-CHAIR]", "UNKNOWN_SKU")]
    assert refusal(shop, receive("truck-404", key="none")).reason is Reason.TRANSFER_NOT_FOUND


def test_both_ends_of_a_transfer_may_be_known_to_feeds_before_they_are_told(shop: Shop) -> None:
    shop.count({"lyon": {"RED-CLOCK": 7}, "nice": {"RED-CLOCK": 3}}, sequence=9)
    transfer = send(shop, {"RED-CLOCK": 3}, told=told(5))
    received: Any = shop.answer(receive(transfer.id, key="in", told=told(6)))

    assert (received.already_counted, figures(shop)) == (True, (7, 3))
    broken: Any = shop.answer(
        receive(send(shop, {"RED-CLOCK": 1}, key="send 2").id, {"RED-CLOCK": (0, 1)}, key="broken")
    )
    assert broken.already_counted is False


def test_open_transfers_are_known_after_a_restart() -> None:
    store = MemoryStore()
    with a_shop(store, {"lyon": {"RED-CLOCK": 5}}, route=first_come) as shop:
        id = send(shop, {"RED-CLOCK": 3}).id
    again = Shop(store, route=first_come)
    again.engine.start()
    rows = {row.node_id: row for row in again.availability("RED-CLOCK")}
    again.ask(receive(id, key="received later"))
    after = figures(again)
    again.engine.stop()

    assert [one.quantity for one in rows["nice"].inbound] == [3]
    assert after == (2, 3)


def test_lots_are_sent_in_the_order_in_which_they_leave_and_keep_their_names() -> None:
    with a_shop(MemoryStore(), route=first_come) as shop:
        for lot, day, units in (("b-2", 760_000, 4), ("b-1", 750_000, 3)):
            shop.adjust("lyon", "RED-CLOCK", units, reason="RECEIPT", lot=lot, expiry_day=Day(day))
        id = send(shop, {"RED-CLOCK": 5}).id
        shop.ask(receive(id, {"RED-CLOCK": (3, 1)}, key="part"))
        closed: Any = shop.answer(receive(id, {"RED-CLOCK": (2, 0)}, key="rest", closes=True))
        faults = shop.faults()
        units = buckets(shop)

    assert [
        (line.lot, line.sent, line.received, line.damaged, line.extra) for line in closed.transfer.lines
    ] == [
        ("b-1", 3, 2, 1, 0),
        ("b-2", 2, 3, 0, 1),
    ]
    assert faults == ()
    assert {account: units[account] for account in units if account.startswith(("lyon", "nice"))} == {
        "lyon/RED-CLOCK#b-2/on_hand": 2,
        "nice/RED-CLOCK#b-1/on_hand": 2,
        "nice/RED-CLOCK#b-1/damaged": 1,
        "nice/RED-CLOCK#b-2/on_hand": 3,
    }
