"""A suspect snapshot as it is stored."""

from dataclasses import dataclass
from enum import IntEnum

from router.domain.identifiers import Instant


class SuspectState(IntEnum):
    """What became of it. Numbers are stored and equal those of the public contract."""

    WAITING = 1
    APPROVED = 2
    REJECTED = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Suspect:
    """`id` is the key that the snapshot came with, `number` that of the event that told it.

    `body` is the packed snapshot; `author` and `note` say who judged it, and why.
    """

    id: str
    number: int
    feed_id: str
    state: SuspectState
    time: Instant
    row_count: int
    suspicion: str
    body: bytes
    author: str = ""
    note: str = ""
