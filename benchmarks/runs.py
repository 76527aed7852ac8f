"""What the figures share: the numbers of several runs, and a server loaded with the simulated company."""

import statistics
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from router.simulation.client import RouterClient
from router.simulation.company import Company, load_company
from router.simulation.server_process import ServerProcess, running_server

ROOT = Path(__file__).resolve().parent.parent
RULES = ROOT / "rules" / "baseline"


def figure_of(name: str, runs: Sequence[float], unit: str, goal: float, **further: Any) -> dict[str, Any]:
    """The median of the runs with its neighbors, as every figure answers."""
    return {
        "figure": name,
        "value": round(statistics.median(runs), 3),
        "unit": unit,
        "runs": len(runs),
        "min": round(min(runs), 3),
        "max": round(max(runs), 3),
        "goal": goal,
        **further,
    }


def percentile(values: Sequence[float], percent: int) -> float:
    """The value that `percent` of 100 do not exceed (nearest rank)."""
    ordered = sorted(values)
    return ordered[max(0, -(-len(ordered) * percent // 100) - 1)]


@contextmanager
def loaded_server(company: Company) -> Iterator[ServerProcess]:
    """A server in a process of its own, its ledger in a temporary file, the company's stock in it."""
    with (
        tempfile.TemporaryDirectory(prefix="router-bench-") as folder,
        running_server(Path(folder) / "bench.sqlite", RULES) as server,
    ):
        with RouterClient(server.address) as client:
            load_company(client, company)
        yield server
