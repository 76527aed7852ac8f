"""Orders whose goods may leave before they are paid for: decided with the order, and explained."""

from router.routing.explain.explain import explain
from router.rules.verdicts import RuleRef
from tests.routing.builders import a_world, an_order, decide, rules_of

ON_ACCOUNT = rules_of(
    'on_account:\n  - {id: gold, when: order.tier == "GOLD", because: they pay by invoice}\n'
    "  - {id: small, when: order.total < eur(50), because: not worth a question}\n"
)
STOCK = {"lille": {"RED-CLOCK": 9}}


def test_the_first_rule_that_names_an_order_lets_its_goods_leave_unpaid() -> None:
    world = a_world(rules=ON_ACCOUNT)
    orders = (
        an_order(lines={"RED-CLOCK": 1}, tier="GOLD"),
        an_order(lines={"RED-CLOCK": 2}),
        an_order(lines={"RED-CLOCK": 3}),
    )

    plans = [decide(order, stock=STOCK, world=world).plan for order in orders]

    assert [plan.on_account for plan in plans] == ["shop/gold", "shop/small", ""]
    assert all(plan.shipments for plan in plans)


def test_without_rules_nothing_may_leave_unpaid() -> None:
    assert decide(an_order(lines={"RED-CLOCK": 1}), stock=STOCK).plan.on_account == ""


def test_the_explanation_names_the_rule_that_lets_goods_leave_unpaid() -> None:
    world = a_world(rules=ON_ACCOUNT)

    named = explain(decide(an_order(lines={"RED-CLOCK": 1}, tier="GOLD"), stock=STOCK, world=world), world)
    other = explain(decide(an_order(lines={"RED-CLOCK": 3}), stock=STOCK, world=world), world)

    assert named.on_account_rule == RuleRef("shop/gold", "shop.yaml:9", "they pay by invoice")
    assert other.on_account_rule is None
