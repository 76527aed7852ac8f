"""What a resource is: how its rows are read, and how they are booked where they can be."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from google.protobuf.message import Message

from router.app.commands.command import Command
from router.app.ports.store import Reader
from router.app.queries import Queries
from router.domain.identifiers import Instant
from router.domain.reasons import Violation
from router.service.resources.columns import Column, columns_of
from router.service.resources.read_rows import Row


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """The books as they stood at one position: as questions, and as what a store tells of them."""

    queries: Queries
    reader: Reader
    with_personal_data: bool = False


Read = Callable[[View], Iterator[Message]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """Rows that one request books."""

    request: Any
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Intake:
    """The call that books rows: `request` holds up to `rows_max` of them in its list `into`; one where that is empty.

    `command` reads the request as its call does. `weigh` says what counts against `weight_max`, besides rows.
    """

    call: str
    request: type[Message]
    command: Callable[[Any, Instant], Command]
    into: str = ""
    rows_max: int = 1
    is_whole: bool = False
    """All rows of a file go into one request: they replace what was."""
    weigh: Callable[[Any], int] = lambda message: 0
    weight_max: int = 0
    put: Callable[[Any, Any], None] | None = None
    """Puts a row into a request where it is not a message of its list."""
    columns: Mapping[str, str] = field(default_factory=dict)
    """Those of a row, by the names that the request has for them where these are others."""

    def pieces(self, rows: Sequence[Row]) -> Iterator[Piece]:
        """The rows in their order, as few requests as may be."""
        taken: list[Row] = []
        weight = 0
        for row in rows:
            added = self.weigh(row.message)
            if taken and (len(taken) == self.rows_max or weight + added > self.weight_max > 0):
                yield self._piece(taken)
                taken, weight = [], 0
            taken.append(row)
            weight += added
        if taken:
            yield self._piece(taken)

    def _piece(self, rows: list[Row]) -> Piece:
        request: Any = self.request()
        for row in rows:
            if self.put is not None:
                self.put(request, row.message)
            elif not self.into:
                request.MergeFrom(row.message)
            else:
                getattr(request, self.into).append(row.message)
        return Piece(request=request, rows=tuple(rows))

    def by_row(self, violation: Violation, piece: Piece) -> Violation:
        """The fault of a request as the fault of the row that it is about."""
        found = re.match(rf"{self.into}\[(\d+)\]\.?", violation.field) if self.into else None
        if found is not None:
            return self._in_row(piece.rows[int(found[1])], violation.field[found.end() :], violation)
        if len(piece.rows) != 1:
            return violation
        inner = violation.field.removeprefix(self.into + ".") if self.into else violation.field
        return self._in_row(piece.rows[0], inner, violation)

    def _in_row(self, row: Row, name: str, violation: Violation) -> Violation:
        """A fault of a field of a row, under the name that the row has for it."""
        column, text = self.columns.get(name, name), violation.description
        if text.startswith(f"{name} "):
            text = column + text.removeprefix(name)
        at = f"rows[{row.number}]"
        return Violation(f"{at}.{column}" if column else at, violation.code, text)


@dataclass(frozen=True, slots=True, kw_only=True)
class Resource:
    """`message` is a row; fields at names of `without` are not exported. `personal` ones are, when they are asked for.

    `intakes` are tried in turn: each takes the rows that `takes` lets through. None: rows are made by `made_by` alone.
    """

    name: str
    title: str
    message: type[Message]
    read: Read
    key: tuple[str, ...]
    made_by: tuple[str, ...]
    without: tuple[str, ...] = ()
    personal: tuple[str, ...] = ()
    is_all_personal: bool = False
    intakes: tuple[tuple[Callable[[Any], bool], Intake], ...] = field(default=())

    @property
    def columns(self) -> tuple[Column, ...]:
        return columns_of(self.message, self.without)

    @property
    def is_importable(self) -> bool:
        return bool(self.intakes)


def every(message: Message) -> bool:
    return True
