"""What every store must do with orders: shipments, payments, returns, bookings, delays, customers."""

from collections.abc import Callable
from typing import Any

from msgspec import structs
from msgspec.structs import replace as structs_replace

from router.app.ports.store import Store
from router.app.records.booking_filter import BookingFilter
from router.app.records.filters import DelayFilter, OrderFilter, ShipmentFilter
from router.app.records.payment_filter import ANY_PAYMENT, PaymentFilter
from router.app.records.recipients import Contact
from router.domain.box import PackedBox, Placement
from router.domain.channel import Channel
from router.domain.identifiers import (
    Day,
    Instant,
    LineId,
    NodeId,
    OrderId,
)
from router.domain.limits import REJECTIONS_MAX
from router.domain.return_policy import ReturnPolicy, ReturnReason
from router.ledger.bookings import BookingState, Packing
from router.ledger.delays import Delay, DelayState
from router.ledger.lifecycle import OrderState, ShipmentState
from router.ledger.payments import Intent, Payment, PaymentAct, PaymentMethod
from router.ledger.return_lifecycle import ReturnState
from router.ledger.returns import ClaimCause, Return, ReturnKind, ReturnLine
from router.ledger.shipments import Journey, ShipmentAccount
from tests.stores.contract_builders import (
    CLOCK,
    LILLE,
    LYON,
    MANIFEST,
    Writer,
    a_booking,
    a_box,
    a_decision,
    a_key,
    a_recipient,
    a_waiting_order,
    an_order,
)


class OrderContract:
    """Of `StoreContract`."""

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

    def test_orders_that_wait_for_a_person_are_those_that_were_rejected_too_often(
        self, writer: Writer, again: Callable[[], Store]
    ) -> None:
        often = structs.replace(an_order(1), rejection_count=REJECTIONS_MAX)
        waiting = tuple(a_waiting_order(number, number - 2) for number in range(2, 7))
        writer.commit(orders=(often, *waiting), decisions=tuple(map(a_decision, range(1, 7))))
        writer.commit(orders=(a_waiting_order(2, REJECTIONS_MAX),))
        store = again()

        def numbers(after: int | None, limit: int) -> list[int]:
            return [one.number for one in store.list_orders(after, limit, OrderFilter(are_exceptions=True))]

        assert (numbers(None, 2), numbers(5, 2)) == ([2, 5], [6])
        assert store.list_orders(2, 2, OrderFilter(state=OrderState.BACKORDERED)) == waiting[1:3]

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
        assert (numbers(order_id="order-1"), numbers(order_id="order-9")) == ([1, 2], [])

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
        given = structs.replace(given, declined_act=PaymentAct.RENEW, declined_act_code="no_renewal")
        writer.commit(payments=(given,))
        store = again()

        assert (store.find_payment("P-1"), store.find_payment("P-9")) == (taken, None)
        assert tuple(store.read_payments()) == (taken, declined, given)
        assert store.list_payments(None, 9, PaymentFilter(gift_account_id="G-1")) == (given,)
        assert store.list_payments(None, 9, PaymentFilter(gift_account_id="G-2")) == ()
        assert store.list_payments(None, 9, PaymentFilter(act_declined=True)) == (given,)
        assert store.list_payments(None, 9, PaymentFilter(order_id="A-1")) == (taken, declined)
        assert store.list_payments(1, 9, ANY_PAYMENT) == (declined, given)
        assert store.list_payments(None, 1, ANY_PAYMENT) == (taken,)
        assert store.list_payments(None, 9, PaymentFilter(order_id="A-2")) == ()
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
