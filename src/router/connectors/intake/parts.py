"""A place in a document of JSON, and what can be asked of it; what is not as it should be is collected, not raised."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from router.connectors.intake.captured import DocumentRefused, RowFault
from router.domain.currency import DECIMALS
from router.domain.identifiers import Instant

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
SHOWN_MAX = 40
NUMBER_MAX = 1_000_000_000


class Findings:
    """The faults of one order."""

    def __init__(self, row: int) -> None:
        self.row = row
        self.number = ""
        self.faults: list[RowFault] = []

    def add(self, field: str, code: str, description: str) -> None:
        self.faults.append(
            RowFault(row=self.row, number=self.number, field=field, code=code, description=description)
        )


@dataclass(frozen=True, slots=True)
class Part:
    """A value at a path. What is asked of a part that is not there is missing, too."""

    value: Any
    path: str
    findings: Findings

    def at(self, name: str) -> "Part":
        inner = self.value.get(name) if isinstance(self.value, dict) else None
        return Part(inner, f"{self.path}.{name}" if self.path else name, self.findings)

    def each(self, name: str) -> Iterator["Part"]:
        """The parts of a list; of anything else none."""
        inner = self.at(name)
        for index, value in enumerate(inner.value if isinstance(inner.value, list) else ()):
            yield Part(value, f"{inner.path}[{index}]", self.findings)

    def text(self, name: str) -> str:
        """Text, or a number as text; empty when there is none."""
        inner = self.at(name).value
        if inner is None or isinstance(inner, dict | list | bool):
            return ""
        return str(inner).strip()

    def needed(self, name: str) -> str:
        """Text that must be there."""
        found = self.text(name)
        if not found:
            self._fault(name, "MISSING", "is missing; the order cannot be taken without it")
        return found

    def whole(self, name: str) -> int:
        """A whole number, however it is written: `2`, `"2"`, `2.0000`."""
        number = self._decimal(name)
        if number != number.to_integral_value():
            self._fault(name, "NOT_WHOLE", f"is {number}, must be a whole number")
            return 0
        return int(number)

    def minor(self, name: str, currency: str) -> int:
        """An amount in minor units, rounded half to even; a price that is not there is 0."""
        return 0 if self.at(name).value in (None, "") else minor_of(self._decimal(name), currency)

    def amount(self, name: str) -> Decimal:
        """An amount as it is written; one that is not there is 0."""
        return self._decimal(name) if self.text(name) else Decimal(0)

    def microdegrees(self, name: str) -> int:
        degrees = self._decimal(name)
        if abs(degrees) > 180:
            self._fault(name, "NOT_A_POSITION", f"is {degrees}, must be degrees from -180 to 180")
            return 0
        return round(degrees * 1_000_000)

    def time(self, name: str, *, utc: bool = False) -> Instant:
        """ISO 8601; without an offset it is of UTC where `utc` says so, and otherwise refused."""
        text = self.needed(name)
        try:
            at = datetime.fromisoformat(text) if text else EPOCH
        except ValueError:
            self._fault(
                name, "NOT_A_TIME", f"is `{text[:SHOWN_MAX]}`, must be a time like 2026-01-31T09:30:00Z"
            )
            return Instant(0)
        if at.tzinfo is None:
            if not utc:
                self._fault(name, "NO_OFFSET", f"is `{text[:SHOWN_MAX]}`, must say its offset from UTC")
            at = at.replace(tzinfo=UTC)
        return instant_of(at)

    def _decimal(self, name: str) -> Decimal:
        text = self.needed(name)
        return number_of(text or "0", self.at(name).path, self.findings)

    def _fault(self, name: str, code: str, description: str) -> None:
        path = self.at(name).path
        self.findings.add(path, code, f"{path} {description}")


def number_of(text: str, field: str, findings: Findings) -> Decimal:
    """A number that can be a quantity or a price; of anything else 0 and a fault."""
    try:
        number = Decimal(text)
    except InvalidOperation:
        number = Decimal("NaN")
    if not number.is_finite():
        findings.add(field, "NOT_A_NUMBER", f"{field} is `{text[:SHOWN_MAX]}`, must be a number")
    elif abs(number) > NUMBER_MAX:
        findings.add(field, "TOO_LARGE", f"{field} is `{text[:SHOWN_MAX]}`, must be at most {NUMBER_MAX:,}")
    else:
        return number
    return Decimal(0)


def minor_of(amount: Decimal, currency: str) -> int:
    """Minor units of an amount, rounded half to even."""
    return round(amount.scaleb(DECIMALS.get(currency, 2)))


def instant_of(at: datetime) -> Instant:
    since = at - EPOCH
    return Instant((since.days * 86_400 + since.seconds) * 1_000_000 + since.microseconds)


def documents(body: bytes, lists: Sequence[str], single: str = "") -> list[Any]:
    """The orders of a body: one as JSON, one a line, a list, or an answer that has them in one of `lists`.

    `single` is the field in which an answer about one order has it. Refuses with DocumentRefused.
    """
    try:
        found = json.loads(body, parse_float=Decimal)
    except ValueError:
        return list(_lines(body))
    except RecursionError as error:
        raise DocumentRefused("the document is nested too deep") from error
    if isinstance(found, dict):
        for name in lists:
            if isinstance(found.get(name), list):
                return list(found[name])
        if single and isinstance(found.get(single), dict):
            return [found[single]]
        return [found]
    if isinstance(found, list):
        return found
    raise DocumentRefused("the document is neither an order as JSON nor a list of them")


def _lines(body: bytes) -> Iterator[Any]:
    for number, line in enumerate(body.splitlines(), start=1):
        if line.strip():
            try:
                yield json.loads(line, parse_float=Decimal)
            except (ValueError, RecursionError) as error:
                raise DocumentRefused(
                    f"line {number} is not JSON: {error}; send one order, a list, or one order a line"
                ) from error
