"""What the server and the process of a shadow say to each other: one message a frame, MessagePack behind its length."""

from collections.abc import Mapping
from typing import IO

import msgspec

from router.domain.identifiers import Digest
from router.planning.effects.comparison import Comparison

_LENGTH_BYTES = 8
_ENCODER = msgspec.msgpack.Encoder()


class Begin(msgspec.Struct, frozen=True, tag=True):
    """The files of the version in shadow. Answered by `Done` or `Failed`."""

    files: Mapping[str, bytes]


class Work(msgspec.Struct, frozen=True, tag=True):
    """Decisions (id, packed) to decide again, and documents not sent before. Answered by `Done` or `Failed`."""

    networks: Mapping[Digest, bytes]
    rules: Mapping[Digest, Mapping[str, bytes]]
    decisions: tuple[tuple[str, bytes], ...]


class Done(msgspec.Struct, frozen=True, tag=True):
    """The comparison of what was just decided; of nothing after `Begin`."""

    comparison: Comparison


class Failed(msgspec.Struct, frozen=True, tag=True):
    """It cannot go on, and why."""

    message: str


ToShadow = Begin | Work
FromShadow = Done | Failed

_TO_SHADOW: "msgspec.msgpack.Decoder[ToShadow]" = msgspec.msgpack.Decoder(ToShadow)
_FROM_SHADOW: "msgspec.msgpack.Decoder[FromShadow]" = msgspec.msgpack.Decoder(FromShadow)


def send(stream: IO[bytes], message: ToShadow | FromShadow) -> None:
    """Raises OSError when nobody is there any more."""
    body = _ENCODER.encode(message)
    stream.write(len(body).to_bytes(_LENGTH_BYTES, "big"))
    stream.write(body)
    stream.flush()


def receive_from_server(stream: IO[bytes]) -> ToShadow | None:
    """The next message; None at the end."""
    body = _receive(stream)
    return None if body is None else _TO_SHADOW.decode(body)


def receive_from_shadow(stream: IO[bytes]) -> FromShadow | None:
    """The next message; None at the end."""
    body = _receive(stream)
    return None if body is None else _FROM_SHADOW.decode(body)


def _receive(stream: IO[bytes]) -> bytes | None:
    head = stream.read(_LENGTH_BYTES)
    if len(head) < _LENGTH_BYTES:
        return None
    length = int.from_bytes(head, "big")
    body = stream.read(length)
    return body if len(body) == length else None
