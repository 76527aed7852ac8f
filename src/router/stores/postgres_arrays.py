"""Columns of rows as PostgreSQL takes them: each an array in the binary form, packed at once and not value by value.

SOURCE: https://github.com/postgres/postgres/blob/REL_15_STABLE/src/backend/utils/adt/arrayfuncs.c (array_recv)
"""

import sys
from array import array
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import chain
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
_EMPTY_INTEGER = (8).to_bytes(4, "big") + bytes(8)
"""Its length, and room for it."""
_LENGTH = Struct(">i")


class Integers(bytes):
    """An array of 64-bit integers."""


class Texts(bytes):
    """An array of texts."""


class Blobs(bytes):
    """An array of bytes."""


def pack_integers(values: Sequence[int]) -> Integers:
    """Raises OverflowError for a number of more than 64 bits."""
    whole = array("q", values)
    if sys.byteorder == "little":
        whole.byteswap()
    # Byte by byte of all numbers at once, which takes a quarter of packing one number after another.
    of_values, packed = whole.tobytes(), bytearray(_EMPTY_INTEGER * len(values))
    for place in range(8):
        packed[4 + place :: 12] = of_values[place::8]
    return Integers(_head("int8", len(values)) + packed)


def pack_texts(values: Sequence[str]) -> Texts:
    return Texts(_head("text", len(values)) + _joined(list(map(str.encode, values))))


def pack_blobs(values: Sequence[bytes]) -> Blobs:
    return Blobs(_head("bytea", len(values)) + _joined(values))


_PACK: Mapping[Kind, Callable[[Any], bytes]] = {
    Kind.INTEGER: pack_integers,
    Kind.TEXT: pack_texts,
    Kind.BYTES: pack_blobs,
}


def pack_column(kind: Kind, values: Sequence[Any]) -> bytes:
    return _PACK[kind](values)


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


def _joined(values: Sequence[bytes]) -> bytes:
    lengths = map(_LENGTH.pack, map(len, values))
    return b"".join(chain.from_iterable(zip(lengths, values, strict=True)))


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
