"""Stock reservations that wait together: booked as one, and each of them as if it had come alone."""

from random import Random
from typing import Any

import pytest
from msgspec import structs

from router.app.reservations import reserve_stock as reserve_stock_module
from router.domain.identifiers import Instant
from router.ledger.stock_reservations import StockReservation
from tests.app.builders import Shop, a_shop, reserve_stock
from tests.app.first_come import first_come

LYON, LILLE = "lyon", "lille"
CLOCK, LAMP = "RED-CLOCK", "TIN-LAMP"
STOCK = {LYON: {CLOCK: 10, LAMP: 3}, LILLE: {CLOCK: 5}}


@pytest.mark.parametrize("seed", range(20))
def test_reservations_that_wait_together_are_made_as_if_one_after_another(seed: int) -> None:
    random = Random(seed)
    commands = [a_wish(random, f"wish {number}") for number in range(24)]
    together = a_stopped_shop()
    waiting = [together.engine.submit(command) for command in commands]
    together.engine.start()
    together.engine.stop()
    one_by_one = a_stopped_shop()
    one_by_one.engine.start()
    alone = [outcome_of(one_by_one.engine.submit(command)) for command in commands]
    one_by_one.engine.stop()

    assert list(map(outcome_of, waiting)) == alone
    assert together.store.head().batch_number < one_by_one.store.head().batch_number
    assert [one.quantity for one in entries_of(together)] == [one.quantity for one in entries_of(one_by_one)]
    assert together.faults() == one_by_one.faults() == ()


def test_a_bug_in_one_reservation_stops_none_of_those_beside_it(monkeypatch: pytest.MonkeyPatch) -> None:
    def stumble(reservation: StockReservation) -> str:
        assert reservation.reference != "unlucky", "a bug"
        return ""

    monkeypatch.setattr(reserve_stock_module, "describe", stumble)
    shop = a_stopped_shop()
    waiting = [
        shop.engine.submit(reserve_stock((LYON, CLOCK, 2), seconds=60, key=reference, reference=reference))
        for reference in ("first", "unlucky", "last")
    ]
    shop.engine.start()

    assert [type(one.exception(60)) for one in waiting] == [type(None), AssertionError, type(None)]
    assert shop.figures(CLOCK, LYON) == (10, 4, 6)
    shop.engine.stop()
    assert shop.faults() == ()


def a_stopped_shop() -> Shop:
    """What is submitted waits until its engine starts."""
    with a_shop(stock=STOCK, rules="", route=first_come) as shop:
        store = shop.store
    return Shop(store, route=first_come)


def a_wish(random: Random, key: str) -> Any:
    """Something to reserve: often of the same id as another, often more than there is, sometimes unknown."""
    places = [(LYON, CLOCK), (LYON, LAMP), (LILLE, CLOCK), (LYON, "GHOST" if random.random() < 0.1 else LAMP)]
    lines = [(*random.choice(places), random.randint(1, 4)) for _ in range(random.randint(1, 3))]
    settings = {"allow_partial": random.random() < 0.3}
    own_id = {"reservation_id": f"own-{random.randint(1, 6)}"} if random.random() < 0.5 else {}
    return reserve_stock(*lines, seconds=random.choice([None, 60]), key=key, **settings, **own_id)


def outcome_of(future: Any) -> Any:
    """What was reserved, but for when; or why nothing was."""
    if (error := future.exception(60)) is not None:
        return error.reason, error.message
    return structs.replace(future.result().answer.reservation, create_time=Instant(0))


def entries_of(shop: Shop) -> list[Any]:
    return list(shop.store.list_entries(None, 10_000, ""))  # type: ignore[attr-defined]
