"""The audit of journeys that goes on where it stopped sees what the whole audit sees."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from msgspec import structs

from router.app.reading.verify import verify
from router.stores.memory.store import MemoryStore
from tests.app.builders import Shop, a_shop, order_for
from tests.journeys.following import FollowedBooks


@pytest.fixture
def shop() -> Iterator[Shop]:
    with a_shop(stock={"lyon": {"RED-CLOCK": 9}}) as shop:
        yield shop


def whole(shop: Shop) -> list[str]:
    with shop.store.reader() as reader:
        return list(verify(reader).faults)


def test_clean_books_stay_clean_as_they_grow(shop: Shop) -> None:
    followed = FollowedBooks(shop.store)
    for number in range(3):
        shop.route(order_for("RED-CLOCK", 2, f"o-{number}"))
        assert followed.faults() == []
    shop.cancel("o-0")
    shop.dispatch("o-1/1")

    assert followed.faults() == whole(shop) == []


def lose_a_reservation(store: Any) -> None:
    held = store._reservations["o-0"]
    held.pop(next(iter(held)))


def change_a_balance(store: Any) -> None:
    account, balance = next(iter(store._balances.items()))
    store._balances[account] = structs.replace(balance, debits_posted=balance.debits_posted + 1)


def change_an_order(store: Any) -> None:
    order = store._orders["o-0"]
    line = structs.replace(order.lines[0], reserved=order.lines[0].reserved - 1, canceled=1)
    store._orders["o-0"] = structs.replace(order, counted=(line,))


def lose_the_last_entry(store: Any) -> None:
    store._entries.pop()


def break_the_chain(store: Any) -> None:
    store._batches[-1] = replace(store._batches[-1], hash=bytes(32))


@pytest.mark.parametrize(
    "harm", [lose_a_reservation, change_a_balance, change_an_order, lose_the_last_entry, break_the_chain]
)
def test_what_goes_wrong_after_it_looked_is_seen_at_the_next_look(shop: Shop, harm: Any) -> None:
    followed = FollowedBooks(shop.store)
    assert followed.faults() == []

    shop.route(order_for("RED-CLOCK", 2, "o-0"))
    assert isinstance(shop.store, MemoryStore)
    harm(shop.store)

    assert whole(shop) != []
    assert followed.faults() != []
