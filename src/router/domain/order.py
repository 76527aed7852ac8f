"""What a customer asked for."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from router.domain.identifiers import Day, Instant, LineId, OrderId, Sku
from router.domain.place import Point


@dataclass(frozen=True, slots=True, kw_only=True)
class Destination:
    """Where an order goes. `point` is given by the client or found in the network's place table."""

    country: str
    region: str = ""
    postal_code: str = ""
    point: Point | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderLine:
    """`quantity` units of one SKU. An order may name a SKU on several lines."""

    id: LineId
    sku: Sku
    quantity: int
    unit_price_minor: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """An order as captured. `promise_day` is the last local day of delivery promised to the customer, if any."""

    id: OrderId
    channel: str
    customer_id: str = ""
    tier: str = ""
    destination: Destination
    lines: tuple[OrderLine, ...]
    place_time: Instant
    promise_day: Day | None = None
    attributes: Mapping[str, str] = field(default_factory=dict)
