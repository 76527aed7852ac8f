"""`router demo` as a newcomer runs it: a real server in another process, twice the same figures."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

TIMES = {"seconds", "orders_per_second"}


def test_gives_the_same_figures_for_the_same_seed_and_a_clean_ledger() -> None:
    first, second = run_demo("--orders", "40", "--json"), run_demo("--orders", "40", "--json")

    assert {k: v for k, v in first.items() if k not in TIMES} == {
        k: v for k, v in second.items() if k not in TIMES
    }
    assert (first["orders"], first["refused"], first["audit_clean"]) == (40, {}, True)
    assert first["total_minor"] == sum(first["cost_minor"].values())
    assert first["shipments"] == sum(first["by_node"].values()) == sum(first["by_service_level"].values())
    assert first["explanation"].startswith("Shipped from ")


def test_says_clearly_that_there_are_no_rules(tmp_path: Path) -> None:
    finished = demo("--rules", str(tmp_path / "nowhere"))

    assert finished.returncode == 2
    assert f"no rules at `{tmp_path / 'nowhere'}`" in finished.stderr


def run_demo(*arguments: str) -> dict[str, Any]:
    finished = demo(*arguments)
    assert finished.returncode == 0, finished.stderr
    answer: dict[str, Any] = json.loads(finished.stdout)
    return answer


def demo(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "router", "demo", *arguments], capture_output=True, text=True, timeout=120
    )
