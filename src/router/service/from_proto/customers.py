"""Recipients, and what is asked of customers. Faults name field and length; personal data is never repeated."""

from collections.abc import Sequence

from router.api.v1 import customers_pb2, order_pb2
from router.app.commands.orders import EraseCustomer
from router.domain.limits import (
    EMAIL_LENGTH_MAX,
    LANGUAGE_LENGTH_MAX,
    PHONE_LENGTH_MAX,
    RECIPIENT_TEXT_LENGTH_MAX,
    STREET_LINES_MAX,
)
from router.domain.recipient import NOTICE_WAYS, Recipient
from router.service.faults import Faults
from router.service.from_proto.keys import request_id_of
from router.service.parse import digest_of


def recipient_of(message: order_pb2.Order, at: str, faults: Faults) -> Recipient | None:
    """Whom an order goes to, if it says so; then it must name its customer, too."""
    if not message.HasField("recipient"):
        return None
    if not message.customer_id:
        faults.add(
            at + "customer_id",
            "REQUIRED",
            "customer_id is empty, must be given with a recipient: personal data is erased by customer",
        )
    return recipient(message.recipient, at + "recipient.", faults)


def recipient(message: order_pb2.Recipient, at: str, faults: Faults) -> Recipient:
    lines: tuple[str, ...] = ()
    if faults.count_of(message.street_lines, at, "street_lines", 0, STREET_LINES_MAX):
        lines = tuple(
            private_text(line, at, f"street_lines[{index}]", RECIPIENT_TEXT_LENGTH_MAX, faults)
            for index, line in enumerate(message.street_lines)
        )
    email = private_text(message.email, at, "email", EMAIL_LENGTH_MAX, faults)
    if email and not all(email.rpartition("@")):
        faults.add(
            at + "email", "NOT_AN_ADDRESS", "email has no `@` between two parts, must be like `name@host`"
        )
    return Recipient(
        name=private_text(message.name, at, "name", RECIPIENT_TEXT_LENGTH_MAX, faults),
        company=private_text(message.company, at, "company", RECIPIENT_TEXT_LENGTH_MAX, faults),
        street_lines=lines,
        city=private_text(message.city, at, "city", RECIPIENT_TEXT_LENGTH_MAX, faults),
        email=email,
        phone=private_text(message.phone, at, "phone", PHONE_LENGTH_MAX, faults),
        language=_language(message.language, at, faults),
        notice_ways=_notice_ways(message.notice_ways, at, faults),
    )


def _language(value: str, at: str, faults: Faults) -> str:
    if value and not all(part.isascii() and part.isalnum() for part in value.split("-")):
        faults.add(at + "language", "NOT_A_LANGUAGE", "language must be a tag such as `de` or `de-AT`")
    return faults.text(value, at, "language", LANGUAGE_LENGTH_MAX)


def _notice_ways(values: Sequence[str], at: str, faults: Faults) -> tuple[str, ...]:
    name = "notice_ways"
    if not faults.count_of(values, at, name, 0, len(NOTICE_WAYS)):
        return ()
    for index, value in enumerate(values):
        faults.choice(value, at, f"{name}[{index}]", NOTICE_WAYS)
    faults.unique(values, at, name)
    if "none" in values and len(values) > 1:
        faults.add(
            at + name, "CONTRADICTS_ITSELF", f"{name} names `none` beside others; name it alone or not"
        )
    return tuple(values)


def private_text(value: str, at: str, name: str, length_max: int, faults: Faults) -> str:
    """Up to `length_max` printable characters, or empty; a fault says where and why, never what."""
    if value.isprintable():
        return faults.text(value, at, name, length_max)
    faults.add(at + name, "NOT_PRINTABLE", f"{name} holds control or invisible characters, must not")
    return value


def erase_customer(request: customers_pb2.EraseCustomerRequest) -> EraseCustomer:
    faults = Faults()
    command = EraseCustomer(
        request_id=request_id_of(request.request_id, faults),
        body_digest=digest_of(request),
        customer_id=faults.text(faults.identifier(request.customer_id, "", "customer_id"), "", "customer_id"),
    )
    faults.raise_if_any()
    return command
