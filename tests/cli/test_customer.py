"""`router customer`: show, hand out, erase."""

import io
import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.conftest import Command
from tests.service.builders import a_route_request
from tests.service.harness import Client, a_server


@pytest.fixture
def client() -> Iterator[Client]:
    with a_server() as connected:
        connected.set_up({"LYON": {"RED-CLOCK": 50}})
        yield connected


def test_a_customer_is_shown_handed_out_and_erased(client: Client, command: Command, tmp_path: Path) -> None:

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


def test_orders_that_are_still_to_leave_are_named_before_a_customer_is_erased(
    client: Client, command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    for order_id in ("A-1", "A-2"):
        request = a_route_request(order_id)
        request.order.customer_id = "c-1"
        client.routing.RouteOrder(request)
    command("order", "cancel", "A-1")
    monkeypatch.setattr("sys.stdin", io.StringIO("n\n"))

    code, _, said = command("customer", "erase", "c-1")

    assert "still to leave, and then nobody knows where they go: A-2\n" in said
    assert code != 0
    assert not command("customer", "show", "c-1")[1].startswith("erased")
