"""What `router promise` says of a cart."""

import json
from collections.abc import Iterator

import pytest

from router.cli.main import run
from tests.service.harness import Client, a_server


@pytest.fixture(scope="module")
def client() -> Iterator[Client]:
    with a_server() as client:
        client.set_up({"LYON": {"RED-CLOCK": 3}})
        yield client


def test_a_cart_is_promised_with_what_waits(client: Client, capsys: pytest.CaptureFixture[str]) -> None:
    code = run(["promise", "RED-CLOCK=5", "--to", "FR/69001", "--address", client.address])
    out = capsys.readouterr().out

    assert code == 0
    assert "any" in out
    assert "POSTE/GROUND" in out
    assert "2 RED-CLOCK PARTIAL_STOCK" in out


def test_promises_are_json_for_programs(client: Client, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["promise", "RED-CLOCK", "--to", "FR/69001", "--json", "--address", client.address]) == 0

    first, *_ = json.loads(capsys.readouterr().out)["promises"]
    assert first["complete"]


def test_a_cart_that_cannot_be_read_is_refused(client: Client, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["promise", "RED-CLOCK=two", "--to", "FR/69001", "--address", client.address]) == 2

    assert "must read like AUD-0001 or AUD-0001=2" in capsys.readouterr().err
