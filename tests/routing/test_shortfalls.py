"""Why units are not shipped: one code for each reason."""

import pytest

from tests.routing.builders import a_network, a_node, a_product, a_world, an_order, decide, rules_from

EVERYWHERE = {"lille": {"RED-CLOCK": 9}, "lyon": {"RED-CLOCK": 9}, "nice": {"RED-CLOCK": 9}}
HEAD = """\
kind: RuleSet/v1
id: shop
revision: "1"
owner: planning
priority: 10
currency: EUR
applies: dest.country == "FR"
"""
SPREAD = {"lille": {"RED-CLOCK": 2}, "lyon": {"RED-CLOCK": 2}}
NEVER_SPLIT = HEAD + "splits:\n  - {id: default, max_shipments: 1, units: never}\n"
COMPLETE = HEAD + "splits:\n  - {id: default, max_shipments: 3, complete: true, units: never}\n"
ONE_BOX = HEAD + "splits:\n  - {id: default, max_shipments: 1, units: when_short}\n"
CHEAP = HEAD + "backorder:\n  - {id: default, do: CANCEL, penalty: eur(1)}\n"
BAN_ALL = HEAD + 'constraints:\n  - {id: strike, ban: service.mode != "", because: strike}\n'

FULL = a_network(a_node("lille", shipments_per_day=0))
COLD = (a_product("RED-CLOCK"), a_product("MILK", temperature="CHILLED"))
SHORTFALLS = [
    ("NO_STOCK", {"RED-CLOCK": 1}, {"lyon": {"TIN-LAMP": 1}}, a_world()),
    ("NO_SHIP_DAY", {"RED-CLOCK": 1}, {"lille": {"RED-CLOCK": 1}}, a_world(FULL)),
    ("NO_SERVICE", {"MILK": 1}, {"lille": {"MILK": 1}}, a_world(products=COLD)),
    ("BANNED_BY_RULE", {"RED-CLOCK": 1}, EVERYWHERE, a_world(rules=rules_from(shop=BAN_ALL))),
    ("PARTIAL_STOCK", {"RED-CLOCK": 5}, SPREAD, a_world()),
    ("NO_NODE_HOLDS_ALL", {"RED-CLOCK": 4}, SPREAD, a_world(rules=rules_from(shop=NEVER_SPLIT))),
    ("SPLIT_LIMIT", {"RED-CLOCK": 4}, SPREAD, a_world(rules=rules_from(shop=ONE_BOX))),
    ("CHEAPER_TO_BACKORDER", {"RED-CLOCK": 1}, EVERYWHERE, a_world(rules=rules_from(shop=CHEAP))),
]


@pytest.mark.parametrize(
    ("reason", "lines", "stock", "world"), SHORTFALLS, ids=[shortfall[0] for shortfall in SHORTFALLS]
)
def test_says_why_units_are_not_shipped(reason, lines, stock, world):
    assert [u.reason for u in decide(an_order(lines=lines), stock=stock, world=world).plan.unshipped] == [
        reason
    ]


def test_says_that_another_line_holds_up_a_complete_order():
    world = a_world(rules=rules_from(shop=COMPLETE))

    decision = decide(an_order(lines={"RED-CLOCK": 1, "TIN-LAMP": 1}), stock=EVERYWHERE, world=world)

    assert [u.reason for u in decision.plan.unshipped] == ["SHIP_COMPLETE", "NO_STOCK"]
