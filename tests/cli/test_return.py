"""`router return`: policies from a file, and the whole way of a return on the command line."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from router.api.v1 import network_pb2
from router.cli.events.told import called_told
from tests.cli.conftest import Command
from tests.service.harness import Client, a_server
from tests.service.test_return_calls import deliver

POLICIES = """\
return_policies:
  - window_days: 30
    send_days: 14
    resale_minor: 150
    reasons:
      - code: UNWANTED
        label_payer: CUSTOMER
        fee_percent: 10
"""


@pytest.fixture
def client() -> Iterator[Client]:
    with a_server(payments="fake") as connected:
        connected.set_up({"LYON": {"RED-CLOCK": 50}, "LILLE": {"RED-CLOCK": 1}})
        yield connected


def test_a_return_goes_its_way_on_the_command_line(client: Client, command: Command, tmp_path: Path) -> None:
    file = tmp_path / "policies.yaml"
    deliver(client, "A-1", quantity=3)

    file.write_text(POLICIES.replace("fee_percent: 10", "fee_percent: 110"))
    faulty, _, fault = command(f"return policy put {file}")
    file.write_text(POLICIES)
    assert command(f"return policy put {file}") == (0, "1 policy put\n", "")
    _, policies, _ = command("return policy list")
    _, preview, _ = command("return authorize A-1 --line 1=2 --reason UNWANTED --preview")
    command("return authorize A-1 --line 1=2 --reason UNWANTED --id R-1")
    told = called_told(client.channel, "A-1", "", "R-1")
    _, came, _ = command("return receive R-1 --unit RED-CLOCK=2")
    command("return inspect R-1 --unit RED-CLOCK=1 --to SCRAP --deny-refund")
    _, looked_at, _ = command("return inspect R-1 --unit RED-CLOCK=1 --to RESTOCK --condition AS_NEW")
    _, refunded, _ = command("return refund R-1")
    nothing, _, why = command("return refund R-1")
    command("return claim A-1 --cause DAMAGED --shipment A-1/1 --id C-1")
    _, sent, _ = command("return replace C-1 A-1-again")
    _, goodwill, _ = command("return claim A-1 --cause GOODWILL --amount 500 --id C-2")
    _, withdrawn, _ = command("return cancel C-2 --reason mistake")
    _, listed, _ = command("return list --order A-1 --json")
    wrong, _, usage = command("return receive R-1 --unit RED-CLOCK")

    assert (faulty, "fee_percent" in fault, "8:22" in fault) == (2, True, True)
    assert policies.splitlines()[1].split() == ["every", "30", "14", "INSPECTION", "UNWANTED"]
    assert preview.startswith("it would go to LYON, paid by the customer; expected until 20")
    assert told is not None
    assert [(one.shipment_id, one.units[0].quantity) for one in told.shipments] == [("A-1/1", 3)]
    assert told.returned is not None
    assert [(one.sku, one.quantity) for one in told.returned.units] == [("RED-CLOCK", 2)]
    assert (told.returned.customer_pays, told.returned.refunded) == (True, "0.00 EUR")
    assert came == "R-1 RECEIVED, 2 to inspect\n"
    assert looked_at == "R-1 INSPECTED, 19.99 EUR owed\n"
    assert refunded == "18.00 EUR given back by P-A-1 (goods 19.99, shipping 0.00, tax 0.00, fee 1.99)\n"
    assert (nothing, "NOTHING_TO_REFUND" in why) == (1, True)
    assert sent == "A-1-again sent for C-1; its plan: router order show A-1-again\n"
    assert (goodwill, withdrawn) == ("C-2 CLAIMED, 5.00 EUR owed\n", "C-2 WITHDRAWN\n")
    assert [one["state"] for one in json.loads(listed)["returns"]] == [
        "RETURN_STATE_INSPECTED",
        "RETURN_STATE_SETTLED",
        "RETURN_STATE_WITHDRAWN",
    ]
    assert (wrong, "must be a name and its units" in usage) == (2, True)


def test_a_relay_of_its_own_process_knows_what_products_are_called(client: Client) -> None:
    clock = network_pb2.Product(sku="RED-CLOCK", weight_grams=500, name="Red clock, 30 cm")
    client.network.PutProducts(network_pb2.PutProductsRequest(products=[clock], request_id="named"))
    deliver(client, "A-1", quantity=3)

    told = called_told(client.channel, "A-1", "", "")

    assert told is not None
    assert [one.called for one in told.lines] == ["Red clock, 30 cm"]
    assert [one.called for one in told.shipments[0].units] == ["Red clock, 30 cm"]
