"""Labels and packing lists: what is on them, and what a printer would make of the names of strangers."""

import re

import pytest

from router.app.carriers.carrier_queries import ListedManifest
from router.app.fulfillment.labels import Content, Label
from router.connectors.labels.manifest import pdf_manifest
from router.connectors.labels.pdf import LABEL_SIZE, RECIPIENT, SHEET_SIZE, pdf_label, pdf_packing_list
from router.connectors.labels.zpl import LETTER_WIDTH, zpl_label
from router.domain.carrier import CarrierId, ServiceLevelId
from router.domain.identifiers import Instant, NodeId, Sku
from router.domain.reasons import Reason, RouterError
from router.ledger.bookings import Booking, BookingState, Manifest
from tests.connectors.sheets import on_each_other, rows_of, text_of

LONG_ADDRESS = (
    "Jean-Baptiste de la Fontaine-Montmorency-Beauregard",
    "Société Générale d'Électricité et de Mécanique, Établissement de Saint-Étienne-du-Rouvray",
    "Bâtiment C, escalier 4, troisième étage, porte gauche, derrière la cour intérieure",
    "12 bis, rue de l'Abbé-Grégoire",
    "c/o M. Müller (chez Zoë)",
    "Cedex 09",
    "69001 Villeneuve-lès-Avignon-sur-la-Très-Longue-Rivière",
    "FR",
)
LONG_NUMBER = "9400100000000000000000123456789012"


def a_label(**changes: object) -> Label:
    plain: dict[str, object] = {
        "shipment_id": "A-1/1",
        "barcode": "1Z999AA10123456784",
        "sender_lines": ("Lyon",),
        "recipient_lines": ("Zoë Müller", "69001 Lyon", "FR"),
        "service_level_id": "POSTE/GROUND",
        "ship_date": "2026-11-16",
        "weight_grams": 1_234,
        "parcel": 1,
        "parcel_count": 1,
        "contents": (Content(sku=Sku("RED-CLOCK"), name="Red clock", quantity=2),),
    }
    return Label(**{**plain, **changes})  # type: ignore[arg-type]


def test_a_printer_gets_a_label_for_each_parcel_with_the_number_as_bars() -> None:
    text = zpl_label((a_label(parcel=1, parcel_count=2), a_label(parcel=2, parcel_count=2))).decode()

    assert (text.count("^XA"), text.count("^XZ")) == (2, 2)
    assert "^BY3^BCN,220,Y,N,N,A^FH^FD1Z999AA10123456784^FS" in text
    assert "Zoë Müller" in text
    assert "1 of 2" in text
    assert "1.234 kg" in text


@pytest.mark.parametrize("name", ["^XZ^XA^FDhacked", "~JA", "Jim_5EXZ"])
def test_a_name_never_commands_the_printer(name: str) -> None:
    text = zpl_label((a_label(recipient_lines=(name,)),)).decode()

    plain = zpl_label((a_label(recipient_lines=("x",)),)).decode()
    assert [text.count(sign) for sign in "^~"] == [plain.count(sign) for sign in "^~"]
    written = next(line for line in text.splitlines() if "220^A0N,40" in line)
    field = written.partition("^FD")[2].removesuffix("^FS")
    assert re.sub("_([0-9A-F]{2})", lambda match: chr(int(match[1], 16)), field) == name


@pytest.mark.parametrize("length", [1, 18, 60, 128])
def test_bars_fit_the_label_however_long_the_number_is(length: int) -> None:
    text = zpl_label((a_label(barcode="9" * length),)).decode()

    dots = int(re.search(r"\^BY(\d)", text)[1])  # type: ignore[index]
    assert dots == 1 or dots * (11 * length + 35) <= 752


def test_a_sheet_shows_what_the_printer_prints() -> None:
    text = text_of(pdf_label((a_label(), a_label(parcel=2))))

    for line in ("Lyon", "69001 Lyon", "POSTE/GROUND   1.234 kg", "1Z999AA10123456784", "A-1/1"):
        assert f"({line})" in text
    assert pdf_label((a_label(), a_label())).count(b"/Type /Page\n") == 2
    assert pdf_label((a_label(),)) == pdf_label((a_label(),))


def test_a_packing_list_names_every_unit_and_goes_on_on_the_next_sheet() -> None:
    many = tuple(Content(sku=Sku(f"S-{n:03}"), name="", quantity=n) for n in range(1, 42))
    pdf = pdf_packing_list((a_label(contents=many),))

    text = text_of(pdf)
    assert [f"S-{n:03})" in text for n in range(1, 42)] == [True] * 41
    assert pdf.count(b"/Type /Page\n") == 2


@pytest.mark.parametrize(
    "address", [LONG_ADDRESS, ("W" * 256,) * 8, ("Ann", "1 Main St", "69001 Lyon", "FR")]
)
@pytest.mark.parametrize("barcode", ["1Z999AA10123456784", LONG_NUMBER, "9" * 128])
def test_an_address_stands_whole_on_its_label_and_nothing_on_another(
    address: tuple[str, ...], barcode: str
) -> None:
    label = a_label(recipient_lines=address, sender_lines=address[:2], barcode=barcode)

    (rows,) = rows_of(pdf_label((label,)))
    assert max(row.right for row in rows) <= LABEL_SIZE[0]
    assert on_each_other(rows) == []
    written = [row.text for row in rows if row.left == RECIPIENT.x and 225 < row.base < 365]
    assert "".join(written).replace(" ", "") == "".join(address).replace(" ", "")


def test_an_address_stands_whole_on_what_the_printer_prints() -> None:
    text = zpl_label((a_label(recipient_lines=LONG_ADDRESS),)).decode()

    rows = [
        (int(y), int(size), row)
        for y, size, row in re.findall(r"\^FO60,(\d+)\^A0N,(\d+),\d+\^FH\^FD(.*?)\^FS", text)
        if int(y) < 560
    ]
    assert "".join(row for _, _, row in rows).replace(" ", "") == "".join(LONG_ADDRESS).replace(" ", "")
    assert max(y + size for y, size, _ in rows) < 560
    assert max(60 + len(row) * size * LETTER_WIDTH for _, size, row in rows) < 812


def test_a_short_address_is_written_as_large_as_ever() -> None:
    text = zpl_label((a_label(),)).decode()

    assert "^FO60,220^A0N,40,40^FH^FDZoë Müller^FS" in text
    assert "/F1 14 Tf" in text_of(pdf_label((a_label(),)))


def test_a_packing_list_has_the_whole_address_and_whole_names() -> None:
    name = "desk lamp of tin, painted by hand, with a bulb and two meters of cable, " * 2 + "in its box"
    content = Content(sku=Sku("TIN-LAMP"), name=name, quantity=3)
    pdf = pdf_packing_list((a_label(recipient_lines=LONG_ADDRESS, contents=(content,) * 25),))

    pages = rows_of(pdf)
    assert len(pages) == 2
    for rows in pages:
        assert [line for line in LONG_ADDRESS if line not in {row.text for row in rows}] == []
        assert max(row.right for row in rows) <= SHEET_SIZE[0]
        assert on_each_other(rows) == []
    assert [rows[0].text for rows in pages] == [
        "Packing list of A-1/1, parcel 1 of 1, sheet 1 of 2",
        "Packing list of A-1/1, parcel 1 of 1, sheet 2 of 2",
    ]
    goods = " ".join(row.text for rows in pages for row in rows if row.left == 105)
    assert goods == " ".join([f"TIN-LAMP   {name}"] * 25)


def test_columns_of_a_manifest_keep_apart_however_long_their_words_are() -> None:
    booking = Booking(
        number=1,
        shipment_id=f"{'ORDER-' * 10}/1",
        node_id=NodeId("WH-EDISON"),
        carrier_id=CarrierId("USPS"),
        service_level_id=ServiceLevelId("USPS/GROUND_ADVANTAGE"),
        ship_day=739_000,
        state=BookingState.HANDED_OVER,
        time=Instant(0),
        carrier_booking_id="b",
        tracking_number=LONG_NUMBER,
        charge_minor=450,
        parcel_count=12,
        weight_grams=135_000,
    )
    manifest = Manifest(
        number=1,
        node_id=booking.node_id,
        carrier_id=booking.carrier_id,
        day=739_000,
        time=Instant(0),
        carrier_reference="REF-" * 40,
        booking_count=41,
        parcel_count=492,
        weight_grams=5_535_000,
        charge_minor=18_450,
    )
    pages = rows_of(pdf_manifest(ListedManifest(manifest=manifest, bookings=(booking,) * 41), "USD"))

    assert len(pages) == 2
    for rows in pages:
        assert max(row.right for row in rows) <= SHEET_SIZE[0]
        assert on_each_other(rows) == []


@pytest.mark.parametrize(
    ("name", "written"),
    [
        ("Łukasz Żółć", "Lukasz Zólc"),
        ("Gül Şahin-Yıldız", "Gül Sahin-Yildiz"),
        ("Dvořák Őry Țepeș", "Dvorák Ory Tepes"),
        ("Zoe\u0308 Mu\u0308ller", "Zoë Müller"),
        ("\u200eAnn\u200b Lee", "Ann Lee"),
    ],
)
def test_of_letters_that_the_font_lacks_those_without_their_marks_are_written(
    name: str, written: str
) -> None:
    (rows,) = rows_of(pdf_label((a_label(recipient_lines=(name,)),)))

    assert written in [row.text for row in rows]


def test_letters_that_no_font_of_a_sheet_has_are_refused_with_a_way_out() -> None:
    with pytest.raises(RouterError) as refused:
        pdf_label((a_label(recipient_lines=("王小明",)),))

    assert refused.value.reason is Reason.INVALID_REQUEST
    assert "labels can be asked for as ZPL" in refused.value.message
    assert "王小明" in zpl_label((a_label(recipient_lines=("王小明",)),)).decode()
