"""An order is wanted otherwise than it was."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from router.app.commands.write import Write
from router.domain.identifiers import Day, LineId, OrderId, ServiceLevelId, Sku
from router.domain.order import Destination
from router.domain.recipient import Recipient


@dataclass(frozen=True, slots=True, kw_only=True)
class LineEdit:
    """`quantity` units of a line are wanted from now on, canceled ones not counted. `sku`: of a new line."""

    line_id: LineId
    quantity: int
    sku: Sku | None = None
    unit_price_minor: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class EditOrder(Write):
    """What is None stays as it is. `promise` and `levels` are one-tuples of what is wanted instead.

    `edit_digest` is that of the edit without its token; `attributes` are what the server found of the address.
    `confirm_token` empty: show what would be done and do nothing.
    """

    order_id: OrderId
    lines: tuple[LineEdit, ...] = ()
    destination: Destination | None = None
    recipient: Recipient | None = None
    levels: tuple[tuple[ServiceLevelId, ...]] | None = None
    promise: tuple[Day | None] | None = None
    author: str
    note: str = ""
    confirm_token: str = ""
    edit_digest: bytes = b""
    attributes: Mapping[str, str] = field(default_factory=dict)

    @property
    def validate_only(self) -> bool:
        return not self.confirm_token
