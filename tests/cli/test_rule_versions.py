"""The commands about versions of rules against a real server: what they print, and how they end."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from router.api.v1 import network_pb2, rules_pb2
from router.domain.identifiers import Digest
from router.planning.effects.saved import SavedPlan, pack_plan
from router.rules.ruleset import compile_rules
from tests.cli.conftest import Command
from tests.service.builders import a_network, a_route_request
from tests.service.harness import Client, a_server
from tests.service.test_rule_versions import Planner, a_file


@pytest.fixture
def client(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Client]:
    monkeypatch.setenv("USER", "ada")
    monkeypatch.chdir(tmp_path)
    with a_server() as connected:
        connected.set_up({"LYON": {"RED-CLOCK": 50}, "LILLE": {"RED-CLOCK": 90}})
        yield connected


def write(name: str, without: str) -> dict[str, bytes]:
    """A rule file here that drops a node; its content by name."""
    content = a_file(without).content
    Path(name).write_bytes(content)
    return {name: content}


def save_plan(client: Client, files: dict[str, bytes], **changes: Any) -> str:
    """What `router rules plan --out` leaves; its name."""
    rules = compile_rules(files).rules
    assert rules is not None
    plan: dict[str, Any] = {
        "base_digest": active(client),
        "digest": rules.digest,
        "network_digest": network(client),
        "files": files,
        "orders": 3,
        "first_decision_id": "d-000000000001",
        "last_decision_id": "d-000000000003",
        "summary": ("cost per order 6.81 -> 6.74", "3 orders change"),
        "made_time": "2026-11-23T08:00:00Z",
        "made_by": "ada",
        **changes,
    }
    Path("split.plan").write_bytes(pack_plan(SavedPlan(**plan)))
    return "split.plan"


def active(client: Client) -> Digest:
    return Digest(client.rules.GetRules(rules_pb2.GetRulesRequest()).rules_digest)


def network(client: Client) -> Digest:
    return Digest(client.network.GetNetwork(network_pb2.GetNetworkRequest()).network_digest)


def test_a_saved_plan_is_applied_and_remembered(client: Client, command: Command) -> None:
    files = write("a.yaml", without="LYON")
    code, out, _ = command("rules", "apply", save_plan(client, files), "--reason", "fewer splits")
    digest = active(client)
    _, history, _ = command("rules", "history", digest[:8])

    assert code == 0
    assert out.splitlines() == [
        f"1 rule in force, version {digest[:12]}, was {compile_rules({}).rules.digest[:12]}",  # type: ignore[union-attr]
        "take it back with: router rules rollback",
    ]
    assert re.search(rf"^in force   {digest[:12]}, 1 rule, since \S+ by ada$", history, re.M)
    assert re.search(rf"activate  {digest[:12]}  ada  fewer splits", history)
    assert "cost per order 6.81 -> 6.74" in history


def test_a_stale_plan_changes_nothing_and_says_who_moved_the_rules(client: Client, command: Command) -> None:
    plan = save_plan(client, write("a.yaml", without="LYON"), base_digest=Digest("3f9c" * 16))
    bob = Planner(client, "m.ito")
    bob.activate(bob.stage(a_file("LILLE")).rules_digest)
    before = active(client)
    code, out, err = command("rules", "apply", plan, "--reason", "fewer splits")

    assert (code, out, active(client)) == (1, "", before)
    assert err.splitlines() == [
        "error[RULES_MOVED]: the rules in force changed since this plan was made",
        f'  - expected `3f9c3f9c3f9c`, in force is `{before[:12]}` (activated by m.ito, 0 s ago: "go")',
        "  - help: run `router rules plan` again; nothing was changed",
    ]


def test_a_plan_for_another_network_is_refused(client: Client, command: Command) -> None:
    plan = save_plan(client, write("a.yaml", without="LYON"))
    changed = a_network()
    changed.nodes[0].handling_minor = 999
    client.network.PutNetwork(network_pb2.PutNetworkRequest(network=changed, request_id="dearer"))
    code, _, err = command("rules", "apply", plan, "--reason", "x")

    assert code == 1
    assert err.startswith("error[NETWORK_MOVED]: the network changed since this plan was made\n")


def test_a_plan_whose_files_were_edited_since_is_refused(client: Client, command: Command) -> None:
    plan = save_plan(client, write("a.yaml", without="LYON"))
    write("a.yaml", without="LILLE")
    before = active(client)
    code, _, err = command("rules", "apply", plan, "--reason", "x")

    assert (code, active(client)) == (1, before)
    assert err.splitlines() == [
        "error[FILES_MOVED]: files were edited since this plan was made",
        "  - a.yaml",
        "  - help: run `router rules plan` again; nothing was changed",
    ]


def test_what_is_no_plan_is_said(client: Client, command: Command) -> None:
    Path("a.plan").write_text("{}")
    plan = Path(save_plan(client, write("a.yaml", without="LYON")))
    plan.write_text(plan.read_text().replace("LYON", "LILLE"))

    assert command("rules", "apply", "a.plan", "--reason", "x")[0] == 1
    assert command("rules", "apply", str(plan), "--reason", "x")[2].startswith(
        "error[PLAN_INVALID]: `split.plan`: the saved plan was changed"
    )
    assert command("rules", "apply", "none.plan", "--reason", "x")[0] == 2


def test_where_no_user_is_named_the_system_says_who_it_is(
    client: Client, command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("USER")
    monkeypatch.setattr("getpass.getuser", lambda: "root")
    write("a.yaml", "LYON")
    command("rules", "activate", "a.yaml")

    assert command("rules", "history")[1].splitlines()[0].endswith(" by root")


def test_apply_and_rollback_want_a_reason(client: Client, command: Command) -> None:
    plan = save_plan(client, write("a.yaml", without="LYON"))

    for words in (("apply", plan), ("rollback",)):
        code, _, err = command("rules", *words)
        assert code == 2
        assert 'say why with --reason "…"' in err


def test_activate_history_and_rollback(client: Client, command: Command) -> None:
    write("a.yaml", without="LYON")
    write("b.yaml", without="LILLE")
    command("rules", "activate", "a.yaml", "--reason", "paint")
    first = active(client)
    command("rules", "activate", "b.yaml", "--author", "bob")
    second = active(client)
    code, out, _ = command("rules", "rollback", "--reason", "wrong node")
    _, again, _ = command("rules", "activate", "a.yaml")
    _, listed, _ = command("rules", "history")
    _, data, _ = command("rules", "history", "--format", "json", "--limit", "2")

    assert (code, out) == (0, f"1 rule in force, version {first[:12]}, was {second[:12]}\n")
    assert again == f"1 rule in force, version {first[:12]}; it was in force already\n"
    assert re.findall(r"(activate|roll back) +(\S+) +(\S+) +(.*?) *$", listed, re.M) == [
        ("roll back", first[:12], "ada", "wrong node"),
        ("activate", second[:12], "bob", ""),
        ("activate", first[:12], "ada", "paint"),
    ]
    shown = json.loads(data)
    assert (shown["schema_version"], [one["action"] for one in shown["changes"]]) == (
        1,
        ["ROLL_BACK", "RETIRE"],
    )


def test_wrong_rules_end_with_1_and_all_findings(command: Command) -> None:
    Path("a.yaml").write_bytes(a_file("LYON").content.replace(b"node.id", b"node.idd"))
    code, out, err = command("rules", "activate", "a.yaml")

    assert (code, out) == (1, "")
    assert err.startswith(
        "error[RULES_INVALID]: INVALID_ARGUMENT: the request has 1 fault\n  - a.yaml:9:11: "
    )


def test_a_shadow_is_started_with_files_read_and_stopped(client: Client, command: Command) -> None:
    write("a.yaml", without="LYON")
    _, started, _ = command("rules", "shadow", "start", "a.yaml", "--reason", "try")
    client.routing.RouteOrder(a_route_request("A-1"))
    version = Planner(client, "bob").report(orders=1).rules_digest
    _, report, _ = command("rules", "shadow", "report")
    _, data, _ = command("rules", "shadow", "report", "--format", "json")
    _, stopped, _ = command("rules", "shadow", "stop")
    again, _, _ = command("rules", "shadow", "start", version[:6])
    ended = command("rules", "shadow", "stop")

    assert started == f"version {version[:12]} is in shadow; see: router rules shadow report\n"
    lines = report.splitlines()
    assert re.fullmatch(
        rf"shadow {version[:12]} since \S+ by ada: running, 1 order compared, 0 behind", lines[0]
    )
    assert re.search(r"^cost per order \(EUR\) +5\.50 +8\.00 +\+45\.5 %$", report, re.M)
    assert "1 order would ship otherwise (100.0 %), 0 the same at another cost" in lines
    assert "because of  test/not-there (1)" in lines
    assert "shipments   LILLE 0 -> 1, LYON 1 -> 0" in lines
    assert lines[-1] == "look at     A-1  +2.50, LYON -> LILLE"
    assert json.loads(data)["report"]["changedOrders"] == "1"
    assert stopped == f"version {version[:12]} is not in shadow any more\n"
    assert (again, ended[0]) == (0, 0)


def test_without_a_shadow_the_next_step_is_named(command: Command) -> None:
    code, _, err = command("rules", "shadow", "report")

    assert code == 1
    assert err == (
        "error[SHADOW_NOT_RUNNING]: FAILED_PRECONDITION: no version is in shadow; "
        "start one with `router rules shadow start PATHS`\n"
    )
