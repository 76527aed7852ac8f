"""Delays that were found, told and answered."""

from dataclasses import dataclass

from router.ledger.delays import Delay
from router.ledger.orders import LineQuantities as LineQuantities


@dataclass(frozen=True, slots=True, kw_only=True)
class DelayChanged:
    delay: Delay


@dataclass(frozen=True, slots=True, kw_only=True)
class DelaysDetected:
    """Delays that were opened, and shipments under way whose customers are due to hear that they are late."""

    delays: tuple[Delay, ...]
    shipment_ids: tuple[str, ...]
    next_page_token: str = ""
