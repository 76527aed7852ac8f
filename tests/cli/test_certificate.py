"""Certificates over the wire: exported from a real server, checked without one."""

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import grpc
import pytest
from google.protobuf.json_format import MessageToJson

from router.api.v1.routing_pb2 import ExportCertificateRequest
from router.cli.main import run
from router.referee import certificate
from tests.service.builders import an_order
from tests.service.harness import Client, a_server


@pytest.fixture(scope="module")
def client() -> Iterator[Client]:
    with a_server() as connected:
        connected.set_up({"LYON": {"RED-CLOCK": 3, "TIN-LAMP": 3}, "LILLE": {"RED-CLOCK": 3}})
        yield connected


@pytest.fixture(scope="module")
def wave(client: Client, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The certificate of four orders of which three can be served whole."""
    folder = tmp_path_factory.mktemp("wave")
    orders = [
        MessageToJson(an_order(f"C-{number}", {"RED-CLOCK": 1, "TIN-LAMP": 1}), indent=None)
        for number in range(4)
    ]
    (folder / "orders.jsonl").write_text("\n".join(orders), encoding="utf-8")
    to = folder / "wave.certificate"
    assert (
        run(["wave", str(folder / "orders.jsonl"), "--certificate", str(to), "--address", client.address])
        == 0
    )
    return to


def test_a_wave_is_verified_without_a_server(wave: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["verify", str(wave)]) == 0
    assert "ACCEPTED: 4 orders cost" in capsys.readouterr().out


def test_the_checker_runs_alone_with_the_standard_library(wave: Path) -> None:
    assert certificate.__file__
    alone = subprocess.run(
        [sys.executable, "-I", "-S", certificate.__file__, str(wave)], capture_output=True, text=True
    )

    assert (alone.returncode, alone.stderr) == (0, "")
    assert "bounds of 4 orders found again by brute force" in alone.stdout


def test_one_unit_more_is_rejected(wave: Path, capsys: pytest.CaptureFixture[str]) -> None:
    header, *rest = wave.read_text(encoding="utf-8").splitlines(keepends=True)
    record = json.loads(header)
    record["rows"][0]["limit"] += 1
    altered = wave.with_name("altered")
    altered.write_text(
        json.dumps(record, sort_keys=True, separators=(",", ":")) + "\n" + "".join(rest), encoding="utf-8"
    )

    assert run(["verify", str(altered)]) == 1
    assert "REJECTED: the seal does not fit" in capsys.readouterr().out


def test_one_order_is_printed_and_accepted(
    client: Client, wave: Path, tmp_path: Path, capsysbinary: Any
) -> None:
    code = run(["order", "certificate", "C-1", "--address", client.address])
    file = tmp_path / "one"
    file.write_bytes(capsysbinary.readouterr().out)

    assert code == 0
    assert run(["verify", str(file), "--json"]) == 0
    shown = json.loads(capsysbinary.readouterr().out)
    assert (shown["accepted"], shown["orders"], shown["priced"]) == (True, 1, 1)


def test_a_certificate_of_nothing_booked_is_refused(wave: Path, capsys: pytest.CaptureFixture[str]) -> None:
    orders = str(wave.with_name("orders.jsonl"))

    assert run(["wave", orders, "--validate-only", "--certificate", str(wave) + "-2"]) == 2
    assert "leave one out" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("order_ids", "said"), [([], "order_ids"), (["C-1", "C-1"], "already named"), (["GONE"], "GONE")]
)
def test_orders_that_are_not_there_are_refused(
    client: Client, wave: Path, order_ids: list[str], said: str
) -> None:
    with pytest.raises(grpc.RpcError) as refused:
        list(client.routing.ExportCertificate(ExportCertificateRequest(order_ids=order_ids)))

    assert said in str(refused.value) + str(refused.value.trailing_metadata())  # type: ignore[attr-defined]


def test_trade_offs_of_an_order_are_listed(
    client: Client, wave: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["order", "trade-offs", "C-1", "--address", client.address]) == 0
    out = capsys.readouterr().out

    assert "last arrives" in out
    assert "LYON" in out
    # Shipping nothing is dearer here, so that nobody would want it.
    assert "nowhere" not in out
    assert "not proven" not in out
