"""What stores are given to keep, and a writer of commits, for what every store must do."""

from dataclasses import replace
from typing import Any

from msgspec import structs

from router.app.ports.store import Store
from router.app.records.commit import Commit, Head
from router.app.records.decisions import StoredDecision, StoredOutcome
from router.app.records.documents import Document, DocumentKind
from router.app.records.events import Event
from router.app.records.filters import OrderFilter
from router.app.records.recipients import CustomerKey, SealedRecipient
from router.app.records.rule_versions import RuleVersion, VersionAction, VersionChange, VersionState
from router.app.records.sinks import HeldEvent, HeldState
from router.domain.box import Box
from router.domain.identifiers import (
    CarrierId,
    Day,
    Digest,
    Instant,
    LineId,
    NodeId,
    OrderId,
    ServiceLevelId,
    Sku,
)
from router.ledger.accounts import Account, Balance, Bucket, on_hand, outside, picking
from router.ledger.balances import fold
from router.ledger.bookings import Booking, BookingState, Manifest
from router.ledger.chain import seal
from router.ledger.entries import Entry
from router.ledger.event_kinds import EventKind
from router.ledger.feeds import Counting, Feed
from router.ledger.flows import EntryCode
from router.ledger.lifecycle import OrderState
from router.ledger.orders import LineQuantities, OrderAccount
from router.ledger.purchases import PurchaseLine, PurchaseOrder, PurchaseState
from router.ledger.reservations import Reservation
from router.ledger.stock_reservations import AskedLine, ReservationState, StockReservation

LYON, LILLE = NodeId("lyon"), NodeId("lille")
CLOCK, LAMP = Sku("RED-CLOCK"), Sku("TIN-LAMP")
CLOCKS_OF_LYON = on_hand(LYON, CLOCK)
ALL = OrderFilter()
HELD, POSTED, _, _, ORDERED = ReservationState
DRAFT, CHECKED, SHADOW, ACTIVE, RETIRED = VersionState


def received(position: int, sku: Sku, quantity: int, node_id: NodeId = LYON) -> Entry:
    return Entry(
        position=position,
        time=Instant(position),
        code=EntryCode.RECEIVE,
        debit=on_hand(node_id, sku),
        credit=outside(Bucket.SUPPLIER, sku),
        quantity=quantity,
        reference=f"receipt-{position}",
    )


def reserved(
    position: int, quantity: int, order_id: str = "order-1", account: Account = CLOCKS_OF_LYON
) -> Entry:
    return Entry(
        position=position,
        time=Instant(position),
        code=EntryCode.RESERVE,
        debit=picking(account.node_id, account.sku, account.lot),
        credit=account,
        quantity=quantity,
        reference=order_id,
        line_id="1",
    )


def a_reservation(position: int, quantity: int, order_id: str = "order-1", **changes: int) -> Reservation:
    return Reservation(
        position=position,
        account=CLOCKS_OF_LYON,
        order_id=OrderId(order_id),
        line_id=LineId("1"),
        shipment=1,
        quantity=quantity,
        **changes,
    )


def a_booking(number: int, **changes: Any) -> Booking:
    settings: dict[str, Any] = {"shipment_id": "A-1/1", "node_id": LYON, "state": BookingState.BOOKED}
    return Booking(
        number=number,
        carrier_id=CarrierId("POSTE"),
        service_level_id=ServiceLevelId("POSTE/COLIS"),
        ship_day=Day(7),
        time=Instant(number),
        carrier_booking_id=f"c-{number}",
        tracking_number=f"t-{number}",
        charge_minor=500,
        parcel_count=1,
        weight_grams=900,
        label=b"^XA^XZ",
        **(settings | changes),
    )


MANIFEST = Manifest(
    number=9,
    node_id=NodeId("lille"),
    carrier_id=CarrierId("POSTE"),
    day=Day(7),
    time=Instant(9),
    carrier_reference="",
    booking_count=1,
    parcel_count=1,
    weight_grams=900,
    charge_minor=500,
)


def a_box(id: str, side_mm: int) -> Box:
    return Box(
        id=id,
        length_mm=side_mm,
        width_mm=side_mm,
        height_mm=side_mm,
        tare_grams=50,
        weight_grams_max=9_000,
    )


def a_feed(newest: int, **changes: Any) -> Feed:
    return Feed(feed_id="wms", counting=Counting.SEQUENCE, newest=newest, **changes)


def an_order(number: int, channel: str = "web", customer: str = "", canceled: int = 0) -> OrderAccount:
    line = LineQuantities(
        line_id=LineId("1"),
        sku=CLOCK,
        ordered=2,
        reserved=2 - canceled,
        dispatched=0,
        backordered=0,
        canceled=canceled,
    )
    return OrderAccount(
        number=number,
        order_id=OrderId(f"order-{number}"),
        channel=channel,
        customer_id=customer,
        state=OrderState.ALLOCATED if canceled < 2 else OrderState.CANCELED,
        counted=(line,),
        decision_number=number,
        position=number,
    )


def a_waiting_order(number: int, rejections: int = 0) -> OrderAccount:
    order = an_order(number)
    (line,) = order.lines
    return structs.replace(
        order,
        state=OrderState.BACKORDERED,
        counted=(structs.replace(line, reserved=0, backordered=line.ordered),),
        rejection_count=rejections,
    )


def a_decision(number: int) -> StoredDecision:
    body = f"decision {number}".encode()
    return StoredDecision(number=number, order_id=OrderId(f"order-{number}"), ledger_position=0, body=body)


def an_event(position: int, order_id: str = "") -> Event:
    return Event(
        position=position,
        time=Instant(position),
        kind=EventKind.ORDER_ROUTED if order_id else EventKind.STOCK_ADJUSTED,
        order_id=order_id,
        subject="s",
        text="t",
        state="ALLOCATED" if order_id else "",
        node_ids=(LYON, NodeId('li,["]lle')) if order_id else (),
    )


def a_held_event(position: int, state: HeldState = HeldState.HELD, sink: str = "erp") -> HeldEvent:
    return HeldEvent(
        sink=sink,
        position=position,
        order_id="order-1",
        state=state,
        attempts=3,
        error="500 Internal Server Error",
        time=Instant(9),
    )


def an_outcome(key: str, time: int) -> StoredOutcome:
    return StoredOutcome(
        request_id=key, body_digest=b"digest", time=Instant(time), body=b"body of " + key.encode()
    )


def a_key(customer_id: str, time: int) -> CustomerKey:
    return CustomerKey(customer_id=customer_id, key=bytes([time]) * 32, time=Instant(time))


def a_recipient(order_id: str, customer_id: str) -> SealedRecipient:
    return SealedRecipient(
        order_id=OrderId(order_id), customer_id=customer_id, body=f"sealed {order_id}".encode()
    )


def a_version(digest: str, number: int, state: VersionState) -> RuleVersion:
    change = VersionChange(
        number=number,
        digest=Digest(digest),
        action=VersionAction.CHECK,
        state=state,
        time=Instant(number),
        author="ada",
        reason="because",
        origin="a plan\nof two lines",
    )
    return RuleVersion(digest=Digest(digest), state=state, rule_count=3, first=change, last=change)


def stepped(
    version: RuleVersion, number: int, action: VersionAction, state: VersionState, before: str = ""
) -> RuleVersion:
    change = VersionChange(
        number=number,
        digest=version.digest,
        action=action,
        state=state,
        time=Instant(number),
        other=Digest(before),
    )
    return replace(version, state=state, last=change, before=Digest(before))


def kept(*versions: RuleVersion) -> dict[str, Any]:
    """What a commit holds of versions that each took one step."""
    documents = tuple(
        Document(digest=one.digest, kind=DocumentKind.RULES, time=Instant(1), body=b"rules")
        for one in versions
    )
    changes = tuple(sorted((one.last for one in versions), key=lambda change: change.number))
    return {"documents": documents, "versions": versions, "version_changes": changes}


class Writer:
    """Makes commits that follow each other."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.balances: dict[Account, Balance] = dict(store.read_balances())

    def commit(self, *entries: Entry, **changes: object) -> Commit:
        commit = self.make(*entries, **changes)
        self.store.commit(commit)
        return commit

    def make(self, *entries: Entry, **changes: object) -> Commit:
        """What would be committed next."""
        before = self.store.head()
        fold(entries, self.balances)
        accounts = dict.fromkeys(account for entry in entries for account in (entry.debit, entry.credit))
        position = entries[-1].position if entries else before.position
        time = Instant(max(before.time + 1, position))
        events = changes.get("events", ())
        batch = seal(before.hash, before.batch_number + 1, position, time, entries)
        head = Head(
            batch_number=batch.number,
            position=position,
            event_position=before.event_position + len(events),  # type: ignore[arg-type]
            time=time,
            hash=batch.hash,
            rules_digest=Digest(str(changes.pop("rules_digest", before.rules_digest))),
            network_digest=Digest(str(changes.pop("network_digest", before.network_digest))),
        )
        settings: dict[str, object] = {
            "batch": batch,
            "head": head,
            "entries": entries,
            "balances": {account: self.balances[account] for account in accounts},
            "forget_outcomes_before": Instant(0),
            **dict.fromkeys(("reservations", "orders", "decisions", "events", "outcomes"), ()),
            **dict.fromkeys(("stock_reservations", "lots", "serials"), ()),
            **dict.fromkeys(("sinks", "held_events"), ()),
            **dict.fromkeys(("products", "documents", "versions", "version_changes"), ()),
            "capacity": {},
            "feeds": {},
            **dict.fromkeys(("raised", "movements", "left", "suspects", "transfers"), ()),
            "forget_movements_before": 0,
            **changes,
        }
        return Commit(**settings)  # type: ignore[arg-type]


def a_purchase_order(number: int) -> PurchaseOrder:
    """Five red clocks of acme for Lyon."""
    return PurchaseOrder(
        id=f"po-{number}",
        number=number,
        supplier_id="acme",
        node_id=LYON,
        state=PurchaseState.PLACED,
        lines=(PurchaseLine(sku=CLOCK, ordered=5, unit_price_minor=400),),
        place_time=Instant(number),
    )


def a_stock_reservation(
    number: int, state: ReservationState, expire_time: int | None = None, **changes: int
) -> StockReservation:
    part = structs.replace(a_reservation(number, 2, "", **changes), shipment=0)
    line = AskedLine(line_id=LineId("1"), node_id=LYON, sku=CLOCK, quantity=3)
    return StockReservation(
        id=f"cart-{number}",
        number=number,
        reference="web" if number % 2 else "",
        state=state,
        create_time=Instant(number),
        expire_time=None if expire_time is None else Instant(expire_time),
        lines=(line,),
        parts=(part,),
    )
