"""From bytes to messages: what is not exactly a message of the contract is refused here, in the client's terms."""

import hashlib
from collections.abc import Iterator
from functools import cache
from typing import TypeVar

from google.protobuf.descriptor import Descriptor
from google.protobuf.message import DecodeError, Message
from google.protobuf.unknown_fields import UnknownFieldSet

from router.domain.reasons import Reason
from router.service.faults import Faults
from router.service.known_fields import are_surely_known

M = TypeVar("M", bound=Message)


def parse(message_class: type[M], payload: bytes) -> M:
    """The message in `payload`. Bytes that are none, and fields the contract does not have, are INVALID_REQUEST.

    An unknown field is refused because it would be ignored: a client that says more than the server understands
    must not get an answer that looks as if it had been understood.
    """
    try:
        message = message_class.FromString(payload)
    except DecodeError:
        faults = Faults()
        name = message_class.DESCRIPTOR.name
        faults.add(
            "",
            "MALFORMED",
            f"the {len(payload):,} bytes received are not a valid {name}; text must be UTF-8, nesting at most 100 deep",
        )
        faults.raise_all(Reason.INVALID_REQUEST)
    if is_single(message_class.DESCRIPTOR):
        if any(unknown_fields(message, "")):
            refuse_unknown_fields(message)
        return message
    if are_surely_known(message_class, payload):
        return message
    # To ask a message for its size is to serialize it; still that is faster than to walk many messages.
    size = message.ByteSize()
    message.DiscardUnknownFields()
    if message.ByteSize() != size:
        refuse_unknown_fields(message_class.FromString(payload))
    return message


@cache
def is_single(descriptor: Descriptor) -> bool:
    """Whether messages of this kind hold no list of messages, and so few that all of them can be walked."""
    return all(
        field.message_type is None or (not field.is_repeated and is_single(field.message_type))
        for field in descriptor.fields
    )


def refuse_unknown_fields(message: Message) -> None:
    """Name every field of `message` that the contract does not have."""
    faults = Faults()
    for field, number in unknown_fields(message, ""):
        faults.add(
            field,
            "UNKNOWN_FIELD",
            f"field number {number} is unknown to this server; send what its version of the contract has",
        )
    if not faults.count:
        faults.add(
            "",
            "UNKNOWN_FIELD",
            "a map entry holds a field unknown to this server; send its key and value only",
        )
    faults.raise_all(Reason.INVALID_REQUEST)


def unknown_fields(message: Message, at: str) -> Iterator[tuple[str, int]]:
    """Path of the message that holds it and number, for each unknown field of `message` and the messages in it."""
    for unknown in UnknownFieldSet(message):  # type: ignore[attr-defined]
        yield at.rstrip("."), unknown.field_number
    for descriptor, value in message.ListFields():
        if descriptor.message_type is None or descriptor.message_type.GetOptions().map_entry:
            continue
        if descriptor.is_repeated:
            for index, item in enumerate(value):
                yield from unknown_fields(item, f"{at}{descriptor.name}[{index}].")
        else:
            yield from unknown_fields(value, f"{at}{descriptor.name}.")


def digest_of(message: Message, body: bytes | None = None) -> bytes:
    """SHA-256 of a request without its `request_id`: equal for equal requests, whatever key they carry. Its `body_of`
    may be there already.

    The message's name goes in first, so that one key cannot serve two kinds of request with the same bytes.
    """
    if body is None:
        body = body_of(message)
    return hashlib.sha256(message.DESCRIPTOR.full_name.encode() + b"\0" + body).digest()


def body_of(message: Message) -> bytes:
    """A request without its `request_id`, serialized: of equal requests equal bytes, fields in their order."""
    # Taken out and put back: to copy a message takes longer than to write it.
    request_id = message.request_id  # type: ignore[attr-defined]
    message.ClearField("request_id")
    body = message.SerializeToString(deterministic=True)
    message.request_id = request_id  # type: ignore[attr-defined]
    return body
