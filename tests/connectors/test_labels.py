"""Labels and packing lists: what is on them, and what a printer would make of the names of strangers."""

import re
import zlib
from base64 import a85decode

import pytest

from router.app.fulfillment.labels import Content, Label
from router.connectors.labels.pdf import pdf_label, pdf_packing_list
from router.connectors.labels.zpl import zpl_label
from router.domain.identifiers import Sku
from router.domain.reasons import Reason, RouterError


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


def text_of(pdf: bytes) -> str:
    """What the pages write."""
    streams = re.findall(rb"stream\r?\n(.*?)endstream", pdf, re.DOTALL)
    return b"".join(zlib.decompress(a85decode(b"<~" + one.strip(), adobe=True)) for one in streams).decode(
        "latin-1"
    )


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


def test_letters_that_no_font_of_a_sheet_has_are_refused_with_a_way_out() -> None:
    with pytest.raises(RouterError) as refused:
        pdf_label((a_label(recipient_lines=("王小明",)),))

    assert refused.value.reason is Reason.INVALID_REQUEST
    assert "ask for ZPL" in refused.value.message
    assert "王小明" in zpl_label((a_label(recipient_lines=("王小明",)),)).decode()
