"""Where orders go."""

from router.api.v1 import order_pb2
from router.domain.countries import COUNTRIES
from router.domain.limits import POSTAL_CODE_LENGTH_MAX
from router.domain.order import Destination
from router.domain.place import Point
from router.service.faults import Faults

LATITUDE_MAX, LONGITUDE_MAX = 90_000_000, 180_000_000
"""Microdegrees, east and north as west and south."""

NOWHERE = Destination(country="")


def destination_of(message: order_pb2.Destination, at: str, faults: Faults) -> Destination:
    """The destination; what is wrong with it is in `faults`."""
    found = destination_as_sent(message)
    faults.country(found.country, at, "country")
    faults.text(found.region, at, "region")
    faults.postal_code(found.postal_code, at, "postal_code")
    if found.point is not None:
        check_point(found.point, at + "point.", faults)
    return found


def destination_as_sent(message: order_pb2.Destination) -> Destination:
    """The destination, whatever is wrong with it."""
    point = None
    if message.HasField("point"):
        there = message.point
        point = Point(there.latitude_microdegrees, there.longitude_microdegrees)
    return Destination(
        country=message.country, region=message.region, postal_code=message.postal_code, point=point
    )


def is_place(destination: Destination) -> bool:
    """Whether nothing is wrong with it but perhaps its texts."""
    point = destination.point
    return (
        destination.country in COUNTRIES
        and len(destination.postal_code) <= POSTAL_CODE_LENGTH_MAX
        and (
            point is None
            or (
                -LATITUDE_MAX <= point.latitude_microdegrees <= LATITUDE_MAX
                and -LONGITUDE_MAX <= point.longitude_microdegrees <= LONGITUDE_MAX
            )
        )
    )


def point_of(message: order_pb2.Point, at: str, faults: Faults) -> Point:
    """The point; what is wrong with it is in `faults`."""
    found = Point(message.latitude_microdegrees, message.longitude_microdegrees)
    check_point(found, at, faults)
    return found


def check_point(point: Point, at: str, faults: Faults) -> None:
    faults.whole(point.latitude_microdegrees, at, "latitude_microdegrees", -LATITUDE_MAX, LATITUDE_MAX)
    faults.whole(point.longitude_microdegrees, at, "longitude_microdegrees", -LONGITUDE_MAX, LONGITUDE_MAX)
