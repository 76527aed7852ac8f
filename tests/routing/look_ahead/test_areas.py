"""Which of the nodes where goods were laid in is nearest to whom."""

from router.domain.order import Order
from router.routing.look_ahead.areas import Areas
from router.routing.network.prepared import prepare
from router.solver.tables import NO_ROW
from tests.routing.builders import a_network, a_node, a_service, an_order

LAID_IN = {"RED-CLOCK": {"nice": 9, "lille": 4}, "TIN-LAMP": {"lille": 2, "lyon": 0}, "OAK-DESK": {"gone": 5}}
LILLE_CLOCKS, NICE_CLOCKS, LILLE_LAMPS = range(3)


def areas_of(orders: list[Order], **changes: object) -> Areas:
    return Areas(LAID_IN, prepare(a_network(**changes)), orders)


def test_an_order_is_of_the_nearest_node_that_the_product_was_laid_in_at() -> None:
    orders = [an_order(place, lines={"RED-CLOCK": 1}, to=place) for place in ("nice", "lyon", "lille")]
    areas = areas_of(orders)

    assert areas.units.tolist() == [4, 9, 2]
    assert areas.sku == ["RED-CLOCK", "RED-CLOCK", "TIN-LAMP"]
    assert areas.of("RED-CLOCK", orders).tolist() == [NICE_CLOCKS, NICE_CLOCKS, LILLE_CLOCKS]
    assert areas.of("TIN-LAMP", orders).tolist() == [LILLE_LAMPS] * 3


def test_what_no_node_of_the_network_has_is_of_no_area() -> None:
    orders = [an_order(lines={"OAK-DESK": 1}, to="nice")]

    assert areas_of(orders).of("OAK-DESK", orders).tolist() == [NO_ROW]
    assert areas_of(orders).of("BLUE-VASE", orders).tolist() == [NO_ROW]


def test_a_node_that_does_not_send_there_is_near_to_nobody() -> None:
    network = a_network(
        a_node("lille"), a_node("nice", service_level_ids=("CHRONO/13",)), services=(a_service(),)
    )
    orders = [an_order(lines={"RED-CLOCK": 1}, to="nice")]

    assert Areas(LAID_IN, prepare(network), orders).of("RED-CLOCK", orders).tolist() == [LILLE_CLOCKS]


def test_what_is_picked_up_is_of_the_area_of_its_node() -> None:
    lines = {"RED-CLOCK": 1}
    orders = [
        an_order(lines=lines, to="nice", pickup_node_id="lille"),
        an_order(lines=lines, to="nice", pickup_node_id="lyon"),
    ]

    assert areas_of(orders).of("RED-CLOCK", orders).tolist() == [LILLE_CLOCKS, NO_ROW]


def test_units_are_summed_by_area_as_often_as_their_order_comes() -> None:
    orders = [
        an_order(lines={"RED-CLOCK": 3, "TIN-LAMP": 2}, to="nice"),
        an_order(lines={"RED-CLOCK": 1, "BLUE-VASE": 7}, to="lille"),
    ]
    areas = areas_of(orders)
    lines = areas.lines_of(orders)

    assert lines.area.tolist() == [NICE_CLOCKS, LILLE_LAMPS, LILLE_CLOCKS, NO_ROW]
    assert areas.sum_of(lines, lines.quantity[[0, 1]]).tolist() == [2, 9, 6]
