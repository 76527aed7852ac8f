"""Fields that the contract does not have are seen in the bytes wherever the messages show them."""

from collections.abc import Iterator
from importlib import import_module
from pkgutil import iter_modules
from random import Random
from typing import Any

import pytest
from google.protobuf.descriptor import FieldDescriptor
from google.protobuf.descriptor_pb2 import DescriptorProto
from google.protobuf.message import DecodeError, Message
from google.protobuf.message_factory import GetMessageClass

from router.api import v1
from router.api.v1 import inventory_pb2, order_pb2
from router.service.known_fields import DEPTH_MAX, are_surely_known
from tests.proof.mutation import mutated
from tests.proving import seeds

REQUESTS = [
    GetMessageClass(method.input_type)
    for file in iter_modules(v1.__path__)
    if file.name.endswith("_pb2")
    for service in import_module(f"{v1.__name__}.{file.name}").DESCRIPTOR.services_by_name.values()
    for method in service.methods
]
UNKNOWN = (b"\xa0\x06\x01", b"\xa9\x06" + bytes(8), b"\xaa\x06\x00", b"\xad\x06" + bytes(4), b"\x80\x7d\x01")
"""Fields 100 and 2,000, each encoding once."""
TEXT = FieldDescriptor.CPPTYPE_STRING


def fill(message: Message, random: Random, depth: int = 0) -> None:
    """Set some fields of a message, and of those within it."""
    for field in message.DESCRIPTOR.fields:
        count = random.randrange(4) if field.is_repeated else random.randrange(2)
        for _ in range(count):
            put(message, field, random, depth)


def put(message: Any, field: FieldDescriptor, random: Random, depth: int) -> None:
    inner = field.message_type
    if inner is not None and inner.GetOptions().map_entry:
        key, value = inner.fields_by_name["key"], inner.fields_by_name["value"]
        if value.message_type is None:
            getattr(message, field.name)[some(key, random)] = some(value, random)
    elif inner is not None:
        if depth < 4:
            own = getattr(message, field.name)
            into = own.add() if field.is_repeated else own
            into.SetInParent()
            fill(into, random, depth + 1)
    elif field.is_repeated:
        getattr(message, field.name).append(some(field, random))
    else:
        setattr(message, field.name, some(field, random))


def some(field: FieldDescriptor, random: Random) -> Any:
    if field.type == FieldDescriptor.TYPE_BYTES:
        return random.randbytes(random.randrange(300))
    if field.cpp_type == TEXT:
        return random.choice(("", "A", "caf\N{LATIN SMALL LETTER E WITH ACUTE}" * 60))
    return {FieldDescriptor.CPPTYPE_BOOL: True}.get(field.cpp_type, random.choice((0, 1, 200, 1 << 20)))


def within(message: Message) -> Iterator[Message]:
    """The message, and all in it but entries of maps."""
    yield message
    for field, value in message.ListFields():
        if field.message_type is not None and not field.message_type.GetOptions().map_entry:
            for one in value if field.is_repeated else (value,):
                yield from within(one)


def holds_unknown(message: Message) -> bool:
    size = message.ByteSize()
    message.DiscardUnknownFields()
    return message.ByteSize() != size


@pytest.mark.parametrize("request_class", REQUESTS, ids=lambda one: one.DESCRIPTOR.name)
def test_an_unknown_field_is_seen_in_whatever_message_it_stands(request_class: type[Message]) -> None:
    random = Random(request_class.DESCRIPTOR.full_name)
    for _ in range(10):
        request = request_class()
        fill(request, random)

        assert are_surely_known(type(request), request.SerializeToString())
        random.choice(list(within(request))).MergeFromString(random.choice(UNKNOWN))
        assert not are_surely_known(type(request), request.SerializeToString())


@pytest.mark.parametrize("seed", seeds(81_000, 20, 400))
def test_bytes_that_are_surely_known_hide_no_unknown_field(seed: int) -> None:
    random = Random(seed)
    for _ in range(100):
        request = random.choice(REQUESTS)()
        fill(request, random)
        payload = mutated(random, request.SerializeToString())
        try:
            read = type(request).FromString(payload)
        except DecodeError:
            continue
        assert not (are_surely_known(type(request), payload) and holds_unknown(read))


def test_numbers_of_a_list_may_come_one_by_one() -> None:
    chunk = inventory_pb2.SnapshotChunk
    number = chunk.DESCRIPTOR.fields_by_name["quantities"].number
    one_by_one = bytes([number << 3, 7, number << 3, 8])

    assert list(chunk.FromString(one_by_one).quantities) == [7, 8]
    assert are_surely_known(chunk, one_by_one)


def test_a_field_encoded_as_its_number_never_is_counts_as_unknown() -> None:
    order = order_pb2.Order
    number_for_text = bytes([order.DESCRIPTOR.fields_by_name["order_id"].number << 3, 7])

    assert holds_unknown(order.FromString(number_for_text))
    assert not are_surely_known(order, number_for_text)


def test_an_entry_of_a_map_with_a_field_more_is_seen() -> None:
    order, entry = order_pb2.Order, b"\x0a\x04gift\x12\x03yes"
    payload = order(attributes={"gift": "yes"}).SerializeToString()
    more = payload.replace(bytes([len(entry)]) + entry, bytes([len(entry) + 3]) + entry + UNKNOWN[0])

    assert are_surely_known(order, payload)
    assert holds_unknown(order.FromString(more))
    assert not are_surely_known(order, more)


def test_messages_within_each_other_are_followed_so_far() -> None:
    """Where there are more, the messages themselves are looked at."""
    # What describes a message may hold others of its kind.
    number = DescriptorProto.DESCRIPTOR.fields_by_name["nested_type"].number << 3 | 2

    def nested(depth: int) -> bytes:
        payload = b""
        for _ in range(depth):
            payload = bytes([number, len(payload)]) + payload
        return payload

    assert are_surely_known(DescriptorProto, nested(DEPTH_MAX - 1))
    assert not are_surely_known(DescriptorProto, nested(DEPTH_MAX))
