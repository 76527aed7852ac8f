"""The life of a rule version over real gRPC: staged, shadowed, in force, taken back; races; what survives a restart."""

import threading
import time
from pathlib import Path
from typing import Any

import grpc
import pytest

from router.api.v1 import network_pb2, routing_pb2, rules_pb2
from router.routing.network.prepared import prepare, unpack_network
from router.routing.replay import pack_decision, replay, unpack_decision
from router.rules.ruleset import compile_rules
from router.settings import Settings
from router.wiring.application import build_application
from tests.service.builders import a_network, a_route_request, an_order
from tests.service.harness import Client, a_server, refusal_of
from tests.service.test_process import a_process

DRAFT, CHECKED, SHADOW, ACTIVE, RETIRED = range(1, 6)


def a_file(node_id: str, name: str = "test.yaml") -> rules_pb2.RuleFile:
    """A rule set that drops one node."""
    text = f"""\
kind: RuleSet/v1
id: test
owner: tests
priority: 1
currency: EUR
applies: dest.country == "FR"
filters:
  - id: not-there
    keep: node.id != "{node_id}"
    because: it is being painted
"""
    return rules_pb2.RuleFile(name=name, content=text.encode())


class Planner:
    """Somebody who works on rules; keys are made up from a count."""

    def __init__(self, client: Client, name: str) -> None:
        self.rules = client.rules
        self.name = name
        self.count = 0

    def signed(self, reason: str = "") -> dict[str, str]:
        self.count += 1
        return {"request_id": f"{self.name}-{self.count}", "author": self.name, "reason": reason}

    def stage(self, *files: rules_pb2.RuleFile, draft: bool = False) -> rules_pb2.StageRulesResponse:
        return self.rules.StageRules(
            rules_pb2.StageRulesRequest(files=files, draft=draft, **self.signed("try"))
        )

    def activate(self, digest: str, expected: str = "") -> rules_pb2.ActivateRulesResponse:
        request = rules_pb2.ActivateRulesRequest(
            rules_digest=digest, expected_active_digest=expected, **self.signed("go")
        )
        return self.rules.ActivateRules(request)

    def roll_back(self, **fields: str) -> rules_pb2.RollbackRulesResponse:
        return self.rules.RollbackRules(rules_pb2.RollbackRulesRequest(**self.signed("oh no"), **fields))

    def shadow(self, digest: str) -> None:
        self.rules.StartShadow(rules_pb2.StartShadowRequest(rules_digest=digest, **self.signed()))

    def state(self, digest: str) -> int:
        found = self.rules.GetRuleVersion(rules_pb2.GetRuleVersionRequest(rules_digest=digest))
        return found.version.state

    def report(self, orders: int) -> rules_pb2.GetShadowReportResponse:
        """As soon as that many orders are compared."""
        deadline = time.monotonic() + 120
        while time.monotonic() < deadline:
            found = self.rules.GetShadowReport(rules_pb2.GetShadowReportRequest())
            if found.orders >= orders or found.failure:
                return found
            time.sleep(0.02)
        raise AssertionError(f"not reached: {found}")


def nodes_of_order(client: Client, order_id: str) -> list[str]:
    routed = client.routing.RouteOrder(a_route_request(order_id)).routed
    return [shipment.node_id for shipment in routed.plan.shipments]


@pytest.fixture
def client() -> Any:
    with a_server() as connected:
        connected.set_up({"LYON": {"RED-CLOCK": 50}, "LILLE": {"RED-CLOCK": 90}})
        yield connected


def test_a_version_goes_through_its_life_and_every_order_sees_it_at_once(client: Client) -> None:
    ada = Planner(client, "ada")
    first, second = ada.stage(a_file("LYON")), ada.stage(a_file("LILLE"))
    nodes = [nodes_of_order(client, "A-1")]
    ada.activate(first.rules_digest)
    nodes.append(nodes_of_order(client, "A-2"))
    ada.activate(second.rules_digest[:10], expected=first.rules_digest)
    nodes.append(nodes_of_order(client, "A-3"))
    back = ada.roll_back()
    nodes.append(nodes_of_order(client, "A-4"))

    assert (first.state, first.rule_count) == (CHECKED, 1)
    assert nodes == [["LYON"], ["LILLE"], ["LYON"], ["LILLE"]]
    assert (back.rules_digest, back.replaced_digest) == (first.rules_digest, second.rules_digest)
    listed = client.rules.ListRuleVersions(rules_pb2.ListRuleVersionsRequest()).versions
    assert [(one.rules_digest, one.state) for one in listed] == [
        (second.rules_digest, RETIRED),
        (first.rules_digest, ACTIVE),
    ]
    changes = client.rules.ListRuleChanges(rules_pb2.ListRuleChangesRequest(page_size=2)).changes
    assert [(one.action, one.author, one.reason) for one in changes] == [
        ("ROLL_BACK", "ada", "oh no"),
        ("RETIRE", "ada", "oh no"),
    ]


def test_cases_beside_the_rules_are_run_before_a_version_is_kept(client: Client) -> None:
    cases = """\
kind: RuleTests/v1
now: "2026-12-01T09:00"
networks:
  small:
    currency: EUR
    country: FR
    nodes: {LYON: {kind: WAREHOUSE, country: FR, at: [45.76, 4.84], stock: {A: 5}}}
    services: {POSTE/GROUND: {mode: GROUND, price: eur(4.00), transit_days: 2}}
    products: {A: {weight: kg(1)}}
cases:
  - name: lyon ships
    given: {use: small, order: {to: {country: FR, at: [45.7, 4.8]}, lines: [{sku: A, quantity: 1}]}}
    expect: {node: LYON}
"""
    beside = rules_pb2.RuleFile(name="test.test.yaml", content=cases.encode())
    ada = Planner(client, "ada")
    passing = ada.stage(a_file("LILLE"), beside)
    checked = client.rules.CheckRules(rules_pb2.CheckRulesRequest(files=[a_file("LYON"), beside]))
    request = rules_pb2.StageRulesRequest(files=[a_file("LYON"), beside], **ada.signed())
    failing = refusal_of(client.rules.StageRules, request)

    assert (passing.state, passing.case_count) == (CHECKED, 1)
    assert (failing.code, failing.reason) == ("INVALID_ARGUMENT", "RULES_INVALID")
    assert failing.violations == {"test.test.yaml:11": "CASE_FAILED"}
    assert "lyon ships" in failing.message
    assert not checked.ok
    found = [(one.code, one.file, one.line) for one in checked.findings if one.severity == "error"]
    assert found == [("CASE_FAILED", "test.test.yaml", 11)]
    assert "case `lyon ships`: node: expected LYON, got nothing" in checked.text


def test_of_two_planners_with_the_same_base_one_is_told_of_the_other(client: Client) -> None:
    ada, bob = Planner(client, "ada"), Planner(client, "bob")
    base = ada.stage(a_file("NOWHERE")).rules_digest
    ada.activate(base)
    versions = {"ada": ada.stage(a_file("LYON")).rules_digest, "bob": bob.stage(a_file("LILLE")).rules_digest}
    start, outcomes = threading.Barrier(2), {}

    def race(planner: Planner) -> None:
        start.wait()
        try:
            planner.activate(versions[planner.name], expected=base)
            outcomes[planner.name] = "won"
        except grpc.RpcError as error:
            outcomes[planner.name] = error.details() or ""

    threads = [threading.Thread(target=race, args=(planner,)) for planner in (ada, bob)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    winner = next(name for name, outcome in outcomes.items() if outcome == "won")
    loser = {"ada": "bob", "bob": "ada"}[winner]
    active = client.rules.GetRules(rules_pb2.GetRulesRequest()).rules_digest
    assert active == versions[winner]
    assert outcomes[loser] == (
        f"the rules in force changed: expected `{base[:12]}`, in force is `{active[:12]}`"
        f' (activated by {winner}, 0 s ago: "go"); plan again, nothing was changed'
    )


def test_a_repeated_activation_is_answered_from_the_record(client: Client) -> None:
    ada = Planner(client, "ada")
    staged = ada.stage(a_file("LYON")).rules_digest
    request = rules_pb2.ActivateRulesRequest(rules_digest=staged, **ada.signed())
    once, again = client.rules.ActivateRules(request), client.rules.ActivateRules(request)
    again_said = again.replayed
    again.replayed = False

    assert again_said
    assert again == once


@pytest.mark.parametrize(
    ("method", "request_message", "code", "reason"),
    [
        ("RollbackRules", rules_pb2.RollbackRulesRequest(), "FAILED_PRECONDITION", "NO_EARLIER_RULES"),
        ("StopShadow", rules_pb2.StopShadowRequest(), "FAILED_PRECONDITION", "SHADOW_NOT_RUNNING"),
        (
            "StartShadow",
            rules_pb2.StartShadowRequest(rules_digest="abcd"),
            "NOT_FOUND",
            "DOCUMENT_NOT_FOUND",
        ),
        (
            "ActivateRules",
            rules_pb2.ActivateRulesRequest(files=[a_file("LYON")], expected_network_digest="0" * 64),
            "ABORTED",
            "NETWORK_MOVED",
        ),
    ],
)
def test_what_cannot_be_is_refused_with_its_reason(
    client: Client, method: str, request_message: Any, code: str, reason: str
) -> None:
    request_message.request_id = "key"

    refusal = refusal_of(getattr(client.rules, method), request_message)

    assert (refusal.code, refusal.reason) == (code, reason)


def test_a_report_needs_a_shadow(client: Client) -> None:
    refusal = refusal_of(client.rules.GetShadowReport, rules_pb2.GetShadowReportRequest())

    assert refusal.reason == "SHADOW_NOT_RUNNING"


def test_a_shadow_reports_what_it_would_have_done(client: Client) -> None:
    ada = Planner(client, "ada")
    nodes_of_order(client, "A-1")
    version = ada.stage(a_file("LYON")).rules_digest
    ada.shadow(version)
    live = [nodes_of_order(client, f"B-{number}") for number in range(3)]
    report = ada.report(orders=3)

    assert live == [["LYON"]] * 3
    assert (report.rules_digest, report.author, report.follower_state) == (version, "ada", "RUNNING")
    assert (report.orders, report.orders_behind, report.changed_orders) == (3, 0, 3)
    assert dict(report.before.node_shipments) == {"LYON": 3}
    assert dict(report.after.node_shipments) == {"LILLE": 3}
    assert dict(report.why) == {"test/not-there": 3}
    assert [list(one.after_node_ids) for one in report.changes] == [["LILLE"]] * 3
    assert report.after.cost_milli - report.before.cost_milli == sum(
        one.after_milli - one.before_milli for one in report.changes
    )
    assert ada.state(version) == SHADOW


def test_a_sample_is_enough_to_decide_again(client: Client) -> None:
    ada = Planner(client, "ada")
    nodes_of_order(client, "A-1")
    ada.activate(ada.stage(a_file("LYON")).rules_digest)
    nodes_of_order(client, "A-2")
    client.network.PutNodes(
        network_pb2.PutNodesRequest(nodes=[a_network().nodes[0]], request_id="same again")
    )
    batch = [an_order(f"B-{number}") for number in range(400)]
    client.routing.BatchRouteOrders(routing_pb2.BatchRouteOrdersRequest(orders=batch, request_id="batch"))
    networks, rules, recorded = {}, {}, []
    for part in client.rules.SampleDecisions(rules_pb2.SampleDecisionsRequest(last=401)):
        networks.update({one.network_digest: prepare(unpack_network(one.content)) for one in part.networks})
        rules.update(
            {
                one.rules_digest: compile_rules({file.name: file.content for file in one.files}).rules
                for one in part.rules
            }
        )
        recorded.extend(part.decisions)

    decisions = [unpack_decision(one.content) for one in recorded]
    assert [decision.inputs.order.id for decision in decisions] == [
        "A-2",
        *(f"B-{number}" for number in range(400)),
    ]
    for decision in decisions[:20]:
        inputs = decision.inputs
        again = replay(decision, networks[inputs.network_digest], rules[inputs.rules_digest])
        assert pack_decision(again) == pack_decision(decision)


def test_a_sample_goes_on_after_a_decision(client: Client) -> None:
    ids = [client.routing.RouteOrder(a_route_request(f"A-{n}")).routed.decision_id for n in range(3)]

    def sample(**fields: Any) -> list[str]:
        request = rules_pb2.SampleDecisionsRequest(**fields)
        return [one.decision_id for part in client.rules.SampleDecisions(request) for one in part.decisions]

    assert sample() == ids
    assert sample(after_decision_id=ids[0]) == ids[1:]
    assert sample(last=1) == ids[2:]
    assert sample(after_decision_id=ids[2]) == []


def test_a_hostile_file_holds_no_order_up() -> None:
    many = "\n".join(f"  - {{id: r{n}, when: order.channel == 'c{n}', keep: true}}" for n in range(11_000))
    head = a_file("LYON").content.partition(b"filters:")[0]
    hostile = [
        (head + b"filters:\n" + many.encode())[: 1 << 20],
        b"".join(b"k%d: 1\n" % n for n in range(99_000)),
    ]
    seconds: list[float] = []
    answered_meanwhile = 0
    with a_process(":memory:") as (_, client):
        client.set_up({"LYON": {"RED-CLOCK": 50_000}})
        client.routing.RouteOrder(a_route_request("A-first"))
        reviews = [
            client.rules.StageRules.future(
                rules_pb2.StageRulesRequest(
                    files=[rules_pb2.RuleFile(name="f.yaml", content=content)], request_id=f"hostile {number}"
                )
            )
            for number, content in enumerate(hostile * 4)
        ]
        while (done := sum(review.done() for review in reviews)) < len(reviews):
            began = time.perf_counter()
            client.routing.RouteOrder(a_route_request(f"A-{len(seconds)}"))
            seconds.append(time.perf_counter() - began)
            answered_meanwhile += sum(review.done() for review in reviews) == done
        refused = [review.code() for review in reviews]

    assert refused == [grpc.StatusCode.INVALID_ARGUMENT] * len(reviews)
    # Reviewed by the engine's own thread, an order would wait for the review that came before it: only the first order
    # may come before all of them.
    assert answered_meanwhile >= 2
    assert max(seconds) < 2


def test_every_state_survives_a_restart(tmp_path: Path) -> None:
    database = tmp_path / "ledger.sqlite"
    with a_process(database) as (process, client):
        client.set_up({"LYON": {"RED-CLOCK": 50}, "LILLE": {"RED-CLOCK": 90}})
        ada = Planner(client, "ada")
        versions = [ada.stage(a_file(name)).rules_digest for name in ("LYON", "LILLE", "PARIS", "METZ")]
        versions.append(ada.stage(a_file("NICE"), draft=True).rules_digest)
        retired, active, shadow = versions[:3]
        ada.activate(retired)
        ada.activate(active)
        ada.shadow(shadow)
        live = nodes_of_order(client, "A-1")
        before = ada.report(orders=1)
        history = client.rules.ListRuleChanges(rules_pb2.ListRuleChangesRequest())
        process.kill()
    with a_process(database) as (_, client):
        ada = Planner(client, "ada again")
        states = [ada.state(version) for version in versions]
        after = ada.report(orders=1)
        same_history = client.rules.ListRuleChanges(rules_pb2.ListRuleChangesRequest()) == history
        second = nodes_of_order(client, "A-2")
        back = ada.roll_back().rules_digest
        third = nodes_of_order(client, "A-3")

    assert states == [RETIRED, ACTIVE, SHADOW, CHECKED, DRAFT]
    assert same_history
    assert (after.orders, after.after) == (1, before.after)
    assert (live, second, third) == (["LYON"], ["LYON"], ["LILLE"])
    assert back == retired


def test_a_server_puts_the_rules_it_is_started_with_in_force_once(tmp_path: Path) -> None:
    rules = tmp_path / "rules.yaml"
    rules.write_bytes(a_file("LYON").content)
    settings = Settings(database=str(tmp_path / "ledger.sqlite"), rules=(rules,))
    for _ in range(2):
        application = build_application(settings)
        changes = application.queries.versions.list_version_changes(0, "", "").items
        application.close()

    assert [(one.action.name, one.author) for one in changes] == [
        ("ACTIVATE", "router serve"),
        ("CHECK", "router serve"),
    ]
