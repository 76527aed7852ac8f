"""Pages of long lists: how long one is, and the opaque token that goes on behind the last one."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

import msgspec

from router.domain.limits import PAGE_SIZE_MAX
from router.domain.reasons import Reason, RouterError, Violation

PAGE_SIZE_DEFAULT = 100

Item = TypeVar("Item")
Key = TypeVar("Key")


@dataclass(frozen=True, slots=True, kw_only=True)
class Page(Generic[Item]):
    """Some items; `next_page_token` is empty on the last page."""

    items: tuple[Item, ...]
    next_page_token: str = ""


def size_of(page_size: int) -> int:
    """0 means the default. Refuses a size out of range with INVALID_REQUEST."""
    if not 0 <= page_size <= PAGE_SIZE_MAX:
        raise _invalid("page_size", f"page_size is {page_size}, must be 1 to {PAGE_SIZE_MAX:,} (0 means 100)")
    return page_size or PAGE_SIZE_DEFAULT


def key_of(page_token: str, kind: type[Key]) -> Key | None:
    """The key in a token; None for the first page. Refuses with INVALID_REQUEST what is no token of this list."""
    if not page_token:
        return None
    try:
        return msgspec.msgpack.decode(urlsafe_b64decode(page_token.encode()), type=kind)
    except (ValueError, msgspec.DecodeError):
        text = "page_token is not one that an answer to this question gave; ask as for the page before, or without it"
        raise _invalid("page_token", text) from None


def page_of(rows: Sequence[Item], size: int, key: Callable[[Item], object]) -> Page[Item]:
    """The page of `rows`, of which one more than `size` was read when there is another page."""
    items = tuple(rows[:size])
    if len(rows) <= size:
        return Page(items=items)
    token = urlsafe_b64encode(msgspec.msgpack.encode(key(items[-1]))).decode()
    return Page(items=items, next_page_token=token)


def _invalid(field: str, description: str) -> RouterError:
    return RouterError(
        Reason.INVALID_REQUEST, description, violations=[Violation(field, "OUT_OF_RANGE", description)]
    )


def beyond_the_last(position: int, last: int) -> RouterError:
    text = f"position is {position:,}, the last entry has {last:,}"
    return RouterError(Reason.INVALID_REQUEST, text, violations=[Violation("position", "OUT_OF_RANGE", text)])
