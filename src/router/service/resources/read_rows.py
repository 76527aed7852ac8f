"""Rows to messages. Every fault of a file is found, and names row, field, value and what it must be."""

import csv
import io
import json
from base64 import b64decode
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

from google.protobuf.descriptor import FieldDescriptor
from google.protobuf.message import Message

from router.domain.limits import IMPORT_BYTES_MAX, IMPORT_ROWS_MAX
from router.domain.table_text import separator_fault
from router.service.faults import Faults, shown
from router.service.resources.columns import (
    REAL,
    TIMESTAMP,
    WHOLE,
    Column,
    columns_of,
    is_map,
    is_part,
    prefix_of,
)

# A whole network stands in one row, and its places in one cell.
csv.field_size_limit(IMPORT_BYTES_MAX)

BOOLS = {"true": True, "false": False}
BITS = {
    FieldDescriptor.CPPTYPE_INT32: (-(1 << 31), (1 << 31) - 1),
    FieldDescriptor.CPPTYPE_INT64: (-(1 << 63), (1 << 63) - 1),
    FieldDescriptor.CPPTYPE_UINT32: (0, (1 << 32) - 1),
    FieldDescriptor.CPPTYPE_UINT64: (0, (1 << 64) - 1),
}


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a file with its number, counted as a spreadsheet does: the heading of CSV is row 1."""

    number: int
    message: Message


def read_rows(
    content: bytes, message_class: type[Message], without: Sequence[str], faults: Faults, *, as_csv: bool
) -> list[Row]:
    """The rows of a file; those at fault are left out, and their faults are in `faults`."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        faults.add("content", "MALFORMED", f"content is not UTF-8 at byte {error.start:,}, must be")
        return []
    columns = columns_of(message_class, without)
    found = _csv_values(text, columns, faults) if as_csv else _json_values(text, faults)
    rows: list[Row] = []
    for number, values in found:
        if len(rows) >= IMPORT_ROWS_MAX:
            faults.add(
                "content",
                "WRONG_COUNT",
                f"content has more than {IMPORT_ROWS_MAX:,} rows, must have at most that; import it in parts",
            )
            break
        before, message = faults.count, message_class()
        fill(message, values, f"rows[{number}].", faults, without)
        if faults.count == before:
            rows.append(Row(number, message))
    if not rows and not faults.count:
        faults.add("content", "WRONG_COUNT", "content has 0 rows, must have at least 1")
    return rows


def _json_values(text: str, faults: Faults) -> Iterator[tuple[int, Mapping[str, Any]]]:
    for number, line in enumerate(text.split("\n"), start=1):
        if not line.strip():
            continue
        try:
            values = json.loads(line)
        except ValueError as error:
            faults.add(f"rows[{number}]", "MALFORMED", f"rows[{number}] is not JSON: {error}")
            continue
        if isinstance(values, dict):
            yield number, values
        else:
            faults.add(
                f"rows[{number}]", "MALFORMED", f"rows[{number}] is {said(values)}, must be a JSON object"
            )


def _csv_values(
    text: str, columns: Sequence[Column], faults: Faults
) -> Iterator[tuple[int, Mapping[str, Any]]]:
    known = {column.name: column for column in columns}
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    heading = [name.strip() for name in next(reader, [])]
    if fault := separator_fault(heading):
        faults.add("rows[1]", "MALFORMED", f"rows[1] is no heading: {fault}")
        return
    for name in heading:
        if name not in known:
            faults.add("rows[1]", "UNKNOWN_FIELD", unknown_name(name, known))
    faults.unique(heading, "", "rows[1]")
    if faults.count:
        return
    number = 1
    try:
        for cells in reader:
            number += 1
            at = f"rows[{number}]"
            if not any(cells):
                continue
            if len(cells) != len(heading):
                text = f"{at} has {len(cells)} cells, must have {len(heading)} as the heading"
                faults.add(at, "WRONG_COUNT", text)
                continue
            yield number, _nested(zip(heading, cells, strict=True), known, at, faults)
    except csv.Error as error:
        faults.add(f"rows[{number + 1}]", "MALFORMED", f"rows[{number + 1}] is not CSV: {error}")


def _nested(
    cells: "zip[tuple[str, str]]", known: Mapping[str, Column], at: str, faults: Faults
) -> dict[str, Any]:
    """The cells that hold something, in parts as JSON has them."""
    values: dict[str, Any] = {}
    for name, text in cells:
        if not text:
            continue
        value: Any = text
        if known[name].leaf.is_repeated:
            try:
                value = json.loads(text)
            except ValueError:
                wanted = 'an object such as {"a":"b"}' if is_map(known[name].leaf) else 'a list such as ["a"]'
                faults.add(f"{at}.{name}", "MALFORMED", f"{name} is {shown(text)}, must be JSON: {wanted}")
                continue
        inner = values
        for part in known[name].path[:-1]:
            inner = inner.setdefault(part.name, {})
        inner[known[name].leaf.name] = value
    return values


def unknown_name(name: str, known: Mapping[str, object]) -> str:
    near = get_close_matches(name, list(known), n=1)
    hint = f"did you mean `{near[0]}`?" if near else f"there are {', '.join(known)}"
    return f"{shown(name)} is no column; {hint}"


def fill(
    message: Message, values: Mapping[str, Any], at: str, faults: Faults, without: Sequence[str] = ()
) -> None:
    """Set fields from values of JSON; numbers and truths may be text."""
    fields: dict[str, Any] = {}
    for one in message.DESCRIPTOR.fields:
        if one.name not in without:
            fields[one.name] = fields[one.camelcase_name] = one
    for name, value in values.items():
        field = fields.get(name)
        if field is None:
            known = dict.fromkeys(one.name for one in fields.values())
            faults.add(at + name, "UNKNOWN_FIELD", unknown_name(name, known))
        elif value is not None:
            _set(message, field, value, at, faults)


def _set(message: Message, field: FieldDescriptor, value: Any, at: str, faults: Faults) -> None:
    target = getattr(message, field.name)
    here = at + field.name
    if is_map(field):
        if not (isinstance(value, dict) and all(isinstance(one, str) for one in value.values())):
            faults.add(here, "WRONG_TYPE", f"{field.name} is {said(value)}, must be an object of texts")
            return
        target.update(value)
    elif field.is_repeated:
        if not isinstance(value, list):
            faults.add(here, "WRONG_TYPE", f"{field.name} is {said(value)}, must be a list")
            return
        for index, one in enumerate(value):
            name = f"{field.name}[{index}]"
            if field.message_type is not None:
                _part(target.add(), one, at, name, faults)
            elif (read := scalar(field, one, at, name, faults)) is not None:
                target.append(read)
    elif is_part(field):
        target.SetInParent()
        _part(target, value, at, field.name, faults)
    elif field.message_type is not None:
        _time(target, value, at, field.name, faults)
    elif (read := scalar(field, value, at, field.name, faults)) is not None:
        setattr(message, field.name, read)


def _part(target: Message, value: Any, at: str, name: str, faults: Faults) -> None:
    if isinstance(value, dict):
        fill(target, value, f"{at}{name}.", faults)
    else:
        faults.add(at + name, "WRONG_TYPE", f"{name} is {said(value)}, must be an object")


def _time(target: Any, value: Any, at: str, name: str, faults: Faults) -> None:
    assert target.DESCRIPTOR.full_name == TIMESTAMP, "the contract has no other times"
    try:
        target.FromJsonString(value)
    except (ValueError, TypeError):
        text = f"{name} is {said(value)}, must be a time such as 2026-11-30T12:00:00Z"
        faults.add(at + name, "NOT_A_TIME", text)


def scalar(field: FieldDescriptor, value: Any, at: str, name: str, faults: Faults) -> Any:
    """The value as the field holds it; None, and a fault, when it cannot."""
    kind = field.cpp_type
    if field.enum_type is not None:
        return _word(field, value, at, name, faults)
    if kind in WHOLE:
        return _whole(kind, value, at, name, faults)
    if kind == FieldDescriptor.CPPTYPE_BOOL:
        read: Any = BOOLS.get(value.strip().lower()) if isinstance(value, str) else value
        wanted, is_right = "true or false", isinstance(read, bool)
    elif kind in REAL:
        read, wanted = _real(value), "a number"
        is_right = read is not None
    elif field.type == FieldDescriptor.TYPE_BYTES:
        read, wanted = _bytes(value), "base64"
        is_right = read is not None
    else:
        read, wanted, is_right = value, "text in quotes", isinstance(value, str)
    if is_right:
        return read
    faults.add(at + name, "WRONG_TYPE", f"{name} is {said(value)}, must be {wanted}")
    return None


def _word(field: FieldDescriptor, value: Any, at: str, name: str, faults: Faults) -> int | None:
    """By its short name or the one of the contract."""
    kind: Any = field.enum_type
    prefix = prefix_of(field)
    number = None
    if isinstance(value, str):
        word = value.strip()
        found = kind.values_by_name.get(prefix + word) or kind.values_by_name.get(word)
        number = None if found is None else int(found.number)
    if number is None:
        words = ", ".join(one.name.removeprefix(prefix) for one in kind.values if one.number)
        faults.add(at + name, "UNKNOWN_VALUE", f"{name} is {said(value)}, must be one of {words}")
    return number


def _whole(kind: int, value: Any, at: str, name: str, faults: Faults) -> int | None:
    low, high = BITS[kind]
    try:
        read = int(value) if isinstance(value, str) else value
    except ValueError:
        read = None
    if not isinstance(read, int) or isinstance(read, bool):
        faults.add(at + name, "NOT_A_NUMBER", f"{name} is {said(value)}, must be a whole number")
        return None
    if not low <= read <= high:
        faults.add(at + name, "OUT_OF_RANGE", f"{name} is {said(value)}, must be {low:,} to {high:,}")
        return None
    return read


def _real(value: Any) -> float | None:
    try:
        return None if isinstance(value, bool) else float(value)
    except (ValueError, TypeError):
        return None


def _bytes(value: Any) -> bytes | None:
    try:
        return b64decode(value, validate=True)
    except (ValueError, TypeError):
        return None


def said(value: Any) -> str:
    """What stands in a file, as the person who wrote it would know it again; cut when it is long."""
    return shown(value if isinstance(value, str) else json.dumps(value, ensure_ascii=False))
