"""What every store must do; each store's test supplies `store`, and `again` to open what it keeps once more."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from msgspec import structs
from msgspec.structs import replace as structs_replace

from router.app.carriers.booking_filter import BookingFilter
from router.app.events.sinks import HeldEvent, HeldState, SinkRecord
from router.app.feeds.feed_books import ALL_SKUS
from router.app.feeds.suspect_records import Suspect, SuspectState
from router.app.ports import Store
from router.app.purchasing.purchase_reader import PurchaseFilter
from router.app.records import (
    Commit,
    Contact,
    CustomerKey,
    DelayFilter,
    Document,
    DocumentKind,
    Event,
    EventKind,
    Head,
    OrderFilter,
    ReservationFilter,
    SealedRecipient,
    ShipmentFilter,
    StoredDecision,
    StoredOutcome,
    StoredProduct,
    SuspectFilter,
    TransferFilter,
)
from router.app.rules.versions import RuleVersion, VersionAction, VersionChange, VersionState
from router.domain.box import Box, PackedBox, Placement
from router.domain.channel import Channel
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
from router.domain.return_policy import ReturnPolicy, ReturnReason
from router.domain.supplier import Offer, Supplier
from router.ledger.accounting.vouchers import UnitCost
from router.ledger.accounts import Account, Balance, Bucket, on_hand, outside, picking
from router.ledger.balances import fold
from router.ledger.bookings import Booking, BookingState, Manifest, Packing
from router.ledger.chain import seal
from router.ledger.delays import Delay, DelayState
from router.ledger.entries import Entry
from router.ledger.feeds import Counting, Feed, Mark, Movement, Raised
from router.ledger.flows import EntryCode
from router.ledger.lifecycle import OrderState, ShipmentState
from router.ledger.lots import Lot
from router.ledger.orders import LineQuantities, OrderAccount
from router.ledger.payments import Intent, Payment, PaymentAct, PaymentMethod
from router.ledger.purchases import PurchaseLine, PurchaseOrder, PurchaseState, Receipt, after_receipt
from router.ledger.reservations import Reservation
from router.ledger.return_lifecycle import ReturnState
from router.ledger.returns import ClaimCause, Return, ReturnKind, ReturnLine
from router.ledger.serials import Serial
from router.ledger.shipments import Journey, ShipmentAccount
from router.ledger.stock_reservations import AskedLine, ReservationState, StockReservation
from router.ledger.transfers import Transfer, TransferLine, TransferState

LYON, LILLE = NodeId("lyon"), NodeId("lille")
CLOCK, LAMP = Sku("RED-CLOCK"), Sku("TIN-LAMP")
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


def reserved(position: int, quantity: int, order_id: str = "order-1") -> Entry:
    return Entry(
        position=position,
        time=Instant(position),
        code=EntryCode.RESERVE,
        debit=picking(LYON, CLOCK),
        credit=on_hand(LYON, CLOCK),
        quantity=quantity,
        reference=order_id,
        line_id="1",
    )


def a_reservation(position: int, quantity: int, order_id: str = "order-1", **changes: int) -> Reservation:
    return Reservation(
        position=position,
        account=on_hand(LYON, CLOCK),
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
        lines=(line,),
        decision_number=number,
        position=number,
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


class StoreContract:
    """A commit is all there, in order, after opening again too."""

    @pytest.fixture
    def writer(self, store: Store) -> Writer:
        return Writer(store)

    def test_a_new_store_holds_nothing(self, store: Store) -> None:
        assert store.head() == Head()
        assert tuple(store.read_journal()) == ()
        assert store.list_orders(None, 10, ALL) == ()
        assert store.find_outcomes(["key"]) == {}

    def test_a_commit_is_read_back_as_it_was_written(
        self, writer: Writer, again: Callable[[], Store]
    ) -> None:
        entries = (received(1, CLOCK, 5), reserved(2, 2))
        document = Document(digest=Digest("abc"), kind=DocumentKind.RULES, time=Instant(1), body=b"rules")
        commit = writer.commit(
            *entries,
            reservations=(a_reservation(2, 2),),
            orders=(an_order(1),),
            decisions=(a_decision(1),),
            events=(an_event(1, "order-1"),),
            outcomes=(an_outcome("key-1", 2),),
            products=(StoredProduct(sku=CLOCK, body=b"clock"),),
            documents=(document,),
            capacity={(LYON, 739_000): 1},
            feeds={"wms": a_feed(7)},
            rules_digest="abc",
        )
        store = again()

        assert store.head() == commit.head
        assert tuple(store.read_journal()) == ((commit.batch, entries),)
        assert dict(store.read_balances()) == commit.balances
        assert store.list_reservations(OrderId("order-1")) == (a_reservation(2, 2),)
        assert store.find_orders([OrderId("order-1"), OrderId("order-2")]) == {"order-1": an_order(1)}
        assert store.find_decision(1) == a_decision(1)
        assert store.find_decision(2) is None
        assert store.list_events(0, 10, None) == (an_event(1, "order-1"),)
        assert store.find_outcomes(["key-1", "key-2"]) == {"key-1": an_outcome("key-1", 2)}
        assert store.find_product(CLOCK) == StoredProduct(sku=CLOCK, body=b"clock")
        assert store.find_document("abc") == document
        assert store.list_capacity() == {(LYON, 739_000): 1}
        assert store.list_feeds() == {"wms": a_feed(7)}

    def test_what_entries_moved_since_a_position_is_summed(self, writer: Writer, store: Store) -> None:
        writer.commit(received(1, CLOCK, 5), received(2, LAMP, 7), received(3, CLOCK, 1, LILLE))
        writer.commit(received(4, CLOCK, 2), received(5, CLOCK, 3), reserved(6, 4))
        clocks = (on_hand(LILLE, CLOCK), on_hand(LYON, CLOCK))

        def sums(after: int, node_id: NodeId | None = None) -> set[tuple[Account, bool, str, int, int]]:
            found = store.sum_entries(after, *clocks, node_id)
            return {(one.account, one.is_debit, one.code.name, one.quantity, one.count) for one in found}

        since = {(clocks[1], True, "RECEIVE", 5, 2), (clocks[1], False, "RESERVE", 4, 1)}
        assert sums(3) == since
        assert sums(2) == {*since, (clocks[0], True, "RECEIVE", 1, 1)}
        assert sums(2, LYON) == since
        assert sums(6) == set()

    def test_an_entry_is_found_by_what_it_reverses_and_reversed_once(
        self, writer: Writer, store: Store
    ) -> None:
        supplier = outside(Bucket.SUPPLIER, CLOCK)
        back = Entry(
            position=2,
            time=Instant(2),
            code=EntryCode.CORRECT,
            debit=supplier,
            credit=on_hand(LYON, CLOCK),
            quantity=5,
            pending_position=1,
            reference="ada: typed twice",
        )
        writer.commit(received(1, CLOCK, 5))
        writer.commit(back)

        assert store.find_correction(1) == 2
        assert store.find_correction(2) is None

    def test_sinks_and_what_they_have_not_taken_are_kept(
        self, writer: Writer, again: Callable[[], Store]
    ) -> None:
        erp, log = SinkRecord(name="erp", cursor=0), SinkRecord(name="log", cursor=3)
        writer.commit(events=tuple(map(an_event, range(1, 5))), sinks=(log, erp))
        writer.commit(sinks=(erp,), held_events=(a_held_event(1), a_held_event(2), a_held_event(4)))
        later = replace(
            erp,
            cursor=4,
            epoch=2,
            holder="server",
            lease_end=Instant(77),
            is_disabled=True,
            trouble="410 Gone",
        )
        dead = a_held_event(2, HeldState.DEAD)
        writer.commit(sinks=(later,), held_events=(dead, a_held_event(4, HeldState.DELIVERED)))
        store = again()

        assert store.list_sinks() == (later, log)
        assert store.list_held_events("erp", 0, 10, None) == (
            a_held_event(1),
            dead,
            a_held_event(4, HeldState.DELIVERED),
        )
        assert store.list_held_events("erp", 1, 1, None) == (dead,)
        assert store.list_held_events("erp", 0, 10, HeldState.DEAD) == (dead,)
        assert store.list_held_events("log", 0, 10, None) == ()
        assert store.count_held_events("erp") == (1, 1)
        assert store.count_held_events("log") == (0, 0)

    def test_the_latest_value_counts(self, writer: Writer, again: Callable[[], Store]) -> None:
        writer.commit(
            received(1, CLOCK, 5),
            reserved(2, 2),
            reservations=(a_reservation(2, 2),),
            orders=(an_order(1),),
            decisions=(a_decision(1),),
            products=(StoredProduct(sku=CLOCK, body=b"old"),),
            capacity={(LYON, 1): 1},
            feeds={"wms": a_feed(1)},
        )
        writer.commit(
            received(3, CLOCK, 1),
            reservations=(a_reservation(2, 2, voided=2),),
            orders=(an_order(1, canceled=2),),
            products=(StoredProduct(sku=CLOCK, body=b"new"),),
            capacity={(LYON, 1): 0},
            feeds={"wms": a_feed(2)},
        )
        store = again()

        assert tuple(store.read_orders()) == (an_order(1, canceled=2),)
        assert tuple(store.read_reservations()) == (a_reservation(2, 2, voided=2),)
        assert store.find_product(CLOCK) == StoredProduct(sku=CLOCK, body=b"new")
        assert (store.list_capacity(), store.list_feeds()) == ({(LYON, 1): 0}, {"wms": a_feed(2)})
        assert dict(store.read_balances()) == writer.balances
        assert [batch.number for batch, _ in store.read_journal()] == [1, 2]

    def test_entries_come_in_pages_and_by_cause(self, writer: Writer, store: Store) -> None:
        writer.commit(received(1, CLOCK, 5), reserved(2, 2), received(3, LAMP, 1), reserved(4, 1, "order-9"))

        assert [entry.position for entry in store.list_entries(None, 3, "")] == [1, 2, 3]
        assert [entry.position for entry in store.list_entries(3, 3, "")] == [4]
        assert [entry.position for entry in store.list_entries(None, 3, "order-9")] == [4]
        assert store.list_entries(4, 3, "order-9") == ()

    def test_orders_are_found_by_state_channel_and_customer(self, writer: Writer, store: Store) -> None:
        orders = (
            an_order(1, customer="ada"),
            an_order(2, channel="store"),
            an_order(3, customer="ada", canceled=2),
        )
        writer.commit(orders=orders, decisions=tuple(map(a_decision, (1, 2, 3))))

        def numbers(after: int | None = None, limit: int = 10, **where: object) -> list[int]:
            wanted = OrderFilter(**where)  # type: ignore[arg-type]
            return [order.number for order in store.list_orders(after, limit, wanted)]

        assert numbers() == [1, 2, 3]
        assert numbers(limit=2) == [1, 2]
        assert numbers(after=2) == [3]
        assert numbers(state=OrderState.ALLOCATED) == [1, 2]
        assert numbers(channel="store") == [2]
        assert numbers(customer_id="ada") == [1, 3]
        assert numbers(customer_id="ada", state=OrderState.CANCELED, after=1) == [3]

    def test_balances_come_by_sku_node_and_bucket(self, writer: Writer, store: Store) -> None:
        writer.commit(received(1, LAMP, 5), received(2, CLOCK, 3, LILLE), received(3, CLOCK, 2))
        names = [str(account) for account, _ in store.list_balances(None, 10, None, None)]

        assert names == [
            "/RED-CLOCK/supplier",
            "lille/RED-CLOCK/on_hand",
            "lyon/RED-CLOCK/on_hand",
            "/TIN-LAMP/supplier",
            "lyon/TIN-LAMP/on_hand",
        ]
        third = store.list_balances(on_hand(LILLE, CLOCK), 1, None, None)
        assert third == ((on_hand(LYON, CLOCK), Balance(debits_posted=2, version=1)),)
        assert [str(account) for account, _ in store.list_balances(None, 10, LYON, LAMP)] == names[4:]

    def test_events_are_followed_from_a_position(self, writer: Writer, store: Store) -> None:
        writer.commit(events=(an_event(1), an_event(2, "order-1"), an_event(3, "order-2")))
        writer.commit(events=(an_event(4, "order-1"),))

        assert [event.position for event in store.list_events(1, 2, None)] == [2, 3]
        assert [event.position for event in store.list_events(0, 9, OrderId("order-1"))] == [2, 4]
        assert store.list_events(4, 9, None) == ()

    def test_products_come_by_sku(self, writer: Writer, store: Store) -> None:
        writer.commit(products=tuple(StoredProduct(sku=sku, body=b"x") for sku in (LAMP, CLOCK)))

        assert [product.sku for product in store.list_products(None, 1)] == ["RED-CLOCK"]
        assert [product.sku for product in store.list_products(CLOCK, 9)] == ["TIN-LAMP"]
        assert store.find_product(Sku("NONE")) is None

    def test_old_outcomes_are_forgotten(self, writer: Writer, store: Store) -> None:
        writer.commit(outcomes=(an_outcome("old", 1), an_outcome("new", 2)))
        writer.commit(forget_outcomes_before=Instant(2))

        assert set(store.find_outcomes(["old", "new"])) == {"new"}

    def test_a_document_is_written_once(self, writer: Writer, store: Store) -> None:
        first = Document(digest=Digest("abc"), kind=DocumentKind.RULES, time=Instant(1), body=b"rules")
        again = Document(digest=Digest("abc"), kind=DocumentKind.RULES, time=Instant(2), body=b"rules")
        writer.commit(documents=(first,))
        writer.commit(documents=(again,))

        assert store.find_document("abc") == first

    def test_decisions_come_with_their_time_and_are_counted(self, writer: Writer, store: Store) -> None:
        events = tuple(an_event(n, "" if n == 2 else f"order-{n}") for n in range(1, 5))
        writer.commit(events=events, decisions=tuple(map(a_decision, (1, 3, 4))))

        listed = store.list_decisions(1, 9)
        assert [(one.decision, one.time) for one in listed] == [(a_decision(3), 3), (a_decision(4), 4)]
        assert [one.decision.number for one in store.list_decisions(0, 1)] == [1]
        assert [store.count_decisions(after) for after in (0, 1, 4)] == [3, 2, 0]
        assert [store.find_start_of_last(count) for count in (1, 2, 3, 9)] == [3, 1, 0, 0]

    def test_versions_are_read_back_with_their_changes(
        self, writer: Writer, again: Callable[[], Store]
    ) -> None:
        first, second = a_version("aa1", 1, CHECKED), a_version("bb2", 2, CHECKED)
        writer.commit(**kept(first, second))
        shadow = stepped(second, 3, VersionAction.START_SHADOW, SHADOW)
        active = stepped(first, 4, VersionAction.ACTIVATE, ACTIVE, before="cc3")
        writer.commit(**kept(active, shadow))
        store = again()

        assert store.find_version("aa1") == active
        assert store.find_version("aa") is None
        assert store.find_version_in(SHADOW) == shadow
        assert store.find_version_in(DRAFT) is None
        assert store.list_versions_like("bb", 2) == (shadow,)
        assert store.list_versions_like("", 1) == (active,)
        assert store.list_versions(None, 9) == (shadow, active)
        assert (store.list_versions(2, 9), store.list_versions(None, 1)) == ((active,), (shadow,))
        assert [one.number for one in store.list_version_changes(None, 9, "")] == [4, 3, 2, 1]
        assert store.list_version_changes(None, 9, "aa1") == (active.last, first.last)
        assert [one.number for one in store.list_version_changes(4, 1, "")] == [3]

    def test_versions_may_change_places_in_one_commit(self, writer: Writer, store: Store) -> None:
        one, two, three = (a_version(name, n, CHECKED) for n, name in enumerate(("a", "b", "c"), start=1))
        writer.commit(**kept(one, two, three))
        one = stepped(one, 4, VersionAction.ACTIVATE, ACTIVE)
        two = stepped(two, 5, VersionAction.START_SHADOW, SHADOW)
        writer.commit(**kept(one, two))
        three = stepped(three, 8, VersionAction.START_SHADOW, SHADOW)
        two = stepped(two, 7, VersionAction.ACTIVATE, ACTIVE)
        writer.commit(**kept(three, two, stepped(one, 6, VersionAction.RETIRE, RETIRED)))

        assert [version.state for version in store.list_versions(None, 9)] == [SHADOW, ACTIVE, RETIRED]

    def test_keys_and_recipients_are_read_back(self, writer: Writer, again: Callable[[], Store]) -> None:
        ada, bob = a_key("ada", 1), a_key("bob", 2)
        first, second = a_recipient("order-1", "ada"), a_recipient("order-2", "bob")
        writer.commit(customer_keys=(ada, bob), recipients=(first, second))
        store = again()

        assert store.find_customer_keys(["ada", "bob", "eve"]) == {"ada": ada, "bob": bob}
        assert store.find_recipients([OrderId("order-2"), OrderId("order-9")]) == {"order-2": second}
        assert (store.find_customer_keys([]), store.find_recipients([])) == ({}, {})

    def test_an_erased_customer_s_recipients_go_before_new_ones_come(
        self, writer: Writer, again: Callable[[], Store]
    ) -> None:
        kept, old = a_recipient("order-2", "bob"), a_recipient("order-1", "ada")
        writer.commit(customer_keys=(a_key("ada", 1), a_key("bob", 2)), recipients=(old, kept))
        new = a_recipient("order-3", "ada")
        writer.commit(customer_keys=(a_key("ada", 3),), recipients=(new,), erased_customers=("ada", "eve"))
        store = again()
        found = store.find_recipients([OrderId(f"order-{n}") for n in (1, 2, 3)])

        assert found == {"order-2": kept, "order-3": new}
        assert store.find_customer_keys(["ada", "bob"]) == {"ada": a_key("ada", 3), "bob": a_key("bob", 2)}

    def test_contacts_lead_to_customers_until_they_are_erased(
        self, writer: Writer, store: Store, again: Callable[[], Store]
    ) -> None:
        one, other = b"1" * 32, b"2" * 32
        assert store.find_contact_key() == b""
        ada, bob = Contact(customer_id="ada", digest=one), Contact(customer_id="bob", digest=one)
        both = (ada, bob, Contact(customer_id="bob", digest=other))
        writer.commit(contacts=both, contact_key=b"k" * 32)
        writer.commit(contacts=(ada,))
        assert store.list_contact_customers(one, 9) == ("ada", "bob")
        assert store.list_contact_customers(one, 1) == ("ada",)
        assert store.list_contacts("bob") == (one, other)

        writer.commit(erased_customers=("ada",))
        found = again()

        assert found.find_contact_key() == b"k" * 32
        assert (found.list_contact_customers(one, 9), found.list_contacts("ada")) == (("bob",), ())

    def test_a_try_of_the_disk_changes_nothing(self, writer: Writer, again: Callable[[], Store]) -> None:
        commit = writer.commit(received(1, CLOCK, 5))
        writer.store.probe()
        use = writer.store.disk_use()

        assert min(use.database_bytes, use.log_bytes, use.free_bytes) >= 0
        assert again().head() == commit.head

    def test_feeds_are_read_back_with_marks_and_movements(
        self, writer: Writer, again: Callable[[], Store]
    ) -> None:
        lagging = Feed(
            feed_id="till",
            counting=Counting.NOTHING,
            lag_microseconds=9,
            heard_since=Instant(3),
            guard_percent=50,
        )
        restarted = a_feed(5, epoch=2, floor=Mark(1, 8))
        told = [
            Movement(
                position=n,
                feed_id="wms",
                node_id=LYON,
                sku=CLOCK,
                mark=Mark(2, n),
                units=-n,
                cause=f"order-{n}/1",
            )
            for n in (1, 2)
        ]
        by_sku = Raised(feed_id="wms", node_id=LYON, mark=Mark(1, 9), skus=(CLOCK, LAMP))
        writer.commit(received(1, CLOCK, 5), received(2, CLOCK, 5), movements=tuple(told), raised=(by_sku,))
        whole = Raised(feed_id="wms", node_id=LYON, mark=Mark(2, 1), skus=None)
        later = Raised(feed_id="wms", node_id=LYON, mark=Mark(2, 2), skus=(CLOCK,))
        writer.commit(
            feeds={"wms": restarted, "till": lagging}, raised=(whole, later), forget_movements_before=2
        )
        store = again()

        assert store.list_feeds() == {"wms": restarted, "till": lagging}
        assert set(store.read_feed_marks()) == {
            ("wms", LYON, ALL_SKUS, Mark(2, 1)),
            ("wms", LYON, CLOCK, Mark(2, 2)),
            ("wms", LYON, LAMP, Mark(1, 9)),
        }
        assert list(store.read_movements()) == told[1:]

    def test_snapshots_kept_aside_are_listed_without_their_rows(
        self, writer: Writer, again: Callable[[], Store]
    ) -> None:
        waiting = Suspect(
            id="night-1",
            number=1,
            feed_id="wms",
            state=SuspectState.WAITING,
            time=Instant(4),
            row_count=7,
            suspicion="9 of 10 units",
            body=b"rows",
        )
        other = replace(waiting, id="night-2", number=2, feed_id="till")
        writer.commit(suspects=(waiting, other))
        approved = replace(waiting, state=SuspectState.APPROVED, author="ada", note="a real sale")
        writer.commit(suspects=(approved,))
        store = again()

        assert store.find_suspect("night-1") == approved
        assert store.find_suspect("night-3") is None
        every = SuspectFilter()
        assert store.list_suspects(None, 9, every) == (replace(approved, body=b""), replace(other, body=b""))
        assert [one.number for one in store.list_suspects(1, 9, every)] == [2]
        assert [one.number for one in store.list_suspects(None, 1, every)] == [1]
        waits = SuspectFilter(state=SuspectState.WAITING)
        assert [one.number for one in store.list_suspects(None, 9, waits)] == [2]
        assert [one.number for one in store.list_suspects(None, 9, SuspectFilter(feed_id="wms"))] == [1]

    def test_shipments_are_read_back_and_found_by_order_state_node_and_cut_off(
        self, writer: Writer, again: Callable[[], Store]
    ) -> None:
        def a_shipment(number: int, **changes: Any) -> ShipmentAccount:
            plain = ShipmentAccount(
                number=number,
                order_id=OrderId("order-1"),
                shipment=number,
                node_id=LYON,
                state=ShipmentState.PLANNED,
                cut_off_time=Instant(10 * number),
            )
            return structs.replace(plain, **changes)

        other = a_shipment(3, order_id=OrderId("order-2"), shipment=1, node_id=LILLE)
        writer.commit(shipments=(a_shipment(1), a_shipment(2), other))
        journey = Journey(dispatch_time=Instant(5), eta_day=Day(739_000), is_late_told=True)
        left = a_shipment(2, state=ShipmentState.DISPATCHED, tracking_number="1Z9", wave=7, journey=journey)
        writer.commit(shipments=(left,))
        store = again()

        assert tuple(store.list_shipments_of(OrderId("order-1"))) == (a_shipment(1), left)
        assert tuple(store.list_shipments_of(OrderId("order-9"))) == ()
        assert tuple(store.read_shipments()) == (a_shipment(1), left, other)

        def numbers(after: int | None = None, limit: int = 9, **where: Any) -> list[int]:
            return [one.number for one in store.list_shipments(after, limit, ShipmentFilter(**where))]

        assert (numbers(), numbers(after=1), numbers(limit=1)) == ([1, 2, 3], [2, 3], [1])
        assert (numbers(state=ShipmentState.PLANNED), numbers(state=ShipmentState.DISPATCHED)) == (
            [1, 3],
            [2],
        )
        assert (numbers(tracking_number="1Z9"), numbers(wave=7), numbers(wave=8)) == ([2], [2], [])
        assert (numbers(node_id="lille"), numbers(begin_by=Instant(20))) == ([3], [1, 2])

    def test_transfers_are_read_back_and_found_by_state_and_node(
        self, writer: Writer, again: Callable[[], Store]
    ) -> None:
        sent = Transfer(
            id="truck-1",
            number=1,
            from_node_id=LYON,
            to_node_id=LILLE,
            state=TransferState.OPEN,
            lines=(TransferLine(sku=CLOCK, sent=5), TransferLine(sku=LAMP, lot="b-7", sent=2)),
            send_time=Instant(4),
            expected_day=Day(739_000),
            reference="truck 7",
        )
        other = replace(sent, id="truck-2", number=2, to_node_id=NodeId("nice"), expected_day=None)
        writer.commit(transfers=(sent, other))
        lines = (
            TransferLine(sku=CLOCK, sent=5, received=5, damaged=1, extra=1),
            TransferLine(sku=LAMP, lot="b-7", sent=2, lost=2),
        )
        received = replace(sent, state=TransferState.RECEIVED, lines=lines)
        writer.commit(transfers=(received,))
        store = again()

        assert (store.find_transfer("truck-1"), store.find_transfer("truck-3")) == (received, None)
        assert tuple(store.read_transfers()) == (received, other)

        def numbers(after: int | None = None, limit: int = 9, **where: Any) -> list[int]:
            return [one.number for one in store.list_transfers(after, limit, TransferFilter(**where))]

        assert (numbers(), numbers(after=1), numbers(limit=1)) == ([1, 2], [2], [1])
        assert numbers(state=TransferState.OPEN) == [2]
        assert (numbers(node_id="lille"), numbers(node_id="lyon")) == ([1], [1, 2])

    def test_limits_of_backorders_are_read_back_as_they_were_put_last(
        self, writer: Writer, again: Callable[[], Store]
    ) -> None:
        writer.commit(backorder_limits={CLOCK: 5, LAMP: 0})
        writer.commit(backorder_limits={CLOCK: None})

        assert again().list_backorder_limits() == {CLOCK: None, LAMP: 0}

    def test_suppliers_and_purchase_orders_are_found_listed_and_changed(
        self, writer: Writer, again: Callable[[], Store]
    ) -> None:
        acme = Supplier(id="acme", lead_hours=48, node_id=LYON, offers={CLOCK: Offer(unit_price_minor=400)})
        first, second = (a_purchase_order(number) for number in (3, 4))
        writer.commit(suppliers={"acme": replace(acme, name="old")}, purchases=(first,))
        received_all = after_receipt(first, {CLOCK: Receipt(5)}, closes=False)
        writer.commit(suppliers={"acme": acme}, purchases=(received_all, second))
        store = again()

        assert store.list_suppliers() == {"acme": acme}
        assert store.find_purchase_order("po-3") == received_all
        assert store.find_purchase_order("po-9") is None
        assert store.list_purchase_orders(None, 1, PurchaseFilter()) == (received_all,)
        assert store.list_purchase_orders(3, 9, PurchaseFilter()) == (second,)
        assert store.list_purchase_orders(None, 9, PurchaseFilter(open_only=True)) == (second,)
        assert store.list_purchase_orders(None, 9, PurchaseFilter(state=PurchaseState.RECEIVED)) == (
            received_all,
        )
        assert store.list_purchase_orders(None, 9, PurchaseFilter(supplier_id="nobody")) == ()
        assert store.list_purchase_orders(None, 9, PurchaseFilter(node_id=LYON)) == (received_all, second)
        assert tuple(store.read_purchase_orders()) == (received_all, second)

    def test_channels_are_read_back_as_they_were_put_last(
        self, writer: Writer, again: Callable[[], Store]
    ) -> None:
        web = Channel(id="web", name="Shop", kind="WEB", needs_payment=True)
        fair = Channel(id="fair", is_closed=True)
        writer.commit(channels={"web": Channel(id="web"), "fair": fair})
        writer.commit(channels={"web": web})

        assert again().list_channels() == {"web": web, "fair": fair}

    def test_returns_are_read_back_by_id_and_order_and_by_when_they_run_out(
        self, store: Store, writer: Writer
    ) -> None:
        line = ReturnLine(line_id=LineId("1"), sku=CLOCK, shipment=1, from_node_id=LYON, authorized=2)
        awaited = Return(
            id="R-1",
            number=1,
            order_id=OrderId("A-1"),
            kind=ReturnKind.RETURN,
            state=ReturnState.AUTHORIZED,
            reason_code="DEFECT",
            lines=(line,),
            create_time=Instant(5),
            currency="EUR",
            node_id=LYON,
            expire_time=Instant(77),
        )
        claim = structs_replace(
            awaited,
            id="C-1",
            number=2,
            kind=ReturnKind.CLAIM,
            cause=ClaimCause.LOST,
            state=ReturnState.CLAIMED,
            expire_time=Instant(0),
        )
        writer.commit(returns=(awaited, claim))
        came = structs_replace(
            awaited, state=ReturnState.RECEIVING, lines=(structs_replace(line, received=1),)
        )
        policy = ReturnPolicy(window_days=30, send_days=14, reasons=(ReturnReason(code="DEFECT"),))
        writer.commit(returns=(came,), return_policies={"": policy})

        assert (store.find_return("R-1"), store.find_return("R-9")) == (came, None)
        assert tuple(store.read_returns()) == (came, claim)
        assert store.list_returns(None, 9, OrderId("A-1")) == (came, claim)
        assert store.list_returns(1, 9, None) == (claim,)
        assert store.list_returns(None, 1, None) == (came,)
        assert store.list_returns(None, 9, OrderId("A-2")) == ()
        assert list(store.read_return_limits()) == [(Instant(77), "R-1")]
        assert store.list_return_policies() == {"": policy}

    def test_payments_are_read_back_by_id_and_order_and_by_when_they_run_out(
        self, writer: Writer, again: Callable[[], Store]
    ) -> None:
        card = Payment(
            id="P-1",
            number=1,
            order_id=OrderId("A-1"),
            method=PaymentMethod.CARD,
            currency="EUR",
            asked=900,
            authorized=900,
            expire_time=Instant(77),
            provider_id="ch_1",
        )
        declined = structs.replace(
            card, id="P-2", number=2, authorized=0, expire_time=Instant(0), decline_code="stolen"
        )
        writer.commit(payments=(card, declined))
        intent = Intent(act=PaymentAct.REFUND, amount=5, request_id="r", body_digest=b"d", cause="RETURN")
        taken = structs.replace(card, captured=500, refunded=100, intent=intent)
        writer.commit(payments=(taken,))
        given = structs.replace(declined, id="P-3", number=3, order_id=OrderId("A-3"), gift_account_id="G-1")
        writer.commit(payments=(given,))
        store = again()

        assert (store.find_payment("P-1"), store.find_payment("P-9")) == (taken, None)
        assert tuple(store.read_payments()) == (taken, declined, given)
        assert store.list_payments(None, 9, None, "G-1") == (given,)
        assert store.list_payments(None, 9, None, "G-2") == ()
        assert store.list_payments(None, 9, OrderId("A-1")) == (taken, declined)
        assert store.list_payments(1, 9, None) == (declined, given)
        assert store.list_payments(None, 1, None) == (taken,)
        assert store.list_payments(None, 9, OrderId("A-2")) == ()
        assert list(store.read_payment_limits()) == [(Instant(77), "P-1")]

    def test_bookings_are_found_by_shipment_and_by_what_waits(
        self, writer: Writer, again: Callable[[], Store]
    ) -> None:
        first = a_booking(1, state=BookingState.VOIDED)
        second, other = a_booking(2), a_booking(3, shipment_id="A-2/1", node_id=NodeId("lille"))
        writer.commit(bookings=(first, second, other))
        on_it = structs.replace(other, state=BookingState.HANDED_OVER, manifest=9, void_decline_code="LATE")
        writer.commit(bookings=(on_it,), manifests=(MANIFEST,))
        told = structs.replace(MANIFEST, carrier_reference="M-9")
        writer.commit(manifests=(told,))
        store = again()

        def numbers(after: int | None = None, limit: int = 9, **where: Any) -> list[int]:
            return [one.number for one in store.list_bookings(after, limit, BookingFilter(**where))]

        assert (store.find_booking("A-1/1"), store.find_booking("A-3/1")) == (second, None)
        assert numbers(void_declined=True) == [3]
        assert (store.count_bookings("A-1/1"), store.count_bookings("A-3/1")) == (2, 0)
        assert (numbers(), numbers(after=1), numbers(limit=1)) == ([1, 2, 3], [2, 3], [1])
        assert numbers(state=BookingState.BOOKED) == [2]
        assert (numbers(node_id="lille"), numbers(carrier_id="DHL")) == ([3], [])
        assert (numbers(manifest=9), numbers(ship_day_max=Day(6)), numbers(ship_day_max=Day(7))) == (
            [3],
            [],
            [1, 2, 3],
        )
        assert (store.find_manifest(9), store.find_manifest(8)) == (told, None)
        assert store.list_manifests(None, 9, "") == (told,)
        assert store.list_manifests(9, 9, "") == store.list_manifests(None, 9, "nice") == ()

    def test_boxes_and_packings_are_those_put_last(
        self, writer: Writer, store: Store, again: Callable[[], Store]
    ) -> None:
        small, large = a_box("S", 100), a_box("L", 300)
        packing = Packing(number=3, shipment_id="A-1/1", time=Instant(3), boxes=())
        unit = Placement(
            line_id=LineId("1"), sku=CLOCK, x_mm=0, y_mm=0, z_mm=5, length_mm=1, width_mm=2, height_mm=3
        )
        packed = PackedBox(box=small, placements=(unit,), weight_grams=90)
        assert store.list_boxes() == ()
        writer.commit(box_lists=((1, (small,)),), packings=(packing,))
        later = structs.replace(packing, number=4, boxes=(packed,))
        writer.commit(box_lists=((2, (small, large)),), packings=(later,))
        store = again()

        assert store.list_boxes() == (small, large)
        assert (store.find_packing("A-1/1"), store.find_packing("A-9/1")) == (later, None)

    def test_delays_are_read_back_by_order_and_state_and_by_when_they_are_due(
        self, writer: Writer, again: Callable[[], Store]
    ) -> None:
        told = Delay(
            number=3,
            order_id=OrderId("A-1"),
            state=DelayState.TOLD,
            round=1,
            promised_day=Day(740_000),
            agreed_day=Day(740_000),
            expected_day=Day(740_009),
            due_time=Instant(77),
            told_time=Instant(5),
            cause="SUPPLIER",
            zone="Europe/Paris",
        )
        asked = structs.replace(
            told,
            number=4,
            order_id=OrderId("A-2"),
            state=DelayState.ASKED,
            expected_day=None,
            due_time=Instant(0),
        )
        writer.commit(delays=(told, asked))
        over = structs.replace(asked, state=DelayState.OVER)
        writer.commit(delays=(over,))
        store = again()

        assert (store.find_delay("A-1"), store.find_delay("A-9")) == (told, None)
        assert store.list_delays(None, 9, DelayFilter()) == (told, over)
        assert store.list_delays(3, 9, DelayFilter()) == (over,)
        assert store.list_delays(None, 1, DelayFilter()) == (told,)
        assert store.list_delays(None, 9, DelayFilter(state=DelayState.OVER)) == (over,)
        assert store.list_delays(None, 9, DelayFilter(due_by=Instant(77))) == (told,)
        assert store.list_delays(None, 9, DelayFilter(due_by=Instant(76))) == ()
        assert tuple(store.read_open_delays()) == (told,)
        assert tuple(store.read_delays()) == (told, over)

    def test_what_units_cost_is_read_back_by_product_and_by_position(
        self, writer: Writer, again: Callable[[], Store]
    ) -> None:
        clock, lamp = Sku("RED-CLOCK"), Sku("TIN-LAMP")
        first = UnitCost(sku=clock, position=3, cost_minor=500, currency="EUR", held=2, time=Instant(7))
        other = UnitCost(sku=lamp, position=3, cost_minor=90, currency="EUR", in_transit=1, shipped=4)
        later = structs.replace(first, position=9, cost_minor=700, before_minor=500)
        writer.commit(unit_costs=(structs.replace(first, cost_minor=1), other))
        writer.commit(unit_costs=(later, first))
        store = again()

        found = store.find_unit_costs([clock, Sku("GHOST")])
        assert {sku: list(costs) for sku, costs in found.items()} == {clock: [first, later]}
        assert store.find_unit_costs([]) == {}
        assert list(store.list_unit_costs(3, 9)) == [first, other]
        assert list(store.list_unit_costs(4, 10)) == [later]

    def test_who_holds_units_of_a_place_is_found(self, writer: Writer, store: Store) -> None:
        writer.commit(
            received(1, CLOCK, 9),
            *(reserved(n, 2, f"order-{n}") for n in (2, 3, 4)),
            reservations=(
                a_reservation(2, 2, "order-2"),
                a_reservation(3, 2, "order-3", voided=2),
                a_reservation(4, 2, "order-4", posted=1),
            ),
        )

        assert [one.position for one in store.list_held({(LYON, CLOCK)})] == [2, 4]
        assert store.list_held({(LILLE, CLOCK), (LYON, LAMP)}) == ()
        assert store.list_held(set()) == ()

    def test_entries_are_found_from_a_time_on(self, writer: Writer, store: Store) -> None:
        for position in (1, 2, 3):
            writer.commit(received(position, CLOCK, 1))
        times = [batch.time for batch, _ in store.read_journal()]

        assert [one.position for one in store.read_entries_since(0)] == [1, 2, 3]
        assert [one.position for one in store.read_entries_since(times[0])] == [2, 3]
        assert list(store.read_entries_since(times[2])) == []

    def test_readers_see_what_was_committed(self, writer: Writer, store: Store) -> None:
        writer.commit(received(1, CLOCK, 5))
        with store.reader() as reader:
            assert reader.head().position == 1
            assert len(reader.list_entries(None, 9, "")) == 1

    def test_stock_reservations_are_found_listed_and_changed(
        self, writer: Writer, again: Callable[[], Store]
    ) -> None:
        held = a_stock_reservation(2, HELD, expire_time=900)
        firm = a_stock_reservation(3, HELD)
        gone = a_stock_reservation(4, POSTED, expire_time=100, posted=2)
        ordered = structs.replace(a_stock_reservation(5, ORDERED, voided=2), order_id="order-1")
        writer.commit(
            received(1, CLOCK, 9),
            *(reserved(position, 2) for position in range(2, 6)),
            stock_reservations=(held, firm, gone, ordered),
        )
        store = again()

        assert store.find_stock_reservation("cart-2") == held
        assert store.find_stock_reservation("cart-5") == ordered
        assert store.find_stock_reservation("cart-9") is None
        assert store.list_stock_reservations(None, 2, ReservationFilter()) == (held, firm)
        assert store.list_stock_reservations(3, 9, ReservationFilter()) == (gone, ordered)
        assert store.list_stock_reservations(None, 9, ReservationFilter(state=HELD)) == (held, firm)
        assert store.list_stock_reservations(None, 9, ReservationFilter(reference="web")) == (
            firm,
            ordered,
        )
        assert sorted(store.read_limits()) == [(900, "cart-2")]
        assert sorted(one.number for one in store.read_stock_reservations()) == [2, 3, 4, 5]

    def test_a_stock_reservation_keeps_its_last_value(
        self, writer: Writer, again: Callable[[], Store]
    ) -> None:
        writer.commit(
            received(1, CLOCK, 9), reserved(2, 2), stock_reservations=(a_stock_reservation(2, HELD, 900),)
        )
        extended = a_stock_reservation(2, HELD, 1_900)
        writer.commit(received(3, CLOCK, 1), stock_reservations=(extended,))
        store = again()

        assert store.find_stock_reservation("cart-2") == extended
        assert list(store.read_limits()) == [(1_900, "cart-2")]

    def test_lots_and_serial_numbers_are_kept(self, writer: Writer, again: Callable[[], Store]) -> None:
        lots = (Lot(sku=CLOCK, id="A", expiry_day=Day(739_000)), Lot(sku=LAMP, id="A"))
        serials = tuple(
            Serial(sku=CLOCK, serial=serial, owner=owner, line_id=LineId("1"), position=position)
            for serial, owner, position in (("S2", "order-1", 1), ("S1", "order-1", 1), ("S3", "order-2", 2))
        )
        writer.commit(received(1, CLOCK, 9), received(2, CLOCK, 9), lots=lots, serials=serials)
        store = again()

        assert sorted(store.read_lots(), key=lambda lot: lot.sku) == list(lots)
        assert store.find_serial(CLOCK, "S3") == serials[2]
        assert store.find_serial(LAMP, "S3") is None
        assert store.list_serials("order-1", None, 9) == (serials[1], serials[0])
        assert store.list_serials("order-1", (1, "S1"), 9) == (serials[0],)
        assert len(tuple(store.read_serials())) == 3
