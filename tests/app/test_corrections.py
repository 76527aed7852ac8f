"""Entries reversed, once and only where nothing else rests on them; and balances as they were."""

import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from router.app.commands.stock import CorrectEntry
from router.app.ports.store import Store
from router.domain.reasons import Reason, RouterError
from router.ledger.balances import fold
from router.stores.memory.store import MemoryStore
from router.stores.sqlite.store import SqliteStore
from tests.app.builders import Shop, a_shop, digest, order_for
from tests.app.first_come import first_come
from tests.proving import seeds


@pytest.fixture(params=["memory", "sqlite"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    one = MemoryStore() if request.param == "memory" else SqliteStore(tmp_path / "router.sqlite")
    yield one
    one.close()


@pytest.fixture
def shop(store: Store) -> Iterator[Shop]:
    with a_shop(store, {"lyon": {"RED-CLOCK": 10}}, route=first_come) as one:
        yield one


def correct(shop: Shop, position: int, key: str = "") -> Any:
    command = CorrectEntry(
        request_id=key or shop.key(),
        body_digest=digest(position),
        position=position,
        author="ada",
        reason="typed twice",
    )
    return shop.answer(command)


def refusal_of(shop: Shop, position: int, key: str = "") -> RouterError:
    with pytest.raises(RouterError) as refused:
        correct(shop, position, key)
    return refused.value


def test_an_adjustment_is_reversed_and_both_stay_in_the_journal(shop: Shop) -> None:
    shop.adjust("lyon", "RED-CLOCK", 5)
    corrected = correct(shop, 2)
    entries = shop.queries.ledger.list_entries(10, "").items

    assert (corrected.position, corrected.corrected_position) == (3, 2)
    assert shop.figures("RED-CLOCK", "lyon") == (10, 0, 10)
    assert [(entry.code.name, entry.quantity, entry.reference) for entry in entries[1:]] == [
        ("ADJUST", 5, "COUNT"),
        ("CORRECT", 5, "ada: typed twice"),
    ]
    assert shop.faults() == ()
    told = shop.queries.list_events(0, 100)[-1]
    assert (told.kind.name, told.subject, told.node_ids) == ("ENTRY_CORRECTED", "RED-CLOCK", ("lyon",))


def test_an_entry_is_reversed_once(shop: Shop) -> None:
    shop.adjust("lyon", "RED-CLOCK", 5)
    correct(shop, 2)
    refused = refusal_of(shop, 2)

    assert refused.reason is Reason.ENTRY_NOT_CORRECTABLE
    assert "was reversed already by entry 3" in refused.message
    assert refusal_of(shop, 3).reason is Reason.ENTRY_NOT_CORRECTABLE


def test_an_entry_is_reversed_once_also_after_a_restart(tmp_path: Path) -> None:
    path = tmp_path / "router.sqlite"
    store = SqliteStore(path)
    with a_shop(store, {"lyon": {"RED-CLOCK": 10}}, route=first_come) as shop:
        shop.adjust("lyon", "RED-CLOCK", 5)
        correct(shop, 2)
    store.close()
    store = SqliteStore(path)
    again = Shop(store, route=first_come)
    again.engine.start()
    refused = refusal_of(again, 2, "after the restart")
    again.engine.stop()
    store.close()

    assert "was reversed already by entry 3" in refused.message


def test_two_who_reverse_the_same_entry_at_once_reverse_it_once(shop: Shop) -> None:
    shop.adjust("lyon", "RED-CLOCK", 5)
    commands = [
        CorrectEntry(
            request_id=f"at once {n}", body_digest=digest(n), position=2, author="ada", reason="twice"
        )
        for n in range(2)
    ]
    futures = [shop.engine.submit(command) for command in commands]
    errors = [future.exception(60) for future in futures]

    assert [type(error) for error in errors] == [type(None), RouterError]
    assert shop.faults() == ()


def test_a_repeated_request_reverses_once(shop: Shop) -> None:
    shop.adjust("lyon", "RED-CLOCK", 5)

    assert correct(shop, 2, key="mine") == correct(shop, 2, key="mine")
    assert shop.figures("RED-CLOCK", "lyon") == (10, 0, 10)


def test_what_belongs_to_an_order_is_taken_back_there(shop: Shop) -> None:
    shop.route(order_for("RED-CLOCK", 2))
    shop.dispatch("order-1/1")
    refused = [refusal_of(shop, position) for position in (2, 3, 4)]

    assert {one.reason for one in refused} == {Reason.ENTRY_NOT_CORRECTABLE}
    assert [one.facts["code"] for one in refused] == ["RESERVE", "POST", "SHIP"]
    assert "cancel the order" in refused[0].message


def test_units_that_are_gone_cannot_be_taken_back(shop: Shop) -> None:
    shop.route(order_for("RED-CLOCK", 9))
    shop.dispatch("order-1/1")
    refused = refusal_of(shop, 1)

    assert refused.reason is Reason.INSUFFICIENT_STOCK
    assert "lyon/RED-CLOCK/on_hand holds 1 units, reversing entry 1 would take 10 out" in refused.message


def test_an_entry_that_is_not_there_is_refused(shop: Shop) -> None:
    assert refusal_of(shop, 99).reason is Reason.ENTRY_NOT_FOUND


def test_a_correction_that_is_no_mirror_is_found(tmp_path: Path) -> None:
    import apsw

    path = tmp_path / "router.sqlite"
    store = SqliteStore(path)
    with a_shop(store, {"lyon": {"RED-CLOCK": 10}}, route=first_come) as shop:
        shop.adjust("lyon", "RED-CLOCK", 5)
        correct(shop, 2)
    store.close()
    connection = apsw.Connection(str(path))
    connection.execute("UPDATE entry SET quantity = 4 WHERE position = 3")
    connection.close()
    store = SqliteStore(path)
    faults = Shop(store).faults()
    store.close()

    assert "entry 3 is not the mirror of entry 2" in faults


def at_random(shop: Shop, chance: random.Random, number: int) -> None:
    """One of the things that happen to stock."""
    try:
        match chance.randrange(5):
            case 0:
                shop.adjust("lyon", chance.choice(("RED-CLOCK", "TIN-LAMP")), chance.randint(-3, 5) or 1)
            case 1:
                shop.route(order_for("RED-CLOCK", chance.randint(1, 3), f"A-{number}"))
            case 2:
                shop.cancel(f"A-{chance.randrange(number + 1)}")
            case 3:
                shop.dispatch(f"A-{chance.randrange(number + 1)}/1")
            case 4:
                correct(shop, chance.randint(1, shop.queries.head().position))
    except RouterError:
        return


@pytest.mark.parametrize("seed", seeds(0, 3))
def test_balances_at_any_position_are_the_journal_folded_up_to_there(store: Store, seed: int) -> None:
    chance = random.Random(seed)
    with a_shop(store, {"lyon": {"RED-CLOCK": 30, "TIN-LAMP": 4}}, route=first_come) as shop:
        shop.route(order_for("RED-CLOCK", 2, "A-0"), order_for("RED-CLOCK", 3, "A-1"))
        shop.cancel("A-0")
        shop.dispatch("A-1/1")
        for number in range(2, 40):
            at_random(shop, chance, number)
        entries = shop.queries.ledger.list_entries(1_000, "").items
        for position in range(1, len(entries) + 1):
            expected: dict[Any, Any] = {}
            fold(entries[:position], expected)
            page, found = shop.queries.ledger.list_balances(1_000, "", position=position)
            lamps, _ = shop.queries.ledger.list_balances(
                1_000, "", node_id="lyon", sku="TIN-LAMP", position=position
            )

            assert (dict(page.items), found) == (expected, position)
            assert dict(lamps.items) == {
                account: balance
                for account, balance in expected.items()
                if (account.node_id, account.sku) == ("lyon", "TIN-LAMP")
            }
        assert {entry.code.name for entry in entries} >= {"RESERVE", "POST", "VOID", "ADJUST"}
        assert shop.faults() == ()


def test_pages_of_the_past_together_are_all_of_it(shop: Shop) -> None:
    for _ in range(3):
        shop.adjust("lyon", "TIN-LAMP", 1)
    shop.route(order_for("RED-CLOCK", 2))
    whole, _ = shop.queries.ledger.list_balances(100, "", position=2)
    pages, token = [], ""
    while True:
        page, _ = shop.queries.ledger.list_balances(2, token, position=2)
        pages += page.items
        if not (token := page.next_page_token):
            break

    assert pages == list(whole.items)


def test_a_position_that_is_not_there_yet_is_refused(shop: Shop) -> None:
    with pytest.raises(RouterError, match="position is 99, the last entry has 1"):
        shop.queries.ledger.list_balances(10, "", position=99)
