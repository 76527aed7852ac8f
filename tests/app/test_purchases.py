"""Purchase orders: placed, acknowledged, dated, received in whatever amounts, canceled; the books agree with them."""

from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from functools import partial
from pathlib import Path
from random import Random
from typing import Any

import pytest

from router.app.commands.questions import GetAvailableToPromise
from router.app.ports.purchase_reader import PurchaseFilter
from router.domain.identifiers import Day, NodeId, Sku
from router.domain.reasons import Reason, RouterError
from router.domain.supplier import Offer
from router.ledger.purchases import OPEN, PURCHASE_TRANSITIONS, PurchaseEvent, PurchaseState, Receipt
from router.routing.network.dates import utc_day
from router.stores.memory.store import MemoryStore
from router.stores.sqlite.store import SqliteStore
from tests.app.builders import Shop, a_shop, order_for
from tests.app.first_come import first_come
from tests.app.purchase_builders import (
    CLOCK,
    LAMP,
    a_supplier,
    acknowledge,
    arrive,
    call_off,
    date,
    place,
    put,
)
from tests.proving import seeds
from tests.routing.builders import MONDAY_TEN

S = PurchaseState
MONDAY = utc_day(MONDAY_TEN)


@pytest.fixture
def shop() -> Iterator[Shop]:
    """Nothing on the shelves, and a supplier for them."""
    with a_shop(MemoryStore(), route=first_come) as shop:
        put(shop, a_supplier())
        yield shop
        assert shop.faults() == ()


def refusal(act: Callable[[], Any]) -> RouterError:
    with pytest.raises(RouterError) as refused:
        act()
    return refused.value


def buckets(shop: Shop, sku: str = CLOCK) -> dict[str, int]:
    page, _ = shop.queries.ledger.list_balances(0, "", sku=sku)
    return {str(account): balance.units for account, balance in page.items if balance.units}


def told(shop: Shop) -> list[tuple[str, str]]:
    return [
        (event.kind.name, event.text)
        for event in shop.queries.list_events(0, 999)
        if event.kind.name.startswith(("PURCHASE", "SUPPLIER"))
    ]


def test_an_order_is_on_order_until_it_is_on_the_shelf(shop: Shop) -> None:
    placed = place(shop, {CLOCK: 10, LAMP: 12})
    assert (placed.state, placed.expected_day, placed.node_id) == (S.PLACED, MONDAY + 5, "lyon")
    assert buckets(shop) == {f"/{CLOCK}/supplier": -10, f"lyon/{CLOCK}/on_order": 10}
    assert shop.figures(CLOCK, "lyon") == (0, 0, 0)

    assert acknowledge(shop, day=Day(MONDAY + 7)).state is S.ACKNOWLEDGED
    assert date(shop, Day(MONDAY + 9)).expected_day == MONDAY + 9
    part = arrive(shop, {CLOCK: 4})
    assert (part.state, part.left_of(Sku(CLOCK)), shop.figures(CLOCK, "lyon")[0]) == (S.PARTLY_RECEIVED, 6, 4)
    whole = arrive(shop)

    assert (whole.state, shop.figures(CLOCK, "lyon")[0], shop.figures(LAMP, "lyon")[0]) == (
        S.RECEIVED,
        10,
        12,
    )
    assert buckets(shop) == {f"/{CLOCK}/supplier": -10, f"lyon/{CLOCK}/on_hand": 10}
    assert told(shop) == [
        ("SUPPLIER_CHANGED", "open, 2 offers, 120 ± 24 hours"),
        ("PURCHASE_ORDER_PLACED", "22 units of acme for lyon, expected 2026-03-07"),
        ("PURCHASE_ORDER_ACKNOWLEDGED", "expected 2026-03-09"),
        ("PURCHASE_ORDER_DATED", "expected 2026-03-11 instead of 2026-03-09"),
        ("PURCHASE_ORDER_RECEIVED", "4 received at lyon; 18 left"),
        ("PURCHASE_ORDER_RECEIVED", "18 received at lyon; 0 left"),
    ]


def test_more_fewer_and_broken_units_arrive_as_they_are(shop: Shop) -> None:
    place(shop, {CLOCK: 10})
    order = arrive(shop, {CLOCK: Receipt(7, damaged=2)})
    assert (order.state, order.left_of(Sku(CLOCK))) == (S.PARTLY_RECEIVED, 1)
    over = arrive(shop, {CLOCK: 3})

    (line,) = over.lines
    assert (over.state, line.received, line.damaged, line.extra) == (S.RECEIVED, 10, 2, 2)
    assert buckets(shop) == {
        f"/{CLOCK}/supplier": -12,
        f"lyon/{CLOCK}/on_hand": 10,
        f"lyon/{CLOCK}/damaged": 2,
    }


def test_what_is_closed_as_short_is_not_expected_any_more(shop: Shop) -> None:
    place(shop, {CLOCK: 10})
    order = arrive(shop, {CLOCK: 4}, closes=True)

    assert (order.state, order.lines[0].closed) == (S.RECEIVED, 6)
    assert buckets(shop) == {f"/{CLOCK}/supplier": -4, f"lyon/{CLOCK}/on_hand": 4}
    late, again = refusal(lambda: arrive(shop)), refusal(lambda: call_off(shop))
    assert late.reason is again.reason is Reason.PURCHASE_ORDER_STATE_FORBIDS
    assert late.message.endswith("book what arrives anyway with AdjustStock")
    assert again.message.endswith("nothing of it is to come any more")


def test_a_canceled_order_never_comes(shop: Shop) -> None:
    place(shop, {CLOCK: 10})
    place(shop, {CLOCK: 5}, "po-2")
    arrive(shop, {CLOCK: 1}, "po-2")

    assert (call_off(shop).state, call_off(shop, "po-2").state) == (S.CANCELED, S.RECEIVED)
    assert buckets(shop) == {f"/{CLOCK}/supplier": -1, f"lyon/{CLOCK}/on_hand": 1}


def test_a_lot_is_kept_with_its_expiry_day(shop: Shop) -> None:
    place(shop, {CLOCK: 10})
    arrive(shop, {CLOCK: Receipt(6, lot="L-7", expiry_day=Day(MONDAY + 90))})

    assert buckets(shop) == {
        f"/{CLOCK}/supplier": -4,
        f"/{CLOCK}#L-7/supplier": -6,
        f"lyon/{CLOCK}/on_order": 4,
        f"lyon/{CLOCK}#L-7/on_hand": 6,
    }


def test_a_receipt_that_is_told_twice_is_booked_once(shop: Shop) -> None:
    place(shop, {CLOCK: 10}, key="place")
    assert (
        place(shop, {CLOCK: 10}, key="place").number
        == shop.queries.purchases.get_purchase_order("po-1").number
    )
    arrive(shop, {CLOCK: 4}, key="truck 1")
    arrive(shop, {CLOCK: 4}, key="truck 1")

    assert shop.figures(CLOCK, "lyon")[0] == 4


def test_a_supplier_takes_only_what_it_sells(shop: Shop) -> None:
    put(shop, a_supplier(order_value_min_minor=10_000))
    refused = refusal(lambda: place(shop, {CLOCK: 1, LAMP: 13, "OAK-CHAIR": 1}))

    assert refused.reason is Reason.SUPPLIER_REFUSES
    assert [(one.field, one.code) for one in refused.violations] == [
        (f"lines[{LAMP}]", "NOT_WHOLE_PACKS"),
        ("lines[OAK-CHAIR]", "NOT_OFFERED"),
        ("lines", "BELOW_MINIMUM"),
    ]
    assert "13 cannot be ordered, 18 can" in str(refused)
    assert "takes none below 100.00 EUR" in str(refused)
    put(shop, replace(a_supplier(), is_closed=True))
    assert [one.code for one in refusal(lambda: place(shop, {CLOCK: 1})).violations] == ["CLOSED"]


@pytest.mark.parametrize(
    ("reason", "act"),
    [
        (Reason.SUPPLIER_NOT_FOUND, lambda shop: place(shop, {CLOCK: 1}, supplier_id="nobody")),
        (Reason.UNKNOWN_NODE, lambda shop: place(shop, {CLOCK: 1}, node_id=NodeId("mars"))),
        (Reason.PURCHASE_ORDER_NOT_FOUND, lambda shop: arrive(shop, id="po-9")),
        (Reason.PURCHASE_ORDER_EXISTS, lambda shop: place(shop, {CLOCK: 1})),
        (Reason.INVALID_REQUEST, lambda shop: arrive(shop, {LAMP: 1})),
        (Reason.INVALID_REQUEST, lambda shop: put(shop, a_supplier(node_id=NodeId("mars")))),
        (
            Reason.INVALID_REQUEST,
            lambda shop: put(shop, a_supplier(offers={"GHOST": Offer(unit_price_minor=1)})),
        ),
    ],
)
def test_what_nobody_knows_is_refused(shop: Shop, reason: Reason, act: Callable[[Shop], Any]) -> None:
    place(shop, {CLOCK: 1})
    assert refusal(lambda: act(shop)).reason is reason


def test_everything_is_there_after_a_restart(tmp_path: Path) -> None:
    path = tmp_path / "books.db"
    with closing(SqliteStore(path)) as store, a_shop(store, route=first_come) as shop:
        put(shop, a_supplier())
        place(shop, {CLOCK: 10})
        before = arrive(shop, {CLOCK: 4})
        call_off(shop, place(shop, {CLOCK: 2}, "").id)
    with closing(SqliteStore(path)) as store:
        shop = Shop(store, route=first_come)
        shop.engine.start()
        assert shop.queries.purchases.get_purchase_order("po-1") == before
        assert shop.queries.purchases.get_supplier("acme") == a_supplier()
        listed = shop.queries.purchases.list_purchase_orders(0, "", PurchaseFilter(state=S.CANCELED))
        assert [one.id[:3] for one in listed.items] == ["po-"]
        assert [one.inbound[0].quantity for one in shop.availability(CLOCK) if one.inbound] == [6]
        assert arrive(shop, key="after the restart").state is S.RECEIVED
        assert shop.faults() == ()
        shop.engine.stop()


def test_what_is_to_come_is_shown_with_its_day(shop: Shop) -> None:
    place(shop, {CLOCK: 10})
    place(shop, {CLOCK: 3}, "po-2", expected_day=Day(MONDAY + 2))

    (row,) = shop.availability(CLOCK)
    assert [(one.purchase_order_id, one.quantity, one.expected_day) for one in row.inbound] == [
        ("po-2", 3, MONDAY + 2),
        ("po-1", 10, MONDAY + 5),
    ]
    assert row.available == 0


def test_what_is_overdue_or_has_no_day_is_promised_to_nobody(shop: Shop) -> None:
    place(shop, {CLOCK: 5}, expected_day=Day(MONDAY))
    place(shop, {CLOCK: 3}, "po-2", expected_day=Day(MONDAY + 2))
    shop.clock.go_on(86_400)
    answer: Any = shop.answer(GetAvailableToPromise(skus=(Sku(CLOCK),)))

    (row,) = answer.rows
    assert (row.days, row.undated, row.inbound) == (((MONDAY + 2, 3),), 5, 8)


DEEDS: dict[PurchaseEvent, Callable[[Shop, str, Random], Any]] = {
    PurchaseEvent.ACKNOWLEDGE: lambda shop, id, _: acknowledge(shop, id),
    PurchaseEvent.CHANGE_DATE: lambda shop, id, chance: date(shop, Day(MONDAY + chance.randrange(30)), id),
    PurchaseEvent.RECEIVE: lambda shop, id, chance: arrive(
        shop,
        {CLOCK: Receipt(chance.randint(1, 5), chance.randint(0, 2), chance.choice(["", "L-1", "L-2"]))},
        id,
        closes=chance.random() < 0.2,
    ),
    PurchaseEvent.CANCEL: lambda shop, id, _: call_off(shop, id),
}


@pytest.mark.parametrize("seed", seeds(0, 10))
def test_random_lives_follow_the_table_and_leave_the_books_clean(seed: int) -> None:
    chance = Random(seed)
    with a_shop(MemoryStore(), route=first_come) as shop:
        put(shop, a_supplier())
        for number in range(6):
            place(shop, {CLOCK: chance.randint(1, 12)}, f"po-{number}")
        for step in range(60):
            id, (event, deed) = f"po-{chance.randrange(6)}", chance.choice([*DEEDS.items()])
            before = shop.queries.purchases.get_purchase_order(id)
            row = PURCHASE_TRANSITIONS.get((before.state, event))
            if row is None:
                assert refusal(partial(deed, shop, id, chance)).reason is Reason.PURCHASE_ORDER_STATE_FORBIDS
                assert shop.queries.purchases.get_purchase_order(id) == before
            else:
                after = deed(shop, id, chance)
                assert after.state in row.states
                assert after.is_open == any(line.left for line in after.lines)
            if step % 10 == 0:
                shop.route(order_for(CLOCK, chance.randint(1, 4), f"order-{step}"))
                assert shop.faults() == ()
        orders = shop.queries.purchases.list_purchase_orders(0, "", PurchaseFilter()).items
        on_order = sum(units for name, units in buckets(shop).items() if name.endswith("/on_order"))
        assert on_order == sum(order.left_of(Sku(CLOCK)) for order in orders if order.state in OPEN)
        assert shop.faults() == ()


def test_far_more_than_was_ordered_is_refused_until_it_is_said_to_be_true(shop: Shop) -> None:
    place(shop, {CLOCK: 600, LAMP: 12})
    slip = refusal(lambda: arrive(shop, {CLOCK: 60_000, LAMP: 22}))
    assert slip.reason is Reason.INVALID_REQUEST
    assert [(one.field, one.code) for one in slip.violations] == [(f"lines[{CLOCK}]", "FAR_TOO_MANY")]
    assert slip.message.startswith(
        "purchase order `po-1` was to bring 600 of `RED-CLOCK`, with this 60,000 came"
    )
    assert shop.figures(CLOCK, "lyon") == (0, 0, 0)

    assert arrive(shop, {CLOCK: 599}).state is S.PARTLY_RECEIVED
    assert refusal(lambda: arrive(shop, {CLOCK: 62})).reason is Reason.INVALID_REQUEST
    over = arrive(shop, {CLOCK: 61})
    assert (over.lines[0].received, over.lines[0].extra) == (660, 60)
    assert arrive(shop, {LAMP: 1_000}, accepts_extra=True).lines[1].extra == 988


@pytest.mark.parametrize("days", [-367, 3_654])
def test_a_day_that_is_years_away_is_no_day_to_expect_goods(shop: Shop, days: int) -> None:
    day = Day(MONDAY + days)
    asked = [
        lambda: place(shop, {CLOCK: 10}, "po-2", expected_day=day),
        lambda: acknowledge(shop, day=day),
        lambda: date(shop, day),
    ]
    place(shop, {CLOCK: 10})
    for refused in map(refusal, asked):
        assert [(one.field, one.code) for one in refused.violations] == [("expected_date", "OUT_OF_RANGE")]
    assert shop.queries.list_events(0, 999)[-1].kind.name == "PURCHASE_ORDER_PLACED"
