"""An address that is to be looked at."""

from router.api.v1 import customers_pb2
from router.domain.order import Destination
from router.domain.recipient import Recipient
from router.service.faults import Faults
from router.service.from_proto.customers import recipient
from router.service.from_proto.orders import NOWHERE, destination_of


def address_of(request: customers_pb2.CheckAddressRequest) -> tuple[Recipient, Destination]:
    faults = Faults()
    to = recipient(request.recipient, "recipient.", faults)
    destination = NOWHERE
    if request.HasField("destination"):
        destination = destination_of(request.destination, "destination.", faults)
    else:
        faults.missing("", "destination")
    faults.raise_if_any()
    return to, destination
