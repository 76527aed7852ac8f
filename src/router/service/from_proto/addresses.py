"""An address that is to be looked at."""

from router.api.v1 import customers_pb2
from router.app.books.contacts import normal_phone
from router.domain.limits import EMAIL_LENGTH_MAX, PHONE_LENGTH_MAX
from router.domain.order import Destination
from router.domain.recipient import Recipient
from router.service.faults import Faults
from router.service.from_proto.customers import private_text, recipient
from router.service.from_proto.destinations import NOWHERE, destination_of


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


def contact_of(request: customers_pb2.FindCustomersRequest) -> tuple[str, str]:
    """E-mail address and telephone number, of which one must be there. Faults never repeat them."""
    faults = Faults()
    email = private_text(request.email, "", "email", EMAIL_LENGTH_MAX, faults)
    phone = private_text(request.phone, "", "phone", PHONE_LENGTH_MAX, faults)
    if phone and not normal_phone(phone):
        faults.add(
            "phone", "NO_COUNTRY", "phone names no country, must begin with `+` such as `+33 1 42 68 53 00`"
        )
    if not (email or phone):
        faults.missing("", "email")
    faults.raise_if_any()
    return email, phone
