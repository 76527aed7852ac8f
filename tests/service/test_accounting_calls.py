"""Accounting over the wire and at the terminal."""

import csv
import io
import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from router.api.v1 import accounting_pb2 as pb
from router.api.v1 import orders_pb2, payments_pb2
from router.cli.main import run
from tests.service.builders import a_route_request
from tests.service.harness import Client, a_server, refusal_of

CHART = 'recognize: dispatch\ntax: {FR: 20}\naccounts:\n  revenue: {code: "8400", name: Sales}\n'


@pytest.fixture
def client(tmp_path: Path) -> Iterator[Client]:
    chart = tmp_path / "chart.yaml"
    chart.write_text(CHART, encoding="utf-8")
    with a_server(chart=chart, payments="fake") as client:
        client.set_up({"LYON": {"RED-CLOCK": 5}})
        yield client


def put(client: Client, *costs: pb.UnitCost, key: str = "costs") -> pb.PutUnitCostsResponse:
    return client.accounting.PutUnitCosts(pb.PutUnitCostsRequest(unit_costs=costs, request_id=key))


def sell(client: Client) -> None:
    """One order, paid by card, captured when it left."""
    put(client, pb.UnitCost(sku="RED-CLOCK", unit_cost_minor=700))
    request = a_route_request("A-1")
    request.order.lines[0].unit_price_minor = 1_200
    client.routing.RouteOrder(request)
    client.payments.AuthorizePayment(
        payments_pb2.AuthorizePaymentRequest(
            payment_id="P-1",
            order_id="A-1",
            method=payments_pb2.PAYMENT_METHOD_CARD,
            amount_minor=5_000,
            request_id="pay",
        )
    )
    client.orders.DispatchShipment(
        orders_pb2.DispatchShipmentRequest(shipment_id="A-1/1", request_id="leave")
    )
    client.payments.CapturePayment(
        payments_pb2.CapturePaymentRequest(payment_id="P-1", shipment_id="A-1/1", request_id="take")
    )


def test_costs_are_put_once_and_shown(client: Client) -> None:
    cost = pb.UnitCost(sku="RED-CLOCK", unit_cost_minor=700)

    first, second, same = put(client, cost), put(client, cost), put(client, cost, key="again")

    assert (first.changed_count, first.replayed, second.replayed, same.changed_count) == (1, False, True, 0)
    (found,) = client.accounting.ListUnitCosts(
        pb.ListUnitCostsRequest(skus=["RED-CLOCK", "GHOST"])
    ).unit_costs
    assert (found.sku, found.unit_cost_minor, found.currency) == ("RED-CLOCK", 700, "EUR")


def test_every_fault_of_costs_is_named(client: Client) -> None:
    costs = [pb.UnitCost(), pb.UnitCost(sku="A", unit_cost_minor=-1), pb.UnitCost(sku="A")]

    refused = refusal_of(put, client, *costs)

    assert refused.violations == {
        "unit_costs[0].sku": "REQUIRED",
        "unit_costs[1].unit_cost_minor": "OUT_OF_RANGE",
        "unit_costs[2].sku": "DUPLICATE",
    }
    assert refusal_of(put, client, pb.UnitCost(sku="GHOST")).reason == "UNKNOWN_SKU"


def test_a_range_beyond_the_last_entry_is_refused(client: Client) -> None:
    def export(**asked: int) -> list[pb.ExportAccountingResponse]:
        return list(client.accounting.ExportAccounting(pb.ExportAccountingRequest(**asked)))

    assert refusal_of(lambda: export(until_position=99)).violations == {"until_position": "OUT_OF_RANGE"}
    assert refusal_of(lambda: export(after_position=99)).violations == {"after_position": "OUT_OF_RANGE"}
    assert refusal_of(lambda: export(after_position=-1)).violations == {"after_position": "OUT_OF_RANGE"}


def test_a_sale_is_exported_and_agrees_with_the_books(client: Client) -> None:
    sell(client)

    found = client.accounting.ReconcileAccounting(pb.ReconcileAccountingRequest())
    balances = {one.role: one.balance_minor for one in found.totals}

    assert found.clean
    assert list(found.differences) == []
    units = -balances["revenue"] // 1_000
    assert balances == {
        "inventory": (5 - units) * 700,
        "cost_of_goods": units * 700,
        "revaluation": -5 * 700,
        "revenue": units * -1_000,
        "tax": units * -200,
        "customers": 0,
        "clearing_card": units * 1_200,
        "memo_authorized": 5_000 - units * 1_200,
        "memo_counter": units * 1_200 - 5_000,
        "carrier_charges": -balances["carriers"],
        "carriers": balances["carriers"],
    }
    assert balances["carrier_charges"] > 0
    assert {one.role: one.account for one in found.totals}["revenue"] == "8400"


def test_an_export_is_the_same_bytes_again_and_in_parts(
    client: Client, capsys: pytest.CaptureFixture[str]
) -> None:
    sell(client)
    last = client.audit().entry_count

    def export(*options: str) -> str:
        assert run(["accounting", "export", "--address", client.address, *options]) == 0
        return capsys.readouterr().out

    whole = export()
    put(client, pb.UnitCost(sku="RED-CLOCK", unit_cost_minor=1), key="cheaper")
    parts = [export("--from", str(n), "--to", str(n + 1)).partition("\n")[2] for n in range(last)]

    assert export("--to", str(last)) == whole
    assert whole.partition("\n")[2] == "".join(parts)
    rows = list(csv.DictReader(io.StringIO(whole)))
    assert sum(int(row["debit_minor"]) - int(row["credit_minor"]) for row in rows) == 0
    assert {row["kind"] for row in rows} >= {"REVALUATION", "AUTHORIZE", "CAPTURE", "POST", "SHIP"}
    vouchers = [json.loads(line) for line in export("--format", "json").splitlines()]
    assert [one["voucherId"] for one in vouchers] == list(dict.fromkeys(row["voucher"] for row in rows))


def test_a_person_says_costs_reconciles_and_looks_at_the_chart(
    client: Client, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def out(*arguments: str) -> tuple[int, str]:
        code = run(["accounting", *arguments, "--address", client.address])
        return code, capsys.readouterr().out

    costs = tmp_path / "costs.csv"
    costs.write_text("sku,unit_cost_minor\nRED-CLOCK,700\n", encoding="utf-8")

    code, said = out("reconcile")
    assert code == 0
    assert "1 products in stock are worth nothing, nobody said what a unit costs: RED-CLOCK" in said
    assert out("costs", str(costs)) == (0, "1 costs read, 1 are others than before\n")
    assert "8400     Sales" in out("chart")[1]
    assert "sales count at dispatch; prices include tax: FR 20 %" in out("chart")[1]
    costs.write_text("sku,unit_cost_minor\nRED-CLOCK,7.50\n", encoding="utf-8")
    assert run(["accounting", "costs", str(costs), "--address", client.address]) == 2
    assert "costs.csv:2: unit_cost_minor is `7.50`, must be whole minor units" in capsys.readouterr().err


def test_a_chart_that_is_none_keeps_the_server_from_starting(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    chart = tmp_path / "chart.yaml"
    chart.write_text("recognise: dispatch\n", encoding="utf-8")

    assert run(["serve", "--chart", str(chart), "--address", "127.0.0.1:0"]) == 2
    assert "did you mean `recognize`?" in capsys.readouterr().err
