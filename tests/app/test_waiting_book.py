"""Who waits before whom is known from memory as the books say it, without looking at all that wait."""

from contextlib import suppress
from random import Random
from typing import Any

import pytest

from router.app.purchasing import ranked_units, waiting_book
from router.app.purchasing.ranked_units import RankedUnits
from router.app.purchasing.waiting_book import WaitingBook
from router.app.reading.pool import Asked, PoolFilter, Rank, members, rank_of
from router.domain.identifiers import Day, OrderId, Sku
from router.domain.reasons import RouterError
from router.routing.network.dates import utc_day
from router.stores.memory.store import MemoryStore
from tests.app.builders import Shop, a_shop, order_for
from tests.app.purchase_builders import CLOCK, LAMP
from tests.app.test_edits import edit, line
from tests.app.test_holds import a_hold, a_release
from tests.app.test_restocks import found
from tests.proving import seeds
from tests.routing.builders import MONDAY_TEN, an_order

TIERS = ("GOLD",)
MONDAY = utc_day(MONDAY_TEN)


@pytest.mark.parametrize("seed", seeds(4_700, sample=20, full=500))
def test_units_before_a_rank_are_those_of_all_smaller_ones(
    seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ranked_units, "BLOCK_MAX", 4)
    chance, plain, ranked = Random(seed), dict[Rank, int](), RankedUnits()
    for number in range(120):
        if plain and chance.random() < 0.4:
            gone = chance.choice(list(plain))
            del plain[gone]
            ranked.remove(gone)
        else:
            rank = Rank(chance.randint(1, 3), chance.randint(0, 1), number)
            plain[rank] = chance.randint(1, 9)
            ranked.put(rank, plain[rank])
        asked = Rank(chance.randint(0, 4), chance.randint(0, 1), chance.randint(0, 120))
        assert ranked.before(asked) == sum(units for rank, units in plain.items() if rank < asked)
    assert list(ranked) == sorted(plain.items())


def waiting_by_the_books(shop: Shop, sku: str) -> list[tuple[OrderId, int]]:
    """Every account that waits, in the order of service, with its units."""
    with shop.store.reader() as reader:
        accounts = list(members(reader, 0, PoolFilter(waiting_only=True, skus=frozenset((sku,)))))
    orders = {one.order_id: shop.queries.get_order(one.order_id).order for one in accounts}
    accounts.sort(key=lambda one: rank_of(Asked.of(orders[one.order_id]), one.number, TIERS))
    return [
        (one.order_id, sum(line.backordered for line in one.lines if line.sku == sku)) for one in accounts
    ]


def waiting_by_the_book(book: WaitingBook, sku: str) -> list[tuple[OrderId, int]]:
    with book.looking():
        places = book.waiting_for(Sku(sku))
        before = [book.ahead_of(place.rank, Sku(sku)) for place in places]
    assert before == [
        sum(place.units[Sku(sku)] for place in places[:number]) for number in range(len(places))
    ]
    return [(place.order_id, place.units[Sku(sku)]) for place in places]


def happen(shop: Shop, chance: Random, number: int) -> None:
    """Something that can make an order wait, or no longer, or otherwise."""
    known = f"A-{chance.randint(0, number)}"
    match chance.choice(
        ("route", "route", "route", "adjust", "reroute", "cancel", "hold", "release", "edit")
    ):
        case "route":
            day = Day(MONDAY + chance.randint(1, 9)) if chance.random() < 0.5 else None
            lines = {CLOCK: chance.randint(1, 4), LAMP: chance.randint(1, 3)}
            tier = chance.choice(("", "GOLD"))
            shop.route(an_order(f"A-{number}", lines=lines, promise_day=day, tier=tier))
        case "adjust":
            shop.adjust("lyon", chance.choice((CLOCK, LAMP)), chance.randint(1, 4))
        case "reroute":
            shop.reroute(known)
        case "cancel":
            shop.cancel(known, {"1": 1} if chance.random() < 0.5 else None)
        case "hold":
            shop.answer(a_hold(shop, known))
        case "release":
            shop.answer(a_release(shop, known))
        case "edit":
            edit(shop, line("1", chance.randint(1, 5)), order_id=OrderId(known))


@pytest.mark.parametrize("events_max", [20_000, 3])
@pytest.mark.parametrize("seed", seeds(4_800, sample=3, full=100))
def test_whatever_happens_the_book_says_what_the_accounts_say(
    seed: int, events_max: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(waiting_book, "EVENTS_MAX", events_max)
    chance = Random(seed)
    with a_shop(MemoryStore(), rules="", stock={"lyon": {CLOCK: 3}}) as shop:
        book, lengths = WaitingBook(shop.store, TIERS), 0
        for number in range(40):
            with suppress(RouterError):
                happen(shop, chance, number)
            if chance.random() < 0.6:
                for sku in (CLOCK, LAMP):
                    by_the_book = waiting_by_the_book(book, sku)
                    assert by_the_book == waiting_by_the_books(shop, sku)
                    lengths = max(lengths, len(by_the_book))
    assert lengths > 2, "some orders wait"


def test_an_order_that_waits_is_shown_without_looking_at_all_that_wait(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with a_shop(MemoryStore(), rules="") as shop:
        shop.route(*(order_for(CLOCK, 1, f"A-{number}") for number in range(40)))
        found(shop, "A-39")
        shop.route(order_for(CLOCK, 2, "B-1"))
        asked: dict[str, int] = {"list_orders": 0, "find_orders": 0, "find_decision": 0}

        def counted(name: str) -> Any:
            plain = getattr(MemoryStore, name)

            def call(self: MemoryStore, first: Any, *others: Any) -> Any:
                asked[name] += len(first) if name == "find_orders" else 1
                return plain(self, first, *others)

            return call

        for name in asked:
            monkeypatch.setattr(MemoryStore, name, counted(name))
        found(shop, "B-1")

    assert asked["list_orders"] == 0
    assert asked["find_orders"] + asked["find_decision"] < 10, asked
