"""Messages to rows: JSON lines and CSV. Equal messages are equal bytes."""

import csv
import io
import json
from base64 import b64encode
from collections.abc import Iterator, Sequence
from typing import Any

from google.protobuf.descriptor import FieldDescriptor
from google.protobuf.message import Message

from router.service.resources.columns import TIMESTAMP, Column, is_at, is_map, short_name


def json_line(message: Message, without: Sequence[str] = ()) -> bytes:
    """One object and a line end. Fields that are not set are not there."""
    row = plain(message)
    for name in without:
        row.pop(name, None)
    return encode(row) + b"\n"


def encode(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


def plain(message: Message) -> dict[str, Any]:
    """The message in values of JSON, under the names of the contract."""
    return {field.name: plain_value(field, value) for field, value in message.ListFields()}


def plain_value(field: FieldDescriptor, value: Any) -> Any:
    if is_map(field):
        kind: Any = field.message_type
        of = kind.fields_by_name["value"]
        return {str(key): _single(of, value[key]) for key in sorted(value)}
    if field.is_repeated:
        return [_single(field, one) for one in value]
    return _single(field, value)


def _single(field: FieldDescriptor, value: Any) -> Any:
    if field.message_type is not None:
        return value.ToJsonString() if field.message_type.full_name == TIMESTAMP else plain(value)
    if field.enum_type is not None:
        return short_name(field, value)
    return b64encode(value).decode() if isinstance(value, bytes) else value


class CsvRows:
    """Rows of values under a heading."""

    def __init__(self, columns: Sequence[Column]) -> None:
        self._columns = columns
        self._text = io.StringIO(newline="")
        self._writer = csv.writer(self._text, lineterminator="\n")

    def heading(self) -> bytes:
        return self._line([column.name for column in self._columns])

    def line(self, message: Message) -> bytes:
        return self._line([cell(message, column) for column in self._columns])

    def _line(self, cells: Sequence[str]) -> bytes:
        self._writer.writerow(cells)
        line = self._text.getvalue()
        self._text.seek(0)
        self._text.truncate()
        return line.encode()


def cell(message: Message, column: Column) -> str:
    """The text of a value. Empty: not set; zeros are written where that would make a part vanish."""
    for part in column.path[:-1]:
        if not message.HasField(part.name):
            return ""
        message = getattr(message, part.name)
    field = column.leaf
    value = getattr(message, field.name)
    if field.is_repeated:
        return encode(plain_value(field, value)).decode() if value else ""
    if field.has_presence and not message.HasField(field.name):
        return ""
    if not field.has_presence and len(column.path) == 1 and not value:
        return ""
    return written(_single(field, value))


def written(value: Any) -> str:
    return json.dumps(value) if isinstance(value, bool) else str(value)


def lines(
    messages: Iterator[Message], columns: Sequence[Column], without: Sequence[str], *, as_csv: bool
) -> Iterator[bytes]:
    """The lines of a file. A heading comes first in CSV, also when no row follows."""
    if not as_csv:
        yield from (json_line(message, without) for message in messages)
        return
    rows = CsvRows(columns)
    yield rows.heading()
    for message in messages:
        yield rows.line(message)


def holds_personal(message: Message, personal: Sequence[str], columns: Sequence[Column]) -> bool:
    """Whether any personal column of the row holds something."""
    return any(cell(message, column) for column in columns for name in personal if is_at(column.name, name))
