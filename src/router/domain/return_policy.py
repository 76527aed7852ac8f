"""Return policies: who may send what back, until when, at whose cost, and when the money goes back."""

from enum import IntEnum

from msgspec import Struct

from router.domain.identifiers import NodeId, ServiceLevelId

EVERY_CHANNEL = ""
"""The channel of the policy that holds where a channel has none of its own."""


class LabelPayer(IntEnum):
    """Who pays for the way back. Numbers are stored and equal those of the public contract."""

    SHOP = 1
    CUSTOMER = 2


class RefundTime(IntEnum):
    """From when on money may go back. Numbers are stored and equal those of the public contract.

    FIRST_SCAN: as soon as units arrive. INSPECTION: when somebody has looked at them.
    """

    FIRST_SCAN = 1
    INSPECTION = 2


class ReturnReason(Struct, frozen=True, kw_only=True, gc=False):
    """What holds for a reason. `window_days` 0: that of the policy.

    The fee is `fee_percent` of what the goods cost and `fee_minor` once, never more than they cost.
    """

    code: str
    window_days: int = 0
    label_payer: LabelPayer = LabelPayer.SHOP
    refunds_shipping: bool = False
    fee_percent: int = 0
    fee_minor: int = 0


class ReturnPolicy(Struct, frozen=True, kw_only=True, gc=False):
    """The policy of a channel, or of every channel that has none.

    Units may be announced for `window_days` after their delivery, and must arrive within `send_days` of that. They go
    to one of `node_ids`, empty: any. `refunds_itself`: nobody needs to ask for the money. A unit is worth
    `resale_minor` where none of it is left to sell.
    """

    channel: str = EVERY_CHANNEL
    window_days: int
    send_days: int
    refund_time: RefundTime = RefundTime.INSPECTION
    refunds_itself: bool = False
    reasons: tuple[ReturnReason, ...]
    node_ids: tuple[NodeId, ...] = ()
    resale_minor: int = 0

    def find_reason(self, code: str) -> ReturnReason | None:
        return next((one for one in self.reasons if one.code == code), None)


class ReturnOption(Struct, frozen=True, kw_only=True, gc=False):
    """A node that goods may go to, with what it costs and what it brings, in thousandths of a minor unit.

    `service_level_id` is the cheapest that reaches it, by the tariff of the way from the node to the customer.
    """

    node_id: NodeId
    service_level_id: ServiceLevelId
    freight_milli: int
    handling_milli: int
    resale_milli: int

    @property
    def total_milli(self) -> int:
        return self.freight_milli + self.handling_milli - self.resale_milli
