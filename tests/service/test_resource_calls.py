"""Whole lists as files, out of one server and into another."""

import json
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from time import monotonic

import pytest
from google.protobuf.message import Message

from router.api.v1 import (
    accounting_pb2,
    carriers_pb2,
    channels_pb2,
    fulfillment_pb2,
    inventory_pb2,
    network_pb2,
    order_pb2,
    purchasing_pb2,
    reservations_pb2,
    returns_pb2,
    routing_pb2,
)
from router.api.v1 import resources_pb2 as pb
from router.app.commands.documents import PutProducts
from router.domain.identifiers import Sku
from router.domain.product import Product
from router.service.resources.exporting import export_rows
from router.service.resources.importable import IMPORTABLE
from router.service.resources.made import MADE
from router.service.resources.resource import View
from router.service.resources.table import RESOURCES
from router.settings import Settings
from router.wiring.application import Application, build_application
from tests.service.builders import MONDAY_NOON, a_network, a_node, a_point, an_order
from tests.service.files import CSV, JSON_LINES, exported, imported
from tests.service.harness import Client, a_server, refusal_of

NAMES = [one.name for one in IMPORTABLE]
PLACES = ["memory", "sqlite"]


def fill(client: Client) -> None:
    """Something of every resource that can be imported, with what files easily spoil."""
    client.set_up({"LYON": {"RED-CLOCK": 5}, "LILLE": {"RED-CLOCK": 2, "TIN-LAMP": 7}})
    gulf = network_pb2.PutNodesRequest(nodes=[a_node("GULF", 0, 0)], request_id="gulf")
    client.network.PutNodes(gulf)
    odd = network_pb2.Product(
        sku="ODD,1",
        name='say "hé", twice',
        attributes={"b": "2", "a": "=1+1"},
        weight_grams=1,
        release_date="2030-01-01",
    )
    client.network.PutProducts(network_pb2.PutProductsRequest(products=[odd], request_id="odd"))
    channels = [
        channels_pb2.Channel(channel_id="web", kind=channels_pb2.CHANNEL_KIND_WEB, payment_required=True),
        channels_pb2.Channel(channel_id="0012", closed=True),
    ]
    client.channels.PutChannels(channels_pb2.PutChannelsRequest(channels=channels, request_id="channels"))
    costs = [
        accounting_pb2.UnitCost(sku="RED-CLOCK", unit_cost_minor=700),
        accounting_pb2.UnitCost(sku="TIN-LAMP", unit_cost_minor=0),
    ]
    client.accounting.PutUnitCosts(
        accounting_pb2.PutUnitCostsRequest(unit_costs=costs[:1], request_id="first")
    )
    costs[0].unit_cost_minor = 800
    client.accounting.PutUnitCosts(accounting_pb2.PutUnitCostsRequest(unit_costs=costs, request_id="costs"))
    offers = [purchasing_pb2.SupplierOffer(sku="RED-CLOCK", unit_price_minor=500, pack_units=6)]
    client.purchasing.PutSuppliers(
        purchasing_pb2.PutSuppliersRequest(
            suppliers=[
                purchasing_pb2.Supplier(supplier_id="acme", node_id="LYON", lead_hours=48, offers=offers)
            ],
            request_id="suppliers",
        )
    )
    client.purchasing.PutBackorderLimits(
        purchasing_pb2.PutBackorderLimitsRequest(
            limits=[
                purchasing_pb2.BackorderLimit(sku="RED-CLOCK", units=0),
                purchasing_pb2.BackorderLimit(sku="TIN-LAMP", units=9),
            ],
            request_id="limits",
        )
    )
    box = carriers_pb2.Box(
        box_id="S", inner_length_mm=300, inner_width_mm=200, inner_height_mm=100, weight_grams_max=9_000
    )
    client.carriers.PutBoxes(carriers_pb2.PutBoxesRequest(boxes=[box], request_id="boxes"))
    reason = returns_pb2.ReturnReason(code="UNWANTED")
    policy = returns_pb2.ReturnPolicy(channel="web", window_days=30, send_days=14, reasons=[reason])
    client.returns.PutReturnPolicies(
        returns_pb2.PutReturnPoliciesRequest(policies=[policy], request_id="policies")
    )
    bins = [fulfillment_pb2.BinOfSku(sku="RED-CLOCK", bin=fulfillment_pb2.Bin(label="A-1", x_cm=100))]
    client.fulfillment.PutLayout(
        fulfillment_pb2.PutLayoutRequest(
            node_id="LYON",
            cross_aisles_cm=[0, 900],
            start=fulfillment_pb2.Bin(label="door"),
            bins=bins,
            request_id="layout",
        )
    )
    client.inventory.AdjustStock(
        inventory_pb2.AdjustStockRequest(
            node_id="LYON",
            sku="TIN-LAMP",
            delta=3,
            lot="L-7",
            expiry_day="2030-06-01",
            reason_code="RECEIPT",
            request_id="lot",
        )
    )
    first, second = an_order("A-1", {"RED-CLOCK": 1}), an_order("A-2", {"TIN-LAMP": 2, "RED-CLOCK": 1})
    first.place_time.CopyFrom(MONDAY_NOON)
    second.place_time.CopyFrom(MONDAY_NOON)
    first.customer_id = "ann"
    first.recipient.CopyFrom(order_pb2.Recipient(name="Ann Example", street_lines=["1 rue A", "2e étage"]))
    client.routing.BatchRouteOrders(
        routing_pb2.BatchRouteOrdersRequest(orders=[first, second], request_id="orders")
    )
    client.reservations.ReserveStock(
        reservations_pb2.ReserveStockRequest(
            reservation_id="cart",
            firm=True,
            lines=[reservations_pb2.StockLine(node_id="LYON", sku="RED-CLOCK", quantity=1)],
            request_id="cart",
        )
    )


@pytest.fixture(scope="module")
def client() -> Iterator[Client]:
    with a_server() as connected:
        fill(connected)
        yield connected


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("row_format", [CSV, JSON_LINES], ids=["csv", "lines"])
def test_what_goes_out_comes_in_and_goes_out_as_the_same_bytes(
    client: Client, place: str, row_format: "pb.RowFormat.ValueType", tmp_path: Path
) -> None:
    files = {name: exported(client, name, row_format, personal=True) for name in NAMES}

    with a_server(":memory:" if place == "memory" else str(tmp_path / "other.sqlite")) as other:
        for name, (content, _) in files.items():
            imported(other, name, content, row_format, key=f"in {name}")
        again = {name: exported(other, name, row_format, personal=True) for name in NAMES}
        assert list(other.audit().faults) == []

    assert {name: content for name, (content, _) in again.items()} == {
        name: content for name, (content, _) in files.items()
    }
    assert [name for name, (_, last) in files.items() if not last.row_count] == []
    assert {last.ledger_position for _, last in files.values()} == {client.audit().entry_count}


@pytest.mark.parametrize("name", [one.name for one in MADE])
def test_what_only_calls_make_goes_out_and_the_refusal_to_take_it_names_them(
    client: Client, name: str
) -> None:
    content, last = exported(client, name, JSON_LINES, personal=True)
    heading, _ = exported(client, name, CSV, personal=True)

    refused = refusal_of(imported, client, name, content, JSON_LINES)

    made_by = next(one.made_by for one in MADE if one.name == name)
    assert len(content.splitlines()) == last.row_count
    assert heading.split(b"\n")[0].decode().split(",") == columns_listed(client, name)
    assert (refused.code, refused.reason) == ("FAILED_PRECONDITION", "RESOURCE_NOT_IMPORTABLE")
    assert all(f"`{call}`" in refused.message for call in made_by)


def columns_listed(client: Client, name: str) -> list[str]:
    listed = client.resources.ListResources(pb.ListResourcesRequest()).resources
    return next(list(one.columns) for one in listed if one.name == name)


def test_every_named_call_is_one(client: Client) -> None:
    from router.cli.call import find_method

    for resource in client.resources.ListResources(pb.ListResourcesRequest()).resources:
        assert resource.made_by
        for call in resource.made_by:
            assert find_method(call).name == call


@pytest.mark.parametrize("row_format", [CSV, JSON_LINES], ids=["csv", "lines"])
def test_personal_data_goes_out_only_when_it_is_asked_for(
    client: Client, row_format: "pb.RowFormat.ValueType"
) -> None:
    without, told = exported(client, "orders", row_format)
    with_it, told_with = exported(client, "orders", row_format, personal=True)
    refused = refusal_of(exported, client, "recipients", row_format)

    assert b"Ann Example" not in without
    assert b"recipient" not in without
    assert b"Ann Example" in with_it
    assert (told.personal_data, told_with.personal_data) == (False, True)
    assert refused.reason == "PERSONAL_DATA_NOT_ASKED"


def test_every_fault_of_a_file_names_row_field_value_and_what_it_must_be(client: Client) -> None:
    content = (
        b"sku,weight_grams,length_mm,attributes,release_date\n"
        b"A,heavy,10,,\n"
        b"B,-1,10,,\n"
        b"C,1,10,nonsense,\n"
        b"D,1,9999999999,,31.12.2026\n"
        b"E,1,1,,31.12.2026\n"
        b"E,1,1,,\n"
        b"F,1\n"
    )
    before = client.position()

    refused = refusal_of(imported, client, "products", content)

    assert refused.reason == "INVALID_REQUEST"
    assert refused.violations == {
        "rows[2].weight_grams": "NOT_A_NUMBER",
        "rows[3].weight_grams": "OUT_OF_RANGE",
        "rows[4].attributes": "MALFORMED",
        "rows[5].length_mm": "OUT_OF_RANGE",
        "rows[6].release_date": "NOT_A_DATE",
        "rows[7].sku": "DUPLICATE",
        "rows[8]": "WRONG_COUNT",
    }
    assert 'rows[2].weight_grams is "heavy", must be a whole number' in refused.message
    assert client.position() == before


def test_two_rows_of_one_thing_are_told_once_and_in_terms_of_the_file(client: Client) -> None:
    refused = refusal_of(imported, client, "products", b"sku,weight_grams\nE,1\nE,1\n")

    assert refused.message == 'rows[3].sku is "E", already given at rows[2] [DUPLICATE]'


def test_of_very_many_rows_at_fault_all_are_counted(client: Client) -> None:
    rows = "".join(f"NEW-{number},0\n" for number in range(6_000))

    refused = refusal_of(imported, client, "products", f"sku,weight_grams\n{rows}".encode())

    assert refused.facts["fault_count"] == "6000"
    assert refused.message.endswith("; and 5,995 more")


@pytest.mark.parametrize(
    ("rows", "violations", "said"),
    [
        (
            "LYON,RED-CLOCK,,,3\nLYON,BLUE-VASE,,,3\nLYON,RED-CLOCK,,,3\n",
            {"rows[4].sku": "DUPLICATE"},
            'node_id is "LYON", sku is "RED-CLOCK", already given at rows[2]',
        ),
        ("LYON,RED-CLOCK,,,-3\n", {"rows[2].on_hand": "OUT_OF_RANGE"}, "rows[2].on_hand is -3, must be 0 to"),
        ("LYON,RED-CLOCK,L-1,,0\n", {"rows[2].on_hand": "OUT_OF_RANGE"}, "rows[2].on_hand is 0, must be"),
    ],
)
def test_faults_of_stock_are_told_in_the_words_of_its_file(
    client: Client, rows: str, violations: dict[str, str], said: str
) -> None:
    refused = refusal_of(imported, client, "stock", f"node_id,sku,lot,expiry_day,on_hand\n{rows}".encode())

    assert refused.violations == violations
    assert said in refused.message


def test_two_rows_of_one_thing_are_refused_also_where_each_row_is_a_call_of_its_own(client: Client) -> None:
    content, _ = exported(client, "layouts", JSON_LINES)

    refused = refusal_of(imported, client, "layouts", content + content, JSON_LINES)

    assert refused.violations == {"rows[2].node_id": "DUPLICATE"}


@pytest.mark.parametrize(
    ("content", "row_format", "field", "code"),
    [
        (b"", CSV, "content", "WRONG_COUNT"),
        (b"sku\n", CSV, "content", "WRONG_COUNT"),
        (b"sku,wait_grams\nA,1\n", CSV, "rows[1]", "UNKNOWN_FIELD"),
        (b"sku;name\nA;Amber\n", CSV, "rows[1]", "MALFORMED"),
        (b"sku,sku\nA,A\n", CSV, "rows[1][1]", "DUPLICATE"),
        (b'sku,name\nA,"open\n', CSV, "rows[2]", "MALFORMED"),
        (b"\xff\xfe", CSV, "content", "MALFORMED"),
        (b"[1]\n", JSON_LINES, "rows[1]", "MALFORMED"),
        (b'{"sku": 5}\n', JSON_LINES, "rows[1].sku", "WRONG_TYPE"),
        (b'{"sku": "A", "weight_grams": true}\n', JSON_LINES, "rows[1].weight_grams", "NOT_A_NUMBER"),
        (b'\n{"sku": "A", "attributes": {"a": 1}}\n', JSON_LINES, "rows[2].attributes", "WRONG_TYPE"),
        (b'{"sku": "A", "color": "red"}\n', JSON_LINES, "rows[1].color", "UNKNOWN_FIELD"),
    ],
    ids=str,
)  # fmt: skip
def test_what_is_no_file_of_rows_is_refused(
    client: Client, content: bytes, row_format: "pb.RowFormat.ValueType", field: str, code: str
) -> None:
    refused = refusal_of(imported, client, "products", content, row_format)

    assert refused.violations == {field: code}


def test_a_spreadsheet_may_leave_columns_out_add_a_mark_and_name_values_either_way(client: Client) -> None:
    content = "\ufeffkind,channel_id\r\nWEB,first\r\nCHANNEL_KIND_EDI,second\r\n,third\r\n".encode()

    with a_server() as other:
        answer = imported(other, "channels", content)
        found = other.channels.ListChannels(channels_pb2.ListChannelsRequest()).channels

    assert (answer.row_count, answer.transaction_count, answer.replayed) == (3, 1, False)
    assert [(one.channel_id, channels_pb2.ChannelKind.Name(one.kind)) for one in found] == [
        ("first", "CHANNEL_KIND_WEB"),
        ("second", "CHANNEL_KIND_EDI"),
        ("third", "CHANNEL_KIND_OTHER"),
    ]


def test_trying_books_nothing_and_finds_what_booking_would(client: Client) -> None:
    before = client.position()

    would = imported(client, "channels", b"channel_id\nnew\n", dry=True)
    unknown = refusal_of(imported, client, "unit_costs", b"sku,unit_cost_minor\nNO-SUCH,1\n")
    there = refusal_of(imported, client, "stock", b"node_id,sku,on_hand\nLYON,RED-CLOCK,9\n")
    routed = refusal_of(imported, client, "orders", exported(client, "orders")[0])

    assert (would.row_count, would.transaction_count) == (1, 1)
    assert (unknown.reason, there.reason, routed.reason) == (
        "UNKNOWN_SKU",
        "STOCK_CHANGED",
        "INVALID_REQUEST",
    )
    assert there.violations == {"rows[2].on_hand": "STOCK_CHANGED"}
    assert routed.violations == {
        "rows[2].order_id": "ORDER_ALREADY_ROUTED",
        "rows[3].order_id": "ORDER_ALREADY_ROUTED",
    }
    assert client.position() == before


def test_one_refused_row_books_none_of_many_transactions(client: Client) -> None:
    orders = [order_row(f"M-{number}", "RED-CLOCK") for number in range(150)]
    orders.append(order_row("M-bad", "NO-SUCH"))
    before = client.position()

    refused = refusal_of(imported, client, "orders", b"\n".join(orders), JSON_LINES)

    assert refused.violations == {"rows[151].order_id": "UNKNOWN_SKU"}
    assert client.position() == before


def test_the_same_file_under_the_same_key_is_booked_once_and_another_is_refused() -> None:
    file = b"\n".join(order_row(f"S-{number}", "RED-CLOCK") for number in range(150))

    with a_server() as client:
        client.set_up({"LYON": {"RED-CLOCK": 500}})
        first = imported(client, "orders", file, JSON_LINES)
        once = client.position()
        again = imported(client, "orders", file, JSON_LINES)
        other = refusal_of(imported, client, "orders", file.replace(b"S-", b"T-"), JSON_LINES)

        assert (first.row_count, first.transaction_count, first.replayed) == (150, 2, False)
        assert (again.row_count, again.replayed) == (150, True)
        assert other.reason == "IDEMPOTENCY_KEY_REUSED"
        assert client.position() == once


def order_row(order_id: str, sku: str) -> bytes:
    return json.dumps(
        {
            "order_id": order_id,
            "channel": "web",
            "destination": {"country": "FR", "postal_code": "69001"},
            "place_time": "2026-11-16T12:00:00Z",
            "lines": [{"line_id": "1", "sku": sku, "quantity": 1}],
        }
    ).encode()


def test_a_network_of_many_places_is_one_row_however_long() -> None:
    places = [
        network_pb2.PostalPlace(country="FR", postal_prefix=f"{number:05}", point=a_point(45.0, 4.0))
        for number in range(3_000)
    ]
    network = a_network()
    network.places.extend(places)
    with a_server() as client, a_server() as other:
        client.network.PutNetwork(network_pb2.PutNetworkRequest(network=network, request_id="network"))
        content, _ = exported(client, "network")
        imported(other, "network", content)
        again, _ = exported(other, "network")

    assert len(content) > 200_000
    assert again == content


def test_all_rows_are_of_one_moment_also_when_much_is_written_while_they_are_read(tmp_path: Path) -> None:
    application = build_application(Settings(database=str(tmp_path / "one.sqlite")))
    with closing(application):
        submit(application, "A")

        def read(view: View) -> Iterator[Message]:
            yield from RESOURCES["products"].read(view)
            submit(application, "B")
            yield from RESOURCES["products"].read(view)

        twice = replace(RESOURCES["products"], read=read)
        made = export_rows(
            application.queries, twice, monotonic() + 60, as_csv=False, with_personal_data=False
        )

    with made.file:
        assert [json.loads(line)["sku"] for line in made.file] == ["A", "A"]


def submit(application: Application, sku: str) -> None:
    command = PutProducts(request_id=sku, body_digest=b"", products=(Product(sku=Sku(sku), weight_grams=1),))
    application.engine.submit(command).result(30)


def test_boxes_replace_what_was_and_so_come_at_once(client: Client) -> None:
    rows = "\n".join(f"B{number},1,1,1,9" for number in range(201))
    content = f"box_id,inner_length_mm,inner_width_mm,inner_height_mm,weight_grams_max\n{rows}\n".encode()

    refused = refusal_of(imported, client, "boxes", content)

    assert refused.violations == {"content": "WRONG_COUNT"}


def test_an_import_needs_a_header_first_once_and_a_key(client: Client) -> None:
    header = pb.ImportResourceRequest(header=pb.ImportHeader(resource="channels"))
    content = pb.ImportResourceRequest(content=b"channel_id\nweb\n")
    send = client.resources.ImportResource

    assert refusal_of(send, iter([])).violations == {"header": "REQUIRED"}
    assert refusal_of(send, iter([content, header])).violations == {"header": "REQUIRED"}
    assert refusal_of(send, iter([header, header])).violations == {"header": "DUPLICATE"}
    assert refusal_of(send, iter([header, content])).reason == "REQUEST_ID_REQUIRED"
    assert refusal_of(imported, client, "chanels", b"").reason == "RESOURCE_NOT_FOUND"
