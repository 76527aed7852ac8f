"""Whether bytes hold nothing but fields of the contract, in one compiled pass over them instead of their messages.

A kind of message is a row of two tables, by the number of the field: how its values may be encoded, and of which kind
they are where they are messages themselves.
"""

from functools import cache
from typing import NamedTuple

import numpy as np
from google.protobuf.descriptor import Descriptor, FieldDescriptor
from google.protobuf.message import Message
from numpy.typing import NDArray

from router.api.v1 import routing_pb2
from router.solver.records import compiled

VARINT, FIXED_64, LENGTH, FIXED_32 = 0, 1, 2, 5
"""How values are encoded. SOURCE: https://protobuf.dev/programming-guides/encoding (wire types)."""
_FIXED_64 = (FieldDescriptor.TYPE_DOUBLE, FieldDescriptor.TYPE_FIXED64, FieldDescriptor.TYPE_SFIXED64)
_FIXED_32 = (FieldDescriptor.TYPE_FLOAT, FieldDescriptor.TYPE_FIXED32, FieldDescriptor.TYPE_SFIXED32)
_LENGTH = (FieldDescriptor.TYPE_STRING, FieldDescriptor.TYPE_BYTES, FieldDescriptor.TYPE_MESSAGE)

NUMBERS_MAX = 256
"""LIMIT: fields of higher numbers are not in the tables."""
DEPTH_MAX = 32
"""LIMIT: messages within each other that the pass follows."""
NO_MESSAGE = -1

Bytes = NDArray[np.uint8]
Numbers = NDArray[np.int64]


class Tables(NamedTuple):
    """Of kinds of messages, the first of which is asked for, by the number of each field."""

    encodings: Numbers
    """A bit for each encoding that its values may have; none: there is no such field."""
    messages: Numbers
    """The kind of messages that its values are, or NO_MESSAGE."""


def are_surely_known(message_class: type[Message], payload: bytes) -> bool:
    """Whether every field in the bytes of a message, which could be parsed, is one of its kind's or of those within it.

    False where it is not sure of that: then the messages are to be looked at.
    """
    tables = tables_of(message_class.DESCRIPTOR)
    return _all_known(np.frombuffer(payload, np.uint8), tables.encodings, tables.messages)


@cache
def tables_of(descriptor: Descriptor) -> Tables:
    kinds = {descriptor: 0}
    found = [descriptor]
    # It grows while it is gone through.
    for one in found:
        for field in one.fields:
            if field.message_type is not None and field.message_type not in kinds:
                kinds[field.message_type] = len(found)
                found.append(field.message_type)
    encodings = np.zeros((len(found), NUMBERS_MAX), np.int64)
    messages = np.full((len(found), NUMBERS_MAX), NO_MESSAGE, np.int64)
    for kind, one in enumerate(found):
        for field in one.fields:
            if field.number < NUMBERS_MAX:
                encodings[kind, field.number] = encodings_of(field)
                if field.message_type is not None:
                    messages[kind, field.number] = kinds[field.message_type]
    return Tables(encodings, messages)


def encodings_of(field: FieldDescriptor) -> int:
    """Lists of numbers come in one piece or one by one."""
    if field.type == FieldDescriptor.TYPE_GROUP:
        return 0
    if field.type in _LENGTH:
        return 1 << LENGTH
    own = FIXED_64 if field.type in _FIXED_64 else FIXED_32 if field.type in _FIXED_32 else VARINT
    return 1 << own | (1 << LENGTH if field.is_repeated else 0)


@compiled
def _all_known(payload: Bytes, encodings: Numbers, messages: Numbers) -> bool:
    ends, kinds = np.empty(DEPTH_MAX, np.int64), np.empty(DEPTH_MAX, np.int64)
    at, depth = 0, 0
    ends[0], kinds[0] = len(payload), 0
    while True:
        while at >= ends[depth]:
            if depth == 0:
                return True
            depth -= 1
        at, tag = _read_number(payload, at)
        field, encoding = tag >> 3, tag & 7
        if field >= encodings.shape[1] or not encodings[kinds[depth], field] >> encoding & 1:
            return False
        if encoding == FIXED_64:
            at += 8
            continue
        if encoding == FIXED_32:
            at += 4
            continue
        at, value = _read_number(payload, at)
        if encoding == VARINT:
            continue
        message = messages[kinds[depth], field]
        if message == NO_MESSAGE:
            at += value
            continue
        depth += 1
        if depth == DEPTH_MAX:
            return False
        ends[depth], kinds[depth] = at + value, message


@compiled
def _read_number(payload: Bytes, at: int) -> tuple[int, int]:
    """Where a number of seven bits a byte ends, and what it is."""
    number, shift = 0, 0
    while True:
        byte = int(payload[at])
        number |= (byte & 0x7F) << shift
        shift += 7
        at += 1
        if byte < 0x80:
            return at, number


def warm_up_fields() -> None:
    """Load the kernel, or compile it where no cache exists yet."""
    are_surely_known(routing_pb2.BatchRouteOrdersRequest, b"")
