"""`router intake` against a real server: a file twice, a file with faults, and a webhook over HTTP."""

import hmac
import json
import socket
import subprocess
import sys
from base64 import b64encode
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any

import httpx
import pytest

from router.api.v1.orders_pb2 import GetOrderRequest
from router.cli.intake import withdraw
from tests.cli.conftest import Command
from tests.service.harness import Client, a_server, refusal_of

GOLDEN = Path(__file__).parents[1] / "connectors" / "golden"


@pytest.fixture(scope="module")
def client() -> Iterator[Client]:
    with a_server() as connected:
        connected.set_up({"LYON": {"RED-CLOCK": 50, "TIN-LAMP": 50}}, is_on_account=True)
        yield connected


def held(client: Client, sku: str) -> int:
    return sum(client.available(sku).values())


def test_a_file_sent_twice_is_booked_once(client: Client, command: Command) -> None:
    file = str(GOLDEN / "shopify.json")

    code, out, _ = command("intake", "shopify", file, "--channel", "twice", "--points")
    left = held(client, "RED-CLOCK")
    again, repeated, _ = command("intake", "shopify", file, "--channel", "twice", "--points")

    assert (code, out) == (0, "1 order routed, 0 were before, 0 refused\n")
    assert (again, repeated) == (0, "0 orders routed, 1 were before, 0 refused\n")
    assert held(client, "RED-CLOCK") == left


def test_an_order_that_is_routed_under_another_key_is_not_doubled(client: Client, command: Command) -> None:
    from router.api.v1.routing_pb2 import RouteOrderRequest
    from tests.service.builders import an_order

    order = an_order("moved-1001", {"RED-CLOCK": 1})
    client.routing.RouteOrder(RouteOrderRequest(order=order, request_id="by-hand"))

    code, out, _ = command(
        "intake", "shopify", str(GOLDEN / "shopify.json"), "--channel", "moved", "--points"
    )

    assert (code, out) == (0, "0 orders routed, 1 were before, 0 refused\n")


def test_an_order_that_changed_since_is_refused_and_not_doubled(
    client: Client, command: Command, tmp_path: Path
) -> None:
    order = json.loads((GOLDEN / "shopify.json").read_text())
    file = tmp_path / "order.json"
    file.write_text(json.dumps(order))
    command("intake", "shopify", str(file), "--channel", "edited", "--points")
    order["line_items"][0]["fulfillable_quantity"] = 1
    file.write_text(json.dumps(order))

    code, out, _ = command("intake", "shopify", str(file), "--channel", "edited", "--points")

    assert code == 1
    assert "0 orders routed, 0 were before, 1 refused" in out
    assert "edited-1001: order `edited-1001` is booked and was changed in its shop since" in out
    assert "`router order edit edited-1001` [IDEMPOTENCY_KEY_REUSED]" in " ".join(out.split())


def test_an_order_that_was_refused_is_taken_once_what_was_wrong_is_mended(
    client: Client, command: Command, tmp_path: Path
) -> None:
    from router.api.v1.network_pb2 import Product, PutProductsRequest

    file = tmp_path / "orders.csv"
    row = "N-1,2026-03-02T09:00:00Z,FR,69001,NEW-PEN,1"
    file.write_text(f"order_number,place_time,country,postal_code,sku,quantity\n{row}\n")
    refused, said, _ = command("intake", "csv", str(file), "--channel", "mended")
    product = Product(sku="NEW-PEN", weight_grams=10)
    client.network.PutProducts(PutProductsRequest(products=[product], request_id="new pen"))

    taken = command("intake", "csv", str(file), "--channel", "mended")
    again = command("intake", "csv", str(file), "--channel", "mended")

    assert (refused, "[UNKNOWN_SKU]" in said) == (1, True)
    assert taken[:2] == (0, "1 order routed, 0 were before, 0 refused\n")
    assert again[:2] == (0, "0 orders routed, 1 were before, 0 refused\n")


def test_an_order_that_its_shop_cancels_is_canceled_here_once(
    client: Client, command: Command, tmp_path: Path
) -> None:
    file, words = tmp_path / "order.json", ("--channel", "called-off", "--points")
    order = json.loads((GOLDEN / "shopify.json").read_text())
    over = order | {"cancelled_at": "2026-03-02T12:00:00-05:00", "cancel_reason": "customer"}
    left = held(client, "RED-CLOCK")

    def take(content: dict[str, object]) -> tuple[int, str]:
        file.write_text(json.dumps(content))
        return command("intake", "shopify", str(file), *words)[:2]

    assert take(order) == (0, "1 order routed, 0 were before, 0 refused\n")
    assert held(client, "RED-CLOCK") < left
    assert take(over) == (0, "0 orders routed, 0 were before, 0 refused, 1 canceled\n")
    assert take(over) == (0, "0 orders routed, 0 were before, 0 refused\n")
    assert held(client, "RED-CLOCK") == left
    assert "CANCELED" in command("order", "show", "called-off-1001")[1].splitlines()[0]


def test_an_order_that_was_canceled_before_it_came_is_never_routed(
    client: Client, command: Command, tmp_path: Path
) -> None:
    file, words = tmp_path / "order.json", ("--channel", "too-soon", "--points")
    order = json.loads((GOLDEN / "shopify.json").read_text())
    over = order | {"cancelled_at": "2026-03-02T12:00:00-05:00", "cancel_reason": "customer"}
    left = held(client, "RED-CLOCK")

    for content, canceled in ((over, ""), (order, ", 1 canceled"), (over, ""), (order, ", 1 canceled")):
        file.write_text(json.dumps(content))
        said = f"0 orders routed, 0 were before, 0 refused{canceled}\n"
        assert command("intake", "shopify", str(file), *words)[:2] == (0, said)
    assert held(client, "RED-CLOCK") == left
    assert (
        refusal_of(client.orders.GetOrder, GetOrderRequest(order_id="too-soon-1001")).reason
        == "ORDER_NOT_FOUND"
    )


def test_an_order_that_comes_between_two_looks_of_its_cancellation_is_canceled(
    client: Client, command: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file, words = tmp_path / "order.json", ("--channel", "just-now", "--points")
    order = json.loads((GOLDEN / "shopify.json").read_text())
    over = order | {"cancelled_at": "2026-03-02T12:00:00-05:00", "cancel_reason": "customer"}
    look = withdraw.is_withdrawn

    def look_late(stub: Any, order_id: str) -> bool:
        monkeypatch.undo()
        file.write_text(json.dumps(order))
        command("intake", "shopify", str(file), *words)
        return look(stub, order_id)

    monkeypatch.setattr(withdraw, "is_withdrawn", look_late)
    file.write_text(json.dumps(over))
    assert command("intake", "shopify", str(file), *words)[0] == 0
    assert "CANCELED" in command("order", "show", "just-now-1001")[1].splitlines()[0]


def test_an_order_that_has_left_before_its_shop_cancels_it_is_told(
    client: Client, command: Command, tmp_path: Path
) -> None:
    file, words = tmp_path / "order.json", ("--channel", "too-late", "--points")
    order = json.loads((GOLDEN / "shopify.json").read_text())
    file.write_text(json.dumps(order))
    command("intake", "shopify", str(file), *words)
    command("pick", "dispatch", "too-late-1001/1")
    file.write_text(json.dumps(order | {"cancelled_at": "2026-03-02T12:00:00-05:00"}))

    code, out, _ = command("intake", "shopify", str(file), *words)

    assert (code, out.splitlines()[0]) == (1, "0 orders routed, 0 were before, 1 refused")
    assert "too-late-1001: order `too-late-1001` is DISPATCHED, nothing of it is left to cancel" in out


def test_faults_are_told_by_row_and_the_others_are_taken(command: Command) -> None:
    code, out, _ = command("intake", "csv", str(GOLDEN / "csv.csv"), "--channel", "rows")

    assert code == 1
    assert out.startswith("1 order routed, 0 were before, 0 refused, 3 with faults\n")
    assert "row 5, order A-2: quantity is `one`, must be a number [NOT_A_NUMBER]" in out


def test_a_check_sends_nothing(client: Client, command: Command) -> None:
    before = client.position()

    code, out, _ = command(
        "intake", "x12-850", str(GOLDEN / "x12-850.edi"), "--channel", "edi", "--check", "--json"
    )

    found = json.loads(out)
    assert (code, found["read"], found["orders"]) == (1, 1, [])
    assert [one["code"] for one in found["faults"]][:2] == ["CUT_SHORT", "NOT_ORIGINAL"]
    assert client.position() == before


def test_a_short_customer_key_is_refused(command: Command, tmp_path: Path) -> None:
    key = tmp_path / "key"
    key.write_bytes(b"short")

    code, _, err = command(
        "intake", "csv", str(GOLDEN / "csv.csv"), "--channel", "web", "--customer-key", str(key)
    )

    assert code == 2
    assert "has 5 bytes, must have 32 or more" in err


def test_a_document_that_cannot_be_read_is_wrong_usage(command: Command, tmp_path: Path) -> None:
    file = tmp_path / "orders.csv"
    file.write_text("sku,quantity\n")

    code, _, err = command("intake", "csv", str(file), "--channel", "web")

    assert code == 2
    assert "the table has no column `order_number`" in err


@pytest.mark.parametrize("source", ["csv:web:key", "shopify:web", "shopify::key"])
def test_a_source_that_is_none_is_refused(command: Command, source: str) -> None:
    code, _, err = command("intake", "serve", "--source", source)

    assert code == 2
    assert "must be FORMAT:CHANNEL:KEYFILE" in err


def test_a_webhook_from_another_process_is_routed(client: Client, tmp_path: Path) -> None:
    order = json.loads((GOLDEN / "woocommerce.json").read_text())[0]
    order["shipping"] = {"country": "FR", "postcode": "69001"}
    body = json.dumps(order).encode()
    key = tmp_path / "key"
    key.write_text("hush\n")
    signature = b64encode(hmac.digest(b"hush", body, sha256)).decode()
    with socket.create_server(("127.0.0.1", 0)) as free:
        listen = f"127.0.0.1:{free.getsockname()[1]}"
    words = ("intake", "serve", "--source", f"woocommerce:hooks:{key}", "--listen", listen)
    with subprocess.Popen([sys.executable, "-m", "router", *words, "--address", client.address]) as process:
        try:
            transport = httpx.HTTPTransport(retries=0)
            with httpx.Client(transport=transport, base_url=f"http://{listen}", timeout=30) as shop:
                answers = [
                    post_when_up(shop, "/hooks", body, {"X-WC-Webhook-Signature": signature})
                    for _ in range(2)
                ]
        finally:
            process.terminate()

    first, second = (answer.json()["orders"] for answer in answers)
    assert first[0].get("message", "") == ""
    assert first == [{"order_id": "hooks-727", "replayed": False}]
    assert second == [{"order_id": "hooks-727", "replayed": True}]


def post_when_up(shop: httpx.Client, path: str, body: bytes, headers: dict[str, str]) -> httpx.Response:
    import time

    for _ in range(300):
        try:
            return shop.post(path, content=body, headers=headers)
        except httpx.ConnectError:
            time.sleep(0.1)
    raise AssertionError("the endpoint never came up")
