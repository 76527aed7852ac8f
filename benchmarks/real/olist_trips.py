"""Deliveries of the Brazilian marketplace: when each was handed over, when it came, and what the shop had promised."""

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from typing import NamedTuple

from benchmarks.real.data import rows
from benchmarks.real.olist_world import ITEMS, ORDERS, PLACES, SELLERS
from router.domain.place import Point, distance_km
from router.routing.network.transit import Trip

FILES = (ORDERS, ITEMS, SELLERS, PLACES)
BANDS_KM = (50, 150, 300, 600, 1_000, 1_600, 2_400)


class Delivery(NamedTuple):
    """`promised` is the date that the shop gave."""

    order_id: str
    ordered: datetime
    left: datetime
    came: datetime
    promised: date
    trip: Trip


def deliveries() -> Iterator[Delivery]:
    """Those delivered after they were handed over, in the order of hand-over."""
    points = {
        row["zip_prefix"]: Point(round(float(row["lat"]) * 1e6), round(float(row["lng"]) * 1e6))
        for row in rows(PLACES)
    }
    sellers = {row["seller_id"]: row for row in rows(SELLERS)}
    seller_of = {row["order_id"]: row["seller_id"] for row in rows(ITEMS)}
    found = []
    for row in rows(ORDERS):
        seller = sellers.get(seller_of.get(row["order_id"], ""))
        left, came = row["order_delivered_carrier_date"], row["order_delivered_customer_date"]
        if row["order_status"] != "delivered" or not (left and came and seller) or came < left:
            continue
        found.append(delivery_of(row, seller, points))
    yield from sorted(found, key=lambda one: one.left)


def delivery_of(row: Mapping[str, str], seller: Mapping[str, str], points: Mapping[str, Point]) -> Delivery:
    left = datetime.fromisoformat(row["order_delivered_carrier_date"])
    came = datetime.fromisoformat(row["order_delivered_customer_date"])
    start, end = points.get(seller["seller_zip_code_prefix"]), points.get(row["customer_zip_code_prefix"])
    km = distance_km(start, end) if start and end else None
    band = "unknown" if km is None else str(sum(km > limit for limit in BANDS_KM))
    from_state, to_state = seller["seller_state"], row["customer_state"]
    groups = (
        (from_state, to_state, row["customer_zip_code_prefix"][:2]),
        (from_state, to_state),
        (to_state, band),
        (band,),
    )
    return Delivery(
        order_id=row["order_id"],
        ordered=datetime.fromisoformat(row["order_purchase_timestamp"]),
        left=left,
        came=came,
        promised=datetime.fromisoformat(row["order_estimated_delivery_date"]).date(),
        trip=Trip(groups, left.weekday(), (came.date() - left.date()).days),
    )
