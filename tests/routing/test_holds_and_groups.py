"""Orders that rules hold back, and lines that leave together or not at all."""

from router.domain.plan import CostKind, UnshippedAction
from router.routing.explain.explain import explain
from router.routing.explain.explanation import Obstacle
from router.rules.verdicts import RuleRef
from tests.routing.builders import (
    a_line,
    a_product,
    a_world,
    an_order,
    day,
    decide,
    nodes_of,
    reasons_of,
    rules_of,
    sent_by,
)

BOTH = {"RED-CLOCK": 9, "TIN-LAMP": 9}
HOLD = rules_of("holds: [{id: dear, when: order.total > eur(50), because: fraud}]\n")
CLOCKS_AND_LAMPS = rules_of(
    "together: [{id: fragile, when: line.sku in lists.fragile}]\n", lists="{fragile: [RED-CLOCK, TIN-LAMP]}"
)


def test_a_held_order_ships_nothing_and_waits_for_a_person():
    decision = decide(an_order(lines={"RED-CLOCK": 3}), stock={"lille": BOTH}, world=a_world(rules=HOLD))

    (waiting,) = decision.plan.unshipped
    assert nodes_of(decision) == []
    assert (waiting.quantity, waiting.action) == (3, UnshippedAction.HOLD)
    assert (waiting.rule, waiting.reason) == ("shop/dear", "HELD_BY_RULE")


def test_a_held_order_pays_for_each_unit_that_waits_as_if_nobody_had_it():
    rules = rules_of(
        "holds: [{id: dear, when: order.total > eur(50), because: fraud}]\n"
        "backorder:\n  - {id: default, do: BACKORDER, penalty: eur(7)}\n"
    )
    decision = decide(an_order(lines={"RED-CLOCK": 3}), stock={"lille": BOTH}, world=a_world(rules=rules))

    assert decision.plan.objective_milli == 3 * 700_000
    assert {part.kind for part in decision.plan.costs} == {CostKind.BACKORDER}


def test_an_order_that_no_rule_holds_ships():
    assert nodes_of(
        decide(an_order(lines={"RED-CLOCK": 1}), stock={"lille": BOTH}, world=a_world(rules=HOLD))
    ) == ["lille"]


def test_the_explanation_names_the_rule_that_holds():
    world = a_world(rules=HOLD)
    explanation = explain(decide(an_order(lines={"RED-CLOCK": 3}), stock={"lille": BOTH}, world=world), world)

    assert explanation.hold_rule == RuleRef("shop/dear", "shop.yaml:8", "fraud")
    assert [node.obstacle for node in explanation.nodes] == [Obstacle.ORDER_HELD]


def test_lines_that_a_rule_names_leave_from_one_node_though_two_would_be_cheaper():
    stock = {"lille": {"RED-CLOCK": 1, "OAK-DESK": 1}, "lyon": BOTH}
    order = an_order(lines={"RED-CLOCK": 1, "TIN-LAMP": 1, "OAK-DESK": 1})

    assert sent_by(decide(order, stock=stock, world=a_world(rules=CLOCKS_AND_LAMPS))) == [
        ("lille", {"3": 1}),
        ("lyon", {"1": 1, "2": 1}),
    ]


def test_lines_that_no_node_holds_together_do_not_ship():
    stock = {"lille": {"RED-CLOCK": 1}, "lyon": {"TIN-LAMP": 1, "OAK-DESK": 1}}
    order = an_order(lines={"RED-CLOCK": 1, "TIN-LAMP": 1, "OAK-DESK": 1})

    decision = decide(order, stock=stock, world=a_world(rules=CLOCKS_AND_LAMPS))

    assert sent_by(decision) == [("lyon", {"3": 1})]
    assert reasons_of(decision) == {"1": "NOT_TOGETHER", "2": "NOT_TOGETHER"}


def test_a_line_alone_in_its_group_leaves_whole():
    stock = {"lille": {"RED-CLOCK": 2}, "lyon": {"RED-CLOCK": 2}}

    decision = decide(an_order(lines={"RED-CLOCK": 4}), stock=stock, world=a_world(rules=CLOCKS_AND_LAMPS))

    assert reasons_of(decision) == {"1": "NO_NODE_HOLDS_ALL"}


def test_the_clients_groups_keep_lines_together():
    lines = (a_line(1, "RED-CLOCK", together_id="x"), a_line(2, "TIN-LAMP", together_id="x"))
    stock = {"lille": {"RED-CLOCK": 1}, "lyon": {"TIN-LAMP": 1}, "nice": BOTH}

    assert sent_by(decide(an_order(lines=lines), stock=stock)) == [("nice", {"1": 1, "2": 1})]


def test_groups_that_overlap_are_one_group():
    lines = (
        a_line(1, "OAK-DESK", together_id="x"),
        a_line(2, "RED-CLOCK", together_id="x"),
        a_line(3, "TIN-LAMP"),
    )
    stock = {"lille": BOTH, "lyon": {"OAK-DESK": 1, "RED-CLOCK": 1}, "nice": {"OAK-DESK": 1, **BOTH}}

    decision = decide(an_order(lines=lines), stock=stock, world=a_world(rules=CLOCKS_AND_LAMPS))

    assert sent_by(decision) == [("nice", {"1": 1, "2": 1, "3": 1})]


def test_the_explanation_names_the_rules_that_keep_lines_together():
    world = a_world(rules=CLOCKS_AND_LAMPS)
    order = an_order(lines={"OAK-DESK": 1, "RED-CLOCK": 1, "TIN-LAMP": 1})

    explanation = explain(decide(order, stock={"lille": BOTH}, world=world), world)

    assert explanation.together_rules == ((RuleRef("shop/fragile", "shop.yaml:9"), ("2", "3")),)


def test_units_wait_until_the_release_of_their_product_or_as_long_as_the_rule_allows():
    rules = rules_of(
        "backorder:\n"
        "  - {id: preorder, when: line.is_preorder, do: HOLD, until: release}\n"
        "  - {id: default, do: BACKORDER, max_days: 14}\n"
    )
    products = (a_product("RED-CLOCK", release_day=day("2026-04-01")), a_product("TIN-LAMP"))

    decision = decide(
        an_order(lines={"RED-CLOCK": 1, "TIN-LAMP": 1}),
        stock={},
        world=a_world(products=products, rules=rules),
    )

    assert {one.line_id: one.until_day for one in decision.plan.unshipped} == {
        "1": day("2026-04-01"),
        "2": day("2026-03-16"),
    }


def test_of_a_line_no_more_units_wait_than_the_rule_lets_and_it_is_named():
    rules = rules_of(
        "backorder:\n"
        "  - {id: few-clocks, when: line.sku == 'RED-CLOCK', do: BACKORDER, max_units: 2, max_days: 14}\n"
        "  - {id: default, do: BACKORDER}\n"
    )
    world = a_world(rules=rules)
    order = an_order(lines={"RED-CLOCK": 5, "TIN-LAMP": 5})

    decision = decide(order, stock={"lille": {"RED-CLOCK": 1, "TIN-LAMP": 1}}, world=world)

    assert [
        (one.sku, one.quantity, one.action.value, one.rule, one.until_day) for one in decision.plan.unshipped
    ] == [
        ("RED-CLOCK", 2, "BACKORDER", "shop/few-clocks", day("2026-03-16")),
        ("RED-CLOCK", 2, "CANCEL", "shop/few-clocks", None),
        ("TIN-LAMP", 4, "BACKORDER", "shop/backorder.default", None),
    ]
    assert decision.plan.unshipped[1].reason == "BACKORDER_LIMIT"
    assert [rule.name for rule in explain(decision, world).limit_rules] == ["shop/few-clocks"]
