"""Shortfalls: whom they name when most of what is held is held by others, and how little is read for that."""

from collections.abc import Iterator
from typing import Any

import pytest

from router.app.books import expiring, held
from tests.app.builders import Shop, a_shop, order_for
from tests.app.first_come import first_come

LYON, LILLE = "lyon", "lille"
CLOCK, LAMP = "RED-CLOCK", "TIN-LAMP"
STOCK = {LYON: {CLOCK: 9, LAMP: 90}, LILLE: {LAMP: 90}}


@pytest.fixture
def shop(monkeypatch: pytest.MonkeyPatch) -> Iterator[Shop]:
    """Stock reservations are read from the store, ten on a page: none stays in memory behind its commit."""
    monkeypatch.setattr(expiring, "KEPT_MAX", 0)
    monkeypatch.setattr(held, "_PAGE", 10)
    with a_shop(stock=STOCK, route=first_come) as shop:
        yield shop
        assert shop.faults() == ()


@pytest.fixture
def pages(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """The pages of stock reservations that are read."""
    read: list[Any] = []
    list_them = shop.store.list_stock_reservations  # type: ignore[attr-defined]

    def list_and_note(*asked: Any) -> Any:
        read.append(asked)
        return list_them(*asked)

    monkeypatch.setattr(shop.store, "list_stock_reservations", list_and_note)
    return read


def named(shop: Shop, units: int) -> list[tuple[str, str, int]]:
    counted = shop.count({LYON: {CLOCK: units}}, sequence=2)
    (short,) = counted.shortfalls
    return [(one.reservation_id, one.order_id, one.quantity) for one in short.reservations]


def reserve_elsewhere(shop: Shop, count: int) -> None:
    for _ in range(count):
        shop.reserve((LYON, LAMP, 1), (LILLE, LAMP, 1))


def test_where_orders_hold_all_units_nobody_else_is_asked(shop: Shop, pages: list[Any]) -> None:
    reserve_elsewhere(shop, 25)
    shop.route(order_for(CLOCK, 4))

    assert named(shop, 1) == [("", "order-1", 3)]
    assert pages == []


def test_reservations_are_read_until_all_that_is_held_is_found(shop: Shop, pages: list[Any]) -> None:
    reserve_elsewhere(shop, 12)
    shop.reserve((LYON, CLOCK, 5), reservation_id="cart-1")
    shop.route(order_for(CLOCK, 4))
    reserve_elsewhere(shop, 25)

    assert named(shop, 2) == [("", "order-1", 4), ("cart-1", "", 3)]
    assert len(pages) == 2


def test_what_was_posted_of_a_reservation_is_not_held_any_more(shop: Shop) -> None:
    shop.reserve((LYON, CLOCK, 5), reservation_id="cart-1")
    shop.post("cart-1", lines={"1": 2}, keep_rest=True)
    shop.reserve((LYON, CLOCK, 1), reservation_id="cart-2")

    assert named(shop, 1) == [("cart-2", "", 1), ("cart-1", "", 2)]
