"""A year of a real shop as sales and cancellations in order of time; what is neither is left out and counted."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from benchmarks.real.data import rows

SALES = "uci-online-retail-2009-12_2010-11.csv.gz"
LONDON = ZoneInfo("Europe/London")
PRODUCT_CODE = re.compile(r"\d{5}[A-Z]*|DCGS[0-9A-Z]*|SP\d+")
"""All other codes are postage, manual entries, discounts, samples, fees, vouchers and tests."""


@dataclass(frozen=True, slots=True)
class Row:
    """Some units of a product. `units` is above zero, in a cancellation too."""

    sku: str
    units: int
    price_minor: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Invoice:
    """Rows that were booked together: a sale, or a cancellation of earlier sales."""

    id: str
    is_cancellation: bool
    time: datetime
    customer_id: str
    country: str
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Year:
    """All invoices by time, and what was left out, counted by reason."""

    invoices: tuple[Invoice, ...]
    left_out: Mapping[str, int]


def read_year() -> Year:
    """The whole file."""
    left_out: Counter[str] = Counter()
    heads: dict[str, Mapping[str, str]] = {}
    goods: dict[str, list[Row]] = {}
    for row in rows(SALES):
        reason = _reason_to_leave_out(row)
        if reason:
            left_out[reason] += 1
            continue
        units, price = abs(int(row["quantity"])), Decimal(row["unit_price_gbp"])
        heads.setdefault(row["invoice"], row)
        goods.setdefault(row["invoice"], []).append(
            Row(row["stock_code"].strip().upper(), units, int((price * 100).to_integral_value()))
        )
    invoices = [_invoice(heads[invoice], tuple(each)) for invoice, each in goods.items()]
    return Year(
        invoices=tuple(sorted(invoices, key=lambda invoice: (invoice.time, invoice.id))), left_out=left_out
    )


def first_sales(invoices: Iterable[Invoice], limit: int | None) -> Iterator[Invoice]:
    """Until so many sales have come, or all."""
    sales = 0
    for invoice in invoices:
        sales += not invoice.is_cancellation
        if limit is not None and sales > limit:
            return
        yield invoice


def _reason_to_leave_out(row: Mapping[str, str]) -> str:
    code, units = row["stock_code"].strip().upper(), int(row["quantity"])
    is_cancellation = row["invoice"].startswith("C")
    if row["invoice"].startswith("A"):
        return "bad debt"
    if not PRODUCT_CODE.fullmatch(code):
        return "not a product (postage, manual, discount, sample, fee, voucher, test)"
    if (units < 0) != is_cancellation:
        return "write-off or correction of stock without an order"
    if not is_cancellation and Decimal(row["unit_price_gbp"]) <= 0:
        return "price of 0 (found stock, gifts, test entries)"
    if is_cancellation and not row["customer_id"]:
        return "cancellation without a customer"
    return ""


def _invoice(head: Mapping[str, str], goods: tuple[Row, ...]) -> Invoice:
    local = datetime.fromisoformat(head["invoice_ts"]).replace(tzinfo=LONDON)
    return Invoice(
        id=head["invoice"],
        is_cancellation=head["invoice"].startswith("C"),
        time=local.astimezone(UTC),
        customer_id=head["customer_id"].partition(".")[0],
        country=head["country"],
        rows=goods,
    )
