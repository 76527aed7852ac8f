"""Lots: units of a SKU that were made together and may expire together."""

from dataclasses import dataclass

from router.domain.identifiers import Day, Sku

NO_LOT = ""
"""The lot of goods whose lots nobody keeps."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Lot:
    """`expiry_day` is the last local day on which its units may leave a node; None: they do not expire."""

    sku: Sku
    id: str
    expiry_day: Day | None = None

    def __post_init__(self) -> None:
        assert self.id != NO_LOT, "a lot has a name"
