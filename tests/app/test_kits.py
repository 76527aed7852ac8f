"""A kit stays whole after its decision, too."""

import pytest
from msgspec.structs import replace

from router.domain.reasons import Reason, RouterError
from tests.app.builders import Shop, a_shop
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
