"""Lots: first expired, first out; what expired is not sold; goods without lots are as they were."""

from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from router.domain.identifiers import Day, LineId
from router.domain.node import NodeCalendar
from router.domain.reasons import Reason, RouterError
from router.ledger.accounts import Bucket
from router.ledger.stock_reservations import ReservationState
from router.routing.network.dates import local_day
from router.stores.sqlite.store import SqliteStore
from tests.app.builders import Shop, StandingClock, a_shop, get_availability, order_for, put_network
from tests.app.first_come import first_come
from tests.routing.builders import MONDAY_TEN, a_line, a_node, an_order

LYON, LILLE = "lyon", "lille"
MILK = "RED-CLOCK"
"""Whatever its name, it goes off."""
TODAY = local_day(MONDAY_TEN, "UTC")
DAY_SECONDS = 86_400


@pytest.fixture
def shop() -> Iterator[Shop]:
    with a_shop(route=first_come) as shop:
        yield shop
        assert shop.faults() == ()


def receive(shop: Shop, quantity: int, lot: str, days: int | None, place: str = LYON) -> None:
    expiry_day = None if days is None else Day(TODAY + days)
    shop.adjust(place, MILK, quantity, reason="RECEIPT", lot=lot, expiry_day=expiry_day)


def lots(shop: Shop, place: str = LYON) -> dict[str, tuple[int, int]]:
    """On hand and reserved by lot, in the order of leaving."""
    found: Any = shop.answer(get_availability(MILK, places=(place,), with_lots=True))
    return {one.lot: (one.on_hand, one.reserved) for row in found.rows for one in row.lots}


def quarantined(shop: Shop) -> Mapping[str, int]:
    page, _ = shop.queries.ledger.list_balances(100, "", sku=MILK)
    return {
        account.lot: balance.units
        for account, balance in page.items
        if account.bucket is Bucket.QUARANTINE and balance.units
    }


def test_the_lot_that_expires_first_leaves_first(shop: Shop) -> None:
    receive(shop, 4, "late", 30)
    receive(shop, 4, "soon", 3)
    receive(shop, 4, "ever", None)
    shop.adjust(LYON, MILK, 4)

    assert list(lots(shop)) == ["soon", "late", "ever", ""]
    shop.route(order_for(MILK, 6))
    assert lots(shop) == {"soon": (4, 4), "late": (4, 2), "ever": (4, 0), "": (4, 0)}
    shop.dispatch("order-1/1")
    assert lots(shop) == {"late": (2, 0), "ever": (4, 0), "": (4, 0)}
    assert shop.figures(MILK, LYON) == (10, 0, 10)


def test_of_equals_the_name_decides(shop: Shop) -> None:
    for lot in ("b", "a", "c"):
        receive(shop, 1, lot, 5)
    held = shop.reserve((LYON, MILK, 2))

    assert [part.account.lot for part in held.parts] == ["a", "b"]


def test_orders_decided_together_do_not_take_the_same_units_of_a_lot(shop: Shop) -> None:
    receive(shop, 3, "a", 1)
    receive(shop, 3, "b", 2)
    shop.route(*(order_for(MILK, 2, f"order-{n}") for n in range(4)))

    assert lots(shop) == {"a": (3, 3), "b": (3, 3)}
    shop.cancel("order-0")
    assert lots(shop) == {"a": (3, 1), "b": (3, 3)}


def test_an_expired_lot_goes_to_quarantine_after_its_day_where_it_lies(shop: Shop) -> None:
    receive(shop, 5, "milk", 0)
    # It is Monday, ten in the morning there: fourteen hours of the day are left.
    shop.clock.go_on(14 * 3_600 - 1)
    assert shop.figures(MILK, LYON) == (5, 0, 5)
    shop.clock.go_on(1)

    assert shop.figures(MILK, LYON) == (0, 0, 0)
    assert quarantined(shop) == {"milk": 5}
    (routed,) = shop.route(order_for(MILK, 1)).results
    assert routed.plan.shipments == ()
    event = shop.queries.list_events(0, 100)[-2]
    assert (event.kind.name, event.text) == ("LOT_EXPIRED", "lot milk at lyon: 5 to quarantine")


def test_reserved_units_of_an_expired_lot_stay_until_their_promise_is_resolved(shop: Shop) -> None:
    receive(shop, 5, "milk", 0)
    held = shop.reserve((LYON, MILK, 3), seconds=10 * DAY_SECONDS)
    shop.clock.go_on(DAY_SECONDS)

    assert lots(shop) == {"milk": (3, 3)}
    assert shop.void(held.id).state is ReservationState.VOIDED
    assert shop.figures(MILK, LYON) == (0, 0, 0)
    assert quarantined(shop) == {"milk": 5}


def test_what_is_given_back_too_late_is_not_promised_even_by_the_same_batch(shop: Shop) -> None:
    receive(shop, 5, "milk", 0)
    shop.route(order_for(MILK, 5))
    shop.clock.go_on(DAY_SECONDS)
    shop.cancel("order-1")
    (routed,) = shop.route(order_for(MILK, 1, "order-2")).results

    assert routed.plan.shipments == ()


def test_days_end_where_the_node_is() -> None:
    tokyo = replace(a_node("tokyo"), calendar=NodeCalendar(time_zone="Asia/Tokyo"))
    with a_shop(route=first_come) as shop:
        shop.ask(put_network(tokyo, a_node(LYON), key="both"))
        receive(shop, 1, "milk", 0, "tokyo")
        receive(shop, 1, "milk", 0, LYON)
        shop.clock.go_on(10 * 3_600)

        assert shop.figures(MILK, "tokyo") == (0, 0, 0)
        assert shop.figures(MILK, LYON) == (1, 0, 1)


def test_a_lot_has_one_expiry_day(shop: Shop) -> None:
    receive(shop, 1, "milk", 3)
    receive(shop, 1, "milk", 3)
    with pytest.raises(RouterError) as refused:
        receive(shop, 1, "milk", 4)

    assert refused.value.reason is Reason.INVALID_REQUEST
    assert refused.value.violations[0].code == "OTHER_EXPIRY_DAY"
    assert lots(shop) == {"milk": (2, 0)}


def test_missing_units_of_no_lot_in_particular_are_those_that_leave_first(shop: Shop) -> None:
    receive(shop, 3, "a", 1)
    receive(shop, 3, "b", 2)
    held = shop.reserve((LYON, MILK, 2))
    shop.adjust(LYON, MILK, -2)

    assert lots(shop) == {"a": (2, 2), "b": (2, 0)}
    shop.count({LYON: {MILK: 1}}, sequence=1)
    assert lots(shop) == {"a": (1, 2)}
    assert shop.figures(MILK, LYON) == (1, 2, 0)
    assert shop.post(held.id).state is ReservationState.POSTED


def test_one_lot_is_corrected_by_itself(shop: Shop) -> None:
    receive(shop, 3, "a", 1)
    receive(shop, 3, "b", 2)
    shop.adjust(LYON, MILK, -3, lot="b", expected_on_hand=3)

    assert lots(shop) == {"a": (3, 0)}
    with pytest.raises(RouterError, match="has 0 of lot `b` of `RED-CLOCK` on hand, 1 cannot be taken away"):
        shop.adjust(LYON, MILK, -1, lot="b")


def test_what_one_lot_owes_is_not_promised_of_another(shop: Shop) -> None:
    receive(shop, 5, "a", 1)
    receive(shop, 5, "b", 2)
    shop.reserve((LYON, MILK, 5))
    shop.adjust(LYON, MILK, -3, lot="a")

    assert shop.figures(MILK, LYON) == (7, 5, 2)
    (routed,) = shop.route(order_for(MILK, 5)).results
    assert [one.quantity for one in routed.plan.unshipped] == [3]


def test_what_an_expired_lot_owes_is_still_owed(tmp_path: Path) -> None:
    clock = StandingClock()
    with closing(SqliteStore(tmp_path / "router.sqlite")) as store:
        with a_shop(store, route=first_come, clock=clock) as shop:
            receive(shop, 5, "a", 0)
            receive(shop, 5, "b", 9)
            held = shop.reserve((LYON, MILK, 5), seconds=None)
            shop.adjust(LYON, MILK, -3, lot="a")
            clock.go_on(DAY_SECONDS)
        with a_shop(store, route=first_come, clock=clock) as shop:
            shop.adjust(LYON, MILK, 1, lot="b", key="one more")
            with pytest.raises(RouterError, match=r"asks for 4 .* 3 can be promised"):
                shop.reserve((LYON, MILK, 4), key="one too many")
            shop.void(held.id, key="given back")
            assert shop.reserve((LYON, MILK, 6), key="all").left(LineId("1")) == 6


def test_lots_outlive_a_restart_and_expire_after_it(tmp_path: Path) -> None:
    clock = StandingClock()
    with closing(SqliteStore(tmp_path / "router.sqlite")) as store:
        with a_shop(store, route=first_come, clock=clock) as shop:
            receive(shop, 5, "milk", 0)
            receive(shop, 5, "cheese", 9)
        clock.go_on(3 * DAY_SECONDS)
        with a_shop(store, route=first_come, clock=clock) as shop:
            assert lots(shop) == {"cheese": (5, 0)}
            assert quarantined(shop) == {"milk": 5}
            assert shop.faults() == ()


def test_nothing_expires_by_a_clock_in_doubt_and_at_once_when_it_is_trusted(shop: Shop) -> None:
    receive(shop, 5, "milk", 0)
    shop.clock.instant += DAY_SECONDS * 1_000_000

    assert shop.figures(MILK, LYON) == (5, 0, 5)
    shop.trust_clock()
    assert shop.figures(MILK, LYON) == (0, 0, 0)


def test_goods_without_lots_show_none(shop: Shop) -> None:
    shop.adjust(LYON, MILK, 4)

    assert lots(shop) == {}
    receive(shop, 1, "milk", 3)
    assert lots(shop) == {"milk": (1, 0), "": (4, 0)}


def test_an_order_takes_the_lots_of_its_reservation_unless_they_expired(shop: Shop) -> None:
    receive(shop, 3, "soon", 0)
    receive(shop, 3, "late", 5)
    shop.reserve((LYON, MILK, 5), seconds=10 * DAY_SECONDS, reservation_id="cart-1")
    shop.reserve((LYON, MILK, 1), seconds=None)
    shop.clock.go_on(DAY_SECONDS)
    (routed,) = shop.route(order_for(MILK, 5), reservation_id="cart-1").results

    assert [one.quantity for one in routed.plan.unshipped] == [3]
    assert lots(shop) == {"late": (3, 3)}
    assert quarantined(shop) == {"soon": 3}


def test_an_order_takes_the_units_of_no_lot_of_its_reservation(shop: Shop) -> None:
    receive(shop, 2, "", None)
    receive(shop, 1, "A", 9)
    reservation = shop.reserve((LYON, MILK, 3))

    shop.route(order_for(MILK, 3), reservation_id=reservation.id)

    assert lots(shop) == {"A": (1, 1), "": (2, 2)}


def test_two_lines_do_not_take_the_same_unit_of_no_lot(shop: Shop) -> None:
    receive(shop, 1, "", None)
    receive(shop, 1, "A", None)
    lines = [a_line(1, MILK, 1), a_line(2, MILK, 1)]

    shop.route(an_order(lines=lines))

    assert lots(shop) == {"": (1, 1), "A": (1, 1)}
