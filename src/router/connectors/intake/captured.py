"""What reading a document of orders gives: orders with whom they go to, and what is wrong with the others."""

from collections.abc import Iterable
from dataclasses import dataclass

from router.domain.identifiers import OrderId
from router.domain.order import Order
from router.domain.recipient import Recipient


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """How a source is read.

    `channel` is its name; `currency` that of the network, in which prices must be. `country` is what an address that
    names none means. `with_points` keeps positions, which can be a front door. `customer_key` makes the id of a
    customer from e-mail or telephone, the same in every channel.
    """

    channel: str
    currency: str
    country: str = ""
    with_points: bool = False
    customer_key: bytes = b""


@dataclass(frozen=True, slots=True, kw_only=True)
class Captured:
    """An order ready to be routed. `row` is where it stands in its document, counted from 1."""

    row: int
    order: Order
    recipient: Recipient

    @property
    def order_id(self) -> OrderId:
        """The order's."""
        return self.order.id

    @property
    def request_id(self) -> str:
        """The idempotency key: of channel and number alone, so that an order sent twice is booked once."""
        return request_id_of(self.order.id)


@dataclass(frozen=True, slots=True, kw_only=True)
class Withdrawn:
    """An order that its shop canceled: what has not left of it is to be canceled here. `why` is what the shop says."""

    row: int
    order_id: OrderId
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RowFault:
    """Why an order cannot be taken: its row, its number if known, the field, a stable code, a whole sentence."""

    row: int
    number: str
    field: str
    code: str
    description: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Intake:
    """What was read of a document. An order with any fault is not among `orders`."""

    orders: tuple[Captured, ...]
    withdrawn: tuple[Withdrawn, ...]
    faults: tuple[RowFault, ...]


class DocumentRefused(ValueError):
    """The document as a whole cannot be read; says where and why."""


def order_id_of(terms: Terms, number: str) -> OrderId:
    """`web-1001`: two channels may give the same number to different orders."""
    return OrderId(f"{terms.channel}-{number}")


def request_id_of(order_id: str) -> str:
    """The idempotency key that an order of an intake is routed under."""
    return f"intake/{order_id}"


def gathered(read: Iterable[Captured | Withdrawn | list[RowFault]]) -> Intake:
    """Orders and faults, each in the order of the document."""
    orders: list[Captured] = []
    withdrawn: list[Withdrawn] = []
    faults: list[RowFault] = []
    for one in read:
        if isinstance(one, Captured):
            orders.append(one)
        elif isinstance(one, Withdrawn):
            withdrawn.append(one)
        else:
            faults += one
    return Intake(orders=tuple(orders), withdrawn=tuple(withdrawn), faults=tuple(faults))
