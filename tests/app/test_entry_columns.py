"""What orders reserve and what of them waits is booked in columns: the same file, answers and books as by entries."""

import sqlite3
from collections import Counter
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from random import Random
from typing import Any

import pytest
from msgspec.structs import replace

from router.app.answers.decided import Routed, RoutedOrders
from router.app.books.books import Books
from router.app.books.changes import Changes
from router.app.commands.purchasing import PutBackorderLimits
from router.app.commands.write import Write
from router.app.orders import route_orders as route_orders_module
from router.app.orders.book_columns import book_in_columns
from router.app.orders.book_drafts import are_plain, book_drafts
from router.app.orders.drafts import draft
from router.app.orders.route_orders import Route
from router.app.purchasing.restocks import Queue
from router.domain.identifiers import Day, NodeId, OrderId, Sku
from router.domain.order import Order
from router.domain.plan import Plan, PlannedTransfer, Shipment
from router.domain.reasons import RouterError
from router.ledger.accounts import Bucket, on_hand
from router.ledger.entry_columns import ColumnEntries
from router.ledger.flows import EntryCode
from router.routing.decision import Decision
from router.routing.replay import pack_plan
from router.routing.written_plan import WrittenPlan
from router.stores.memory.store import MemoryStore
from router.stores.sqlite.store import SqliteStore
from tests.app.builders import Shop, a_shop, adjust_stock, cancel_order, reserve_stock, route_orders
from tests.app.first_come import SHIP_DAY, first_come
from tests.routing.builders import an_order
from tests.routing.writing import written_where_plain

LYON, LILLE = "lyon", "lille"
GOODS = ("RED-CLOCK", "TIN-LAMP", "OAK-CHAIR")
PLENTY = {LYON: dict.fromkeys(GOODS, 60), LILLE: dict.fromkeys(GOODS[:2], 400)}


@pytest.mark.parametrize("with_lots", [False, True])
@pytest.mark.parametrize("seed", range(6))
def test_a_history_of_batches_with_written_plans_leaves_the_same_file(
    seed: int, with_lots: bool, tmp_path: Path
) -> None:
    read = live(Random(seed), tmp_path / "plans.sqlite", with_lots=with_lots)
    as_written = live(Random(seed), tmp_path / "written.sqlite", with_lots=with_lots, route=and_written)

    assert as_written == read
    plans, others = rows_of(tmp_path / "plans.sqlite"), rows_of(tmp_path / "written.sqlite")
    for name, rows in plans.items():
        assert others[name] == rows, f"table {name}"
    found = [one for answer in as_written if isinstance(answer, RoutedOrders) for one in answer.results]
    kinds = Counter(type(one.planned) for one in found if isinstance(one, Routed))
    assert kinds[WrittenPlan] > 10
    assert kinds[Plan] > 10


@pytest.mark.parametrize("with_lots", [False, True])
@pytest.mark.parametrize("seed", range(6))
def test_a_history_of_batches_leaves_the_same_file(
    seed: int, with_lots: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    in_columns = live(Random(seed), tmp_path / "columns.sqlite", with_lots=with_lots)
    monkeypatch.setattr(route_orders_module, "book_in_columns", route_orders_module.book_by_entries)
    one_by_one = live(Random(seed), tmp_path / "entries.sqlite", with_lots=with_lots)

    assert in_columns == one_by_one
    columns, entries = rows_of(tmp_path / "columns.sqlite"), rows_of(tmp_path / "entries.sqlite")
    for name, rows in entries.items():
        assert columns[name] == rows, f"table {name}"
    codes = Counter(row[2] for row in columns["entry"])
    assert codes[EntryCode.RESERVE] > 100
    assert codes[EntryCode.BACKORDER_OPEN] > 20
    lots = {row[3] for row in columns["account"] if row[4] == Bucket.PICKING}
    assert (len(lots) > 2) == with_lots


@pytest.mark.parametrize("is_written", [False, True])
@pytest.mark.parametrize("seed", range(6))
def test_a_history_of_batches_of_which_every_other_order_was_drafted_leaves_the_same_file(
    seed: int, is_written: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    drafted = 0

    def book_some_drafted(
        books: Books, changes: Changes, queue: Queue, decisions: Sequence[Decision]
    ) -> list[Routed]:
        nonlocal drafted
        if not are_plain(books, decisions):
            return book_in_columns(books, changes, queue, decisions)
        network = books.ready_network()
        some = [(one.inputs.order, one.planned) for one in decisions[::2]]
        drafted += len(some)
        drafts = {order.id: draft(order, plan, network, pack_plan(plan)) for order, plan in some}
        return book_drafts(books, changes, decisions, drafts)

    as_they_come = live(Random(seed), tmp_path / "plain.sqlite", with_lots=False)
    monkeypatch.setattr(route_orders_module, "book_in_columns", book_some_drafted)
    route = and_written if is_written else gathered
    from_drafts = live(Random(seed), tmp_path / "drafted.sqlite", with_lots=False, route=route)

    assert drafted > 0
    assert from_drafts == as_they_come
    plain, others = rows_of(tmp_path / "plain.sqlite"), rows_of(tmp_path / "drafted.sqlite")
    for name, rows in plain.items():
        assert others[name] == rows, f"table {name}"


def live(random: Random, path: Path, *, with_lots: bool, route: Route | None = None) -> Sequence[Any]:
    """What is answered to batches of orders, of which the last ones find too little; between them some are canceled.

    Of the lamps few may wait. Of an order that ships from two nodes some go to the second one first.
    """
    with a_shop(SqliteStore(path), stock=PLENTY, rules="", route=route or gathered) as shop:
        limits = {Sku(GOODS[1]): 3}
        shop.answer(PutBackorderLimits(request_id="limits", body_digest=b"", limits=limits))
        if with_lots:
            for lot, units in (("b", 9), ("a", 20), ("c", 30)):
                shop.adjust(LILLE, GOODS[0], units, reason="RECEIPT", lot=lot)
        answers: list[Any] = []
        for number in range(30):
            orders = [some_order(random, f"{number}-{place}") for place in range(random.randint(1, 6))]
            if random.random() < 0.4:
                answers += ask_together(shop, *beside(orders, random))
                continue
            answers.append(shop.route(*orders))
            if random.random() < 0.3:
                answers.append(shop.cancel(orders[0].id))
        assert shop.faults() == ()
    shop.store.close()  # type: ignore[attr-defined]
    return answers


def beside(orders: Sequence[Order], random: Random) -> list[Write]:
    """Two calls, and between them goods that come, an order canceled, or units reserved: all of one commit."""
    first, *others = orders
    name = first.id
    between: list[Write] = [
        adjust_stock(LYON, GOODS[2], 3, key=f"three-{name}"),
        cancel_order(name, None, key=f"cancel-{name}"),
        reserve_stock((LILLE, GOODS[1], 1), seconds=60, key=f"hold-{name}", reservation_id=f"hold-{name}"),
    ]
    return [
        route_orders(first, key=f"first-{name}"),
        *random.sample(between, random.randint(1, 3)),
        *([route_orders(*others, key=f"others-{name}")] if others else []),
    ]


def ask_together(shop: Shop, *commands: Write) -> list[Any]:
    """What is answered to commands of one batch: nothing is taken before all are there."""
    with shop.engine._queue._changed:
        waiting = [shop.engine.submit(command) for command in commands]
    return [str(one.exception(60)) if one.exception(60) else one.result().answer for one in waiting]


def some_order(random: Random, name: str) -> Order:
    """One to three lines, now and then under an id that takes more bytes than letters."""
    skus = random.sample(GOODS, random.randint(1, 3))
    return an_order(
        f"ordér-{name}" if random.random() < 0.2 else f"order-{name}",
        lines={sku: random.randint(1, 9) for sku in skus},
        customer_id=random.choice(["", "ada"]),
        attributes={
            "unshipped": random.choice(["BACKORDER", "BACKORDER", "CANCEL", "HOLD"]),
            "gathered": random.choice(["", "yes"]),
        },
    )


def gathered(requests: Any, world: Any, stock: Any, capacity: Any) -> Any:
    """As `first_come`, but what ships from two nodes is brought to the second one first where the order says so."""
    return tuple(
        replace(one, planned=replace(one.plan, shipments=(brought(*one.plan.shipments),)))
        if len(one.plan.shipments) == 2 and one.inputs.order.attributes["gathered"]
        else one
        for one in first_come(requests, world, stock, capacity)
    )


def and_written(requests: Any, world: Any, stock: Any, capacity: Any) -> Any:
    """The same, with the plans written of those that are plain."""
    return written_where_plain(gathered(requests, world, stock, capacity))


def brought(first: Shipment, second: Shipment) -> Shipment:
    transfer = PlannedTransfer(
        from_node_id=first.node_id,
        depart_day=Day(SHIP_DAY - 2),
        arrive_day=Day(SHIP_DAY - 1),
        allocations=first.parcels[0].allocations,
    )
    return replace(second, parcels=first.parcels + second.parcels, transfers=(transfer,))


def rows_of(path: Path) -> dict[str, list[Any]]:
    """All rows by table."""
    with closing(sqlite3.connect(path)) as base:
        names = [
            name for (name,) in base.execute("SELECT name FROM sqlite_schema WHERE type = 'table'").fetchall()
        ]
        return {name: base.execute(f'SELECT * FROM "{name}"').fetchall() for name in names}


class Listening(MemoryStore):
    """Keeps what was committed."""

    def __init__(self) -> None:
        super().__init__()
        self.commits: list[Any] = []

    def commit(self, commit: Any) -> None:
        self.commits.append(commit)
        super().commit(commit)


def test_what_comes_behind_other_entries_of_its_command_is_not_booked_in_columns() -> None:
    store = Listening()
    with a_shop(store, stock=PLENTY, rules="", route=first_come) as shop:

        def is_in_columns(*orders: Order) -> bool:
            shop.route(*orders)
            return isinstance(store.commits[-1].entries, ColumnEntries)

        assert is_in_columns(an_order("one", lines={GOODS[0]: 2}), an_order("two", lines={GOODS[0]: 70}))
        assert is_in_columns(an_order("ships", lines={GOODS[0]: 1}), an_order("waits", lines={GOODS[2]: 99}))
        shop.answer(reserve_stock((LILLE, GOODS[0], 1), seconds=60, key="mine", reservation_id="mine"))
        shop.route(an_order("mine", lines={GOODS[0]: 1}), reservation_id="mine")
        assert not isinstance(store.commits[-1].entries, ColumnEntries)


def test_orders_in_columns_share_a_commit_with_what_else_changes_stock(tmp_path: Path) -> None:
    store = SqliteStore(tmp_path / "router.sqlite")
    with a_shop(store, stock=PLENTY, rules="", route=first_come) as shop:
        shop.route(an_order("before", lines={GOODS[1]: 1}))
    batches = store.head().batch_number
    shop = Shop(store, route=first_come)
    waiting = [
        shop.engine.submit(adjust_stock(LYON, GOODS[0], 5, key="five more")),
        shop.engine.submit(route_orders(an_order("one", lines=dict.fromkeys(GOODS, 2)), key="one")),
    ]
    shop.engine.start()
    for one in waiting:
        one.result(60)
    shop.engine.stop()

    assert store.head().batch_number == batches + 1
    assert {one.account.bucket for one in store.list_reservations(OrderId("one"))} == {Bucket.ON_HAND}
    assert shop.faults() == ()
    store.close()


def test_of_a_reservation_that_changes_again_in_its_commit_the_last_value_counts() -> None:
    store = Listening()
    with a_shop(store, stock=PLENTY, rules="", route=first_come) as shop:
        ask_together(
            shop,
            route_orders(an_order("one", lines={GOODS[1]: 2}), key="one"),
            cancel_order("one", None, key="not wanted"),
            route_orders(an_order("two", lines={GOODS[1]: 1}), key="two"),
        )

    assert [(one.order_id, one.voided) for one in store.commits[-1].reservations] == [("one", 2), ("two", 0)]


def test_units_that_are_not_there_are_not_promised(monkeypatch: pytest.MonkeyPatch) -> None:
    def careless(requests: Any, world: Any, stock: Any, capacity: Any) -> Any:
        class Endless:
            def available(self, sku: str) -> Any:
                return dict.fromkeys(stock.available(sku), 10**6)

        return first_come(requests, world, Endless(), capacity)  # type: ignore[arg-type]

    with a_shop(stock={LYON: {GOODS[0]: 5}}, rules="", route=careless) as shop:
        shop.adjust(LYON, GOODS[0], -2)
        with pytest.raises(AssertionError, match="would promise 1 units that are not free"):
            shop.route(an_order("four", lines={GOODS[0]: 4}))
        assert shop.figures(GOODS[0], LYON) == (3, 0, 3)


def test_a_number_that_is_another_accounts_fails_the_commit(tmp_path: Path) -> None:
    store = SqliteStore(tmp_path / "router.sqlite")
    with a_shop(store, stock=PLENTY, rules="", route=first_come) as shop:
        shop.route(an_order("one", lines={GOODS[0]: 1, GOODS[1]: 1}))
        ids = store._account_ids._known
        ids[on_hand(NodeId(LILLE), Sku(GOODS[0]))] = ids[on_hand(NodeId(LILLE), Sku(GOODS[1]))]

        with pytest.raises(RouterError, match="the commit failed"):
            shop.route(an_order("two", lines={GOODS[0]: 1}))
        assert [one.reference for one in store.list_entries(None, 99, "two")] == []
    store.close()
