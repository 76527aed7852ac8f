"""Feeds: who reports stock from outside, and how what a feed says is put in the order in which it happened.

A feed counts its own changes, by a sequence or by its clock. Every point of that count is a mark. A snapshot says what
was there at a mark, with all that happened up to it; a movement says at which mark it happened. So of two messages the
marks decide which one knows of the other, whatever order they arrive in.
"""

from dataclasses import dataclass
from enum import IntEnum
from typing import NamedTuple

from router.domain.identifiers import Instant, NodeId, Sku

_NEVER = Instant(0)


class Counting(IntEnum):
    """What a feed counts its changes by. Numbers are stored and never change their meaning."""

    SEQUENCE = 1
    TIME = 2
    NOTHING = 3


class Mark(NamedTuple):
    """A point in the life of a feed: its epoch, and in it a sequence number or microseconds of its clock.

    Marks compare: everything of an earlier epoch was before everything of a later one.
    """

    epoch: int
    value: int


BEFORE_ALL = Mark(0, 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedMark:
    """What a movement says of itself: which feed tells it, what that feed counts by, and where it stands there."""

    feed_id: str
    counting: Counting
    mark: Mark = BEFORE_ALL


@dataclass(frozen=True, slots=True, kw_only=True)
class Feed:
    """A feed as it is known.

    `newest` is the largest mark that a snapshot of it had. `floor` is the mark up to which everything is counted that
    no snapshot has raised further. For a feed that counts by nothing: `lag_microseconds` is how old what it says can
    be, and `heard_since` when it was first heard with that lag. A snapshot that changes more than `guard_percent` of a
    node's units is kept aside; 0 lets everything through.
    """

    feed_id: str
    counting: Counting
    epoch: int = 0
    newest: int = 0
    floor: Mark = BEFORE_ALL
    lag_microseconds: int = 0
    heard_since: Instant = _NEVER
    guard_percent: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Movement:
    """Units that a feed says came to (positive) or left (negative) a node at a mark; booked at `position`.

    `cause` tells movements of the same mark apart: a shipment, a transfer, a reason.
    """

    position: int
    feed_id: str
    node_id: NodeId
    sku: Sku
    mark: Mark
    units: int
    cause: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Raised:
    """The mark up to which a feed has counted a node's SKUs; `skus` None means all of them, those to come too."""

    feed_id: str
    node_id: NodeId
    mark: Mark
    skus: tuple[Sku, ...] | None
