"""What shops and partners write becomes orders of ours; golden files have the documents and what they say."""

import json
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from router.connectors.intake.captured import Captured, DocumentRefused, Intake, Terms
from router.connectors.intake.formats import FORMATS
from router.domain.charges import line_charge

GOLDEN = Path(__file__).parent / "golden"
TERMS = Terms(channel="web", currency="EUR")
DOCUMENTS = {
    "shopify": "shopify.json",
    "woocommerce": "woocommerce.json",
    "magento": "magento.json",
    "csv": "csv.csv",
    "x12-850": "x12-850.edi",
}


def a_document(name: str) -> bytes:
    return (GOLDEN / DOCUMENTS[name]).read_bytes()


def shown(intake: Intake) -> list[Any]:
    faults = [f"{one.number} {one.field} {one.code}" for one in intake.faults]
    over = [f"{one.order_id} withdrawn: {one.why}" for one in intake.withdrawn]
    return [*map(shown_order, intake.orders), *over, *faults]


def shown_order(captured: Captured) -> dict[str, Any]:
    order, to = captured.order, captured.recipient
    return {
        "id": order.id,
        "channel": order.channel,
        "customer_id": order.customer_id,
        "country": order.destination.country,
        "region": order.destination.region,
        "postal_code": order.destination.postal_code,
        "place_time": datetime.fromtimestamp(order.place_time / 1_000_000, UTC).isoformat(),
        "promise": "" if order.promise_day is None else date.fromordinal(order.promise_day).isoformat(),
        "lines": [
            f"{line.id} {line.sku} {line.quantity} at {line.unit_price_minor}"
            + (f" kit {line.kit_id}" if line.kit_id else "")
            + ("" if line.amount_minor is None else f" comes to {line.amount_minor}")
            + ("" if line.tax_minor is None else f" with {line.tax_minor} tax")
            for line in order.lines
        ],
        "shipping": [order.shipping_minor, order.shipping_tax_minor],
        "attributes": dict(order.attributes),
        "recipient": [to.name, to.company, list(to.street_lines), to.city, to.email, to.phone],
    }


@pytest.mark.parametrize("name", DOCUMENTS)
def test_a_document_says_what_its_golden_file_says(name: str) -> None:
    expected = json.loads((GOLDEN / f"{name}.expected.json").read_text(encoding="utf-8"))

    assert shown(FORMATS[name](a_document(name), TERMS)) == expected


def test_a_parquet_file_says_the_same_as_the_table_it_was_made_from(tmp_path: Path) -> None:
    duckdb = pytest.importorskip("duckdb")
    table, parquet = tmp_path / "orders.csv", tmp_path / "orders.parquet"
    table.write_bytes(
        b"order_number,place_time,postal_code,country,sku,quantity,unit_price\n"
        b"A-1,2026-03-02T09:00:00Z,69001,FR,RED-CLOCK,2,19.90\nA-1,,,,TIN-LAMP,1,5.05\n"
    )
    with duckdb.connect() as database:
        database.execute(
            f"COPY (SELECT * FROM read_csv('{table}', all_varchar = true)) TO '{parquet}' (FORMAT parquet)"
        )

    of_table = FORMATS["csv"](table.read_bytes(), TERMS)
    of_parquet = FORMATS["parquet"](parquet.read_bytes(), TERMS)

    assert len(of_parquet.orders[0].order.lines) == 2
    assert shown(of_parquet) == shown(of_table)


@pytest.mark.parametrize(
    ("name", "changes", "id"),
    [
        ("shopify", {"cancelled_at": "2026-03-02T12:00:00-05:00"}, "web-1001"),
        ("woocommerce", {"status": "refunded"}, "web-727"),
        ("magento", {"state": "canceled"}, "web-000000052"),
        ("magento", {"state": "closed"}, "web-000000052"),
    ],
)
def test_an_order_that_its_shop_cancels_is_withdrawn(name: str, changes: dict[str, str], id: str) -> None:
    order = json.loads(a_document(name))
    if name == "magento":
        order = order["items"]
    order = order[0] if isinstance(order, list) else order

    found = FORMATS[name](json.dumps({**order, **changes}).encode(), TERMS)

    assert [one.order_id for one in found.withdrawn] == [id]
    assert (found.orders, found.faults) == ((), ())


def test_an_order_that_its_shop_has_shipped_is_not_withdrawn() -> None:
    (order,) = json.loads(a_document("magento"))["items"]

    found = FORMATS["magento"](json.dumps({**order, "state": "complete"}).encode(), TERMS)

    assert (found.withdrawn, [one.code for one in found.faults]) == ((), ["COMPLETE"])


def test_an_order_twice_in_a_list_has_one_key() -> None:
    order = json.loads(a_document("shopify"))

    first, second = FORMATS["shopify"](json.dumps({"orders": [order, order]}).encode(), TERMS).orders

    assert first.request_id == second.request_id == "intake/web-1001"


def test_the_same_number_in_two_channels_is_two_orders() -> None:
    other = Terms(channel="outlet", currency="EUR")

    (of_web,) = FORMATS["shopify"](a_document("shopify"), TERMS).orders
    (of_outlet,) = FORMATS["shopify"](a_document("shopify"), other).orders

    assert of_web.request_id != of_outlet.request_id


def test_an_order_in_another_currency_is_not_taken() -> None:
    (fault,) = FORMATS["shopify"](a_document("shopify"), Terms(channel="web", currency="USD")).faults

    assert (fault.number, fault.code) == ("1001", "OTHER_CURRENCY")


@pytest.mark.parametrize("name", ["shopify", "woocommerce", "magento"])
def test_a_customer_is_the_same_in_every_channel_under_a_key(name: str) -> None:
    terms = Terms(channel=name, currency="EUR", customer_key=b"k" * 32)

    captured = FORMATS[name](a_document(name), terms).orders[0]

    # printf email:ada@example.com | openssl dgst -sha256 -hmac kkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkk
    assert captured.order.customer_id == "c-8dc713f272f6609144344cf7b6c4e30b"


def test_a_guest_without_e_mail_is_known_by_telephone_however_it_is_written() -> None:
    heading = "order_number,place_time,country,postal_code,phone,sku,quantity\n"
    rows = [
        f"{number},2026-03-02T09:00:00Z,FR,69001,{phone},PEN,1\n"
        for number, phone in (("1", "04 72 10 30 30"), ("2", "+33472103030"), ("3", "+33472103031"))
    ]
    terms = Terms(channel="web", currency="EUR", customer_key=b"k" * 32)

    orders = FORMATS["csv"]((heading + "".join(rows)).encode(), terms).orders

    first, second, third = (one.order.customer_id for one in orders)
    assert first == second != third


def test_a_position_is_kept_only_where_it_is_asked_for() -> None:
    exact = Terms(channel="web", currency="EUR", with_points=True)

    (coarse,) = FORMATS["shopify"](a_document("shopify"), TERMS).orders
    (fine,) = FORMATS["shopify"](a_document("shopify"), exact).orders

    assert coarse.order.destination.point is None
    assert fine.order.destination.point is not None
    assert fine.order.destination.point.latitude_microdegrees == 45_767_344


@pytest.mark.parametrize(
    ("name", "body", "says"),
    [
        ("shopify", b"<html>", "line 1 is not JSON"),
        ("shopify", b'"order"', "neither an order as JSON nor a list"),
        ("csv", b"order_number,sku\n1,PEN\n", "no column `place_time`"),
        ("csv", b"order_number,place_time,sku,quantity,colour\n", "unknown column `colour`"),
        ("csv", b"order_number;place_time;sku;quantity\n", "parted by a semicolon, must be by a comma"),
        ("csv", b"order_number\tplace_time\tsku\tquantity\n", "parted by a tab, must be by a comma"),
        ("csv", b"order_number,place_time,sku,quantity\n\xff,,,\n", "not UTF-8"),
        ("csv", b"order_number,place_time,sku,quantity,sku\n", "column `sku` twice"),
        ("shopify", b"[" * 100_000, "nested too deep"),
        ("shopify", b"{}\n" + b"[" * 100_000, "line 2 is not JSON"),
        ("parquet", b"PAR1", "no Parquet file"),
        ("x12-850", b"ST*850*0001~", "begins with a segment ISA"),
    ],
)
def test_a_document_that_cannot_be_read_is_refused_with_the_place(name: str, body: bytes, says: str) -> None:
    with pytest.raises(DocumentRefused, match=says):
        FORMATS[name](body, TERMS)


def test_a_row_with_a_comma_too_many_is_a_fault_of_its_order() -> None:
    body = (
        b"order_number,place_time,sku,quantity,country,unit_price\n"
        b"A-1,2026-03-02T09:00:00Z,PEN,1,FR,19,90\n"
        b"A-2,2026-03-02T09:00:00Z,PEN,1,FR,19.90\n"
        b"A-2,,INK,1,,1,000\n"
        b"A-3,2026-03-02T09:00:00Z,PEN,1,FR,19.90\n"
    )

    intake = FORMATS["csv"](body, TERMS)

    assert [one.order.id for one in intake.orders] == ["web-A-3"]
    assert [(one.row, one.number, one.code) for one in intake.faults] == [
        (2, "A-1", "WRONG_COUNT"),
        (4, "A-2", "WRONG_COUNT"),
    ]
    assert "put a value with a comma in it in quotes" in intake.faults[0].description


def test_an_interchange_that_was_cut_short_is_refused_whole() -> None:
    body = a_document("x12-850")

    with pytest.raises(DocumentRefused, match="was it cut short"):
        FORMATS["x12-850"](body[: body.index(b"IEA")], TERMS)


@pytest.mark.parametrize(
    ("relation", "amount_minor"), [("", 28_656), ("A", 28_656), ("I", 23_880), ("O", 23_880)]
)
def test_a_tax_that_an_order_says_is_in_the_price_is_not_added_to_it(
    relation: str, amount_minor: int
) -> None:
    body = a_document("x12-850").replace(b"TXI*ST*47.76", f"TXI*ST*47.76*****{relation}".encode())

    (captured,) = FORMATS["x12-850"](body, TERMS).orders

    assert line_charge(captured.order.lines[0]) == amount_minor
    assert captured.order.lines[0].tax_minor == 4_776


@pytest.mark.parametrize(
    ("dates", "promised"),
    [
        ("DTM*074*20260309~", date(2026, 3, 9)),
        ("DTM*074*20260309~DTM*063*20260308~", date(2026, 3, 8)),
        ("DTM*074*20260309~DTM*063*20260308~DTM*002*20260307~", date(2026, 3, 7)),
        ("DTM*010*20260303~", None),
    ],
)
def test_a_partner_asks_for_a_day_of_delivery_by_one_of_three_dates(
    dates: str, promised: date | None
) -> None:
    body = a_document("x12-850")
    counted = f"SE*{16 + dates.count('~')}*0001~".encode()
    asked = body.replace(b"DTM*010*20260303~\nDTM*002*20260306~\n", dates.encode())

    (captured,) = FORMATS["x12-850"](asked.replace(b"SE*18*0001~", counted), TERMS).orders

    assert captured.order.promise_day == (promised and promised.toordinal())


@pytest.mark.parametrize("relation", ["D", "S"])
def test_a_tax_that_is_neither_added_nor_included_is_refused_and_not_added(relation: str) -> None:
    body = a_document("x12-850")
    related = body.replace(b"TXI*ST*47.76", f"TXI*ST*47.76*****{relation}".encode())

    (taken,), others = FORMATS["x12-850"](body, TERMS).orders, FORMATS["x12-850"](body, TERMS).faults
    intake = FORMATS["x12-850"](related, TERMS)

    assert taken.order.id not in [one.order.id for one in intake.orders]
    assert {fault.code for fault in intake.faults if fault not in others} == {"UNKNOWN_RELATION"}


@pytest.mark.parametrize("name", DOCUMENTS)
def test_no_document_with_a_byte_lost_brings_the_reader_down(name: str) -> None:
    body = a_document(name)

    for place in range(0, len(body), 7):
        broken = body[:place] + body[place + 1 :]
        try:
            intake = FORMATS[name](broken, TERMS)
        except DocumentRefused:
            continue
        assert all(one.order.lines for one in intake.orders)


@pytest.mark.parametrize(
    ("field", "value", "code"),
    [
        ("quantity", "1E+999999", "TOO_LARGE"),
        ("quantity", "NaN", "NOT_A_NUMBER"),
        ("unit_price", "-1e40", "TOO_LARGE"),
        ("latitude", "1000", "NOT_A_POSITION"),
    ],
)
def test_a_number_beyond_all_reason_is_a_fault(field: str, value: str, code: str) -> None:
    row = {"quantity": "1", "unit_price": "1", "latitude": "45", "longitude": "4"} | {field: value}
    body = f"order_number,place_time,country,sku,{','.join(row)}\n1,2026-03-02T09:00Z,FR,PEN,{','.join(row.values())}\n"

    (fault,) = FORMATS["csv"](body.encode(), TERMS).faults

    assert (fault.field, fault.code) == (field, code)


def test_odd_values_are_faults_and_not_crashes() -> None:
    body = json.dumps(
        {"name": ["x"], "created_at": 7, "line_items": [None, 3, {"quantity": {}}], "shipping_address": 4}
    )

    intake = FORMATS["shopify"](body.encode(), TERMS)

    assert not intake.orders
    assert {"MISSING", "NOT_A_TIME"} <= {one.code for one in intake.faults}
