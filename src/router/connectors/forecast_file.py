"""A forecast as a CSV file, made by whatever forecasts best: a row a region and SKU, every fault told at its line.

country,postal_code,sku,units
US,94110,RED-CLOCK,12.5

`units` are those expected until stock is filled up again, at most three decimals. `channel` may be a fifth column.
"""

import csv
from collections.abc import Iterator, Sequence
from decimal import Decimal, InvalidOperation
from pathlib import Path

from router.app.ports.forecast_source import ForecastFails
from router.domain.countries import COUNTRIES
from router.domain.identifiers import Instant, LineId, OrderId, Sku
from router.domain.limits import ID_LENGTH_MAX
from router.domain.order import Destination, Order, OrderLine
from router.domain.table_text import separator_fault
from router.routing.look_ahead.forecast import TIMES_MILLI, ExpectedOrder, Forecast

COLUMNS = ("country", "postal_code", "sku", "units")
CHANNEL, CHANNEL_DEFAULT = "channel", "web"
UNITS_MAX = 1_000_000_000
ROWS_MAX = 1_000_000
FAULTS_SHOWN_MAX = 20


class ForecastRefused(ForecastFails):
    """The file is no forecast. `lines` name single faults."""

    def __init__(self, message: str, lines: Sequence[str] = ()) -> None:
        super().__init__(message)
        self.lines = tuple(lines)


class ForecastFile:
    """A `ForecastSource` that reads its file anew each time: replace the file, and the next prices follow it."""

    def __init__(self, path: Path, days: int) -> None:
        self._path = path
        self._days = days

    def expect(self, now: Instant) -> Forecast:
        """What the file says; raises ForecastRefused."""
        return read_forecast(self._path, self._days)


def read_forecast(path: Path, days: int) -> Forecast:
    """The forecast of a file for so many days. Refuses (ForecastRefused) with all faults at once."""
    faults: list[str] = []
    try:
        with path.open(encoding="utf-8-sig", newline="") as text:
            rows = csv.DictReader(text)
            if fault := separator_fault(rows.fieldnames or ()):
                raise ForecastRefused(f"the heading of the forecast `{path}` cannot be read: {fault}")
            missing = [name for name in COLUMNS if name not in (rows.fieldnames or ())]
            if missing:
                raise ForecastRefused(
                    f"the forecast `{path}` has no column {', '.join(f'`{name}`' for name in missing)};"
                    f" its first line must be {','.join(COLUMNS)}"
                )
            orders = tuple(_orders(rows, faults))
    except OSError as error:
        raise ForecastRefused(f"cannot read the forecast `{path}`: {error.strerror}") from error
    except (UnicodeDecodeError, csv.Error) as error:
        raise ForecastRefused(f"the forecast `{path}` is no CSV file in UTF-8: {error}") from error
    if faults:
        more = f", the first {FAULTS_SHOWN_MAX} of them here" if len(faults) > FAULTS_SHOWN_MAX else ""
        count = "1 fault" if len(faults) == 1 else f"{len(faults)} faults"
        raise ForecastRefused(f"the forecast `{path}` has {count}{more}", faults[:FAULTS_SHOWN_MAX])
    return Forecast(days=days, orders=orders)


def _orders(rows: "csv.DictReader[str]", faults: list[str]) -> Iterator[ExpectedOrder]:
    for row in rows:
        line = rows.line_num
        if line > ROWS_MAX:
            faults.append(f"line {line:,}: more than {ROWS_MAX:,} rows; leave out what is hardly ever wanted")
            return
        if None in row or any(row.get(name) is None for name in COLUMNS):
            faults.append(f"line {line}: not as many fields as the first line has columns")
            continue
        found = [
            *_country_faults(row["country"]),
            *_sku_faults(row["sku"]),
            *_units_faults(row["units"]),
        ]
        faults.extend(f"line {line}: {fault}" for fault in found)
        if not found:
            yield _expected(row)


def _expected(row: dict[str, str]) -> ExpectedOrder:
    order = Order(
        id=OrderId("expected"),
        channel=row.get(CHANNEL) or CHANNEL_DEFAULT,
        destination=Destination(country=row["country"], postal_code=row["postal_code"].strip()),
        lines=(OrderLine(id=LineId("1"), sku=Sku(row["sku"]), quantity=1),),
        place_time=Instant(0),
    )
    return ExpectedOrder(order=order, times_milli=int(Decimal(row["units"]) * TIMES_MILLI))


def _country_faults(text: str) -> Iterator[str]:
    if text not in COUNTRIES:
        yield f"country is `{text}`, must be a code of two letters such as US"


def _sku_faults(text: str) -> Iterator[str]:
    if not 0 < len(text) <= ID_LENGTH_MAX:
        yield f"sku has {len(text)} characters, must have 1 to {ID_LENGTH_MAX}"


def _units_faults(text: str) -> Iterator[str]:
    try:
        units = Decimal(text)
    except InvalidOperation:
        units = Decimal("NaN")
    if not units.is_finite() or not 0 <= units <= UNITS_MAX:
        yield f"units is `{text}`, must be a number from 0 to {UNITS_MAX:,} such as 12.5"
