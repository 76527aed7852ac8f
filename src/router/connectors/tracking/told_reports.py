"""What a document tells: reports in one language, and what of it could not be read, row by row."""

import json
import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from router.domain.identifiers import Day, Instant
from router.domain.limits import ID_LENGTH_MAX, YEAR_MAX, YEAR_MIN
from router.ledger.tracking import CarrierReport, CarrierStatus

log = logging.getLogger("router.tracking")

YEARS = f"{YEAR_MIN} to {YEAR_MAX}"
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
        number = tracking_number.strip() if isinstance(tracking_number, str) else ""
        if not (0 < len(number) <= ID_LENGTH_MAX and number.isprintable()):
            raise DocumentRefused(
                f"it names no shipment: the tracking number is {tracking_number!r},"
                f" must be text of 1 to {ID_LENGTH_MAX} printable characters"
            )
        self._tracking_number = number
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
            self._fault(row, "time", f"time is {time!r}, must be like 2026-03-02T10:00:00Z, {YEARS}")
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
    """Of ISO 8601; a time without a zone is UTC. None for one that the contract has no room for."""
    if not isinstance(found, str):
        return None
    try:
        time = datetime.fromisoformat(found)
        aware = (time if time.tzinfo else time.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        return None
    return Instant(round(aware.timestamp() * 1_000_000)) if is_in_years(aware) else None


def day_of(found: object) -> Day | None:
    """The date of a date or a time as the carrier writes it, which is local to the destination.

    None for one that means that nobody knows, such as 9999-12-31.
    """
    if not isinstance(found, str):
        return None
    try:
        day = date.fromisoformat(found[:10])
    except ValueError:
        return None
    return Day(day.toordinal()) if is_in_years(day) else None


def is_in_years(day: date) -> bool:
    return YEAR_MIN <= day.year <= YEAR_MAX


def log_out_of_time(sender: str, told: Sequence[ToldReport], outcomes: Sequence[str]) -> None:
    """Tell people all of what was not recorded because of its time."""
    for one, outcome in zip(told, outcomes, strict=True):
        if outcome == "OUT_OF_TIME":
            time = datetime.fromtimestamp(one.report.time / 1_000_000, UTC)
            log.error(
                "%s reports %s of %s at %s, which cannot be: it is not recorded (%s, %s)",
                sender,
                one.report.status.name,
                one.tracking_number,
                time.isoformat(),
                one.report.code or "no code",
                one.report.place or "no place",
            )
