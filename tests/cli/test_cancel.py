"""Customer service cancels on the command line: shown first, then done, and refused for what has left."""

from collections.abc import Iterator

import pytest

from tests.cli.conftest import Command
from tests.service.builders import a_route_request
from tests.service.harness import Client, a_server


@pytest.fixture
def client() -> Iterator[Client]:
    with a_server() as connected:
        connected.set_up({"LYON": {"RED-CLOCK": 3}}, is_on_account=True)
        connected.routing.RouteOrder(a_route_request("A-1", {"RED-CLOCK": 5}))
        yield connected


def test_units_that_wait_are_canceled_before_those_that_are_reserved(command: Command) -> None:
    assert command("order cancel A-1 --line 1=1")[1].splitlines()[-1] == "0 units given back"
    _, shown, _ = command("order cancel A-1 --line 1=2 --reason less")

    assert shown.splitlines()[0].split()[:2] == ["A-1", "ALLOCATED"]
    assert shown.splitlines()[-1] == "1 unit given back"


def test_a_preview_books_nothing(command: Command, client: Client) -> None:
    before = client.position()
    code, shown, _ = command("order cancel A-1 --preview")

    assert (code, client.position()) == (0, before)
    assert shown.splitlines()[0].split()[:2] == ["A-1", "CANCELED"]
    assert shown.splitlines()[-1] == "3 units would be given back; nothing is booked"


def test_what_is_canceled_is_shown_as_it_stands_now(command: Command) -> None:
    part = command("order cancel A-1 --line 1=3")[1]
    whole = command("order cancel A-1")[1]

    assert [line.split()[1] for line in part.splitlines() if line.startswith("A-1/1")] == ["PLANNED"]
    assert next(line.split() for line in whole.splitlines() if line.startswith("A-1/1"))[1] == "CANCELED"
    assert whole.splitlines()[-1] == "2 units given back"


def test_what_has_left_and_what_is_no_line_are_refused(command: Command) -> None:
    command("order cancel A-1 --line 1=2")
    command("pick dispatch A-1/1")

    assert "error[ORDER_STATE_FORBIDS]" in command("order cancel A-1")[2]
    assert command("order cancel A-1 --line 1")[0] == 2
