"""Orders as a table, one line of an order a row: CSV (RFC 4180, UTF-8) or Parquet.

Rows of one order stand together; what an order has once is read from its first row, and later rows may leave it empty.
"""

import csv
import io
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from itertools import groupby
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from router.connectors.intake.building import Found, captured
from router.connectors.intake.captured import Captured, DocumentRefused, Intake, RowFault, Terms, gathered
from router.connectors.intake.charged import Charged, optional_minor
from router.connectors.intake.parts import Findings, Part
from router.domain.identifiers import Day, LineId, Sku
from router.domain.order import OrderLine
from router.domain.place import Point
from router.domain.recipient import Recipient
from router.domain.table_text import separator_fault

NEEDED = ("order_number", "place_time", "sku", "quantity")
OPTIONAL = (
    *("line_id", "unit_price", "currency", "customer_id", "country", "region", "postal_code"),
    *("latitude", "longitude", "name", "company", "street", "city", "email", "phone"),
    *("promise_date", "pickup_node_id", "kit_id", "together_id"),
    *("amount", "tax", "shipping", "shipping_tax", "total"),
)
ATTRIBUTE = "attribute."
"""A column `attribute.gift` is the order's attribute `gift`."""

Row = Mapping[str, Any]


def read_csv(body: bytes, terms: Terms) -> Intake:
    """Orders of a CSV with a heading. Refuses with DocumentRefused unknown or missing columns and what is no UTF-8."""
    try:
        table = csv.DictReader(io.StringIO(body.decode("utf-8-sig"), newline=""), strict=True)
        check_columns(table.fieldnames or ())
        # The heading is line 1; a row is named by the line where it ends.
        return read_rows([(table.line_num, row) for row in table], terms)
    except UnicodeDecodeError as error:
        raise DocumentRefused(f"byte {error.start} is not UTF-8; save the table as UTF-8") from error
    except csv.Error as error:
        raise DocumentRefused(f"line {table.line_num} is not CSV: {error}") from error


def read_parquet(body: bytes, terms: Terms) -> Intake:
    """Orders of a Parquet file with the same columns; needs the extra `data`. Refuses with DocumentRefused."""
    try:
        import duckdb
    except ImportError as error:
        raise DocumentRefused(
            "Parquet needs DuckDB: install `router[data]`, or `duckdb` beside the router"
        ) from error
    with TemporaryDirectory(prefix="router-intake-") as folder, duckdb.connect() as database:
        path = Path(folder) / "orders.parquet"
        path.write_bytes(body)
        try:
            found = database.execute("SELECT * FROM read_parquet(?)", [str(path)])
            names = [column[0] for column in found.description or ()]
            check_columns(names)
            rows = [dict(zip(names, map(plain, row), strict=True)) for row in found.fetchall()]
        except duckdb.Error as error:
            said = str(error).partition("\n")[0].replace(str(path), path.name)
            raise DocumentRefused(f"the document is no Parquet file: {said}") from error
    return read_rows(list(enumerate(rows, start=1)), terms)


def plain(value: Any) -> Any:
    """Times and days as text, as a CSV has them."""
    return value.isoformat() if hasattr(value, "isoformat") else value


def check_columns(names: Iterable[str]) -> None:
    names = list(names)
    if fault := separator_fault(names):
        raise DocumentRefused(f"the heading of the table cannot be read: {fault}")
    found = set(names)
    if twice := [name for name in names if names.count(name) > 1]:
        raise DocumentRefused(f"the table has the column `{twice[0]}` twice")
    if missing := [name for name in NEEDED if name not in found]:
        raise DocumentRefused(f"the table has no column `{missing[0]}`; needed are {', '.join(NEEDED)}")
    known = {*NEEDED, *OPTIONAL}
    if strange := sorted(name for name in found if name not in known and not str(name).startswith(ATTRIBUTE)):
        raise DocumentRefused(
            f"the table has an unknown column `{strange[0]}`; known are {', '.join((*NEEDED, *OPTIONAL))}"
            f" and `{ATTRIBUTE}NAME`"
        )


def read_rows(rows: list[tuple[int, Row]], terms: Terms) -> Intake:
    return gathered(read_all(rows, terms))


def read_all(rows: list[tuple[int, Row]], terms: Terms) -> Iterator[Captured | list[RowFault]]:
    seen: dict[str, int] = {}
    for number, group in groupby(rows, key=lambda one: str(one[1]["order_number"] or "").strip()):
        lines = list(group)
        findings = Findings(lines[0][0])
        findings.number = number
        if number in seen:
            findings.add(
                "order_number",
                "NOT_TOGETHER",
                f"order `{number}` began in row {seen[number]} already; its rows must stand together",
            )
        seen.setdefault(number, findings.row)
        yield read_order([(row, Part(dict(value), "", findings)) for row, value in lines], terms, findings)


def read_order(rows: list[tuple[int, Part]], terms: Terms, findings: Findings) -> Captured | list[RowFault]:
    first = rows[0][1]
    has_point = first.text("latitude") and first.text("longitude")
    lines = []
    for index, (row, part) in enumerate(rows, start=1):
        findings.row = row
        check_width(part, findings)
        lines.append(line_of(part, str(index), terms))
    findings.row = rows[0][0]
    found = Found(
        number=first.needed("order_number"),
        place_time=first.time("place_time"),
        currency=first.text("currency"),
        lines=lines,
        recipient=Recipient(
            name=first.text("name"),
            company=first.text("company"),
            street_lines=tuple(line for line in first.text("street").splitlines() if line),
            city=first.text("city"),
            email=first.text("email"),
            phone=first.text("phone"),
        ),
        country=first.text("country"),
        region=first.text("region"),
        postal_code=first.text("postal_code"),
        point=Point(first.microdegrees("latitude"), first.microdegrees("longitude")) if has_point else None,
        own_customer_id=first.text("customer_id"),
        promise_day=day_of(first, "promise_date"),
        pickup_node_id=first.text("pickup_node_id"),
        attributes={
            name.removeprefix(ATTRIBUTE): first.text(name)
            for name in first.value
            if name is not None and name.startswith(ATTRIBUTE)
        },
        charged=Charged(
            shipping_minor=optional_minor(first, "shipping", terms.currency),
            shipping_tax_minor=optional_minor(first, "shipping_tax", terms.currency),
            total_minor=optional_minor(first, "total", terms.currency),
        ),
    )
    return captured(found, terms, findings)


def check_width(row: Part, findings: Findings) -> None:
    """Name cells beyond the heading: what follows a comma without quotes stands in the next column."""
    beyond = row.value.get(None)
    if beyond is not None:
        findings.add(
            "row",
            "WRONG_COUNT",
            f"the row has more cells than the heading, by {len(beyond)}; put a value with a comma in it in quotes",
        )


def line_of(row: Part, default_id: str, terms: Terms) -> OrderLine:
    return OrderLine(
        id=LineId(row.text("line_id") or default_id),
        sku=Sku(row.needed("sku")),
        quantity=row.whole("quantity"),
        unit_price_minor=row.minor("unit_price", terms.currency),
        kit_id=row.text("kit_id"),
        together_id=row.text("together_id"),
        amount_minor=optional_minor(row, "amount", terms.currency),
        tax_minor=optional_minor(row, "tax", terms.currency),
    )


def day_of(row: Part, name: str) -> Day | None:
    text = row.text(name)
    if not text:
        return None
    try:
        return Day(date.fromisoformat(text[:10]).toordinal())
    except ValueError:
        row.findings.add(name, "NOT_A_DATE", f"{name} is `{text}`, must be a date like 2026-01-31")
        return None
