"""Manifests: as a sheet that the driver signs, by reportlab, and as a table."""

import csv
from datetime import date
from io import BytesIO, StringIO

from router.app.carriers.carrier_queries import ListedManifest, manifest_id_of
from router.connectors.labels.fitting import Frame
from router.connectors.labels.pdf import SHEET_SIZE, reportlab, write_lines, write_row
from router.domain.currency import amount_text, money_text
from router.ledger.bookings import Booking

ROWS_A_SHEET = 40

TITLE = Frame(x=60, y=780, width=480, height=20, size=16)
HEAD = Frame(x=60, y=755, width=480, height=30, size=10)
CELLS = tuple(
    Frame(x=x, y=710, width=width, height=13, size=9)
    for x, width in ((60, 150), (215, 130), (350, 120), (475, 90))
)
TOTAL = Frame(x=60, y=140, width=480, height=16, size=11)
SIGNATURE = Frame(x=60, y=66, width=480, height=12, size=8)

COLUMNS = (
    "manifest_id", "node_id", "carrier_id", "date", "shipment_id", "tracking_number", "service_level_id",
    "parcels", "weight_grams", "charge",
)  # fmt: skip


def csv_manifest(found: ListedManifest, currency: str) -> bytes:
    """One row for each shipment."""
    text = StringIO()
    table = csv.writer(text, lineterminator="\n")
    table.writerow((*COLUMNS[:-1], f"charge_{currency.lower()}"))
    one = found.manifest
    for booking in found.bookings:
        table.writerow(
            (
                manifest_id_of(one.number),
                one.node_id,
                one.carrier_id,
                date.fromordinal(one.day).isoformat(),
                booking.shipment_id,
                booking.tracking_number,
                booking.service_level_id,
                booking.parcel_count,
                booking.weight_grams,
                amount_text(booking.charge_minor, currency).replace(",", ""),
            )
        )
    return text.getvalue().encode()


def pdf_manifest(found: ListedManifest, currency: str) -> bytes:
    """Sheets of A4; the last one has the sums and a place to sign. Refuses with INVALID_REQUEST odd letters."""
    canvas_module, _ = reportlab()
    file = BytesIO()
    page = canvas_module.Canvas(file, pagesize=SHEET_SIZE, invariant=1)
    one, bookings = found.manifest, found.bookings
    day = date.fromordinal(one.day).isoformat()
    starts = range(0, len(bookings), ROWS_A_SHEET)
    for number, start in enumerate(starts, start=1):
        write_lines(page, TITLE, (f"Manifest {manifest_id_of(one.number)}",))
        write_lines(
            page,
            HEAD,
            (
                f"from {one.node_id} to {one.carrier_id}, {day}, sheet {number} of {len(starts)}",
                f"the carrier calls it {one.carrier_reference or '(not told yet)'}",
            ),
        )
        for place, booking in enumerate(bookings[start : start + ROWS_A_SHEET]):
            write_row(page, CELLS, place, _texts_of(booking))
        if start + ROWS_A_SHEET >= len(bookings):
            total = (
                f"{one.booking_count} shipments, {one.parcel_count} parcels, {one.weight_grams / 1000:.3f} kg,"
                f" {money_text(one.charge_minor, currency)}"
            )
            write_lines(page, TOTAL, (total,))
            page.line(60, 80, 280, 80)
            write_lines(page, SIGNATURE, ("taken over by, date, signature",))
        page.showPage()
    page.save()
    return file.getvalue()


def _texts_of(booking: Booking) -> tuple[str, ...]:
    return (
        booking.shipment_id,
        booking.tracking_number,
        booking.service_level_id,
        f"{booking.parcel_count} / {booking.weight_grams / 1000:.3f} kg",
    )
