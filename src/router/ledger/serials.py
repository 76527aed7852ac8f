"""Serial numbers: which single units left, and with what."""

from dataclasses import dataclass

from router.domain.identifiers import LineId, Sku


@dataclass(frozen=True, slots=True, kw_only=True)
class Serial:
    """A unit that left by the entry at `position`: for a line of `owner`, an order or a stock reservation."""

    sku: Sku
    serial: str
    owner: str
    line_id: LineId
    position: int
