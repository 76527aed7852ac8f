"""What was found of an address."""

from router.api.v1 import customers_pb2, order_pb2
from router.app.customers.address_check import AddressReport


def address_response(report: AddressReport) -> customers_pb2.CheckAddressResponse:
    point = report.point
    return customers_pb2.CheckAddressResponse(
        codes=report.codes,
        kind=report.kind,
        point=None
        if point is None
        else order_pb2.Point(
            latitude_microdegrees=point.latitude_microdegrees,
            longitude_microdegrees=point.longitude_microdegrees,
        ),
        place_confidence=customers_pb2.PlaceConfidence.Value(f"PLACE_CONFIDENCE_{report.confidence.name}"),
        service_level_ids=report.service_level_ids,
    )
