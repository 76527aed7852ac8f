"""`router rules check` with what the linter needs: proofs, a network, and doing without the solver."""

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from router.api.v1 import routing_pb2
from router.cli.main import router, run
from tests.rules.builders import a_rule_file
from tests.service.builders import MONDAY_NOON, an_order
from tests.service.harness import a_server

RULES = Path(__file__).resolve().parents[2] / "rules/baseline/stores.yaml"
PRODUCT = "line.unit_weight > kg(2) && line.quantity > 4 && line.weight < kg(9)"
IMPOSSIBLE = f"costs:\n  - {{id: never, when: '{PRODUCT}', per: unit, amount: usd(1)}}\n"
FROZEN = (
    "constraints:\n"
    "  - {id: frozen, when: 'line.temperature == \"FROZEN\"', ban: 'service.mode != \"COLD\"', because: it thaws}\n"
)
NETWORK = """kind: Network/v1
nodes: {WH: {at: [40.7, -74.2]}}
services: {UPS/GROUND: {mode: GROUND, price: usd(6), transit_days: 3}}
"""


def check(folder: Path, body: str, *options: str) -> Result:
    (folder / "a.yaml").write_bytes(a_rule_file(body))
    return CliRunner().invoke(router, ["rules", "check", str(folder / "a.yaml"), *options])


def test_a_proven_contradiction_is_an_error(tmp_path: Path) -> None:
    result = check(tmp_path, IMPOSSIBLE)

    assert result.exit_code == 1
    assert "error L202: `never` never holds" in result.stdout


def test_without_the_solver_it_is_not_seen(tmp_path: Path) -> None:
    assert check(tmp_path, IMPOSSIBLE, "--fast").exit_code == 0


def test_fences_are_tried_on_the_network_that_is_named(tmp_path: Path) -> None:
    (tmp_path / "dry.network.yaml").write_text(NETWORK, encoding="utf-8")

    alone = check(tmp_path, FROZEN)
    there = check(tmp_path, FROZEN, "--network", str(tmp_path / "dry.network.yaml"))

    assert (alone.exit_code, there.exit_code) == (0, 1)
    assert '   = for example: line.temperature = "FROZEN"\n' in there.stdout


@pytest.mark.parametrize("content", [None, "- 1\n", "kind: Network/v1\nnodes: {A: {at: 1}}\nservices: {}\n"])
def test_a_network_that_cannot_be_read_is_a_usage_error(tmp_path: Path, content: str | None) -> None:
    if content is not None:
        (tmp_path / "odd.network.yaml").write_text(content, encoding="utf-8")

    assert check(tmp_path, FROZEN, "--network", str(tmp_path / "odd.network.yaml")).exit_code == 2


def test_recorded_orders_show_rules_that_never_decide(tmp_path: Path) -> None:
    with a_server() as client:
        client.set_up({"LYON": {"RED-CLOCK": 200}})
        orders = [an_order(f"A-{number}") for number in range(100)]
        client.routing.BatchRouteOrders(
            routing_pb2.BatchRouteOrdersRequest(orders=orders, request_id="orders", decision_time=MONDAY_NOON)
        )
        body = "lists:\n  clocks: [RED-CLOCK, BLUE-CLOKC]\n"
        body += "costs:\n  - {id: clock, when: line.sku in lists.clocks, per: line, amount: usd(1)}\n"
        body += "  - {id: gold, when: 'order.tier == \"GLOD\"', per: shipment, amount: usd(1)}\n"
        result = check(tmp_path, body, "--history", "--address", client.address)

    assert "warning L302: `gold` decided none of 100 orders in 1 day" in result.stdout
    assert (
        "a.yaml:9:23: info L304: `BLUE-CLOKC` in the list `clocks` matched none of 100 orders in 1 day; "
        "`line.sku` was `RED-CLOCK` in 100"
    ) in result.stdout
    assert "looked at 100 recorded orders of 1 day" in result.stderr
    assert result.exit_code == 0


def test_recorded_orders_of_nobody_are_asked_for_in_vain(tmp_path: Path) -> None:
    assert run(["rules", "check", str(RULES), "--history", "--address", "127.0.0.1:1"]) == 4
    assert check(tmp_path, "filters: []\n", "--orders", str(tmp_path / "none.gz")).exit_code == 2
