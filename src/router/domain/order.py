"""What a customer asked for."""

from collections.abc import Mapping

from msgspec import Struct, field

from router.domain.identifiers import Day, Instant, LineId, OrderId, ServiceLevelId, Sku
from router.domain.limits import PROMISE_DAYS_AHEAD_MAX, PROMISE_DAYS_BEFORE_MAX
from router.domain.place import Point

EPOCH_ORDINAL = 719_163
DAY_MICROSECONDS = 86_400_000_000


class Destination(Struct, frozen=True, kw_only=True, gc=False):
    """Where an order goes. `point` is given by the client or found in the network's place table."""

    country: str
    region: str = ""
    postal_code: str = ""
    point: Point | None = None


class OrderLine(Struct, frozen=True, kw_only=True, gc=False):
    """`quantity` units of one SKU. An order may name a SKU on several lines.

    Lines with the same `kit_id` are a kit: as many kits as the greatest common divisor of their quantities, each
    shipped whole, in one parcel. Lines with the same `together_id` leave in one shipment or not at all.

    `amount_minor` is what all the units are charged, tax included and discounts taken off; None: at their price.
    `tax_minor` is the tax in it; None: nobody said.
    """

    id: LineId
    sku: Sku
    quantity: int
    unit_price_minor: int = 0
    kit_id: str = ""
    together_id: str = ""
    amount_minor: int | None = None
    tax_minor: int | None = None


class Order(Struct, frozen=True, kw_only=True, gc=False):
    """An order as captured. `promise_day` is the last local day of delivery promised to the customer, if any.

    `pickup_node_id` names the node where the customer wants to collect it; empty = it is sent. `service_level_ids` are
    those that the customer chose from; empty = any. `shipping_minor` is what the customer is charged for shipping, tax
    included; None: nobody said. `shipping_tax_minor` is the tax in it. `accepts_substitutes`: the customer takes what
    rules offer instead of a product.
    """

    id: OrderId
    channel: str
    customer_id: str = ""
    tier: str = ""
    destination: Destination
    lines: tuple[OrderLine, ...]
    place_time: Instant
    promise_day: Day | None = None
    attributes: Mapping[str, str] = field(default_factory=dict)
    pickup_node_id: str = ""
    service_level_ids: tuple[ServiceLevelId, ...] = ()
    shipping_minor: int | None = None
    shipping_tax_minor: int | None = None
    accepts_substitutes: bool = False


def days_to_promise(place_time: Instant) -> tuple[Day, Day]:
    """The first and the last day that may be promised to an order placed then, by the date in UTC."""
    placed = EPOCH_ORDINAL + place_time // DAY_MICROSECONDS
    return Day(placed - PROMISE_DAYS_BEFORE_MAX), Day(placed + PROMISE_DAYS_AHEAD_MAX)
