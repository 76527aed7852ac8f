"""What a document tells: reports in one language, and what of it could not be read, row by row."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from router.domain.identifiers import Day, Instant
from router.domain.limits import ID_LENGTH_MAX
from router.ledger.tracking import CarrierReport, CarrierStatus

Words = Mapping[str, CarrierStatus | None]
"""What each word of a carrier means; None: nothing that moves a shipment."""


class DocumentRefused(ValueError):
    """What is no document of its shape; says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ToldReport:
    """A report of whatever goes by `tracking_number`."""

    tracking_number: str
    report: CarrierReport


@dataclass(frozen=True, slots=True, kw_only=True)
class RowFault:
    """What is wrong with one row, 0 for the first."""

    row: int
    field: str
    description: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ToldReports:
    reports: tuple[ToldReport, ...]
    faults: tuple[RowFault, ...] = ()


Read = Callable[[bytes], ToldReports]


class Reading:
    """Gathers reports and faults of one document."""

    def __init__(self, tracking_number: object) -> None:
        if not isinstance(tracking_number, str) or not 0 < len(tracking_number) <= ID_LENGTH_MAX:
            raise DocumentRefused(
                f"it names no shipment: the tracking number is {tracking_number!r},"
                f" must be text of 1 to {ID_LENGTH_MAX} characters"
            )
        self._tracking_number = tracking_number
        self._reports: list[ToldReport] = []
        self._faults: list[RowFault] = []

    def add(
        self, row: int, words: Words, *, word: object, time: object, code: object, place: object, eta: object
    ) -> None:
        """One row; what cannot be read is a fault, what means nothing to us is left out."""
        if not isinstance(word, str) or word not in words:
            self._fault(row, "status", f"status is {word!r}, known are {', '.join(sorted(words))}")
            return
        status = words[word]
        if status is None:
            return
        happened = instant_of(time)
        if happened is None:
            self._fault(row, "time", f"time is {time!r}, must be like 2026-03-02T10:00:00Z")
            return
        report = CarrierReport(
            time=happened,
            status=status,
            code=text_of(code),
            place=text_of(place),
            eta_day=day_of(eta),
        )
        self._reports.append(ToldReport(tracking_number=self._tracking_number, report=report))

    def told(self) -> ToldReports:
        return ToldReports(reports=tuple(self._reports), faults=tuple(self._faults))

    def _fault(self, row: int, field: str, description: str) -> None:
        self._faults.append(RowFault(row=row, field=field, description=description))


def object_of(body: bytes) -> dict[str, Any]:
    """The JSON object that a body is."""
    try:
        found = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise DocumentRefused(f"it is no JSON: {error}") from None
    if not isinstance(found, dict):
        raise DocumentRefused("it is no JSON object")
    return found


def within(found: object, *names: str) -> Any:
    """What lies so deep in an object; None where nothing does."""
    for name in names:
        found = found.get(name) if isinstance(found, dict) else None
    return found


def rows_within(found: object, *names: str) -> list[Any]:
    rows = within(found, *names)
    return rows if isinstance(rows, list) else []


def text_of(found: object) -> str:
    """Printable text of a length that we keep."""
    text = found if isinstance(found, str) else ""
    return "".join(letter for letter in text if letter.isprintable()).strip()[:ID_LENGTH_MAX]


def place_of(*parts: object) -> str:
    return text_of(", ".join(part for part in parts if isinstance(part, str) and part))


def instant_of(found: object) -> Instant | None:
    """Of ISO 8601; a time without a zone is UTC."""
    if not isinstance(found, str):
        return None
    try:
        time = datetime.fromisoformat(found)
    except ValueError:
        return None
    aware = time if time.tzinfo else time.replace(tzinfo=UTC)
    microseconds = round(aware.timestamp() * 1_000_000)
    return Instant(microseconds) if microseconds > 0 else None


def day_of(found: object) -> Day | None:
    """The date of a date or a time as the carrier writes it, which is local to the destination."""
    if not isinstance(found, str):
        return None
    try:
        return Day(date.fromisoformat(found[:10]).toordinal())
    except ValueError:
        return None
