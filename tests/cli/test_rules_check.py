"""`router rules check` with what the linter needs: proofs, a network, and doing without the solver."""

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from router.cli.main import router
from tests.rules.builders import a_rule_file

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
