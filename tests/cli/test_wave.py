"""`router wave` against a real server: what it prints, and what it says of a file that is none."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from google.protobuf.json_format import MessageToJson

from tests.cli.conftest import Command
from tests.service.builders import an_order
from tests.service.harness import Client, a_server


@pytest.fixture(scope="module")
def client() -> Iterator[Client]:
    with a_server() as connected:
        connected.set_up({"LYON": {"RED-CLOCK": 3, "TIN-LAMP": 3}, "LILLE": {"RED-CLOCK": 3}})
        yield connected


def a_file(folder: Path, *order_ids: str) -> str:
    path = folder / "orders.jsonl"
    lines = [
        MessageToJson(an_order(order_id, {"RED-CLOCK": 1, "TIN-LAMP": 1}), indent=None)
        for order_id in order_ids
    ]
    path.write_text("\n".join(lines) + "\n\n", encoding="utf-8")
    return str(path)


def test_a_wave_from_a_file_tells_its_phases_and_its_gap(command: Command, tmp_path: Path) -> None:
    code, out, err = command("wave", a_file(tmp_path, "W-1", "W-2", "W-3", "W-4"))

    assert code == 0
    assert "4 orders  4 of them decided jointly; booked" in out
    assert "3 ship whole, 1 not, 0 refused" in out
    assert "gap 0.00 %" in out
    told = [line.split("s  ", 1)[1].split() for line in err.splitlines()]
    assert [one[0] for one in told][-2:] == ["compare", "book"]
    assert told[-1][1:] == ["126.00", "EUR,", "gap", "0.00", "%"]


def test_the_same_file_sent_again_books_nothing_again(command: Command, tmp_path: Path) -> None:
    file = a_file(tmp_path, "R-1")
    command("wave", file)

    code, out, _ = command("wave", file)

    assert (code, "replayed, nothing booked again" in out) == (0, True)


def test_a_wave_is_one_json_object(command: Command, tmp_path: Path) -> None:
    code, out, _ = command("wave", a_file(tmp_path, "J-1", "J-2"), "--validate-only", "--json")
    shown = json.loads(out)

    assert (code, shown["schema_version"]) == (0, 1)
    assert shown["summary"]["orderCount"] == 2
    assert len(shown["results"]) == 2


def test_a_line_that_is_no_order_is_named(command: Command, tmp_path: Path) -> None:
    path = tmp_path / "orders.jsonl"
    path.write_text('{"order_id": "A", "color": "red"}\n', encoding="utf-8")

    code, _, err = command("wave", str(path))

    assert code == 2
    assert "orders.jsonl:1: not an order as JSON" in err
    assert "write one order on each line" in err


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"\xc8\x00", "can't decode byte"),
        (b"[]", "it is no object"),
        (b"null", "it is no object"),
        (b"{", "Expecting property name"),
        (b"[" * 100_000, "recursion"),
    ],
)
def test_a_file_of_something_else_is_said_to_be_no_orders(
    command: Command, tmp_path: Path, content: bytes, says: str
) -> None:
    path = tmp_path / "orders.jsonl"
    path.write_bytes(content)

    code, _, err = command("wave", str(path))

    assert code == 2
    assert "orders.jsonl:1: not an order as JSON" in err
    assert says in err


def test_orders_that_windows_marked_as_utf_8_are_read(command: Command, tmp_path: Path) -> None:
    path = Path(a_file(tmp_path, "BOM-1"))
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes())

    code, out, _ = command("wave", str(path), "--validate-only", "--json")

    assert (code, json.loads(out)["summary"]["orderCount"]) == (0, 1)
