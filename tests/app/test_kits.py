"""A kit stays whole after its decision, too."""

from typing import Any

import pytest
from msgspec.structs import replace

from router.app.engine.outcomes import pack_result, unpack_result
from router.app.records.filters import ShipmentFilter
from router.domain.reasons import Reason, RouterError
from tests.app.builders import Shop, a_shop
from tests.app.fulfillment_builders import leave, miss, pick, release, start_wave
from tests.routing.builders import an_order

CLOCK, LAMP, CHAIR = "RED-CLOCK", "TIN-LAMP", "OAK-CHAIR"


def route_two_kits(shop: Shop) -> None:
    """Two kits of one clock and two lamps, and a chair."""
    order = an_order("order-1", lines={CLOCK: 2, LAMP: 4, CHAIR: 1})
    clock, lamp, chair = order.lines
    shop.route(replace(order, lines=(replace(clock, kit_id="set"), replace(lamp, kit_id="set"), chair)))


def left(shop: Shop) -> list[int]:
    lines = shop.queries.get_order("order-1").lines
    return [line.reserved + line.backordered for line in lines]


@pytest.mark.parametrize("lamps", [4, 1])
@pytest.mark.parametrize("parts", [{"1": 1}, {"2": 1}, {"1": 1, "2": 1}, {"1": 2, "2": 2, "3": 1}])
def test_parts_of_a_kit_are_not_canceled_alone(parts: dict[str, int], lamps: int) -> None:
    with a_shop(stock={"lyon": {CLOCK: 9, LAMP: lamps, CHAIR: 9}}) as shop:
        route_two_kits(shop)

        with pytest.raises(RouterError) as refused:
            shop.cancel("order-1", parts)

        assert refused.value.reason is Reason.INVALID_REQUEST
        assert "kit `set` is 1 of line `1` and 2 of line `2`" in refused.value.message
        assert [one.code for one in refused.value.violations] == ["KIT_LINE"]
        assert left(shop) == [2, 4, 1]


@pytest.mark.parametrize("lamps", [4, 1])
def test_whole_kits_are_canceled(lamps: int) -> None:
    with a_shop(stock={"lyon": {CLOCK: 9, LAMP: lamps, CHAIR: 9}}) as shop:
        route_two_kits(shop)

        shop.cancel("order-1", {"1": 1, "2": 2})
        assert left(shop) == [1, 2, 1]
        shop.cancel("order-1", {"3": 1})
        assert left(shop) == [1, 2, 0]
        shop.cancel("order-1")
        assert (left(shop), shop.faults()) == ([0, 0, 0], ())


def find_nothing(number: int) -> Any:
    raise AssertionError(f"decision {number} was asked for")


def shipped(shop: Shop) -> dict[str, dict[str, int]]:
    """Units by shipment and line, of those that have any."""
    page = shop.queries.shipments.list_shipments(9, "", ShipmentFilter(order_id="order-1"))
    return {
        one.account.id: {unit.line_id: unit.quantity for unit in one.units} for one in page.items if one.units
    }


def test_a_part_that_is_not_on_its_shelf_takes_its_whole_kit_elsewhere() -> None:
    with a_shop(stock={"lyon": {CLOCK: 9, LAMP: 9, CHAIR: 9}, "nice": {CLOCK: 9, LAMP: 9}}) as shop:
        route_two_kits(shop)
        release(shop, "order-1/1")
        start_wave(shop)
        pick(shop, "order-1/1", CLOCK, 2)

        answer = miss(shop, "order-1/1", LAMP, 1)

        assert [(one.sku, one.quantity) for one in answer.put_back] == [(CLOCK, 1)]
        assert unpack_result(pack_result(answer), find_nothing) == answer
        assert shipped(shop) == {"order-1/1": {"1": 1, "2": 2, "3": 1}, "order-1/2": {"1": 1, "2": 2}}
        assert shop.queries.shipments.get_shipment("order-1/2").account.node_id == "nice"
        told = next(one for one in shop.queries.list_events(0, 99, "order-1") if "shelf" in one.text)
        assert told.text.endswith(
            "; with it 1 of TIN-LAMP and 1 of RED-CLOCK of the same kit, put back 1 of RED-CLOCK"
        )
        pick(shop, "order-1/1", LAMP, 2)
        pick(shop, "order-1/1", CHAIR, 1)
        leave(shop)
        assert shop.faults() == ()


def test_the_shelf_is_short_of_what_was_not_found_alone() -> None:
    with a_shop(stock={"lyon": {CLOCK: 2, LAMP: 4, CHAIR: 1}}) as shop:
        route_two_kits(shop)
        release(shop, "order-1/1")
        start_wave(shop)

        miss(shop, "order-1/1", LAMP, 1)

        assert shipped(shop) == {"order-1/1": {"1": 1, "2": 2, "3": 1}}
        assert left(shop) == [2, 4, 1]
        assert [shop.figures(sku, "lyon") for sku in (LAMP, CLOCK)] == [(3, 2, 1), (2, 1, 1)]
        assert shop.faults() == ()


def test_units_of_no_kit_are_missing_alone() -> None:
    with a_shop(stock={"lyon": {CLOCK: 9, LAMP: 9, CHAIR: 9}}) as shop:
        route_two_kits(shop)
        release(shop, "order-1/1")
        start_wave(shop)

        miss(shop, "order-1/1", CHAIR, 1)

        assert shipped(shop)["order-1/1"] == {"1": 2, "2": 4}
