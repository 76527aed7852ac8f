"""The work of a node on the command line, from the release to the door, and what customer service sees of it."""

import json
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from router.api.v1 import payments_pb2
from tests.cli.conftest import Command
from tests.service.builders import a_route_request
from tests.service.harness import Client, a_server


@pytest.fixture
def client() -> Iterator[Client]:
    with a_server(payments="fake") as connected:
        connected.set_up({"LYON": {"RED-CLOCK": 2, "TIN-LAMP": 5}, "LILLE": {"RED-CLOCK": 9}})
        connected.routing.RouteOrder(a_route_request("A-1", {"RED-CLOCK": 2, "TIN-LAMP": 1}))
        connected.payments.AuthorizePayment(
            payments_pb2.AuthorizePaymentRequest(
                payment_id="P-1",
                order_id="A-1",
                method=payments_pb2.PAYMENT_METHOD_CARD,
                amount_minor=5_997,
                request_id="pay",
            )
        )
        yield connected
        assert list(connected.audit().faults) == []


def test_a_shipment_goes_from_the_release_to_the_door(command: Command, tmp_path: Path) -> None:
    assert command("pick wave LYON")[1] == "nothing of LYON is released\n"
    assert command("pick release A-1/1")[1] == "A-1/1\n"
    _, walk, _ = command("pick wave LYON")
    wrong, _, refused = command("pick scan A-1/1 BLUE-VASE")
    assert command("pick scan A-1/1 RED-CLOCK")[1] == "A-1/1 PICKING, 2 left to fetch\n"
    assert command("pick scan A-1/1 TIN-LAMP=1")[1] == "A-1/1 PICKING, 1 left to fetch\n"
    _, rest, _ = command("pick list A-1/1")
    assert command("pick short A-1/1 RED-CLOCK --reason EMPTY_BIN")[1] == "A-1/1 PICKED\n"
    _, label, _ = command(f"pick label A-1/1 --format zpl --out {tmp_path / 'label.zpl'}")
    assert command("pick dispatch A-1/1 --tracking 1Z777")[1] == ("A-1/1 left; order A-1 is ALLOCATED\n")

    assert "at LYON" in walk.splitlines()[0]
    assert walk.splitlines()[2].split() == ["–", "RED-CLOCK", "2", "2", "A-1/1"]
    assert (wrong, "WRONG_ITEM" in refused) == (1, True)
    assert [line.split()[1] for line in rest.splitlines()[2:]] == ["RED-CLOCK"]
    assert label == f"{tmp_path / 'label.zpl'}: 1 parcel\n"
    assert (tmp_path / "label.zpl").read_text().startswith("^XA")


def test_a_label_for_a_folder_that_is_not_there_is_refused(command: Command, tmp_path: Path) -> None:
    code, _, err = command(f"pick label A-1/1 --out {tmp_path / 'none' / 'label.pdf'}")

    assert code == 2
    assert f"there is no folder `{tmp_path / 'none'}`" in err


def test_a_pdf_is_not_written_to_a_terminal(command: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    command("pick release A-1/1")
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)

    assert "name a file with --out" in command("pick label A-1/1")[2]
    assert command("pick label A-1/1 --format zpl")[0] == 0


def test_after_a_rejection_the_order_is_shown_as_it_stands(command: Command) -> None:
    code, said, _ = command("order reject A-1/1 --reason CLOSED")

    assert code == 0
    assert [line.split()[:2] for line in said.splitlines() if line.startswith("A-1/")] == [
        ["A-1/2", "PLANNED"]
    ]
    assert "payment P-1 AUTHORIZED" in said


def test_due_shipments_of_a_node_are_released_without_being_named(command: Command) -> None:
    assert command("pick release --node LYON --hours 200")[1] == "A-1/1\n"
    assert command("pick release --node LYON --hours 200")[1] == "nothing is due\n"


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        ("pick release", "one of both"),
        ("pick release A-1/1 --node LYON", "one of both"),
        ("pick scan A-1/1 RED-CLOCK=two", "must be SKU or SKU=UNITS"),
        ("pick scan A-1/1 =2", "must be SKU or SKU=UNITS"),
    ],
)
def test_what_cannot_be_meant_is_refused_with_the_way_to_say_it(
    command: Command, line: str, fault: str
) -> None:
    code, _, told = command(line)

    assert (code, fault in told) == (2, True), told


def test_an_order_shows_what_became_of_it_and_not_what_was_planned(command: Command) -> None:
    later = (datetime.now(UTC) + timedelta(days=100)).date().isoformat()
    for line in (
        "pick release A-1/1",
        "pick wave LYON",
        "pick scan A-1/1 RED-CLOCK",
        "pick scan A-1/1 TIN-LAMP",
        "pick short A-1/1 RED-CLOCK --reason EMPTY_BIN",
        f"delay report A-1 --expected {later} --reason SUPPLIER_LATE",
    ):
        assert command(line)[0] == 0, line

    _, shown, _ = command("order show A-1")
    as_json = json.loads(command("order show A-1 --json")[1])

    rows = [line.split() for line in shown.splitlines()]
    first = next(row for row in rows if row[0] == "A-1/1")
    assert (first[1:3], first[-2]) == (["PICKED", "LYON"], "2"), "of the three that were planned"
    assert next(row for row in rows if row[0] == "A-1/2")[1:3] == ["PLANNED", "LILLE"]
    assert "payment P-1 AUTHORIZED: 59.97 EUR asked, 59.97 open" in shown
    assert f"expected {later}" in shown
    assert [one["shipmentId"] for one in as_json["shipments"]] == ["A-1/1", "A-1/2"]
    assert (as_json["payments"][0]["paymentId"], as_json["returns"]) == ("P-1", [])


def test_what_was_scanned_of_a_kit_that_falls_short_is_to_be_put_back(
    client: Client, command: Command
) -> None:
    command("order cancel A-1")
    request = a_route_request("K-1", {"TIN-LAMP": 1, "RED-CLOCK": 1})
    for line in request.order.lines:
        line.kit_id = "set"
    client.routing.RouteOrder(request)
    command("pick release K-1/1")
    command("pick wave LYON")
    command("pick scan K-1/1 TIN-LAMP")

    short = command("pick short K-1/1 RED-CLOCK --reason EMPTY_BIN")[1]

    assert short.splitlines() == [
        "K-1/1 CANCELED",
        "put back 1 TIN-LAMP: the kit it is of comes whole from elsewhere",
    ]


def test_a_node_that_did_not_find_goods_is_offered_none_for_a_while(client: Client, command: Command) -> None:
    client.routing.RouteOrder(a_route_request("C-1", {"TIN-LAMP": 1}))
    command("pick release C-1/1")
    command("pick wave LYON")

    command("pick short C-1/1 TIN-LAMP --reason NOT_SEEN")

    assert client.available("TIN-LAMP")["LYON"] == 0
    assert "cool-off/C-1/1" in command("reservation list")[1]


def test_two_lines_of_a_product_are_fetched_for_their_shipment_at_once(
    client: Client, command: Command
) -> None:
    request = a_route_request("D-1", {"RED-CLOCK": 1})
    request.order.lines.add(line_id="2", sku="RED-CLOCK", quantity=2, unit_price_minor=1_999)
    client.routing.RouteOrder(request)
    command("pick release D-1/1")

    _, walk, _ = command("pick wave LILLE")

    assert walk.splitlines()[-1].split() == ["–", "RED-CLOCK", "3", "3", "D-1/1"]
