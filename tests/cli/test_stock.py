"""What people at a terminal do with goods: count them, send them, judge snapshots."""

import json
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from router.api.v1 import reservations_pb2
from tests.cli.conftest import Command
from tests.service.builders import a_route_request, a_snapshot
from tests.service.harness import Client, a_server


@pytest.fixture
def client() -> Iterator[Client]:
    """Ten red clocks and ten blue vases in Lyon."""
    with a_server() as client:
        client.set_up({"LYON": {"RED-CLOCK": 10, "BLUE-VASE": 10}})
        yield client


@pytest.fixture
def stock(command: Command) -> Command:
    """Runs `router stock ...` against the server."""
    return partial(command, "stock")


def a_cart(reservation_id: str, units: int) -> reservations_pb2.ReserveStockRequest:
    line = reservations_pb2.StockLine(node_id="LYON", sku="RED-CLOCK", quantity=units)
    return reservations_pb2.ReserveStockRequest(
        reservation_id=reservation_id, request_id=reservation_id, timeout_seconds=900, lines=[line]
    )


def test_a_sheet_of_counts_is_booked_and_names_who_is_short(
    client: Client, stock: Command, tmp_path: Path
) -> None:
    client.routing.RouteOrder(a_route_request("S-1", lines={"RED-CLOCK": 9}))
    sheet = tmp_path / "aisle.csv"
    sheet.write_text("node,sku,counted,expected\nLYON,RED-CLOCK,7,10\nLYON,BLUE-VASE,10,10\n")
    code, out, _ = stock("count", str(sheet))

    assert code == 0
    assert "1 of 2 figures differed" in out
    assert "-3" in out
    assert "2 reserved units of RED-CLOCK are not at LYON any more:\n  S-1/1 line 1: 2" in out


def test_a_count_of_what_moved_meanwhile_is_refused(stock: Command, tmp_path: Path) -> None:
    sheet = tmp_path / "aisle.csv"
    sheet.write_text("node,sku,counted,expected\nLYON,RED-CLOCK,7,11\n")
    code, _, error = stock("count", str(sheet))

    assert code == 1
    assert "rows[0].expected_on_hand: `LYON` has 10 of `RED-CLOCK` on hand, 11 were expected" in error


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("sku,node\n", ":1: the first line must be `node,sku,counted,expected`"),
        ("node,sku,counted,expected\nLYON,RED-CLOCK,7\n", ":2: 3 columns, must have 4"),
        (
            "node,sku,counted,expected\nLYON,RED-CLOCK,many,10\n",
            ":2: counted and expected are `many` and `10`",
        ),
    ],
)
def test_a_sheet_that_is_none_is_refused_with_its_line(
    stock: Command, tmp_path: Path, text: str, said: str
) -> None:
    sheet = tmp_path / "aisle.csv"
    sheet.write_text(text)
    code, _, error = stock("count", str(sheet))

    assert code == 2
    assert said in error


def test_figures_say_who_holds_units_without_an_order(
    client: Client, stock: Command, command: Command
) -> None:
    client.routing.RouteOrder(a_route_request("S-1", lines={"RED-CLOCK": 2}))
    for number in range(7):
        client.reservations.ReserveStock(a_cart(f"cart-{number}", 1 if number else 2))
    shown = stock("show", "RED-CLOCK", "BLUE-VASE")[1].splitlines()

    assert [line.split()[:4] for line in shown if "held by" not in line][1:3] == [
        ["BLUE-VASE", "LYON", "10", "0"],
        ["RED-CLOCK", "LYON", "10", "10"],
    ]
    held = [line.strip() for line in shown if "held by" in line]
    assert held[0].startswith("held by cart-0, until 20")
    assert [line.split()[-1] for line in held] == ["2", "1", "1", "1", "1", "2"]
    assert held[-1].startswith("held by 2 more (router reservation list)")


def test_goods_are_sent_seen_received_and_taken_back(stock: Command) -> None:
    sent = stock(
        "transfer", "send", "LYON", "LILLE", "RED-CLOCK=4", "--id", "truck-7", "--expected", "2026-12-01"
    )
    shown = stock("show", "RED-CLOCK")
    received = stock("transfer", "receive", "truck-7", "RED-CLOCK=2/1", "--close")
    stock("transfer", "send", "LYON", "LILLE", "BLUE-VASE=1", "--id", "truck-8")
    canceled = stock("transfer", "cancel", "truck-8", "--reason", "no driver")
    open_ones, every = stock("transfer", "list"), stock("transfer", "list", "--all", "--json")

    assert [code for code, _, _ in (sent, shown, received, canceled, open_ones, every)] == [0] * 6
    assert "under way (truck-7, 2026-12-01)" in shown[1]
    assert "RECEIVED" in received[1]
    assert open_ones[1] == "nothing is under way\n"
    states: list[Any] = [one["state"] for one in json.loads(every[1])["transfers"]]
    assert states == ["TRANSFER_STATE_RECEIVED", "TRANSFER_STATE_CANCELED"]


def test_units_that_cannot_be_read_are_refused(stock: Command) -> None:
    code, _, error = stock("transfer", "send", "LYON", "LILLE", "RED-CLOCK")

    assert (code, "`RED-CLOCK` must read like RED-CLOCK=5" in error) == (2, True)


def test_a_person_judges_what_a_feed_said(client: Client, stock: Command) -> None:
    guarded = stock("guard", "wms", "50")
    for sequence, key in ((5, "night-5"), (6, "night-6")):
        absurd = a_snapshot({"LYON": {"RED-CLOCK": 0, "BLUE-VASE": 1}}, sequence=sequence, request_id=key)
        client.inventory.UploadStockSnapshot(iter(absurd))
    waiting = stock("suspect", "list")
    rejected = stock("suspect", "reject", "night-5", "--author", "ada", "--note", "half a file")
    approved = stock("suspect", "approve", "night-6", "--author", "ada")
    judged, feeds = stock("suspect", "list", "--all"), stock("feeds")

    assert "snapshots of wms that change more than 50 % of a node are kept aside" in guarded[1]
    assert "19 of 20 units at LYON would change, 95 % of them" in waiting[1]
    assert "night-5 will never be booked" in rejected[1]
    assert "booked: 2 figures changed, 0 were newer" in approved[1]
    assert "REJECTED (ada: half a file)" in judged[1]
    assert "wms" in feeds[1]
    assert "50 %" in feeds[1]
