"""`router customer`: show, hand out, erase."""

import json
import re
from pathlib import Path

import pytest

from router.cli.main import run
from tests.service.builders import a_route_request
from tests.service.harness import a_server


def test_a_customer_is_shown_handed_out_and_erased(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with a_server() as client:
        client.set_up({"LYON": {"RED-CLOCK": 50}})

        def command(*words: str) -> tuple[int, str, str]:
            code = run([*words, "--address", client.address])
            captured = capsys.readouterr()
            return code, captured.out, captured.err

        request = a_route_request("A-3")
        request.order.customer_id = "c-1"
        request.order.recipient.name = "Ada Example"
        client.routing.RouteOrder(request)
        _, shown, _ = command("customer", "show", "c-1")
        _, printed, _ = command("customer", "export", "c-1")
        command("customer", "export", "c-1", "--to", str(tmp_path / "c-1.json"))
        code, erased, _ = command("customer", "erase", "c-1", "--yes")
        _, after, _ = command("customer", "show", "c-1")
        _, as_json, _ = command("customer", "show", "c-1", "--json")
        unknown, _, said = command("customer", "show", "c-2")

    assert re.search(r"^A-3 +ALLOCATED +Ada Example +–", shown, re.M)
    assert json.loads(printed)["customer"]["orders"][0]["recipient"] == {"name": "Ada Example"}
    assert (tmp_path / "c-1.json").read_text() == printed
    assert (code, erased.startswith("c-1 erased 20")) == (0, True)
    assert after.startswith("erased 20")
    assert "Ada" not in after + as_json
    assert (unknown, "CUSTOMER_NOT_FOUND" in said) == (1, True)
