"""Balances in columns are the balances: whatever is written, asked and taken in, in whatever order."""

from collections.abc import Iterator
from random import Random

import pytest
from msgspec.structs import astuple

from router.app.books import balances as module
from router.app.books.balances import Balances
from router.domain.identifiers import NodeId, Sku
from router.ledger.accounts import EMPTY, OUTSIDE, Account, Balance, Bucket, on_hand
from router.stores.memory.store import MemoryStore

NODES = tuple(NodeId(name) for name in ("", "lille", "lyon", "nice", "paris"))
SKUS = tuple(Sku(f"GOOD-{number}") for number in range(12))
BUCKETS = (Bucket.ON_HAND, Bucket.PICKING, Bucket.ADJUSTMENT, Bucket.DAMAGED)


def columns_of(held: dict[Account, Balance]) -> Iterator[list[tuple[object, ...]]]:
    store = MemoryStore()
    store._balances = dict(held)
    return store.read_balance_columns()  # type: ignore[return-value]


def an_account(random: Random, lots: tuple[str, ...]) -> Account:
    bucket = random.choice(BUCKETS)
    node_id = NODES[0] if bucket in OUTSIDE else random.choice(NODES[1:])
    return Account(node_id, random.choice(SKUS), random.choice(lots), bucket)


def a_balance(random: Random) -> Balance:
    return Balance(*(random.randrange(2**40) for _ in range(5)))


@pytest.mark.parametrize("lots", [("",), ("", "", "L1", "L2")], ids=["without-lots", "with-lots"])
@pytest.mark.parametrize("seed", range(15))
def test_they_answer_as_a_dictionary_does(
    seed: int, lots: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "READY_MAX", 5)
    monkeypatch.setattr(module, "NEW_MAX", 3)
    monkeypatch.setattr(module, "ASKED_MAX", 12)
    monkeypatch.setattr(module, "TOGETHER_MIN", 3)
    random = Random(seed)
    held = {an_account(random, lots): a_balance(random) for _ in range(random.choice((0, 3, 60)))}
    balances, asked = Balances(columns_of(held)), dict[NodeId, list[Sku]]()

    for _ in range(120):
        account = an_account(random, lots)
        assert balances.get(account, EMPTY) == held.get(account, EMPTY)
        assert (account in balances) == (account in held)
        several = [an_account(random, lots) for _ in range(random.choice((0, 2, 20)))]
        assert balances.read(several) == {one: held.get(one, EMPTY) for one in several}
        if random.random() < 0.5:
            held[account] = balances[account] = a_balance(random)
        if random.random() < 0.2:
            # Nobody looked at these before: so another server's changes come.
            unseen = {an_account(random, lots): a_balance(random) for _ in range(3)}
            held |= unseen
            balances.update(unseen)
        if random.random() < 0.2:
            balances.settle()
        sku, node_id = random.choice(SKUS), random.choice(NODES)
        assert sorted(balances.on_hand_of(sku)) == sorted(
            one for one in held if one.sku == sku and one.bucket is Bucket.ON_HAND
        )
        goods = random.sample((*SKUS, Sku("NEVER-SEEN")), random.randrange(4))
        assert balances.free_of(goods) == [
            {
                one.node_id: max(0, balance.free)
                for one, balance in held.items()
                if one.sku == each and one.bucket is Bucket.ON_HAND and not one.lot
            }
            for each in goods
        ]
        numbers = {one: number for number, one in enumerate(random.sample((*NODES[1:], NodeId("new")), 3))}
        free = balances.free_of(goods)
        assert balances.free_at(goods, numbers).tolist() == [
            [units.get(one, 0) for one in numbers] for units in free
        ]
        assert sorted(balances.skus_at(node_id)) == sorted(
            {one.sku for one in held if one.node_id == node_id and one.bucket is Bucket.ON_HAND}
        )
        if random.random() < 0.2:
            some = random.sample(SKUS, random.randrange(len(SKUS)))
            named = asked[node_id] = random.choice((some, balances.skus_at(node_id), asked.get(node_id, [])))
            skus, stock = balances.stock_at(node_id, named, with_others=True)
            assert skus[: len(named)] == named
            assert set(skus) == set(named) | set(balances.skus_at(node_id))
            assert len(set(skus)) == len(skus)
            assert stock.tolist() == [list(astuple(held.get(on_hand(node_id, sku), EMPTY))) for sku in skus]

    assert dict(balances) == held
    assert len(balances) == len(held)
    assert sorted(balances.lots_on_hand()) == sorted(
        one for one in held if one.lot and one.bucket is Bucket.ON_HAND
    )


def test_an_account_of_a_bucket_that_does_not_exist_is_refused() -> None:
    with pytest.raises(KeyError, match="99"):
        Balances([[("lyon",), ("RED-CLOCK",), ("",), (99,), (1,), (0,), (0,), (0,), (1,)]])


def test_many_accounts_take_less_than_a_hundred_bytes_each() -> None:
    count = 20_000
    nodes = [f"node-{number % 20}" for number in range(count)]
    skus = [f"GOOD-{number // 20}" for number in range(count)]
    counters = [[7] * count] * 5
    balances = Balances([[nodes, skus, [""] * count, [int(Bucket.ON_HAND)] * count, *counters]])
    balances.skus_at(NodeId("node-1"))

    columns = balances._columns
    arrays = [columns.counters, columns._place, columns._start, *(columns._shelves or ())]
    assert not balances._new
    assert sum(array.nbytes for array in arrays) < 100 * count
