"""What a notice may tell: of which events there are notices, and what is known of the order when one is written."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from router.app.records import EventKind
from router.domain.recipient import Recipient


class NoticeKind(StrEnum):
    """Each has a template in every language."""

    CONFIRMATION = "confirmation"
    SHIPMENT = "shipment"
    CANCELLATION = "cancellation"


NOTICES: Mapping[EventKind, NoticeKind] = {
    EventKind.ORDER_ROUTED: NoticeKind.CONFIRMATION,
    EventKind.SHIPMENT_DISPATCHED: NoticeKind.SHIPMENT,
    EventKind.ORDER_CANCELED: NoticeKind.CANCELLATION,
}
"""The events that customers are told of."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ToldUnits:
    sku: str
    quantity: int


def units_of(counts: Iterable[tuple[str, int]]) -> tuple[ToldUnits, ...]:
    """Added up by SKU, in the order in which they first appear; none of which there are no units."""
    units: Counter[str] = Counter()
    for sku, count in counts:
        units[sku] += count
    return tuple(ToldUnits(sku=sku, quantity=count) for sku, count in units.items() if count)


@dataclass(frozen=True, slots=True, kw_only=True)
class ToldShipment:
    """`delivery_date` is local to the destination, `YYYY-MM-DD`."""

    shipment_id: str
    service_level_id: str
    delivery_date: str
    units: tuple[ToldUnits, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """An order as its customer may see it. `recipient` None: nobody is known, or the person was erased."""

    order_id: str
    recipient: Recipient | None
    lines: tuple[ToldUnits, ...]
    shipments: tuple[ToldShipment, ...]
    waiting: tuple[ToldUnits, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """One message to one person. `id` is the same whenever it is sent again, and never another's."""

    id: str
    kind: NoticeKind
    order_id: str
    to: Recipient
    subject: str
    text: str
