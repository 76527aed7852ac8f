"""What one command changes: collected by its use case, then applied to the books, then committed with its batch."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from msgspec import Struct, field
from msgspec.structs import replace

from router.app.records.commit import Head
from router.app.records.decisions import StoredDecision
from router.app.records.documents import Document
from router.app.records.events import Event
from router.app.records.rule_versions import NO_DIGEST, RuleVersion, VersionAction, VersionChange, next_state
from router.app.records.sinks import HeldEvent, SinkRecord
from router.app.records.suspects import Suspect
from router.domain.box import Box
from router.domain.channel import Channel
from router.domain.identifiers import Digest, Instant, NodeId, OrderId, Sku
from router.domain.layout import Layout
from router.domain.order import Order
from router.domain.plan import Plan
from router.domain.product import Product
from router.domain.recipient import Recipient
from router.domain.return_policy import ReturnPolicy
from router.domain.supplier import Supplier
from router.ledger.accounting.owners import NodeOwner
from router.ledger.accounting.vouchers import UnitCost
from router.ledger.accounts import Account
from router.ledger.bookings import Booking, Manifest, Packing
from router.ledger.delays import Delay
from router.ledger.entries import Entry, balanced
from router.ledger.entry_columns import EntryColumns
from router.ledger.event_kinds import EventKind
from router.ledger.feeds import Feed, Movement, Raised
from router.ledger.flows import EntryCode
from router.ledger.lifecycle import Effect
from router.ledger.lots import Lot
from router.ledger.orders import OrderAccount
from router.ledger.payments import Payment
from router.ledger.purchases import PurchaseOrder
from router.ledger.reservations import Reservation
from router.ledger.returns import Return
from router.ledger.serials import Serial
from router.ledger.shipments import ShipmentAccount
from router.ledger.stock_reservations import StockReservation
from router.ledger.transfers import Transfer
from router.routing.decision import Release
from router.routing.network.prepared import PreparedNetwork
from router.routing.written_plan import Planned, read_plan
from router.rules.ruleset import CompiledRules


class FiledOrder(Struct, frozen=True, kw_only=True, gc=False):
    """An order with all that is booked on it: what it was, its plan, its account, all its reservations and shipments.

    `shipments` are in the order of their numbers, from 1.

    The plan has every shipment that was ever decided, number n at place n - 1; of those in `withdrawn` a later
    decision made others. `release` says which person released it last, None: nobody.
    """

    order: Order
    planned: Planned
    account: OrderAccount
    reservations: Sequence[Reservation]
    withdrawn: frozenset[int] = frozenset()
    shipments: tuple[ShipmentAccount, ...] = ()
    release: Release | None = None

    @property
    def plan(self) -> Plan:
        return read_plan(self.planned)

    def find_shipment(self, number: int) -> ShipmentAccount | None:
        """The shipment of that number."""
        return self.shipments[number - 1] if 1 <= number <= len(self.shipments) else None

    def with_shipments(self, changed: Iterable[ShipmentAccount]) -> "FiledOrder":
        """The order with `changed` in the place of what they were."""
        after = {one.shipment: one for one in self.shipments}
        after.update((one.shipment, one) for one in changed)
        return replace(self, shipments=tuple(after[number] for number in sorted(after)))


TOLD_AS: Mapping[VersionAction, EventKind] = {
    VersionAction.DRAFT: EventKind.RULES_STAGED,
    VersionAction.CHECK: EventKind.RULES_STAGED,
    VersionAction.START_SHADOW: EventKind.SHADOW_STARTED,
    VersionAction.STOP_SHADOW: EventKind.SHADOW_STOPPED,
    VersionAction.ACTIVATE: EventKind.RULES_ACTIVATED,
    VersionAction.ROLL_BACK: EventKind.RULES_ACTIVATED,
    VersionAction.RETIRE: EventKind.RULES_RETIRED,
}
"""The event that tells each step of a rule version."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """Who does something to rules, why, and what it comes from."""

    author: str = ""
    reason: str = ""
    origin: str = ""

    def text(self, *before: str) -> str:
        """`12 rules; ada; fewer splits`, of what is not empty."""
        return "; ".join(part for part in (*before, self.author, self.reason) if part)


class Changes(Struct, kw_only=True):
    """Entries and events get the positions that follow `after`. Orders and reservations are the values afterwards.

    Entries in `columns` stand in the place of entries and of reservations: then there are no others.
    `capacity` counts shipments added per node and local day, negative when released.
    """

    after: Head
    time: Instant
    entries: list[Entry] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)
    reservations: list[Reservation] = field(default_factory=list)
    columns: EntryColumns | None = None
    shipments: list[ShipmentAccount] = field(default_factory=list)
    layouts: list[Layout] = field(default_factory=list)
    stock_reservations: list[StockReservation] = field(default_factory=list)
    lots: list[Lot] = field(default_factory=list)
    serials: list[Serial] = field(default_factory=list)
    orders: list[FiledOrder] = field(default_factory=list)
    decisions: list[StoredDecision] = field(default_factory=list)
    capacity: dict[tuple[NodeId, int], int] = field(default_factory=dict)
    products: tuple[Product, ...] = ()
    documents: tuple[Document, ...] = ()
    versions: dict[Digest, RuleVersion] = field(default_factory=dict)
    version_changes: list[VersionChange] = field(default_factory=list)
    recipients: list[tuple[Order, Recipient]] = field(default_factory=list)
    erased_customers: list[str] = field(default_factory=list)
    taken: Counter[Account] = field(default_factory=Counter)
    """Where lots are kept: units of each that were held by these changes, less those that were released."""
    told_count: int = 0
    """How many of the entries belong to an effect that was told."""
    trusts_clock: bool = False
    sinks: dict[str, SinkRecord] = field(default_factory=dict)
    held_events: dict[tuple[str, int], HeldEvent] = field(default_factory=dict)
    feeds: Mapping[str, Feed] = field(default_factory=dict)
    raised: list[Raised] = field(default_factory=list)
    movements: list[Movement] = field(default_factory=list)
    suspects: list[Suspect] = field(default_factory=list)
    transfers: list[Transfer] = field(default_factory=list)
    channels: Mapping[str, Channel] = field(default_factory=dict)
    payments: list[Payment] = field(default_factory=list)
    suppliers: Mapping[str, Supplier] = field(default_factory=dict)
    purchases: list[PurchaseOrder] = field(default_factory=list)
    backorder_limits: Mapping[Sku, int | None] = field(default_factory=dict)
    bookings: list[Booking] = field(default_factory=list)
    manifests: list[Manifest] = field(default_factory=list)
    box_lists: list[tuple[int, tuple[Box, ...]]] = field(default_factory=list)
    packings: list[Packing] = field(default_factory=list)
    returns: list[Return] = field(default_factory=list)
    return_policies: Mapping[str, ReturnPolicy] = field(default_factory=dict)
    delays: list[Delay] = field(default_factory=list)
    unit_costs: list[UnitCost] = field(default_factory=list)
    node_owners: list[NodeOwner] = field(default_factory=list)
    network: PreparedNetwork | None = None
    rules: CompiledRules | None = None

    @property
    def position(self) -> int:
        """Of the last entry so far."""
        return self.after.position + len(self.columns or self.entries)

    @property
    def next_event_position(self) -> int:
        return self.after.event_position + len(self.events) + 1

    def enter(
        self,
        code: EntryCode,
        *,
        debit: Account,
        credit: Account,
        quantity: int,
        reference: str,
        line_id: str = "",
        pending_position: int = 0,
    ) -> int:
        """Add an entry and give its position."""
        position = self.after.position + len(self.entries) + 1
        entry = Entry(
            position=position,
            time=self.time,
            code=code,
            debit=debit,
            credit=credit,
            quantity=quantity,
            pending_position=pending_position,
            reference=reference,
            line_id=line_id,
        )
        self.entries.append(balanced(entry))
        return position

    def tell(
        self,
        kind: EventKind,
        *,
        order_id: str = "",
        subject: str = "",
        text: str = "",
        state: str = "",
        node_ids: Iterable[NodeId] = (),
    ) -> None:
        """Add an event."""
        self.events.append(
            Event(
                position=self.next_event_position,
                time=self.time,
                kind=kind,
                order_id=order_id,
                subject=subject,
                text=text,
                state=state,
                node_ids=tuple(node_ids),
            )
        )

    def tell_effect(
        self,
        effect: Effect,
        *,
        order_id: str,
        subject: str = "",
        text: str,
        state: str,
        node_ids: Iterable[NodeId],
    ) -> None:
        """Tell what happened in an order's life as its row says, which allows the entries made since the last one."""
        codes = {entry.code for entry in self.entries[self.told_count :]}
        assert codes <= effect.entries, f"{effect.told} does not book {codes - effect.entries}"
        self.told_count = len(self.entries)
        assert effect.told is not None, "told by the event of the order that goes with it"
        self.tell(effect.told, order_id=order_id, subject=subject, text=text, state=state, node_ids=node_ids)

    def step(
        self,
        version: RuleVersion | None,
        action: VersionAction,
        note: Note,
        *,
        digest: Digest,
        rule_count: int,
        other: Digest = NO_DIGEST,
    ) -> RuleVersion:
        """Take a version one step on in its life, and tell it. Refuses with RULES_STATE_FORBIDS."""
        change = VersionChange(
            number=self.next_event_position,
            digest=digest,
            action=action,
            state=next_state(version, digest, action),
            time=self.time,
            author=note.author,
            reason=note.reason,
            origin=note.origin,
            other=other,
        )
        before = version.before if version else NO_DIGEST
        after = RuleVersion(
            digest=digest,
            state=change.state,
            rule_count=rule_count,
            first=version.first if version else change,
            last=change,
            before=other if action is VersionAction.ACTIVATE else before,
        )
        self.versions[digest] = after
        self.version_changes.append(change)
        rules = f"{rule_count} rule{'' if rule_count == 1 else 's'}"
        self.tell(TOLD_AS[action], subject=digest, text=note.text(action.name, rules))
        return after

    def file_recipients(self, recipients: Mapping[OrderId, Recipient]) -> None:
        """Keep whom the orders filed so far go to; of orders that were refused nothing is kept."""
        if recipients:
            filed = [one.order for one in self.orders if one.order.id in recipients]
            self.recipients.extend((order, recipients[order.id]) for order in filed)

    def book_shipment(self, node_id: NodeId, day: int, count: int) -> None:
        """Count a shipment of a node on a day, or with -1 release one."""
        self.capacity[node_id, day] = self.capacity.get((node_id, day), 0) + count

    def head(self) -> Head:
        """Where the books stand after these changes."""
        return replace(
            self.after,
            position=self.position,
            event_position=self.next_event_position - 1,
            time=self.time,
            network_digest=self.network.digest if self.network else self.after.network_digest,
            rules_digest=self.rules.digest if self.rules else self.after.rules_digest,
        )
