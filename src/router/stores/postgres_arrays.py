"""Columns of rows as PostgreSQL takes them: each an array in the binary form, packed at once and not value by value.

SOURCE: https://github.com/postgres/postgres/blob/REL_15_STABLE/src/backend/utils/adt/arrayfuncs.c (array_recv)
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import repeat
from struct import Struct
from typing import Any

import psycopg
from psycopg import postgres
from psycopg.abc import AdaptContext, Buffer
from psycopg.adapt import Dumper
from psycopg.pq import Format

from router.stores.table import Column, Kind

_HEAD = Struct(">iiIii")
"""Dimensions, whether any is null, the type of the elements, how many there are, the number of the first."""
_INTEGER = Struct(">iq")
_LENGTH = Struct(">i")


class Integers(bytes):
    """An array of 64-bit integers."""


class Texts(bytes):
    """An array of texts."""


class Blobs(bytes):
    """An array of bytes."""


def pack_integers(values: Sequence[int]) -> Integers:
    """Raises struct.error for a number of more than 64 bits."""
    return Integers(_head("int8", len(values)) + b"".join(map(_INTEGER.pack, repeat(8), values)))


def pack_texts(values: Sequence[str]) -> Texts:
    return Texts(_head("text", len(values)) + _joined(map(str.encode, values)))


def pack_blobs(values: Sequence[bytes]) -> Blobs:
    return Blobs(_head("bytea", len(values)) + _joined(values))


_PACK: Mapping[Kind, Callable[[Any], bytes]] = {
    Kind.INTEGER: pack_integers,
    Kind.TEXT: pack_texts,
    Kind.BYTES: pack_blobs,
}


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
    return _HEAD.pack(1, 0, postgres.types[element].oid, count, 1)


def _joined(values: Iterable[bytes]) -> bytes:
    pack = _LENGTH.pack
    return b"".join([part for value in values for part in (pack(len(value)), value)])


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
