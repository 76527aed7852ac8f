"""An order is canceled, held or released; a customer is forgotten."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntEnum

from router.app.commands.write import Write
from router.domain.identifiers import LineId, OrderId


@dataclass(frozen=True, slots=True, kw_only=True)
class CancelOrder(Write):
    """`lines` empty means every unit that has not been dispatched."""

    order_id: OrderId
    lines: Mapping[LineId, int]
    reason: str = ""
    validate_only: bool = False


class HoldReason(IntEnum):
    """Why a person holds an order. Names are told; numbers equal those of the public contract."""

    FRAUD = 1
    ADDRESS = 2
    APPROVAL = 3
    PAYMENT = 4
    OTHER = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class HoldOrder(Write):
    order_id: OrderId
    reason: HoldReason
    author: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReleaseOrder(Write):
    order_id: OrderId
    author: str
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class EraseCustomer(Write):
    customer_id: str
