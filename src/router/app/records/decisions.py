"""Decisions and answers as a store keeps them."""

from dataclasses import dataclass

from msgspec import Struct

from router.domain.identifiers import Instant, OrderId


class StoredDecision(Struct, frozen=True, kw_only=True, gc=False):
    """A decision's packed bytes. `ledger_position` is the one whose stock it saw."""

    number: int
    order_id: OrderId
    ledger_position: int
    body: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class BookedDecision:
    """A decision and when it was booked."""

    time: Instant
    decision: StoredDecision


class StoredOutcome(Struct, frozen=True, kw_only=True, gc=False):
    """What was answered to a request, pinned under its key."""

    request_id: str
    body_digest: bytes
    time: Instant
    body: bytes
