"""What is written on a parcel: one label for each parcel of a shipment's plan."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from router.app.answers.fulfillment import ShipmentRecord
from router.domain.identifiers import Sku
from router.domain.node import Node
from router.domain.order import Order
from router.domain.plan import Shipment
from router.domain.product import Product
from router.domain.reasons import Reason, RouterError
from router.domain.recipient import Recipient
from router.ledger.bookings import Packing


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """Units of a product in a parcel."""

    sku: Sku
    name: str
    quantity: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Label:
    """`barcode` is what the carrier calls the shipment or, before it has a number, the shipment's id.

    `parcel` counts from 1. Lines that nobody knows are left out.
    """

    shipment_id: str
    barcode: str
    sender_lines: tuple[str, ...]
    recipient_lines: tuple[str, ...]
    service_level_id: str
    ship_date: str
    weight_grams: int
    parcel: int
    parcel_count: int
    contents: tuple[Content, ...]


def labels_of(
    record: ShipmentRecord,
    order: Order,
    planned: Shipment,
    node: Node | None,
    recipient: Recipient | None,
    products: Mapping[Sku, Product],
    packing: Packing | None = None,
) -> tuple[Label, ...]:
    """Labels of the boxes it was packed in or, before that, of the parcels it was planned in, without units lost since.

    Refuses with INVALID_REQUEST what cannot be written as bars.
    """
    account = record.account
    parcels = packed(record, planned, products) if packing is None else in_boxes(packing, products)
    barcode = account.tracking_number or account.id
    if not barcode.isascii():
        raise RouterError(
            Reason.INVALID_REQUEST,
            f"`{barcode}` cannot be written as bars, they have ASCII letters only; give it a tracking number",
            shipment_id=account.id,
        )
    return tuple(
        Label(
            shipment_id=account.id,
            barcode=barcode,
            sender_lines=sender_lines(node, account.node_id),
            recipient_lines=recipient_lines(order, recipient),
            service_level_id=record.service_level_id,
            ship_date=date.fromordinal(record.ship_day).isoformat(),
            weight_grams=weight_grams,
            parcel=number,
            parcel_count=len(parcels),
            contents=contents,
        )
        for number, (weight_grams, contents) in enumerate(parcels, start=1)
    )


def packed(
    record: ShipmentRecord, planned: Shipment, products: Mapping[Sku, Product]
) -> list[tuple[int, tuple[Content, ...]]]:
    """Weight and contents of each parcel that holds something."""
    left = {one.line_id: one.quantity for one in record.units}
    parcels = []
    for parcel in planned.parcels:
        weight, contents = parcel.weight_grams, []
        for one in parcel.allocations:
            units = min(one.quantity, left.get(one.line_id, 0))
            left[one.line_id] = left.get(one.line_id, 0) - units
            product = products.get(one.sku)
            weight -= (one.quantity - units) * (product.weight_grams if product else 0)
            if units:
                contents.append(Content(sku=one.sku, name=product.name if product else "", quantity=units))
        if contents:
            parcels.append((max(0, weight), tuple(contents)))
    return parcels


def in_boxes(packing: Packing, products: Mapping[Sku, Product]) -> list[tuple[int, tuple[Content, ...]]]:
    """Weight and contents of each box."""
    parcels = []
    for box in packing.boxes:
        counts = Counter(one.sku for one in box.placements)
        names = {sku: products[sku].name if sku in products else "" for sku in counts}
        contents = tuple(Content(sku=sku, name=names[sku], quantity=count) for sku, count in counts.items())
        parcels.append((box.weight_grams, contents))
    return parcels


def sender_lines(node: Node | None, node_id: str) -> tuple[str, ...]:
    if node is None:
        return (node_id,)
    return _filled(node.name or node_id, " ".join(_filled(node.country, node.region, node.postal_code)))


def recipient_lines(order: Order, recipient: Recipient | None) -> tuple[str, ...]:
    """Name and street as far as they are known, and the place that the order goes to."""
    to = order.destination
    known = recipient or Recipient()
    place = " ".join(_filled(to.postal_code, known.city, to.region))
    return _filled(known.name, known.company, *known.street_lines, place, to.country)


def _filled(*parts: str) -> tuple[str, ...]:
    return tuple(part for part in parts if part)
