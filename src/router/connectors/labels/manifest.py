"""Manifests: as a sheet that the driver signs, by reportlab, and as a table."""

import csv
from datetime import date
from io import BytesIO, StringIO

from router.app.carriers.carrier_queries import ListedManifest, manifest_id_of
from router.connectors.labels.pdf import SHEET_SIZE, reportlab, write_lines
from router.domain.currency import amount_text, money_text

ROWS_A_SHEET = 40
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
        write_lines(page, 60, 780, 16, (f"Manifest {manifest_id_of(one.number)}",))
        write_lines(
            page,
            60,
            755,
            10,
            (
                f"from {one.node_id} to {one.carrier_id}, {day}, sheet {number} of {len(starts)}",
                f"the carrier calls it {one.carrier_reference or '(not told yet)'}",
            ),
        )
        rows = bookings[start : start + ROWS_A_SHEET]
        for x, texts in (
            (60, [row.shipment_id for row in rows]),
            (220, [row.tracking_number for row in rows]),
            (360, [row.service_level_id for row in rows]),
            (470, [f"{row.parcel_count} / {row.weight_grams / 1000:.3f} kg" for row in rows]),
        ):
            write_lines(page, x, 710, 9, tuple(texts))
        if start + ROWS_A_SHEET >= len(bookings):
            total = (
                f"{one.booking_count} shipments, {one.parcel_count} parcels, {one.weight_grams / 1000:.3f} kg,"
                f" {money_text(one.charge_minor, currency)}"
            )
            write_lines(page, 60, 140, 11, (total,))
            page.line(60, 80, 280, 80)
            write_lines(page, 60, 66, 8, ("taken over by, date, signature",))
        page.showPage()
    page.save()
    return file.getvalue()
