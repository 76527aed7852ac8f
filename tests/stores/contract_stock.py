"""What every store must do with goods: feeds, reservations, lots, transfers, purchases, costs."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from msgspec import structs

from router.app.books.feed_books import ALL_SKUS
from router.app.ports.purchase_reader import PurchaseFilter
from router.app.ports.store import Store
from router.app.records.documents import StoredProduct
from router.app.records.filters import ReservationFilter, SuspectFilter, TransferFilter
from router.app.records.suspects import Suspect, SuspectState
from router.domain.identifiers import (
    Day,
    Instant,
    LineId,
    NodeId,
    Sku,
)
from router.domain.supplier import Offer, Supplier
from router.ledger.accounting.owners import NodeOwner
from router.ledger.accounting.vouchers import UnitCost
from router.ledger.accounts import Bucket, at_node, on_hand
from router.ledger.feeds import Counting, Feed, Mark, Movement, Raised
from router.ledger.lots import Lot
from router.ledger.purchases import PurchaseState, Receipt, after_receipt
from router.ledger.serials import Serial
from router.ledger.transfers import Transfer, TransferLine, TransferState
from tests.stores.contract_builders import (
    CLOCK,
    HELD,
    LAMP,
    LILLE,
    LYON,
    ORDERED,
    POSTED,
    Writer,
    a_feed,
    a_purchase_order,
    a_reservation,
    a_stock_reservation,
    received,
    reserved,
)


class StockContract:
    """Of `StoreContract`."""

    def test_products_come_by_sku(self, writer: Writer, store: Store) -> None:
        writer.commit(products=tuple(StoredProduct(sku=sku, body=b"x") for sku in (LAMP, CLOCK)))

        assert [product.sku for product in store.list_products(None, 1)] == ["RED-CLOCK"]
        assert [product.sku for product in store.list_products(CLOCK, 9)] == ["TIN-LAMP"]
        assert store.find_product(Sku("NONE")) is None

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

    def test_whose_goods_lie_in_nodes_is_read_back_by_node_and_by_position(
        self, writer: Writer, again: Callable[[], Store]
    ) -> None:
        theirs = NodeOwner(
            node_id=LYON, position=3, is_supplier=True, units={Sku("RED-CLOCK"): 2}, time=Instant(7)
        )
        other = NodeOwner(node_id=LILLE, position=3, is_supplier=True)
        ours = structs.replace(theirs, position=9, is_supplier=False, units={})
        writer.commit(node_owners=(structs.replace(theirs, is_supplier=False, units={}), other))
        writer.commit(node_owners=(ours, theirs))
        store = again()

        assert list(store.read_node_owners()) == [(LILLE, 3, True), (LYON, 3, True), (LYON, 9, False)]
        assert list(store.list_node_owners(3, 9)) == [other, theirs]
        assert list(store.list_node_owners(4, 10)) == [ours]

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

    def test_holders_are_found_whatever_their_lot_and_however_long_they_have_held(
        self, writer: Writer, store: Store
    ) -> None:
        accounts = {
            3: on_hand(LYON, CLOCK),
            1_024: on_hand(LYON, CLOCK, "lot-7"),
            1_025: on_hand(LILLE, CLOCK),
            1_026: on_hand(LYON, LAMP),
            5_000: at_node(Bucket.IN_TRANSIT, LYON, CLOCK),
        }
        promised = {
            position: structs.replace(a_reservation(position, 1), account=account)
            for position, account in accounts.items()
        }
        writer.commit(
            *(reserved(position, 1, account=account) for position, account in accounts.items()),
            reservations=tuple(promised.values()),
        )
        held = (promised[3], promised[1_024], promised[5_000])

        assert store.list_held({(LYON, CLOCK)}) == held
        assert store.list_held({(LYON, CLOCK), (LILLE, LAMP)}) == held

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
