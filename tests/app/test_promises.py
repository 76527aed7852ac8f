"""What a promise says, what it refuses, and that it is kept."""

from collections.abc import Iterator
from typing import Any

import pytest
from msgspec.structs import replace

from router.app.commands.stock import TransferStock
from router.domain.identifiers import NodeId, ServiceLevelId, Sku
from router.domain.reasons import Reason, RouterError
from tests.app.builders import Shop, a_shop, digest, order_for
from tests.app.promises import promised_and_placed, quote_promise
from tests.proving import seeds, under_seed
from tests.routing.builders import day

TOGETHER = 20
"""Retailers of one test."""

CARTS = 40
"""Of each retailer. A cart is promised by 1.6 ways or more, so that 1,560 retailers are more than 100,000 pairs."""


@pytest.fixture
def shop() -> Iterator[Shop]:
    with a_shop(stock={"lyon": {"RED-CLOCK": 5}, "nice": {"RED-CLOCK": 5}}) as shop:
        yield shop


def promises(shop: Shop, *args: Any, **changes: Any) -> list[Any]:
    answer: Any = shop.answer(quote_promise(*args, **changes))
    return list(answer.promises)


@pytest.mark.parametrize("seed", seeds(7_100, sample=40, full=1_560)[::TOGETHER])
def test_the_order_placed_gets_what_was_promised(seed):
    shipping = 0
    for one in range(seed, seed + TOGETHER):
        with under_seed("gets_what_was_promised", one):
            pairs = list(promised_and_placed(one, CARTS))

            assert len(pairs) >= CARTS
            assert [promised for promised, _ in pairs] == [placed for _, placed in pairs]
            shipping += sum(bool(placed.shipments) for _, placed in pairs)
    assert shipping > TOGETHER


def test_a_promise_by_each_service_level_follows_the_promise_by_any(shop):
    first, *rest = promises(shop, order_for("RED-CLOCK", 2))

    assert first.service_level_id is None
    assert sorted(one.service_level_id for one in rest) == ["CHRONO/13", "POSTE/COLIS"]
    for one in rest:
        assert {shipment.service_level_id for shipment in one.plan.shipments} == {one.service_level_id}
    assert first.plan.objective_milli == min(one.plan.objective_milli for one in rest)


def test_a_service_level_that_ships_nothing_is_quoted_only_when_asked_for(shop):
    heavy = order_for("RED-CLOCK", 99)
    offered = {one.service_level_id for one in promises(shop, heavy)}

    assert {one.service_level_id for one in promises(shop, heavy, "CHRONO/13")} == {None, "CHRONO/13"}
    assert None in offered


def test_a_promise_writes_nothing(shop):
    before = shop.queries.ledger.audit()

    promises(shop, order_for("RED-CLOCK", 2))

    assert shop.queries.ledger.audit() == before
    assert shop.figures("RED-CLOCK", "lyon") == (5, 0, 5)


def test_units_that_wait_are_expected_when_what_is_under_way_covers_them(shop):
    shop.answer(under_way("T1", 3, "2026-03-09"))
    shop.answer(under_way("T2", 2, "2026-03-12"))

    def expected(quantity: int) -> Any:
        (restock,) = promises(shop, order_for("RED-CLOCK", quantity), "CHRONO/13")[0].restocks
        return restock.quantity, restock.expected_day

    assert expected(5 + 3) == (3, day("2026-03-09"))
    assert expected(5 + 5) == (5, day("2026-03-12"))
    assert expected(5 + 6) == (6, None)


def test_who_waits_already_is_served_first(shop):
    shop.answer(under_way("T1", 5, "2026-03-09"))
    shop.route(order_for("RED-CLOCK", 8, id="early"))

    (restock,) = promises(shop, order_for("RED-CLOCK", 2))[0].restocks
    (late,) = promises(shop, order_for("RED-CLOCK", 3))[0].restocks

    assert (restock.quantity, restock.expected_day) == (2, day("2026-03-09"))
    assert (late.quantity, late.expected_day) == (3, None)


def test_units_held_for_the_cart_are_promised_to_it(shop):
    held = shop.reserve(("lyon", "RED-CLOCK", 5), ("nice", "RED-CLOCK", 5))

    without = promises(shop, order_for("RED-CLOCK", 1))[0]
    with_own = promises(shop, order_for("RED-CLOCK", 1), reservation_id=held.id)[0]

    assert not without.plan.shipments
    assert not with_own.plan.unshipped
    placed = shop.route(order_for("RED-CLOCK", 1), reservation_id=held.id).results[0]
    assert placed.plan == with_own.plan


@pytest.mark.parametrize(
    ("order", "levels", "reason"),
    [
        (order_for("BLUE-MOON", 1), (), Reason.UNKNOWN_SKU),
        (order_for("RED-CLOCK", 1), ("OWL/POST",), Reason.UNKNOWN_SERVICE_LEVEL),
        (replace(order_for("RED-CLOCK", 1), pickup_node_id="mars"), (), Reason.UNKNOWN_NODE),
        (
            replace(order_for("RED-CLOCK", 1), service_level_ids=(ServiceLevelId("OWL/POST"),)),
            ("CHRONO/13",),
            Reason.UNKNOWN_SERVICE_LEVEL,
        ),
    ],
)
def test_what_cannot_be_routed_cannot_be_promised(shop, order, levels, reason):
    with pytest.raises(RouterError) as refused:
        promises(shop, order, *levels)

    assert refused.value.reason is reason


def test_an_order_ships_only_by_the_service_levels_that_the_customer_chose(shop):
    for number, level in enumerate(("CHRONO/13", "POSTE/COLIS")):
        order = replace(
            order_for("RED-CLOCK", 1, id=f"order-{number}"), service_level_ids=(ServiceLevelId(level),)
        )
        (shipment,) = shop.route(order).results[0].plan.shipments
        assert shipment.service_level_id == level


def test_an_order_by_an_unknown_service_level_is_refused(shop):
    order = replace(order_for("RED-CLOCK", 1), service_level_ids=(ServiceLevelId("OWL/POST"),))

    refused = shop.route(order).results[0]

    assert refused.reason == "UNKNOWN_SERVICE_LEVEL"
    assert "OWL/POST" in refused.message


def under_way(id: str, quantity: int, expected: str) -> TransferStock:
    return TransferStock(
        request_id=id,
        body_digest=digest(id),
        transfer_id=id,
        from_node_id=NodeId("lyon"),
        to_node_id=NodeId("lille"),
        lines={Sku("RED-CLOCK"): quantity},
        expected_day=day(expected),
    )
