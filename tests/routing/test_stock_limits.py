"""Safety stock and caps: what they leave of a node's stock to an order, and how that is told."""

from router.routing.explain.explain import explain
from router.routing.explain.explanation import Limited, Obstacle
from router.routing.route import route
from router.routing.wave.wave import route_wave
from router.routing.world import OrderToRoute
from router.rules.verdicts import RuleRef
from tests.routing.builders import (
    MONDAY_TEN,
    Shelf,
    a_line,
    a_world,
    an_order,
    decide,
    nodes_of,
    reasons_of,
    rules_of,
    sent_by,
)

KEEP_TWO = a_world(rules=rules_of("safety_stock: [{id: keep, keep: 2, because: for the shop}]\n"))
HALF = a_world(rules=rules_of('stock_caps: [{id: half, when: order.channel == "web", share: 0.5}]\n'))


def test_a_node_sends_no_unit_of_its_safety_stock():
    stock = {"lille": {"RED-CLOCK": 2}, "lyon": {"RED-CLOCK": 3}}

    assert nodes_of(decide(an_order(lines={"RED-CLOCK": 1}), stock=stock, world=KEEP_TWO)) == ["lyon"]


def test_a_line_is_shared_out_where_no_node_holds_it_whole_above_its_safety_stock():
    stock = {"lille": {"RED-CLOCK": 4}, "lyon": {"RED-CLOCK": 4}}

    assert sent_by(decide(an_order(lines={"RED-CLOCK": 4}), stock=stock, world=KEEP_TWO)) == [
        ("lille", {"1": 2}),
        ("lyon", {"1": 2}),
    ]


def test_orders_of_a_batch_stop_at_the_safety_stock():
    shelf = Shelf({"RED-CLOCK": {"lille": 4}})
    requests = [
        OrderToRoute(order=an_order(f"order-{number}", lines={"RED-CLOCK": 1}), decision_time=MONDAY_TEN)
        for number in range(4)
    ]

    decisions = route(requests, KEEP_TWO, shelf, shelf, verify=True)

    assert [nodes_of(decision) for decision in decisions] == [["lille"], ["lille"], [], []]


def test_what_safety_stock_or_a_cap_keeps_back_is_the_reason():
    order, stock = an_order(lines={"RED-CLOCK": 2}), {"lille": {"RED-CLOCK": 2}}

    assert reasons_of(decide(order, stock=stock, world=KEEP_TWO)) == {"1": "SAFETY_STOCK"}
    assert reasons_of(decide(order, stock=stock, world=HALF)) == {"1": "STOCK_CAP"}


def test_stock_that_would_not_do_without_limits_either_is_partial():
    stock = {"lille": {"RED-CLOCK": 3}}

    assert reasons_of(decide(an_order(lines={"RED-CLOCK": 5}), stock=stock, world=KEEP_TWO)) == {
        "1": "PARTIAL_STOCK"
    }


def test_a_limit_counts_for_all_lines_of_a_sku_together():
    lines = (a_line(1, "RED-CLOCK", together_id="a"), a_line(2, "RED-CLOCK", together_id="b"))

    decision = decide(an_order(lines=lines), stock={"lille": {"RED-CLOCK": 3}}, world=KEEP_TWO)

    assert sent_by(decision) == [("lille", {"1": 1})]


def test_the_explanation_says_what_each_limit_leaves():
    stock = {"lille": {"RED-CLOCK": 2}, "lyon": {"RED-CLOCK": 9}}
    explanation = explain(decide(an_order(lines={"RED-CLOCK": 1}), stock=stock, world=KEEP_TWO), KEEP_TWO)

    lyon, lille = explanation.nodes
    assert (lyon.limited, lille.obstacle) == ((), Obstacle.KEPT_BACK)
    assert lille.limited == (
        Limited(
            rule=RuleRef("shop/keep", "shop.yaml:8", "for the shop"),
            is_cap=False,
            sku="RED-CLOCK",
            available=2,
            units_max=0,
        ),
    )


def test_a_wave_keeps_to_the_safety_stock_where_it_is_scarce():
    shelf = Shelf({"RED-CLOCK": {"lille": 3, "lyon": 3}})
    requests = [
        OrderToRoute(order=an_order(f"order-{number}", lines={"RED-CLOCK": 1}), decision_time=MONDAY_TEN)
        for number in range(3)
    ]

    wave = route_wave(requests, KEEP_TWO, shelf, shelf, verify=True)

    assert [nodes_of(decision) for decision in wave.decisions] == [["lille"], ["lyon"], []]
    assert wave.joint_count == 3


def test_a_wave_takes_in_orders_whose_limits_bind_nobody():
    shelf = Shelf({"RED-CLOCK": {"lille": 9}})
    requests = [
        OrderToRoute(order=an_order(f"order-{number}", lines={"RED-CLOCK": 1}), decision_time=MONDAY_TEN)
        for number in range(3)
    ]

    assert route_wave(requests, KEEP_TWO, shelf, shelf, verify=True).joint_count == 3
