"""Labels and packing lists as PDF, by reportlab; its Code 128 holds the same text as the printer's label."""

from io import BytesIO
from typing import Any

from router.app.fulfillment.labels import Label
from router.domain.reasons import Reason, RouterError

INCH, MILLIMETRE = 72, 72 / 25.4
LABEL_SIZE = (4 * INCH, 6 * INCH)
SHEET_SIZE = (210 * MILLIMETRE, 297 * MILLIMETRE)
ROWS_A_SHEET = 40


def pdf_label(labels: tuple[Label, ...]) -> bytes:
    """One page of 4 x 6 inches a parcel. Refuses with INVALID_REQUEST letters that its fonts do not have."""
    canvas_module, code128 = reportlab()
    file = BytesIO()
    page = canvas_module.Canvas(file, pagesize=LABEL_SIZE, invariant=1)
    for label in labels:
        write_lines(page, 14, 412, 8, label.sender_lines)
        page.line(14, 365, 274, 365)
        write_lines(page, 22, 340, 14, label.recipient_lines)
        page.line(14, 225, 274, 225)
        write_lines(
            page,
            22,
            205,
            12,
            (
                f"{label.service_level_id}   {label.weight_grams / 1000:.3f} kg",
                f"{label.ship_date}   {label.parcel} of {label.parcel_count}",
            ),
        )
        modules = 11 * len(label.barcode) + 35
        bars = code128.Code128(
            label.barcode, barHeight=80, barWidth=min(1.4, 232 / modules), humanReadable=True, fontSize=10
        )
        bars.drawOn(page, (LABEL_SIZE[0] - bars.width) / 2, 70)
        write_lines(page, 22, 20, 8, (label.shipment_id,))
        page.showPage()
    page.save()
    return file.getvalue()


def pdf_packing_list(labels: tuple[Label, ...]) -> bytes:
    """What is in each parcel, on sheets of A4."""
    canvas_module, _ = reportlab()
    file = BytesIO()
    page = canvas_module.Canvas(file, pagesize=SHEET_SIZE, invariant=1)
    for label in labels:
        rows = [f"{one.quantity:>6}   {one.sku}   {one.name}".rstrip() for one in label.contents]
        for start in range(0, len(rows), ROWS_A_SHEET):
            head = f"Packing list of {label.shipment_id}, parcel {label.parcel} of {label.parcel_count}"
            write_lines(page, 60, 770, 16, (head,))
            write_lines(page, 60, 730, 11, label.recipient_lines[:4])
            write_lines(page, 60, 650, 11, tuple(rows[start : start + ROWS_A_SHEET]))
            page.showPage()
    page.save()
    return file.getvalue()


def write_lines(page: Any, x: float, y: float, size: int, lines: tuple[str, ...]) -> None:
    page.setFont("Helvetica", size)
    for number, line in enumerate(lines):
        _refuse_unprintable(line)
        page.drawString(x, y - number * (size + 3), line)


def _refuse_unprintable(line: str) -> None:
    try:
        line.encode("cp1252")
    except UnicodeEncodeError as error:
        letter = line[error.start]
        raise RouterError(
            Reason.INVALID_REQUEST,
            f"`{letter}` of `{line}` is in no font of PDF labels; ask for ZPL, whose printers have fonts of their own",
        ) from error


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
