"""Labels and packing lists as PDF, by reportlab; its Code 128 holds the same text as the printer's label."""

from dataclasses import replace
from io import BytesIO
from typing import Any

from router.app.fulfillment.labels import Content, Label
from router.connectors.labels.fitting import Frame, broken, fitted
from router.connectors.labels.letters import printable
from router.domain.reasons import Reason, RouterError

INCH, MILLIMETRE = 72, 72 / 25.4
LABEL_SIZE = (4 * INCH, 6 * INCH)
SHEET_SIZE = (210 * MILLIMETRE, 297 * MILLIMETRE)
ROWS_A_SHEET = 40
FONT, LEADING = "Helvetica", 1.2

SENDER = Frame(x=14, y=412, width=260, height=50, size=8)
RECIPIENT = Frame(x=22, y=340, width=248, height=125, size=14)
SERVICE = Frame(x=22, y=205, width=248, height=56, size=12)
NUMBER = Frame(x=22, y=56, width=248, height=24, size=10)
SHIPMENT = Frame(x=22, y=20, width=248, height=20, size=8)
BARS_Y, BARS_HEIGHT = 70, 80

LIST_HEAD = Frame(x=60, y=770, width=480, height=22, size=16)
LIST_RECIPIENT = Frame(x=60, y=740, width=480, height=108, size=11)
COUNT = Frame(x=60, y=615, width=40, height=14, size=11)
GOODS = Frame(x=105, y=615, width=435, height=14, size=11)


def pdf_label(labels: tuple[Label, ...]) -> bytes:
    """One page of 4 x 6 inches a parcel. Refuses with INVALID_REQUEST letters that its fonts do not have."""
    canvas_module, code128 = reportlab()
    file = BytesIO()
    page = canvas_module.Canvas(file, pagesize=LABEL_SIZE, invariant=1)
    for label in labels:
        write_lines(page, SENDER, label.sender_lines)
        page.line(14, 365, 274, 365)
        write_lines(page, RECIPIENT, label.recipient_lines)
        page.line(14, 225, 274, 225)
        write_lines(
            page,
            SERVICE,
            (
                f"{label.service_level_id}   {label.weight_grams / 1000:.3f} kg",
                f"{label.ship_date}   {label.parcel} of {label.parcel_count}",
            ),
        )
        modules = 11 * len(label.barcode) + 35
        bars = code128.Code128(label.barcode, barHeight=BARS_HEIGHT, barWidth=min(1.4, 232 / modules))
        bars.drawOn(page, (LABEL_SIZE[0] - bars.width) / 2, BARS_Y)
        write_lines(page, NUMBER, (label.barcode,))
        write_lines(page, SHIPMENT, (label.shipment_id,))
        page.showPage()
    page.save()
    return file.getvalue()


def pdf_packing_list(labels: tuple[Label, ...]) -> bytes:
    """What is in each parcel, on sheets of A4."""
    canvas_module, _ = reportlab()
    file = BytesIO()
    page = canvas_module.Canvas(file, pagesize=SHEET_SIZE, invariant=1)
    for label in labels:
        rows = [row for one in label.contents for row in _rows_of(page, one)]
        starts = range(0, len(rows), ROWS_A_SHEET)
        for number, start in enumerate(starts, start=1):
            head = f"Packing list of {label.shipment_id}, parcel {label.parcel} of {label.parcel_count}"
            sheet = f", sheet {number} of {len(starts)}" if len(starts) > 1 else ""
            write_lines(page, LIST_HEAD, (head + sheet,))
            write_lines(page, LIST_RECIPIENT, label.recipient_lines)
            for place, row in enumerate(rows[start : start + ROWS_A_SHEET]):
                write_row(page, (COUNT, GOODS), place, row)
            page.showPage()
    page.save()
    return file.getvalue()


def _rows_of(page: Any, content: Content) -> list[tuple[str, str]]:
    """How many of what, with the rest of a long name in rows of its own."""
    text = printable(f"{content.sku}   {content.name}".rstrip())
    first, *rest = broken((text,), GOODS.width, GOODS.size, _measure(page))
    return [(str(content.quantity), first), *(("", row) for row in rest)]


def write_row(page: Any, cells: tuple[Frame, ...], place: int, texts: tuple[str, ...]) -> None:
    """A row of a table: the cells are those of its first row."""
    for cell, text in zip(cells, texts, strict=True):
        write_lines(page, replace(cell, y=cell.y - place * cell.height), (text,))


def write_lines(page: Any, frame: Frame, lines: tuple[str, ...]) -> None:
    """All of the lines, within the frame. Refuses with INVALID_REQUEST letters that the font does not have."""
    size, rows = fitted([printable(line) for line in lines], frame, _measure(page), LEADING)
    page.setFont(FONT, size)
    for number, row in enumerate(rows):
        page.drawString(frame.x, frame.y - number * size * LEADING, row)


def _measure(page: Any) -> Any:
    return lambda text, size: page.stringWidth(text, FONT, size)


def reportlab() -> tuple[Any, Any]:
    try:
        from reportlab.graphics.barcode import code128  # type: ignore[import-untyped]
        from reportlab.pdfgen import canvas  # type: ignore[import-untyped]
    except ImportError as error:
        raise RouterError(
            Reason.INVALID_REQUEST,
            "PDF needs the extra `labels` on the server: pip install 'router[labels]'; ZPL needs nothing",
        ) from error
    return canvas, code128
