"""What a row is, and how one that somebody else must have written is refused."""

from collections.abc import Callable, Sequence
from functools import wraps
from typing import Any, TypeVar

import msgspec

from router.app.ports.store import StoreError

Row = Sequence[Any]
Value = None | int | float | str | bytes

ENCODER = msgspec.msgpack.Encoder()


V = TypeVar("V")


def of_the_books(what: str) -> Callable[[Callable[[Row], V]], Callable[[Row], V]]:
    """Raises StoreError for a row that somebody else must have written."""

    def careful(read: Callable[[Row], V]) -> Callable[[Row], V]:
        @wraps(read)
        def read_carefully(row: Row) -> V:
            try:
                return read(row)
            except (AssertionError, KeyError, ValueError, msgspec.DecodeError) as error:
                raise StoreError(f"row {tuple(row)} {what}: {error}") from error

        return read_carefully

    return careful
