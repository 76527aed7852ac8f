"""Explanations as messages: what of them is said of a node."""

from router.routing.explain.explain import explain
from router.service.to_proto.explanations import candidate_messages
from tests.routing.builders import a_world, an_order, decide, rules_of

ON_STRIKE = """\
constraints:
  - {id: heavy, when: node.id == "lille" && shipment.weight > kg(20), ban: 'service.mode in ["GROUND", "AIR"]'}
  - {id: strike, when: node.id == "lille", ban: service.mode == "GROUND"}
  - {id: no-flights, ban: service.mode == "AIR"}
"""


def test_a_node_is_out_by_a_rule_of_any_shipment_and_not_by_one_of_heavy_ones_that_takes_more() -> None:
    world = a_world(rules=rules_of(ON_STRIKE))
    stock = {"lille": {"RED-CLOCK": 9}, "lyon": {"RED-CLOCK": 9}}
    decision = decide(an_order(lines={"RED-CLOCK": 1}), stock=stock, world=world)

    (lille,) = [
        one for one in candidate_messages(explain(decision, world), decision) if one.node_id == "lille"
    ]

    assert (lille.reason, lille.rule) == ("BANNED_BY_RULE", "shop/strike")
