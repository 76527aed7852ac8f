"""What a wave leaves out of account of orders that it decides jointly, it says of them."""

from router.domain.order import Order
from router.domain.transfer_lane import TransferLane
from router.routing.world import World
from tests.routing.builders import a_network, a_world, an_order, rules_of
from tests.routing.test_gatherings import a_lane
from tests.routing.test_substitutes import BLUE, GOODS
from tests.routing.test_wave import decide_wave

SCARCE = {"lille": {"RED-CLOCK": 1}, "lyon": {"RED-CLOCK": 1, "BLUE-CLOCK": 9}}


def an_offering_world(*lanes: TransferLane, keys: str = "") -> World:
    return a_world(a_network(transfer_lanes=lanes), GOODS, rules=rules_of(BLUE % keys))


def two_for_red_clocks(*, accepts_substitutes: bool = True) -> list[Order]:
    changes = {"lines": {"RED-CLOCK": 1}, "accepts_substitutes": accepts_substitutes}
    return [an_order("for-paris", **changes), an_order("for-lyon", to="lyon", **changes)]


def test_a_wave_names_the_orders_that_it_decided_without_the_substitutes_offered_to_them():
    wave = decide_wave(two_for_red_clocks(), stock=SCARCE, world=an_offering_world())

    assert wave.joint_count == 2
    assert wave.without_substitutes == ("for-paris", "for-lyon")


def test_a_wave_names_no_order_that_nothing_is_offered_to():
    refused = decide_wave(
        two_for_red_clocks(accepts_substitutes=False), stock=SCARCE, world=an_offering_world()
    )
    enough = decide_wave(
        two_for_red_clocks(), stock=SCARCE, world=an_offering_world(keys=", only_short: true")
    )

    assert (refused.joint_count, refused.without_substitutes) == (2, ())
    assert (enough.joint_count, enough.without_substitutes) == (2, ())


def test_orders_of_a_wave_that_are_better_off_one_by_one_get_substitutes_and_are_not_named():
    stock = {"lille": {"BLUE-CLOCK": 9}}

    wave = decide_wave(two_for_red_clocks(), stock=stock, world=an_offering_world())

    assert [one.plan.substitutions[0].sku for one in wave.decisions] == ["BLUE-CLOCK", "BLUE-CLOCK"]
    assert wave.without_substitutes == ()


def test_a_wave_counts_the_orders_whose_units_could_not_move_first():
    world = an_offering_world(a_lane("lyon", "lille", cost_minor=900))

    wave = decide_wave(two_for_red_clocks(), stock=SCARCE, world=world)
    without_lanes = decide_wave(two_for_red_clocks(), stock=SCARCE, world=an_offering_world())

    assert (wave.without_transfers_count, without_lanes.without_transfers_count) == (2, 0)
