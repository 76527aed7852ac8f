"""The documented calls, made by a stranger's tool against a server of its own."""

import json
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from router.cli.demo.demo import BATCH_SIZE, SERVER_FLAGS
from router.simulation.client import RouterClient
from router.simulation.company import drive_orders, load_company, simulated_company
from router.simulation.server_process import running_server

pytestmark = pytest.mark.integration

ROOT = Path(__file__).resolve().parents[2]
BUF = Path(sys.executable).with_name("buf")
LINES = re.findall(r"^buf curl .*$", (ROOT / "docs/reference/calls.md").read_text(encoding="utf-8"), re.M)


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A server in a process of its own, filled as `router demo --keep --orders 200` leaves it."""
    folder = tmp_path_factory.mktemp("strangers")
    company = simulated_company(7, 200)
    with running_server(folder / "router.sqlite", ROOT / "rules/baseline", flags=SERVER_FLAGS) as server:
        with RouterClient(server.address) as client:
            load_company(client, company)
            drive_orders(client, company.orders, BATCH_SIZE)
        yield server.address


def run(line: str, address: str) -> subprocess.CompletedProcess[str]:
    program, *words = shlex.split(line.replace("127.0.0.1:50051", address))
    assert program == "buf"
    return subprocess.run([BUF, *words], capture_output=True, text=True, timeout=60)


def test_there_is_a_line_for_every_call_of_the_contract(address: str) -> None:
    listing = run(
        f"buf curl --protocol grpc --http2-prior-knowledge --list-methods http://{address}", address
    )

    ours = {name for name in listing.stdout.split() if name.startswith("router.api.v1.")}

    assert {line.rsplit("/", 2)[-2] + "/" + line.rsplit("/", 1)[-1] for line in LINES} == ours


@pytest.mark.parametrize("line", LINES, ids=lambda line: line.rsplit("/", 1)[-1])
def test_the_line_runs_as_it_stands(line: str, address: str) -> None:
    done = run(line, address)

    assert done.returncode == 0, done.stderr
    assert done.stdout.strip().startswith("{")


def test_the_message_of_a_refusal_is_enough(address: str) -> None:
    body = json.dumps(
        {"requestId": "bad", "order": {"orderId": "", "channel": "web", "lines": [{"quantity": "0"}]}}
    )

    done = run(
        "buf curl --protocol grpc --http2-prior-knowledge -d "
        f"{shlex.quote(body)} http://{address}/router.api.v1.RoutingService/RouteOrder",
        address,
    )

    assert done.returncode != 0
    assert "order.lines[0].quantity is 0, must be 1 to 1,000,000" in done.stderr
    assert "order.order_id" in done.stderr
