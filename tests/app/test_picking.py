"""Picking in an engine on a store: waves, lists, scans, and what is not there."""

import pytest

from router.app.records.commit import Commit
from router.domain.reasons import Reason, RouterError
from tests.app.builders import Shop, a_shop
from tests.app.fulfillment_builders import leave, miss, pick, put_layout, release, start_wave, state_of
from tests.routing.builders import an_order

CLOCK, LAMP, CHAIR = "RED-CLOCK", "TIN-LAMP", "OAK-CHAIR"
STOCK = {"lyon": {CLOCK: 10, LAMP: 10, CHAIR: 10}}


def picking(shop: Shop, **lines: int) -> str:
    """Order 1 in a wave; its id."""
    shop.route(an_order("order-1", lines={key.replace("_", "-"): units for key, units in lines.items()}))
    release(shop, "order-1/1")
    return str(start_wave(shop).wave_id)


def kinds(shop: Shop) -> list[str]:
    return [event.kind.name for event in shop.queries.list_events(0, 99, "order-1")]


def test_a_wave_takes_what_is_most_urgent_and_each_shipment_once() -> None:
    with a_shop(stock=STOCK) as shop:
        shop.route(*(an_order(f"order-{n}", lines={CLOCK: 1}) for n in (1, 2, 3)))
        release(shop, "order-1/1", "order-2/1", "order-3/1")

        first = start_wave(shop, shipments_max=2)
        second = start_wave(shop)
        third = start_wave(shop)

        assert (first.shipment_ids, second.shipment_ids) == (("order-1/1", "order-2/1"), ("order-3/1",))
        assert (third.wave_id, third.shipment_ids) == ("", ())
        assert first.wave_id != second.wave_id


def test_a_list_gathers_units_by_bin_in_the_order_of_a_short_walk() -> None:
    with a_shop(stock=STOCK) as shop:
        put_layout(shop, {CLOCK: (600, 100), LAMP: (0, 100), CHAIR: (600, 200)})
        shop.route(
            an_order("order-1", lines={CLOCK: 2, LAMP: 1}), an_order("order-2", lines={CHAIR: 1, CLOCK: 1})
        )
        release(shop, "order-1/1", "order-2/1")
        wave = start_wave(shop).wave_id

        found = shop.queries.shipments.pick_list(wave)

        walked = [(item.bin, item.sku, item.quantity) for item in found.items]
        there = [("B0-100", LAMP, 1), ("B600-100", CLOCK, 3), ("B600-200", CHAIR, 1)]
        assert sorted(walked) == sorted(there)
        assert walked[0][0] == "B0-100" or walked[-1][0] == "B0-100"
        # Start, lamp, clock, chair and back: 100 + 800 + 100 + 800; as they came: 700 + 800 + 900 + 800.
        assert (found.walk_cm, found.scan_walk_cm) == (1_800, 3_200)
        clock = next(item for item in found.items if item.sku == CLOCK)
        assert [(part.shipment_id, part.quantity) for part in clock.parts] == [
            ("order-1/1", 2),
            ("order-2/1", 1),
        ]


def test_without_a_layout_the_list_is_in_the_order_of_the_shipments() -> None:
    with a_shop(stock=STOCK) as shop:
        found = shop.queries.shipments.pick_list(picking(shop, OAK_CHAIR=1, RED_CLOCK=2))

        assert [(item.bin, item.sku) for item in found.items] == [("", CHAIR), ("", CLOCK)]
        assert (found.walk_cm, found.scan_walk_cm) == (0, 0)


def test_a_scanned_unit_leaves_the_list_and_the_last_one_ends_the_pick() -> None:
    with a_shop(stock=STOCK) as shop:
        wave = picking(shop, RED_CLOCK=2)

        first = pick(shop, "order-1/1", CLOCK)
        assert (first.state, first.left_to_pick) == ("PICKING", 1)
        assert shop.queries.shipments.pick_list(wave).items[0].quantity == 1
        last = pick(shop, "order-1/1", CLOCK)

        assert (last.state, last.left_to_pick) == ("PICKED", 0)
        assert shop.queries.shipments.pick_list(wave).items == ()
        assert kinds(shop)[-3:] == ["SHIPMENT_RELEASED", "SHIPMENT_PICKING", "SHIPMENT_PICKED"]
        leave(shop)
        assert (state_of(shop), shop.faults()) == ("DISPATCHED", ())


@pytest.mark.parametrize(("sku", "quantity"), [(LAMP, 1), (CLOCK, 3)])
def test_the_wrong_item_is_refused_with_what_is_expected_where(sku: str, quantity: int) -> None:
    with a_shop(stock=STOCK) as shop:
        put_layout(shop, {CLOCK: (600, 100)})
        picking(shop, RED_CLOCK=2)

        with pytest.raises(RouterError) as refused:
            pick(shop, "order-1/1", sku, quantity)

        assert refused.value.reason is Reason.WRONG_ITEM
        assert "it expects 2 of `RED-CLOCK` in bin `B600-100`; put back" in refused.value.message
        assert refused.value.facts["expected_skus"] == CLOCK
        assert shop.queries.shipments.get_shipment("order-1/1").account.journey.picked == ()


def test_what_is_not_on_the_shelf_waits_and_the_shelf_holds_fewer() -> None:
    with a_shop(stock=STOCK) as shop:
        picking(shop, RED_CLOCK=3)
        pick(shop, "order-1/1", CLOCK)

        short = miss(shop, "order-1/1", CLOCK, 2)

        assert (short.state, short.left_to_pick) == ("PICKED", 0)
        assert shop.figures(CLOCK, "lyon") == (1, 1, 0)
        order = shop.queries.get_order("order-1")
        assert (order.state, order.lines[0].reserved, order.lines[0].backordered) == (
            "PARTIALLY_ALLOCATED",
            1,
            2,
        )
        assert kinds(shop)[-1] == "SHIPMENT_SHORTENED"
        assert shop.faults() == ()


def test_a_shipment_of_which_nothing_is_there_is_canceled_and_its_order_waits() -> None:
    with a_shop(stock=STOCK) as shop:
        picking(shop, RED_CLOCK=2)

        assert miss(shop, "order-1/1", CLOCK, 2).state == "CANCELED"

        assert shop.queries.get_order("order-1").state == "BACKORDERED"
        assert shop.figures(CLOCK, "lyon") == (0, 0, 0)
        assert shop.faults() == ()


def test_what_a_count_has_taken_off_the_books_is_not_taken_off_again() -> None:
    with a_shop(stock={"lyon": {CLOCK: 4}}) as shop:
        picking(shop, RED_CLOCK=4)
        shop.count({"lyon": {CLOCK: 3}}, sequence=2)

        miss(shop, "order-1/1", CLOCK, 1)

        assert shop.figures(CLOCK, "lyon") == (3, 3, 0)
        assert shop.faults() == ()


def test_what_is_missing_at_one_node_comes_from_another_in_the_same_commit() -> None:
    commits: list[Commit] = []
    with a_shop(stock={"lyon": {CLOCK: 10}, "lille": {CLOCK: 5}}, on_commit=commits.append) as shop:
        shop.route(an_order("order-1", lines={CLOCK: 3}))
        place = shop.queries.shipments.get_shipment("order-1/1").account.node_id
        other = {"lyon": "lille", "lille": "lyon"}[place]
        release(shop, "order-1/1")
        start_wave(shop, place)
        pick(shop, "order-1/1", CLOCK)
        before = len(commits)
        miss(shop, "order-1/1", CLOCK, 2)

        order = shop.queries.get_order("order-1")
        assert (order.state, order.lines[0].reserved, order.lines[0].backordered) == ("ALLOCATED", 3, 0)
        added = shop.queries.shipments.get_shipment("order-1/2")
        assert (added.account.node_id, added.units[0].quantity) == (other, 2)
        assert len(commits) == before + 1
        assert kinds(shop)[-2:] == ["SHIPMENT_SHORTENED", "ORDER_REROUTED"]
        assert shop.faults() == ()


def test_a_shelf_that_holds_more_is_believed_unless_it_is_said_to_be_empty() -> None:
    with a_shop(stock=STOCK) as shop:
        picking(shop, RED_CLOCK=3)
        miss(shop, "order-1/1", CLOCK, 1, empties_bin=False)

        assert shop.figures(CLOCK, "lyon") == (9, 3, 6)
        assert shop.queries.shipments.get_shipment("order-1/2").account.node_id == "lyon"
        assert shop.faults() == ()


def test_more_than_is_expected_cannot_be_missing() -> None:
    with a_shop(stock=STOCK) as shop:
        picking(shop, RED_CLOCK=2)
        pick(shop, "order-1/1", CLOCK)

        with pytest.raises(RouterError, match="expects 1 units of `RED-CLOCK`, 2 cannot be missing"):
            miss(shop, "order-1/1", CLOCK, 2)


def test_a_canceled_unit_is_no_longer_to_be_fetched() -> None:
    with a_shop(stock=STOCK) as shop:
        wave = picking(shop, RED_CLOCK=3)
        pick(shop, "order-1/1", CLOCK)
        shop.cancel("order-1", {"1": 1})
        assert shop.queries.shipments.pick_list(wave).items[0].quantity == 1
        assert state_of(shop) == "PICKING"
        shop.cancel("order-1", {"1": 1})

        assert (state_of(shop), shop.faults()) == ("PICKED", ())


def test_a_wave_that_nobody_made_is_not_found() -> None:
    with a_shop(stock=STOCK) as shop:
        for wave in ("w-000000000404", "w-x", "404"):
            with pytest.raises(RouterError) as refused:
                shop.queries.shipments.pick_list(wave)
            assert refused.value.reason is Reason.PICK_WAVE_NOT_FOUND


def test_a_scan_before_its_wave_says_how_picking_begins() -> None:
    with a_shop(stock=STOCK) as shop:
        shop.route(an_order("order-1", lines={CLOCK: 1}))

        with pytest.raises(RouterError, match="it must be PICKING; ReleaseShipments and then CreatePickWave"):
            pick(shop, "order-1/1", CLOCK)
        release(shop, "order-1/1")
        with pytest.raises(RouterError, match="PICKING; CreatePickWave begins that"):
            miss(shop, "order-1/1", CLOCK)


def test_a_shipment_on_no_wave_says_how_it_gets_on_one() -> None:
    with a_shop(stock=STOCK) as shop:
        shop.route(an_order("order-1", lines={CLOCK: 1}))

        with pytest.raises(RouterError, match="is PLANNED and on no pick wave; release it") as planned:
            shop.queries.shipments.pick_list("", "order-1/1")
        release(shop, "order-1/1")
        with pytest.raises(RouterError, match="is RELEASED and on no pick wave; CreatePickWave puts"):
            shop.queries.shipments.pick_list("", "order-1/1")

        assert planned.value.reason is Reason.PICK_WAVE_NOT_FOUND


def test_a_node_that_found_too_little_cools_off_for_that_product_only() -> None:
    with a_shop(stock={"lyon": {CLOCK: 10, LAMP: 10}, "nice": {CLOCK: 10}}) as shop:
        picking(shop, RED_CLOCK=3, TIN_LAMP=1)

        miss(shop, "order-1/1", CLOCK, 2, empties_bin=False, cool_off_seconds=3_600)

        record = shop.queries.get_order("order-1")
        assert [one.node_id for one in record.plan.shipments] == ["lyon", "nice"]
        on_hand, reserved, available = shop.figures(CLOCK, "lyon")
        assert (on_hand, reserved, available) == (8, 8, 0)
        assert shop.figures(LAMP, "lyon") == (10, 1, 9)
        shop.clock.go_on(3_601)
        shop.adjust("lyon", LAMP, 1)
        assert shop.figures(CLOCK, "lyon") == (8, 1, 7)
        assert shop.faults() == ()


def test_with_three_failed_shipments_a_person_has_to_look() -> None:
    with a_shop(stock={"lyon": {CLOCK: 10}}) as shop:
        shop.route(an_order("order-1", lines={CLOCK: 2}))
        for number in (1, 2, 3):
            name = f"order-1/{number}"
            release(shop, name)
            start_wave(shop, named=[name])
            miss(shop, name, CLOCK, 2, empties_bin=False)

        (exception,) = shop.queries.pool.list_exceptions(0, "").items
        assert (exception.order.order_id, exception.order.rejection_count) == ("order-1", 3)
        assert exception.last.subject == "order-1/3"
        assert shop.queries.get_order("order-1").state == "BACKORDERED"
        assert shop.figures(CLOCK, "lyon") == (4, 0, 4), "nothing decides it by itself"
        shop.reroute("order-1")
        assert shop.queries.get_order("order-1").state == "ALLOCATED"


def test_several_products_missing_in_one_shipment_are_one_failed_attempt() -> None:
    with a_shop(stock=STOCK) as shop:
        picking(shop, RED_CLOCK=1, TIN_LAMP=1, OAK_CHAIR=1)
        for sku in (CLOCK, LAMP, CHAIR):
            miss(shop, "order-1/1", sku)

        assert shop.queries.pool.list_exceptions(0, "").items == ()
