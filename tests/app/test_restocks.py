"""When units that wait can be there, and what brings them: the same for a promise, an order, its edit, and a list."""

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from random import Random
from typing import Any

import pytest

from router.app.answers.orders import OrderRecord
from router.app.answers.restocks import Arrival
from router.app.commands.edits import EditOrder, LineEdit
from router.app.commands.questions import GetAvailableToPromise, QuotePromise
from router.app.commands.stock import TransferStock
from router.app.purchasing.backorder_queries import skus_waiting
from router.app.purchasing.restocks import cover
from router.domain.identifiers import Day, LineId, NodeId, OrderId, Sku
from router.routing.network.dates import utc_day
from router.stores.memory.store import MemoryStore
from router.stores.sqlite.store import SqliteStore
from tests.app.builders import Shop, a_shop, digest, order_for, route_orders
from tests.app.first_come import first_come
from tests.app.purchase_builders import CLOCK, a_supplier, place, put
from tests.proving import seeds
from tests.routing.builders import MONDAY_TEN

MONDAY = utc_day(MONDAY_TEN)


@pytest.fixture
def shop() -> Iterator[Shop]:
    """Three clocks come on Wednesday with a transfer from Nice, six with a purchase order on Friday."""
    with a_shop(MemoryStore(), rules="", stock={"nice": {CLOCK: 3}}, route=first_come) as shop:
        stock_comes(shop)
        yield shop
        assert shop.faults() == ()


@pytest.fixture
def deciding_shop() -> Iterator[Shop]:
    """The same, where orders are decided as they are in truth."""
    with a_shop(MemoryStore(), rules="", stock={"nice": {CLOCK: 3}}) as shop:
        stock_comes(shop)
        yield shop
        assert shop.faults() == ()


def stock_comes(shop: Shop) -> None:
    put(shop, a_supplier())
    place(shop, {CLOCK: 6}, expected_day=Day(MONDAY + 4))
    shop.answer(
        TransferStock(
            request_id="truck",
            body_digest=digest("truck"),
            transfer_id="t-1",
            from_node_id=NodeId("nice"),
            to_node_id=NodeId("lyon"),
            lines={Sku(CLOCK): 3},
            expected_day=Day(MONDAY + 2),
        )
    )


def found(shop: Shop, order_id: str) -> OrderRecord:
    """The order as it is shown, with what brings its units."""
    return brought(shop, shop.queries.get_order(order_id))


def brought(shop: Shop, record: OrderRecord) -> OrderRecord:
    stock: Any = shop.answer(GetAvailableToPromise(skus=skus_waiting(record)))
    return shop.queries.backorders.with_restocks(record, stock.rows)


def told(restocks: Any) -> list[tuple[int, int | None, list[tuple[int, str]]]]:
    """Units, days from Monday, and what brings how many of them."""
    return [
        (
            one.quantity,
            None if one.expected_day is None else one.expected_day - MONDAY,
            [(source.quantity, source.transfer_id or source.purchase_order_id) for source in one.sources],
        )
        for one in restocks
    ]


def test_an_order_is_told_what_was_promised_and_each_waits_behind_those_before(deciding_shop: Shop) -> None:
    shop = deciding_shop
    quoted: Any = shop.answer(QuotePromise(order=order_for(CLOCK, 2)))
    first, second, third = shop.route(*(order_for(CLOCK, 4, name) for name in "abc")).results

    assert told(quoted.promises[0].restocks) == [(2, 2, [(2, "t-1")])]
    assert told(first.restocks) == [(4, 4, [(3, "t-1"), (1, "po-1")])]
    assert told(second.restocks) == [(4, 4, [(4, "po-1")])]
    assert told(third.restocks) == [(4, None, [(1, "po-1")])]
    assert [told(found(shop, name).restocks) for name in "abc"] == [
        told(one.restocks) for one in (first, second, third)
    ]


def test_who_was_promised_an_earlier_day_is_shown_before_who_came_earlier(shop: Shop) -> None:
    shop.route(order_for(CLOCK, 3, "old"))
    late = shop.route(order_for(CLOCK, 3, "promised", promise_day=Day(MONDAY + 6))).results[0]

    assert told(late.restocks) == [(3, 4, [(3, "po-1")])]
    assert told(found(shop, "promised").restocks) == [(3, 2, [(3, "t-1")])]
    assert told(found(shop, "old").restocks) == [(3, 4, [(3, "po-1")])]
    stock: Any = shop.answer(GetAvailableToPromise(skus=(Sku(CLOCK),)))
    listed = shop.queries.backorders.list_backorders(stock.rows[0], (), 10)
    assert [(one.order_id, one.expected_day, one.sources) for one in listed] == [
        (name, restock.expected_day, restock.sources)
        for name in ("promised", "old")
        for restock in found(shop, name).restocks
    ]


def test_an_edit_shows_before_it_is_done_when_more_units_can_be_there(deciding_shop: Shop) -> None:
    shop = deciding_shop
    shop.route(order_for(CLOCK, 2, "a"))
    lines = (LineEdit(line_id=LineId("1"), quantity=5),)
    edit = EditOrder(
        request_id="", body_digest=b"", order_id=OrderId("a"), edit_digest=digest(lines), lines=lines, author="ada"
    )  # fmt: skip
    preview: Any = shop.answer(edit)
    assert told(brought(shop, preview.record).restocks) == [(5, 4, [(3, "t-1"), (2, "po-1")])]
    shop.answer(replace(edit, request_id="edit", body_digest=b"1", confirm_token=preview.confirm_token))
    assert told(found(shop, "a").restocks) == [(5, 4, [(3, "t-1"), (2, "po-1")])]


def test_what_waits_for_a_person_or_for_nothing_awaits_no_stock(shop: Shop) -> None:
    shop.adjust("lyon", CLOCK, 1)
    shop.route(order_for(CLOCK, 1, "ships"))
    assert skus_waiting(shop.queries.get_order("ships")) == ()


def test_a_repeated_call_is_told_the_same_after_a_restart(tmp_path: Path) -> None:
    path = tmp_path / "books.db"
    with (
        closing(SqliteStore(path)) as store,
        a_shop(store, rules="", stock={"nice": {CLOCK: 3}}, route=first_come) as shop,
    ):
        stock_comes(shop)
        first = shop.ask(route_orders(order_for(CLOCK, 4, "a"), key="again"))
        place(shop, {CLOCK: 9}, "po-2", expected_day=Day(MONDAY + 1))
    with closing(SqliteStore(path)) as store:
        shop = Shop(store)
        shop.engine.start()
        again = shop.ask(route_orders(order_for(CLOCK, 4, "a"), key="again"))
        shop.engine.stop()
    assert again.replayed
    assert again.answer == first.answer
    assert told(again.answer.results[0].restocks) == [(4, 4, [(3, "t-1"), (1, "po-1")])]  # type: ignore[union-attr]


@pytest.mark.parametrize("seed", seeds(4_400, sample=20, full=2_000))
def test_what_covers_a_line_is_what_single_units_in_their_order_would_get(seed: int) -> None:
    chance = Random(seed)
    arrivals = [
        Arrival(quantity=chance.randint(1, 4), node_id=NodeId("lyon"), expected_day=Day(day), transfer_id=f"t-{n}")
        for n, day in enumerate(sorted(chance.randint(1, 5) for _ in range(chance.randint(0, 5))))
    ]  # fmt: skip
    ahead, quantity = chance.randint(0, 8), chance.randint(1, 8)
    units = [one for one in arrivals for _ in range(one.quantity)][ahead : ahead + quantity]

    covered = cover(LineId("1"), Sku(CLOCK), quantity, ahead, arrivals)

    assert [one.transfer_id for one in covered.sources for _ in range(one.quantity)] == [
        one.transfer_id for one in units
    ]
    assert covered.expected_day == (units[-1].expected_day if len(units) == quantity else None)
