"""Serial numbers: each of one unit, gone once, found by what it left with and by itself."""

from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from router.app.commands.fulfillment import DispatchShipment
from router.domain.identifiers import Day, LineId
from router.domain.reasons import Reason, RouterError
from tests.app.builders import Shop, a_shop, digest, order_for
from tests.app.first_come import first_come
from tests.routing.builders import MONDAY_TEN, an_order

LYON, CLOCK, LAMP = "lyon", "RED-CLOCK", "TIN-LAMP"


@pytest.fixture
def shop() -> Iterator[Shop]:
    with a_shop(stock={LYON: {CLOCK: 10, LAMP: 5}}, route=first_come) as shop:
        yield shop
        assert shop.faults() == ()


def dispatching(shipment_id: str, key: str, **serials: list[str]) -> DispatchShipment:
    return DispatchShipment(
        request_id=key,
        body_digest=digest(shipment_id, serials),
        shipment_id=shipment_id,
        serials={LineId(line.removeprefix("line_")): tuple(named) for line, named in serials.items()},
    )


def by_line(**serials: list[str]) -> Mapping[LineId, tuple[str, ...]]:
    return {LineId(line.removeprefix("line_")): tuple(named) for line, named in serials.items()}


def gone(shop: Shop, owner: str) -> list[tuple[str, str, str]]:
    page = shop.queries.ledger.list_serials(100, "", owner)
    return [(one.sku, one.serial, one.line_id) for one in page.items]


def refusal(shop: Shop, command: Any) -> RouterError:
    with pytest.raises(RouterError) as refused:
        shop.answer(command)
    return refused.value


def test_units_that_leave_are_known_by_their_numbers(shop: Shop) -> None:
    shop.route(an_order("order-1", lines={CLOCK: 3, LAMP: 1}))
    shop.answer(dispatching("order-1/1", "go", line_1=["S2", "S1"], line_2=["S1"]))

    assert gone(shop, "order-1") == [(CLOCK, "S1", "1"), (CLOCK, "S2", "1"), (LAMP, "S1", "2")]
    found = shop.queries.ledger.find_serial(CLOCK, "S2")
    assert found is not None
    assert (found.owner, found.line_id) == ("order-1", "1")
    (entry,) = shop.queries.ledger.list_entries(1, "", "order-1").items
    assert shop.queries.ledger.find_serial(CLOCK, "S3") is None
    assert entry.position < found.position


def test_units_posted_without_an_order_are_known_too(shop: Shop) -> None:
    held = shop.reserve((LYON, CLOCK, 2), seconds=None, reservation_id="cart-1")
    shop.post(held.id, {"1": 1}, keep_rest=True, serials=by_line(line_1=["S1"]))
    shop.post(held.id, serials=by_line(line_1=["S2"]))

    assert gone(shop, "cart-1") == [(CLOCK, "S1", "1"), (CLOCK, "S2", "1")]


def test_a_unit_leaves_once(shop: Shop) -> None:
    shop.route(order_for(CLOCK, 1), order_for(CLOCK, 1, "order-2"), order_for(LAMP, 1, "order-3"))
    shop.answer(dispatching("order-1/1", "one", line_1=["S1"]))
    refused = refusal(shop, dispatching("order-2/1", "two", line_1=["S1"]))

    assert refused.reason is Reason.SERIAL_ALREADY_GONE
    assert "serial `S1` of `RED-CLOCK` left already with `order-1` line `1`" in refused.message
    assert shop.figures(CLOCK, LYON) == (9, 1, 8)
    shop.answer(dispatching("order-3/1", "three", line_1=["S1"]))


def test_a_unit_leaves_once_even_within_one_batch(shop: Shop) -> None:
    shop.route(*(order_for(CLOCK, 1, f"order-{n}") for n in range(8)))
    waiting = [shop.engine.submit(dispatching(f"order-{n}/1", f"go {n}", line_1=["S1"])) for n in range(8)]
    refused = [one.exception(60) for one in waiting]

    assert [error.reason for error in refused if isinstance(error, RouterError)] == [
        Reason.SERIAL_ALREADY_GONE
    ] * 7


def test_more_numbers_than_units_are_refused(shop: Shop) -> None:
    shop.route(order_for(CLOCK, 1))
    too_many = refusal(shop, dispatching("order-1/1", "many", line_1=["S1", "S2"]))
    elsewhere = refusal(shop, dispatching("order-1/1", "else", line_7=["S1"]))

    assert [(one.field, one.code) for one in too_many.violations] == [("serials[1]", "WRONG_COUNT")]
    assert "has 2 entries, must have at most 1" in too_many.message
    assert [one.field for one in elsewhere.violations] == ["serials[7]"]
    assert gone(shop, "order-1") == []


def test_two_lines_of_one_product_send_different_units(shop: Shop) -> None:
    held = shop.reserve((LYON, CLOCK, 1), (LYON, CLOCK, 1))
    with pytest.raises(RouterError, match="`S1` of `RED-CLOCK` is named twice"):
        shop.post(held.id, serials=by_line(line_1=["S1"], line_2=["S1"]))


def test_numbers_are_shared_out_to_the_lots_as_they_leave(shop: Shop) -> None:
    day = Day(MONDAY_TEN // 86_400_000_000 + 719_163 + 5)
    shop.adjust("nice", CLOCK, 1, reason="RECEIPT", lot="a", expiry_day=day)
    shop.adjust("nice", CLOCK, 2, reason="RECEIPT", lot="b", expiry_day=Day(day + 1))
    held = shop.reserve(("nice", CLOCK, 3), reservation_id="cart-1")
    shop.post(held.id, serials=by_line(line_1=["S1", "S2", "S3"]))
    entries = {entry.position: entry for entry in shop.queries.ledger.list_entries(100, "", "cart-1").items}

    page = shop.queries.ledger.list_serials(2, "", "cart-1")
    rest = shop.queries.ledger.list_serials(2, page.next_page_token, "cart-1")
    assert [(one.serial, entries[one.position].debit.lot) for one in (*page.items, *rest.items)] == [
        ("S1", "a"),
        ("S2", "b"),
        ("S3", "b"),
    ]
