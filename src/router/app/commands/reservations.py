"""Stock is reserved without an order."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from router.app.commands.write import Write
from router.domain.identifiers import LineId
from router.ledger.feeds import FeedMark
from router.ledger.stock_reservations import AskedLine


@dataclass(frozen=True, slots=True, kw_only=True)
class ReserveStock(Write):
    """`reservation_id` empty: one is made. `timeout_seconds` None: firmly. `reference` is the client's own note."""

    lines: tuple[AskedLine, ...]
    timeout_seconds: int | None
    allow_partial: bool = False
    reservation_id: str = ""
    reference: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ExtendReservation(Write):
    reservation_id: str
    timeout_seconds: int


@dataclass(frozen=True, slots=True, kw_only=True)
class FirmReservation(Write):
    reservation_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PostReservation(Write):
    """`lines` empty means all that is held; what is not posted is released unless `keep_rest`."""

    reservation_id: str
    lines: Mapping[LineId, int]
    keep_rest: bool = False
    serials: Mapping[LineId, tuple[str, ...]] = field(default_factory=dict)
    told: FeedMark | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class VoidReservation(Write):
    """`lines` empty means all that is held."""

    reservation_id: str
    lines: Mapping[LineId, int]
