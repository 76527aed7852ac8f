"""Rules checked, activated and read back over real gRPC."""

from router.api.v1 import routing_pb2, rules_pb2
from tests.service.builders import a_route_request
from tests.service.harness import Client, refusal_of

WITHOUT_LYON = b"""\
kind: RuleSet/v1
id: test
revision: "1"
owner: tests
priority: 1
currency: EUR
applies: dest.country == "FR"

filters:
  - id: not-lyon
    keep: node.id != "LYON"
    because: Lyon is being painted
"""


def a_file(content: bytes, name: str = "test.yaml") -> rules_pb2.RuleFile:
    return rules_pb2.RuleFile(name=name, content=content)


def test_a_broken_rule_file_is_told_all_its_faults(client: Client) -> None:
    checked = client.rules.CheckRules(rules_pb2.CheckRulesRequest(files=[a_file(b"a: [1, 2\n")]))

    assert not checked.ok
    assert checked.findings[0].file == "test.yaml"
    assert checked.findings[0].line >= 1
    assert "test.yaml" in checked.text


def test_broken_rules_are_not_activated(client: Client) -> None:
    before = client.rules.GetRules(rules_pb2.GetRulesRequest())
    refusal = refusal_of(
        client.rules.ActivateRules,
        rules_pb2.ActivateRulesRequest(files=[a_file(b"a: [1, 2\n")], request_id="broken"),
    )

    assert (refusal.code, refusal.reason) == ("INVALID_ARGUMENT", "RULES_INVALID")
    assert [path.partition(":")[0] for path in refusal.violations] == ["test.yaml"] * len(refusal.violations)
    assert client.rules.GetRules(rules_pb2.GetRulesRequest()) == before


def test_activated_rules_decide_from_the_next_order_on(client: Client) -> None:
    request = rules_pb2.ActivateRulesRequest(files=[a_file(WITHOUT_LYON)], request_id="paint", author="me")
    client.routing.RouteOrder(a_route_request("before the paint"))
    activated = client.rules.ActivateRules(request)
    routed = client.routing.RouteOrder(a_route_request("after the paint")).routed
    explained = client.routing.ExplainDecision(
        routing_pb2.ExplainDecisionRequest(order_id="after the paint", replay=True)
    )
    lyon = next(one for one in explained.candidates if one.node_id == "LYON")

    assert activated.rule_count == 1
    assert routed.versions.rules_digest == activated.rules_digest
    assert [shipment.node_id for shipment in routed.plan.shipments] == ["LILLE"]
    assert (lyon.eligible, lyon.reason, lyon.rule) == (False, "BANNED_BY_RULE", "test/not-lyon")
    assert (lyon.rule_position, lyon.because) == ("test.yaml:10", "Lyon is being painted")
    assert explained.replay_identical
    assert client.rules.GetRules(rules_pb2.GetRulesRequest()).files == [a_file(WITHOUT_LYON)]
    assert client.rules.ActivateRules(request).replayed
