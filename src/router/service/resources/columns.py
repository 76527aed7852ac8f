"""The columns of a message: one for each field, those of a part by a path such as `destination.country`."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from google.protobuf.descriptor import Descriptor, FieldDescriptor
from google.protobuf.message import Message

TIMESTAMP = "google.protobuf.Timestamp"

WHOLE = frozenset(
    {
        FieldDescriptor.CPPTYPE_INT32,
        FieldDescriptor.CPPTYPE_INT64,
        FieldDescriptor.CPPTYPE_UINT32,
        FieldDescriptor.CPPTYPE_UINT64,
    }
)
REAL = frozenset({FieldDescriptor.CPPTYPE_FLOAT, FieldDescriptor.CPPTYPE_DOUBLE})


@dataclass(frozen=True, slots=True)
class Column:
    """The fields that lead to a value, the last of which holds it."""

    path: tuple[FieldDescriptor, ...]

    @property
    def name(self) -> str:
        return ".".join(field.name for field in self.path)

    @property
    def leaf(self) -> FieldDescriptor:
        return self.path[-1]


def columns_of(message_class: type[Message], without: Sequence[str] = ()) -> tuple[Column, ...]:
    """All columns in the order of the contract, less those at a name of `without`."""
    return tuple(
        column
        for column in _columns(message_class.DESCRIPTOR)
        if not any(is_at(column.name, name) for name in without)
    )


def is_at(column: str, name: str) -> bool:
    """Whether a column is the named one, or of the part of that name."""
    return column == name or column.startswith(name + ".")


@lru_cache(maxsize=128)
def _columns(descriptor: Descriptor) -> tuple[Column, ...]:
    return tuple(_walk(descriptor, ()))


def _walk(descriptor: Descriptor, before: tuple[FieldDescriptor, ...]) -> Iterator[Column]:
    for field in descriptor.fields:
        path = (*before, field)
        if is_part(field):
            assert field.message_type is not None, "a part is a message"
            assert field.message_type not in [one.containing_type for one in path], "no part holds itself"
            yield from _walk(field.message_type, path)
        else:
            yield Column(path)


def is_part(field: FieldDescriptor) -> bool:
    """Whether its value is one message with columns of its own."""
    kind = field.message_type
    return kind is not None and not field.is_repeated and kind.full_name != TIMESTAMP


def is_map(field: FieldDescriptor) -> bool:
    return bool(field.message_type is not None and field.message_type.GetOptions().map_entry)


def short_name(field: FieldDescriptor, number: int) -> str | int:
    """`WEB` of `CHANNEL_KIND_WEB`; a number that has no name stays one."""
    kind: Any = field.enum_type
    value = kind.values_by_number.get(number)
    return number if value is None else value.name.removeprefix(prefix_of(field))


def prefix_of(field: FieldDescriptor) -> str:
    """What all names of an enum begin with."""
    kind: Any = field.enum_type
    return str(kind.values[0].name).removesuffix("UNSPECIFIED")
