"""Stock in a table for rounds: at any time what the books say of one product after the other."""

from random import Random

import pytest

from router.app.books import free_units, stock_books, stock_table
from router.app.books.books import Books
from router.app.books.stock_table import StockTable
from router.domain.identifiers import NodeId, Sku
from router.ledger.accounts import Account, Balance, Bucket, on_hand
from router.stores.memory.store import MemoryStore

NODES = tuple(NodeId(f"node-{number}") for number in range(6))
SKUS = tuple(Sku(f"GOOD-{number}") for number in range(12))
NUMBERS = {node_id: number for number, node_id in enumerate(NODES[:5])}
"""The last one is of no network."""


@pytest.fixture(autouse=True)
def few_are_many(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stock_books, "SKUS_MANY", 1)


def some_balances(random: Random, lots: tuple[str, ...] = ("",)) -> dict[Account, Balance]:
    held = {}
    for _ in range(random.randrange(1, 12)):
        account = on_hand(random.choice(NODES), random.choice(SKUS), random.choice(lots))
        held[account] = Balance(random.randrange(9), random.randrange(3), 0, random.randrange(4), 1)
        held[account._replace(bucket=Bucket.PICKING)] = Balance(5, 0, 0, 0, 1)
    return held


def books_with(held: dict[Account, Balance]) -> Books:
    store = MemoryStore()
    store._balances = held
    return Books(store)


def one_by_one(books: Books, skus: list[Sku], numbers: dict[NodeId, int]) -> list[list[int]]:
    return [[books.available(sku).get(node_id, 0) for node_id in numbers] for sku in skus]


@pytest.mark.parametrize("seed", range(20))
def test_it_says_what_can_be_promised_whatever_changed_before(
    seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stock_table, "CELLS_MAX", 30)
    random = Random(seed)
    books, networks = books_with(some_balances(random)), [NUMBERS, dict(zip(NODES[3:], range(3)))]

    for _ in range(60):
        skus = random.sample((*SKUS, Sku("NEVER-SEEN")), random.randrange(1, 8))
        numbers = networks[random.random() < 0.1]
        found = books.units_of(skus, numbers)
        if random.random() < 0.5:
            books.available(random.choice(SKUS))
        assert found is not None
        assert found.tolist() == one_by_one(books_with(dict(books.balances)), skus, numbers)
        books.take_in(some_balances(random))
        if random.random() < 0.3:
            books.settle_stock()


def test_who_holds_what_was_read_is_not_told_of_changes() -> None:
    books = books_with({on_hand(NODES[0], SKUS[0]): Balance(7)})
    before = books.units_of(SKUS[:1], NUMBERS)

    books.take_in({on_hand(NODES[0], SKUS[0]): Balance(7, 0, 0, 4)})

    assert before is not None
    assert before.tolist() == [[7, 0, 0, 0, 0]]
    assert books.available(SKUS[0])[NODES[0]] == 3


def test_where_lots_are_kept_stock_is_asked_for_one_by_one() -> None:
    books = books_with({on_hand(NODES[0], SKUS[0], "L1"): Balance(7)})
    books.take_in({})

    assert books.units_of(SKUS[:1], NUMBERS) is None
    assert books.available(SKUS[0]) == {NODES[0]: 7}


def test_goods_that_were_asked_for_together_are_counted_together(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stock_books, "SKUS_MANY", 5)
    books, asked = books_with({on_hand(NODES[0], sku): Balance(7) for sku in SKUS}), []
    free_of = books.balances.free_of
    monkeypatch.setattr(books.balances, "free_of", lambda skus: asked.append(list(skus)) or free_of(skus))

    assert books.units_of(SKUS[:3], NUMBERS) is None
    for sku in SKUS[:4]:
        assert books.available(sku) == {NODES[0]: 7}

    assert asked == [list(SKUS[:3]), [SKUS[3]]]


def test_a_table_keeps_no_more_than_its_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stock_table, "CELLS_MAX", 10)
    counted: list[Sku] = []
    books = books_with({})

    def count(skus: list[Sku], nodes: dict[NodeId, int]) -> stock_table.Ints:
        counted.extend(skus)
        return books.balances.free_at(skus, nodes)

    table = StockTable(count)  # type: ignore[arg-type]
    for skus in (SKUS[:2], SKUS[:2], SKUS[1:3], SKUS[:2]):
        table.units_of(skus, NUMBERS)
        table.settle()

    assert counted == [SKUS[0], SKUS[1], SKUS[2], SKUS[0], SKUS[1]]


def test_nobody_waits_for_the_compiler_when_stock_is_read() -> None:
    free_units.warm_up_stock()

    for held in ({}, {on_hand(NODES[0], SKUS[0]): Balance(7)}):
        books_with(held).units_of(SKUS[:1], NUMBERS)

    assert len(free_units.free_units.signatures) == 1  # type: ignore[attr-defined]
