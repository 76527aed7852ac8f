"""Client commands against a real server: what they print and how they end."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from router.api.v1 import inventory_pb2, order_pb2, orders_pb2, reservations_pb2
from router.cli.main import run
from router.domain.currency import amount_text
from tests.cli.conftest import Command
from tests.service.builders import a_route_request
from tests.service.harness import Client, a_server


@pytest.fixture(scope="module")
def client() -> Iterator[Client]:
    with a_server() as connected:
        connected.set_up(
            {"LYON": {"RED-CLOCK": 50, "TIN-LAMP": 20}, "LILLE": {"RED-CLOCK": 90, "BLUE-VASE": 5}},
            is_on_account=True,
        )
        connected.routing.RouteOrder(a_route_request("A-1", {"RED-CLOCK": 1, "TIN-LAMP": 2}))
        connected.routing.RouteOrder(a_route_request("A-2", {"BLUE-VASE": 9}))
        connected.orders.DispatchShipment(
            orders_pb2.DispatchShipmentRequest(shipment_id="A-1/1", request_id="dispatch")
        )
        yield connected


def test_an_order_is_shown_with_its_lines_and_shipments(command: Command) -> None:
    code, out, _ = command("order", "show", "A-1")

    assert code == 0
    assert re.search(r"^A-1  DISPATCHED  to 69001 FR", out, re.M)
    assert re.search(r"^1 +RED-CLOCK +1 +– +1 +– +–", out, re.M)
    # It left today, days after its plan, so another day is expected than the one that was planned.
    assert re.search(
        r"^A-1/1 +DISPATCHED +LYON +POSTE/GROUND +2026-11-16 +\S+ \(planned 2026-11-17\) +1 +3 +6\.50",
        out,
        re.M,
    )
    assert "total 6.50 EUR, optimal" in out


def test_an_order_is_one_json_object(command: Command) -> None:
    code, out, _ = command("order", "show", "A-1", "--json")
    shown = json.loads(out)

    assert (code, shown["schema_version"]) == (0, 1)
    assert shown["order"]["order"]["orderId"] == "A-1"
    assert shown["order"]["state"] == "ORDER_STATE_DISPATCHED"


def test_orders_are_listed_and_filtered(command: Command) -> None:
    _, everything, _ = command("order", "list")
    _, backordered, _ = command("order", "list", "--state", "PARTIALLY_ALLOCATED")
    _, page, more = command("order", "list", "--limit", "1")

    assert re.findall(r"^A-\d", everything, re.M) == ["A-1", "A-2"]
    assert re.findall(r"^A-\d", backordered, re.M) == ["A-2"]
    assert re.findall(r"^A-\d", page, re.M) == ["A-1"]
    assert more.startswith("more: --page-token ")


def test_why_tells_node_by_node(command: Command) -> None:
    code, out, _ = command("order", "why", "A-1", "--replay")

    assert code == 0
    assert out.startswith("A-1  2 lines, placed ")
    assert "Shipped from LYON for 6.50 EUR because it was the only node that could send everything" in out
    assert re.search(r"LYON +yes +freight 5\.50 \+ handling 1\.00 = 6\.50 +1 +← chosen", out)
    assert re.search(r"LILLE +yes +.*backorder 200\.00 = 208\.00 +2 +\(\+201\.50\)", out)
    assert "runner-up   LILLE, total 208.00 (+201.50)" in out
    assert "decided again from the stored inputs: identical" in out
    assert re.search(
        r"decision    d-\d+  PARTITION optimal, work \d+  rules [0-9a-f]{8}  network [0-9a-f]{8}", out
    )


def test_why_names_the_next_step_when_nothing_was_replayed(command: Command) -> None:
    _, out, _ = command("order", "why", "A-2")

    assert "replay      router order why A-2 --replay" in out
    assert "4 units could not ship now" in out


def test_stock_is_shown_with_its_parts(command: Command) -> None:
    code, out, _ = command("stock", "show", "BLUE-VASE")

    assert code == 0
    assert re.search(r"^BLUE-VASE +LILLE +5 +5 +0", out, re.M)


def test_lots_are_shown_in_the_order_in_which_they_leave(client: Client, command: Command) -> None:
    for lot, expiry_day in (("L2", "2199-12-30"), ("L1", "2199-12-01")):
        client.inventory.AdjustStock(
            inventory_pb2.AdjustStockRequest(
                node_id="LILLE",
                sku="TIN-LAMP",
                delta=3,
                reason_code="RECEIPT",
                lot=lot,
                expiry_day=expiry_day,
                request_id=f"receive {lot}",
            )
        )
    _, out, _ = command("stock", "show", "TIN-LAMP", "--node", "LILLE", "--lots")

    assert re.search(r"^TIN-LAMP +LILLE +6 +0 +6", out, re.M)
    assert re.search(r"lot L1 until 2199-12-01 +3 +0 *\n +lot L2 until 2199-12-30 +3 +0", out)


def test_a_reservation_is_shown_and_listed(client: Client, command: Command) -> None:
    client.reservations.ReserveStock(
        reservations_pb2.ReserveStockRequest(
            lines=[reservations_pb2.StockLine(node_id="LYON", sku="TIN-LAMP", quantity=2)],
            firm=True,
            reservation_id="cart-1",
            reference="web",
            request_id="reserve",
        )
    )

    code, out, _ = command("reservation", "show", "cart-1")
    assert code == 0
    assert out.startswith("cart-1  HELD  firm\n")
    assert re.search(r"^1 +TIN-LAMP +LYON +2 +2 +– +–", out, re.M)
    _, out, _ = command("reservation", "list", "--state", "HELD", "--reference", "web")
    assert re.search(r"^cart-1 +HELD +firm +web +2", out, re.M)
    _, out, _ = command("reservation", "show", "cart-1", "--json")
    assert json.loads(out)["reservation"]["reservationId"] == "cart-1"


def test_serial_numbers_are_listed(client: Client, command: Command) -> None:
    client.reservations.PostReservation(
        reservations_pb2.PostReservationRequest(
            reservation_id="cart-1",
            serials=[order_pb2.LineSerials(line_id="1", serials=["SN-1"])],
            request_id="post",
        )
    )
    _, out, _ = command("ledger", "serials", "--reference", "cart-1")

    assert re.search(r"^TIN-LAMP +SN-1 +cart-1 +1 +[0-9]+", out, re.M)
    assert command("ledger", "serials", "--sku", "TIN-LAMP", "--serial", "SN-9")[1] == "none left\n"


def test_a_clean_ledger_is_said_to_be_clean(command: Command) -> None:
    code, out, _ = command("ledger", "audit")

    assert code == 0
    assert out.startswith("clean\n")


def test_the_ledger_s_status_is_said(command: Command) -> None:
    code, out, _ = command("ledger", "status")
    _, as_json, _ = command("ledger", "status", "--json")
    found = json.loads(as_json)["status"]

    assert code == 0
    assert re.search(r"^writable\n\d+ entries, \d+ events, \d+ batches; head [0-9a-f]{16}", out)
    assert (found["writable"], len(found["headHash"])) == (True, 64)


def test_entries_are_listed_by_cause(command: Command) -> None:
    _, out, _ = command("ledger", "entries", "--reference", "A-2")

    assert "RESERVE" in out
    assert "SNAPSHOT_TRUE_UP" not in out


def test_any_method_is_called_with_json(command: Command) -> None:
    code, out, _ = command("call", "GetOrder", '{"orderId": "A-2"}')
    full_name_code, _, _ = command("call", "router.api.v1.OrdersService/GetOrder", '{"order_id": "A-2"}')

    assert (code, full_name_code) == (0, 0)
    assert json.loads(out)["record"]["order"]["orderId"] == "A-2"


def test_a_stream_comes_one_message_a_line(command: Command) -> None:
    _, out, _ = command("call", "WatchOrders", '{"noFollow": true}')

    positions = [json.loads(line)["position"] for line in out.splitlines()]

    assert positions == [str(n) for n in range(1, len(positions) + 1)]
    assert len(positions) >= 5


def test_a_stream_is_sent_as_a_list(command: Command) -> None:
    header = {"requestId": "cli", "feedId": "cli", "sequence": 1, "basis": 1, "scope": 1, "rowCount": 1}
    chunk = {"nodeId": "LYON", "skus": ["BLUE-VASE"], "quantities": [7]}
    code, out, _ = command("call", "UploadStockSnapshot", json.dumps([{"header": header}, {"chunk": chunk}]))

    assert code == 0
    assert json.loads(out)["changedCount"] == "1"


def test_a_refused_call_prints_code_reason_and_every_violation(command: Command) -> None:
    code, out, err = command("call", "RouteOrder", '{"order": {"lines": [{"quantity": 0}]}}')

    assert (code, out) == (1, "")
    assert err.splitlines()[0] == "error[INVALID_REQUEST]: INVALID_ARGUMENT: the request has 7 faults"
    assert "  - order.lines[0].quantity: quantity is 0, must be 1 to 1,000,000 [OUT_OF_RANGE]" in err


def test_a_refused_call_says_how_many_faults_there_are_besides_those_that_fit(command: Command) -> None:
    orders = [{"orderId": f"A-{number}"} for number in range(200)]
    _, _, err = command("call", "BatchRouteOrders", json.dumps({"requestId": "k", "orders": orders}))
    first, *faults = err.splitlines()

    assert first.endswith(f": the request has 600 faults, the first {len(faults)} of them here")
    assert 10 < len(faults) < 600


def test_an_unknown_order_is_a_finding(command: Command) -> None:
    code, _, err = command("order", "show", "A-9")

    assert code == 1
    assert err == "error[ORDER_NOT_FOUND]: NOT_FOUND: order `A-9` was never routed here\n"


@pytest.mark.parametrize(
    ("words", "hint"),
    [
        (("call", "RouteOrdr"), "did you mean RouteOrder?"),
        (("customer", "find"), "name --email, --phone or both"),
        (("call", "GetOrder", "{"), "not JSON"),
        (("call", "GetOrder", "[" * 100_000), "not JSON"),
        (("call", "GetOrder", "null"), "not a GetOrderRequest: it must be a JSON object"),
        (("call", "RouteWave", "5"), "it must be a JSON object, or a list of them"),
        (("metrics", "show", "--from", "2026-13-01"), "`2026-13-01` must be a date such as 2026-11-30"),
        (("call", "GetOrder", '{"orderNumber": 1}'), "not a GetOrderRequest"),
        (("order", "list", "--state", "LOST"), "LOST"),
        (("order", "list", "--limit", "0"), "0"),
        (("rules", "activate", "no/such/place"), "no/such/place"),
    ],
)
def test_wrong_usage_is_2_and_says_what_was_meant(
    command: Command, words: tuple[str, ...], hint: str
) -> None:
    code, _, err = command(*words)

    assert code == 2
    assert hint in err


def test_without_a_server_it_is_4_and_says_what_to_do(capsys: pytest.CaptureFixture[str]) -> None:
    code = run(["order", "show", "A-1", "--address", "127.0.0.1:1"])

    assert code == 4
    assert capsys.readouterr().err == (
        "error[UNREACHABLE]: no server answers at 127.0.0.1:1; "
        "start one with `router serve` or name another with --address\n"
    )


def test_the_baseline_does_not_fit_a_company_in_euros(command: Command) -> None:
    code, _, err = command("rules", "activate", "rules/baseline")

    assert code == 1
    assert "RULES_INVALID" in err
    assert "CURRENCY_DIFFERS" in err


def test_a_bug_leaves_a_report(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Any
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    monkeypatch.setattr("router.cli.stock.stock.connected", lambda address, tls_ca: 1 / 0)
    code = run(["stock", "show", "RED-CLOCK"])
    (report,) = tmp_path.iterdir()

    assert code == 5
    assert str(report) in capsys.readouterr().err
    assert "ZeroDivisionError" in report.read_text()


@pytest.mark.parametrize(
    ("amount_minor", "currency", "text"),
    [
        (650, "EUR", "6.50"),
        (-5, "USD", "-0.05"),
        (123_456_789, "USD", "1,234,567.89"),
        (650, "JPY", "650"),
        (1, "KWD", "0.001"),
    ],
)
def test_amounts_have_the_decimals_of_their_currency(amount_minor: int, currency: str, text: str) -> None:
    assert amount_text(amount_minor, currency) == text


def test_balances_are_shown_as_they_were(command: Command) -> None:
    code, out, _ = command("ledger", "at", "3", "--node", "LYON", "--sku", "RED-CLOCK")
    _, listed, _ = command("ledger", "at", "3", "--node", "LYON", "--json")

    assert code == 0
    assert re.search(r"^LYON/RED-CLOCK/on_hand +50 +0 +50 +0$", out, re.M)
    assert "shipped" not in listed


def test_a_position_in_the_future_is_refused(command: Command) -> None:
    code, _, err = command("ledger", "at", "99999")

    assert (code, "the last entry has" in err) == (1, True)


def test_an_entry_is_corrected_once(command: Command) -> None:
    body = {"nodeId": "LILLE", "sku": "BLUE-VASE", "delta": "3", "reasonCode": "FOUND", "requestId": "found"}
    command("call", "AdjustStock", json.dumps(body))
    _, entries, _ = command("ledger", "entries", "--reference", "FOUND", "--json")
    position = json.loads(entries)["entries"][0]["position"]
    words = ("ledger", "correct", position, "--author", "ada", "--reason", "typed twice")
    code, out, _ = command(*words)
    again, _, err = command(*words)

    assert (code, out) == (0, f"entry {position} is reversed by entry {int(position) + 1}\n")
    assert (again, "ENTRY_NOT_CORRECTABLE" in err) == (1, True)


def test_every_service_of_the_contract_can_be_called_by_its_methods_names() -> None:
    from router.cli.call import FILES

    protos = Path(__file__).resolve().parents[2] / "protos/router/api/v1"
    assert {file.stem for file in protos.glob("*.proto") if "\nservice " in file.read_text()} == set(FILES)
