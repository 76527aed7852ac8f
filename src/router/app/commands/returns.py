"""What can be asked about returns and claims."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from router.app.commands.write import Write
from router.domain.identifiers import LineId, OrderId, Sku
from router.domain.recipient import Recipient
from router.domain.return_policy import ReturnPolicy
from router.ledger.feeds import FeedMark
from router.ledger.returns import ClaimCause, Disposition


@dataclass(frozen=True, slots=True, kw_only=True)
class PutReturnPolicies(Write):
    policies: tuple[ReturnPolicy, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class AuthorizeReturn(Write):
    """Units of lines of an order may be sent back. `node_id` empty: the best node is chosen."""

    order_id: OrderId
    lines: Mapping[LineId, int]
    reason_code: str
    return_id: str = ""
    node_id: str = ""
    validate_only: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiveReturn(Write):
    """Units of SKUs arrived. `node_id` empty: where they were to go. `closes`: nothing more is awaited.

    `accepts_extra`: it is true that far more came than was announced.
    """

    return_id: str
    lines: Mapping[Sku, int]
    node_id: str = ""
    closes: bool = False
    accepts_extra: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What somebody found about units of a SKU. `is_denied`: no money is given for them.

    `was_refurbished`: they were inspected before and come from being made as good as new.
    """

    sku: Sku
    quantity: int
    disposition: Disposition
    condition: str = ""
    is_denied: bool = False
    was_refurbished: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class InspectReturn(Write):
    """`told` is where restocking stands in what the node's feed counts."""

    return_id: str
    findings: tuple[Finding, ...]
    told: FeedMark | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CancelReturn(Write):
    return_id: str
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenClaim(Write):
    """Ask for money or a replacement of units that do not come back, or for `goodwill_minor`.

    LOST and DAMAGED name a shipment; without lines they mean all of it.
    """

    order_id: OrderId
    cause: ClaimCause
    shipment_id: str = ""
    lines: Mapping[LineId, int] = field(default_factory=dict)
    goodwill_minor: int = 0
    return_id: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RefundReturn(Write):
    """Give money back for what is owed, by default as the order was charged: at most `lines_minor_max` for goods and
    `shipping_minor_max` for shipping. `shipping_minor` is another amount for shipping, `tax_minor` one for tax that
    prices do not include.

    `external_reference`: it was paid back elsewhere, no payment here moves.
    """

    return_id: str
    shipping_minor: int = 0
    tax_minor: int = 0
    lines_minor_max: int | None = None
    shipping_minor_max: int | None = None
    external_reference: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class BeginRefund(RefundReturn):
    """Write down which payments will give back how much, for the request `wanted_by`."""

    wanted_by: str = ""
    wanted_digest: bytes = b""


@dataclass(frozen=True, slots=True, kw_only=True)
class DropRefund(Write):
    """A payment's provider said no: what the payments in `done` gave back stands, the rest is under way no more."""

    return_id: str
    done: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class SendReplacement(Write):
    """Route an order, free of charge, in the place of units that are owed. No `lines`: the same goods again.

    `recipient` is added by the service: whom the first order went to.
    """

    return_id: str
    order_id: OrderId
    lines: Mapping[Sku, int] = field(default_factory=dict)
    recipient: Recipient | None = field(default=None, compare=False, repr=False)


ReturnCommand = (
    PutReturnPolicies
    | AuthorizeReturn
    | ReceiveReturn
    | InspectReturn
    | CancelReturn
    | OpenClaim
    | RefundReturn
    | BeginRefund
    | DropRefund
    | SendReplacement
)
