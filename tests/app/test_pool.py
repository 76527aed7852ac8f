"""The pool of orders that wait: page by page, each decision read once."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from router.app.books.history import History, read_history
from router.app.ports.store import Reader
from router.app.reading import pool
from router.app.reading.pool import PoolFilter
from router.ledger.orders import OrderAccount
from router.routing.network.dates import utc_day
from tests.app.builders import Shop, a_shop, order_for
from tests.routing.builders import MONDAY_TEN

WAITING = PoolFilter(waiting_only=True)


@pytest.fixture
def shop() -> Iterator[Shop]:
    """Seven orders wait for clocks, the last one is promised first."""
    with a_shop() as shop:
        for number in range(7):
            day = utc_day(MONDAY_TEN) + 20 - number
            shop.route(order_for("RED-CLOCK", 1, f"order-{number}", promise_day=day))
        yield shop


def pages(shop: Shop, size: int, where: PoolFilter = WAITING) -> list[str]:
    found: list[str] = []
    token = ""
    while True:
        page = shop.queries.pool.list_pool(size, token, where)
        found += page.items
        token = page.next_page_token
        if not token:
            return found


def test_those_that_wait_come_by_promise_over_all_pages(shop: Shop) -> None:
    expected = [f"order-{number}" for number in reversed(range(7))]

    assert pages(shop, 2) == pages(shop, 100) == expected
    assert pages(shop, 3, replace(WAITING, skus=frozenset({"TIN-LAMP"}))) == []


def test_a_decision_is_read_once_however_many_pages_are(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[str] = []

    def read_and_note(reader: Reader, order: OrderAccount) -> History:
        read.append(order.order_id)
        return read_history(reader, order)

    monkeypatch.setattr(pool, "read_history", read_and_note)

    pages(shop, 2)
    assert len(read) == 7
    shop.route(order_for("RED-CLOCK", 1, "order-7"))
    pages(shop, 1)
    assert read[7:] == ["order-7"]


def test_what_is_remembered_is_bounded(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pool, "ASKED_KEPT_MAX", 3)

    assert pages(shop, 2) == [f"order-{number}" for number in reversed(range(7))]
    assert len(shop.queries.pool._asked) <= 3
