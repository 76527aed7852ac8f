"""Columns of rows as PostgreSQL takes them: each an array in the binary form, packed at once and not value by value.

SOURCE: https://github.com/postgres/postgres/blob/REL_15_STABLE/src/backend/utils/adt/arrayfuncs.c (array_recv)
"""

from array import array
from collections.abc import Callable, Iterable, Mapping, Sequence
from struct import Struct
from typing import Any

import numpy as np
import psycopg
from numpy.typing import NDArray
from psycopg import postgres
from psycopg.abc import AdaptContext, Buffer
from psycopg.adapt import Dumper
from psycopg.pq import Format

from router.stores.table import Column, Kind

_HEAD = Struct(">iiIii")
"""Dimensions, whether any is null, the type of the elements, how many there are, the number of the first."""
_LENGTH = Struct(">i")
_INTEGER = np.dtype([("length", ">i4"), ("value", ">i8")])
_OIDS = {element: postgres.types[element].oid for element in ("int8", "text", "bytea")}


class Integers(bytes):
    """An array of 64-bit integers."""


class Texts(bytes):
    """An array of texts."""


class Blobs(bytes):
    """An array of bytes."""


class Cells(dict[str, bytes]):
    """Texts as they stand in an array, their lengths before them: what is said again is packed once."""

    def __missing__(self, text: str) -> bytes:
        encoded = text.encode()
        cell = self[text] = _LENGTH.pack(len(encoded)) + encoded
        return cell


def pack_integers(values: Sequence[int]) -> Integers:
    """Raises OverflowError for a number of more than 64 bits."""
    return pack_numbers(np.asarray(array("q", values)))


def pack_numbers(values: NDArray[np.int64]) -> Integers:
    """The same of numbers that are side by side already."""
    packed = np.empty(len(values), _INTEGER)
    packed["length"], packed["value"] = values.itemsize, values
    return Integers(_head("int8", len(values)) + packed.tobytes())


def pack_texts(values: Sequence[str], cells: Cells | None = None) -> Texts:
    """`cells` are of the texts packed so far; those that are new are added."""
    if cells is None:
        cells = Cells()
    return Texts(_head("text", len(values)) + b"".join(map(cells.__getitem__, values)))


def pack_blobs(values: Sequence[bytes]) -> Blobs:
    parts = [b""] * (2 * len(values))
    parts[::2], parts[1::2] = map(_LENGTH.pack, map(len, values)), values
    return Blobs(_head("bytea", len(values)) + b"".join(parts))


_PACK: Mapping[Kind, Callable[[Any], bytes]] = {
    Kind.INTEGER: pack_integers,
    Kind.TEXT: pack_texts,
    Kind.BYTES: pack_blobs,
}


def pack_column(kind: Kind, values: Sequence[Any], cells: Cells | None = None) -> bytes:
    """`cells` as of `pack_texts`."""
    return pack_texts(values, cells) if kind is Kind.TEXT else _PACK[kind](values)


def pack_columns(columns: Sequence[Column], rows: Iterable[Sequence[Any]]) -> list[bytes]:
    """One parameter for each column. There must be a row."""
    return [
        _PACK[column.kind](values) for column, values in zip(columns, zip(*rows, strict=True), strict=True)
    ]


def take_arrays(connection: "psycopg.Connection[Any]") -> None:
    """Let the connection send what is packed here as it is."""
    for kind, dumper in ((Integers, _IntegersDumper), (Texts, _TextsDumper), (Blobs, _BlobsDumper)):
        connection.adapters.register_dumper(kind, dumper)


def _head(element: str, count: int) -> bytes:
    return _HEAD.pack(1, 0, _OIDS[element], count, 1)


class _PackedDumper(Dumper):
    """Gives what was packed."""

    format = Format.BINARY
    element: str

    def __init__(self, cls: type, context: AdaptContext | None = None) -> None:
        super().__init__(cls, context)
        self.oid = postgres.types[self.element].array_oid

    def dump(self, obj: Any) -> Buffer | None:
        packed: bytes = obj
        return packed


class _IntegersDumper(_PackedDumper):
    element = "int8"


class _TextsDumper(_PackedDumper):
    element = "text"


class _BlobsDumper(_PackedDumper):
    element = "bytea"
