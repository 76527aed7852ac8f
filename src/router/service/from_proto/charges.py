"""What a customer is charged for an order: amounts that must fit together."""

from google.protobuf.message import Message

from router.api.v1 import order_pb2
from router.domain.charges import line_charge, order_charge
from router.domain.limits import PAYMENT_MINOR_MAX
from router.domain.order import Order, OrderLine
from router.service.faults import Faults


def amount_of(message: Message, at: str, name: str, faults: Faults, low: int = 0) -> int | None:
    """An amount in minor units; None where the client left it out."""
    amount = getattr(message, name) if message.HasField(name) else None
    check_amount(amount, at, name, faults, low)
    return amount


def check_amount(amount: int | None, at: str, name: str, faults: Faults, low: int = 0) -> None:
    """Of an amount that was given: whether it can be one."""
    if amount is not None:
        faults.whole(amount, at, name, low, PAYMENT_MINOR_MAX)


def check_tax(line: OrderLine, at: str, faults: Faults) -> None:
    """Tax is a part of the amount."""
    if line.tax_minor and line.tax_minor > (charge := line_charge(line)):
        faults.add(
            at + "tax_minor",
            "EXCEEDS_AMOUNT",
            f"tax_minor is {line.tax_minor:,}, all units are charged {charge:,} with tax;"
            " amount_minor is what includes it",
        )


def check_charges(message: order_pb2.Order, order: Order, at: str, faults: Faults) -> None:
    """Tax is a part of what shipping costs, and all together are the total, if one is given."""
    check_amount(order.shipping_minor, at, "shipping_minor", faults)
    check_amount(order.shipping_tax_minor, at, "shipping_tax_minor", faults)
    tax, shipping = order.shipping_tax_minor, order.shipping_minor or 0
    if tax and tax > shipping:
        faults.add(
            at + "shipping_tax_minor",
            "EXCEEDS_AMOUNT",
            f"shipping_tax_minor is {tax:,}, shipping is charged {shipping:,} with tax;"
            " shipping_minor is what includes it",
        )
    total = amount_of(message, at, "total_minor", faults)
    if total is not None and total != (charge := order_charge(order)):
        faults.add(
            at + "total_minor",
            "TOTAL_DIFFERS",
            f"total_minor is {total:,}, lines are charged {charge - shipping:,} and shipping {shipping:,}, which is"
            f" {charge:,}; send amount_minor of lines with tax and discounts",
        )
