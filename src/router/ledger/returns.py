"""Returns as the ledger knows them: units of an order that come back, or that a claim says never will.

Of each line: authorized + extra = expected + canceled + received, and received = to inspect + restocked + refurbishing
+ scrapped + sent to the vendor + quarantined. What was refunded or replaced is a part of what arrived, never more.
"""

from enum import IntEnum

from msgspec import Struct
from msgspec.structs import replace

from router.domain.charges import share
from router.domain.identifiers import Instant, LineId, NodeId, OrderId, Sku
from router.domain.return_policy import LabelPayer, RefundTime
from router.ledger.accounts import Bucket
from router.ledger.flows import EntryCode
from router.ledger.lots import NO_LOT
from router.ledger.return_lifecycle import (
    RETURN_TRANSITIONS,
    ReturnEvent,
    ReturnState,
    check_return_allowed,
)

NEVER = Instant(0)


class ReturnKind(IntEnum):
    """Numbers are stored and equal those of the public contract. CLAIM: nothing comes back."""

    RETURN = 1
    CLAIM = 2


class ClaimCause(IntEnum):
    """Why somebody claims without sending anything back. Numbers equal those of the public contract."""

    LOST = 1
    DAMAGED = 2
    GOODWILL = 3


class Disposition(IntEnum):
    """What becomes of a returned unit. Numbers are stored and equal those of the public contract."""

    RESTOCK = 1
    REFURBISH = 2
    SCRAP = 3
    RETURN_TO_VENDOR = 4
    QUARANTINE = 5


DISPOSED: dict[Disposition, tuple[str, EntryCode, Bucket]] = {
    Disposition.RESTOCK: ("restocked", EntryCode.RETURN_RESTOCK, Bucket.ON_HAND),
    Disposition.REFURBISH: ("refurbishing", EntryCode.REFURBISH, Bucket.REFURBISH),
    Disposition.SCRAP: ("scrapped", EntryCode.RETURN_SCRAP, Bucket.DAMAGED),
    Disposition.RETURN_TO_VENDOR: ("to_vendor", EntryCode.RETURN_TO_VENDOR, Bucket.SUPPLIER),
    Disposition.QUARANTINE: ("quarantined", EntryCode.QUARANTINE, Bucket.QUARANTINE),
}
"""Where each disposition counts units, the entry that books it, and the bucket they go to."""


class ReturnLine(Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """Units of one line of the order that left with one shipment from one node.

    `extra` arrived without being announced; of what was never of the order the line, shipment and node are empty.
    `is_carried_back`: the carrier brings them back undelivered. `denied` are units of those received that somebody who
    looked at them gives no money for. A claim's units are `authorized` alone. `charge` is what all units of the order's
    line are charged, and how many those are, where that is not the price of one times their number.
    """

    line_id: LineId
    sku: Sku
    lot: str = NO_LOT
    shipment: int = 0
    from_node_id: NodeId = NodeId("")
    unit_price_minor: int = 0
    charge: tuple[int, int] | None = None
    authorized: int = 0
    extra: int = 0
    canceled: int = 0
    received: int = 0
    restocked: int = 0
    refurbishing: int = 0
    scrapped: int = 0
    to_vendor: int = 0
    quarantined: int = 0
    denied: int = 0
    refunded: int = 0
    replaced: int = 0
    is_carried_back: bool = False

    def __post_init__(self) -> None:
        parts = (self.restocked, self.refurbishing, self.scrapped, self.to_vendor, self.quarantined)
        assert min(*parts, self.authorized, self.extra, self.canceled, self.received) >= 0, (
            "no part is negative"
        )
        assert self.to_inspect >= 0, "only what arrived is inspected"
        assert self.expected >= 0, "no more arrives than was announced or is extra"
        assert min(self.denied, self.refunded, self.replaced) >= 0, "no part is negative"

    @property
    def expected(self) -> int:
        """Units that were announced and have neither arrived nor been given up."""
        return self.authorized + self.extra - self.canceled - self.received

    @property
    def inspected(self) -> int:
        return self.restocked + self.refurbishing + self.scrapped + self.to_vendor + self.quarantined

    @property
    def to_inspect(self) -> int:
        return self.received - self.inspected

    @property
    def taken(self) -> int:
        """Units of the order that nobody can return or claim any more."""
        return self.authorized + self.extra - self.canceled

    def value(self, units: int) -> int:
        """What so many of them are charged; to the minor unit it depends on which of the order's units they are."""
        if self.charge is None:
            return units * self.unit_price_minor
        return share(self.charge[0], units, self.charge[1])


class RefundLeg(Struct, frozen=True, kw_only=True, gc=False):
    """What one payment gives back; of `is_done` the ledger has the entry.

    `shipping` is what of it was charged for shipping, `shipping_tax` the tax in that, `tax` the tax in all; None: the
    order says no taxes.
    """

    payment_id: str
    amount: int
    is_done: bool = False
    shipping: int = 0
    shipping_tax: int = 0
    tax: int | None = None


class Refund(Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """Money for units: lines + shipping + tax - fee. `units` are those paid for, by the place of their line.

    `tax_minor` is tax that no price includes; `included_tax_minor` is the tax in lines and shipping by the order, and
    None if it says none; `shipping_tax_minor` is that in shipping. `settled_minor` is what was due
    for the units; None: their prices.

    `legs` say by which payments; none: it was paid back elsewhere, as `external_reference` says. While it is not done,
    `request_id` and `body_digest` are those of the request that ends it.
    """

    lines_minor: int
    shipping_minor: int = 0
    tax_minor: int = 0
    fee_minor: int = 0
    included_tax_minor: int | None = None
    shipping_tax_minor: int = 0
    settled_minor: int | None = None
    legs: tuple[RefundLeg, ...] = ()
    units: tuple[tuple[int, int], ...] = ()
    external_reference: str = ""
    time: Instant = NEVER
    request_id: str = ""
    body_digest: bytes = b""
    is_done: bool = False

    def __post_init__(self) -> None:
        assert min(self.lines_minor, self.shipping_minor, self.tax_minor, self.fee_minor) >= 0, (
            "no part is negative"
        )
        assert self.fee_minor <= self.lines_minor, "a fee is a part of what the goods cost"
        assert (
            0 <= (self.included_tax_minor or 0) <= self.lines_minor + self.shipping_minor - self.fee_minor
        ), "the tax is in what goes back"

    @property
    def total_minor(self) -> int:
        return self.lines_minor + self.shipping_minor + self.tax_minor - self.fee_minor


class Charged(Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """What the order of a return charges in all, tax included; None: it does not say. `tax_minor` is in both."""

    lines_minor: int
    shipping_minor: int | None = None
    tax_minor: int | None = None


class Return(Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """`number` rises in the order of authorizing. Terms are those of the policy at that time.

    `node_id` is where the units go and, once some arrived, where they are. Nothing is awaited after `expire_time`;
    NEVER: not by time. `goodwill_minor` is what a claim of GOODWILL asks for. `refund` is under way. `charged` is None
    where the order says no more than prices of units.
    """

    id: str
    number: int
    order_id: OrderId
    kind: ReturnKind
    state: ReturnState
    reason_code: str
    lines: tuple[ReturnLine, ...]
    create_time: Instant
    currency: str
    channel: str = ""
    cause: ClaimCause | None = None
    node_id: NodeId = NodeId("")
    service_level_id: str = ""
    expire_time: Instant = NEVER
    label_payer: LabelPayer = LabelPayer.SHOP
    refund_time: RefundTime = RefundTime.INSPECTION
    refunds_itself: bool = False
    refunds_shipping: bool = False
    fee_percent: int = 0
    fee_minor: int = 0
    goodwill_minor: int = 0
    refunds: tuple[Refund, ...] = ()
    refund: Refund | None = None
    replacement_order_ids: tuple[OrderId, ...] = ()
    charged: Charged | None = None

    @property
    def is_expiring(self) -> bool:
        """Whether time alone will end the waiting for units."""
        waits = self.state in (ReturnState.AUTHORIZED, ReturnState.RECEIVING)
        return waits and self.expire_time != NEVER

    @property
    def expected(self) -> int:
        """Units still awaited; of a claim none."""
        return 0 if self.kind is ReturnKind.CLAIM else sum(line.expected for line in self.lines)

    @property
    def refunded_minor(self) -> int:
        return sum(one.total_minor for one in self.refunds)

    @property
    def owed_minor(self) -> int:
        """What is due for goods now, without any fee; of units that are not charged the same, to the minor unit."""
        return self.due_for(sum(line.value(self.owed(line)) for line in self.lines))

    def due_for(self, owed_units_minor: int) -> int:
        """What is due for goods now if the units owed come to that.

        With what goodwill asks for and what was due before, less what was given.
        """
        if self.state is ReturnState.WITHDRAWN:
            return 0
        settled = sum(map(self.settled_by, self.refunds))
        given = sum(refund.lines_minor for refund in self.refunds)
        return max(0, owed_units_minor + self.goodwill_minor + settled - given)

    def settled_by(self, refund: Refund) -> int:
        """What was due for the units that a refund is of."""
        if refund.settled_minor is not None:
            return refund.settled_minor
        return sum(units * self.lines[place].unit_price_minor for place, units in refund.units)

    def owed(self, line: ReturnLine) -> int:
        """Units of a line for which money or another unit is still due."""
        settled = line.refunded + line.replaced
        if self.kind is ReturnKind.CLAIM:
            return line.taken - settled
        arrived = line.received if self.refund_time is RefundTime.FIRST_SCAN else line.inspected
        return max(0, arrived - line.denied - settled)


def return_id_of(number: int, kind: ReturnKind) -> str:
    """The id of one for which the client had none: `r-`, of a claim `c-`, and at least twelve digits."""
    return f"{'c' if kind is ReturnKind.CLAIM else 'r'}-{number:012d}"


def moved_return(one: Return, event: ReturnEvent) -> Return:
    """The return, changed already, in the state that `event` leads it to. Refuses with RETURN_STATE_FORBIDS."""
    check_return_allowed(one.id, one.state, event)
    state = _state_after(one, event)
    assert state in RETURN_TRANSITIONS[one.state, event].states, (
        f"{one.state.name} cannot become {state.name} by {event.name}"
    )
    return replace(one, state=state)


def _state_after(one: Return, event: ReturnEvent) -> ReturnState:
    if one.kind is ReturnKind.CLAIM:
        if event is ReturnEvent.CANCEL:
            return ReturnState.WITHDRAWN
        is_owed = one.owed_minor > 0 or any(map(one.owed, one.lines))
        return ReturnState.CLAIMED if is_owed else ReturnState.SETTLED
    if event in (ReturnEvent.REFUND, ReturnEvent.REPLACE):
        return one.state
    if not any(line.received for line in one.lines):
        if one.expected:
            return ReturnState.AUTHORIZED
        return ReturnState.EXPIRED if event is ReturnEvent.EXPIRE else ReturnState.CANCELED
    if one.expected:
        return ReturnState.RECEIVING
    waits = any(line.to_inspect for line in one.lines)
    return ReturnState.RECEIVED if waits else ReturnState.INSPECTED
