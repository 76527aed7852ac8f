"""The audit: clean books are clean, and each way to falsify them is found."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import pytest
from msgspec import structs

from router.domain.identifiers import Instant, LineId, NodeId, OrderId, Sku
from router.ledger.accounts import Account, Balance, Bucket, at_node, gift, money, on_hand, outside, picking
from router.ledger.audit import AuditReport, Records, audit
from router.ledger.audit_journal import Journal, read_batch
from router.ledger.audit_rows import recount
from router.ledger.balances import fold
from router.ledger.chain import GENESIS, Batch, seal
from router.ledger.entries import Entry
from router.ledger.flows import EntryCode
from router.ledger.lifecycle import OrderState, ShipmentState
from router.ledger.lots import Lot
from router.ledger.orders import LineQuantities, OrderAccount
from router.ledger.reservations import Reservation
from router.ledger.serials import Serial
from router.ledger.shipments import ShipmentAccount
from router.ledger.stock_reservations import AskedLine, ReservationState, StockReservation

LYON, CLOCK = NodeId("lyon"), Sku("RED-CLOCK")
SHELF = on_hand(LYON, CLOCK)


@dataclass(frozen=True)
class Ledger:
    """What an audit reads."""

    batches: Sequence[tuple[Batch, Sequence[Entry]]]
    balances: dict[Account, Balance]
    reservations: Sequence[Reservation]
    orders: Sequence[OrderAccount]
    shipments: Sequence[ShipmentAccount]

    def report(self) -> AuditReport:
        records = Records(
            balances=self.balances.items(),
            reservations=self.reservations,
            orders=self.orders,
            shipments=self.shipments,
        )
        return audit(self.batches, records)

    def faults(self) -> tuple[str, ...]:
        return self.report().faults


def an_entry(
    position: int, code: EntryCode, debit: Account, credit: Account, quantity: int, **more: int
) -> Entry:
    return Entry(
        position=position,
        time=Instant(position),
        code=code,
        debit=debit,
        credit=credit,
        quantity=quantity,
        reference="order-1",
        **more,
    )


def a_ledger() -> Ledger:
    """Five clocks received; three of an order's four reserved, one of these posted; the fourth waits."""
    received = (an_entry(1, EntryCode.RECEIVE, SHELF, outside(Bucket.SUPPLIER, CLOCK), 5),)
    waiting, demand = outside(Bucket.BACKORDER, CLOCK), outside(Bucket.DEMAND_OPEN, CLOCK)
    routed = (
        an_entry(2, EntryCode.RESERVE, picking(LYON, CLOCK), SHELF, 3),
        an_entry(3, EntryCode.BACKORDER_OPEN, waiting, demand, 1),
    )
    posted = (an_entry(4, EntryCode.POST, picking(LYON, CLOCK), SHELF, 1, pending_position=2),)
    first = seal(GENESIS, 1, 1, Instant(1), received)
    second = seal(first.hash, 2, 3, Instant(3), routed)
    third = seal(second.hash, 3, 4, Instant(4), posted)
    balances: dict[Account, Balance] = {}
    fold(received + routed + posted, balances)
    order_id, line_id = OrderId("order-1"), LineId("1")
    held = Reservation(
        position=2, account=SHELF, order_id=order_id, line_id=line_id, shipment=1, quantity=3, posted=1
    )
    line = LineQuantities(
        line_id=line_id, sku=CLOCK, ordered=4, reserved=2, dispatched=1, backordered=1, canceled=0
    )
    order = OrderAccount(
        number=1,
        order_id=order_id,
        channel="web",
        customer_id="",
        state=OrderState.PARTIALLY_ALLOCATED,
        counted=(line,),
        decision_number=1,
        position=3,
    )
    shipment = ShipmentAccount(
        number=2,
        order_id=order_id,
        shipment=1,
        node_id=LYON,
        state=ShipmentState.DISPATCHED,
        cut_off_time=Instant(9),
    )
    batches = ((first, received), (second, routed), (third, posted))
    return Ledger(batches, balances, (held,), (order,), (shipment,))


def with_entry(ledger: Ledger, batch: int, index: int, **changes: object) -> Ledger:
    """The ledger with one entry altered, its batch hashed as before."""
    batches = list(ledger.batches)
    sealed, entries = batches[batch]
    altered = list(entries)
    altered[index] = structs.replace(altered[index], **changes)  # type: ignore[arg-type]
    batches[batch] = (sealed, altered)
    return replace(ledger, batches=batches)


def with_balance(ledger: Ledger, account: Account, **changes: int) -> Ledger:
    return replace(
        ledger, balances={**ledger.balances, account: structs.replace(ledger.balances[account], **changes)}
    )


def without_batch(ledger: Ledger, index: int) -> Ledger:
    return replace(ledger, batches=[one for i, one in enumerate(ledger.batches) if i != index])


def with_line(ledger: Ledger, **changes: int) -> Ledger:
    order = ledger.orders[0]
    return replace(
        ledger, orders=[structs.replace(order, counted=(structs.replace(order.lines[0], **changes),))]
    )


def with_shipment(ledger: Ledger, state: ShipmentState, **changes: int) -> Ledger:
    return replace(ledger, shipments=[structs.replace(ledger.shipments[0], state=state, **changes)])


def resealed(ledger: Ledger) -> Ledger:
    """The forger hashed everything again."""
    sealed, previous = [], GENESIS
    for batch, entries in ledger.batches:
        again = seal(previous, batch.number, batch.last_position, batch.time, entries)
        sealed.append((again, entries))
        previous = again.hash
    return replace(ledger, batches=sealed)


def test_true_books_are_clean() -> None:
    ledger = a_ledger()
    report = ledger.report()

    assert report.faults == ()
    assert (report.entry_count, report.account_count, report.reservation_count, report.order_count) == (
        4,
        5,
        1,
        1,
    )
    assert report.head_hash == ledger.batches[-1][0].hash


@pytest.mark.parametrize(
    ("forge", "fault"),
    [
        (lambda one: with_entry(one, 0, 0, quantity=6), "batch 1: its entries do not have its hash"),
        (lambda one: with_entry(one, 1, 0, reference="order-2"), "batch 2: its entries do not have its hash"),
        (lambda one: with_entry(one, 1, 0, time=Instant(2_000)), "batch 2: its entries do not have its hash"),
        (lambda one: resealed(with_entry(one, 0, 0, quantity=6)), "account lyon/RED-CLOCK/on_hand says"),
        (
            lambda one: resealed(with_entry(one, 0, 0, quantity=2)),
            "units of lyon/RED-CLOCK/on_hand that are not free",
        ),
        (
            lambda one: resealed(with_entry(one, 2, 0, quantity=4)),
            "entry 4 resolves more than reservation 2 holds",
        ),
        (lambda one: resealed(with_entry(one, 1, 1, position=4)), "entry 4 follows entry 2"),
        (
            lambda one: resealed(with_entry(one, 1, 1, time=Instant(1))),
            "entry 3 is earlier than the one before",
        ),
        (lambda one: without_batch(one, 1), "batch 3 follows batch 1"),
        (lambda one: without_batch(one, 2), "account lyon/RED-CLOCK/on_hand says"),
        (lambda one: with_balance(one, SHELF, debits_posted=6), "posted debits and credits differ by 1"),
        (lambda one: with_balance(one, SHELF, credits_pending=3), "pending debits and credits differ by -1"),
        (lambda one: with_balance(one, SHELF, version=9), "account lyon/RED-CLOCK/on_hand says"),
        (lambda one: with_balance(one, SHELF, debits_pending=-1), "has a negative counter"),
        (lambda one: replace(one, reservations=()), "reservation 2 is in the journal only"),
        (
            lambda one: replace(one, reservations=[structs.replace(one.reservations[0], voided=1)]),
            "reservation 2 has 1 left, the journal says 2",
        ),
        (lambda one: with_line(one, reserved=1, canceled=1), "line `1` says 1 reserved and 1 dispatched"),
        (lambda one: with_line(one, backordered=0, canceled=1), "SKU `RED-CLOCK`: backorders"),
        (
            lambda one: replace(one, orders=[structs.replace(one.orders[0], state=OrderState.ALLOCATED)]),
            "order `order-1` is ALLOCATED, its lines say otherwise",
        ),
        (lambda one: replace(one, orders=()), "reservations of order `order-1` have no order"),
        (lambda one: with_shipment(one, ShipmentState.RELEASED), "shipment `order-1/1` is RELEASED, 1 units"),
        (lambda one: replace(one, shipments=()), "shipment `order-1/1` has reservations only"),
        (
            lambda one: with_shipment(one, ShipmentState.CANCELED, shipment=2),
            "shipment `order-1/1` has reservations only",
        ),
        (
            lambda one: with_shipment(one, ShipmentState.PLANNED, shipment=2),
            "shipment `order-1/2` is PLANNED, 0 units are reserved for it",
        ),
    ],
)
def test_forged_books_are_found_out(forge: Callable[[Ledger], Ledger], fault: str) -> None:
    assert any(fault in found for found in forge(a_ledger()).faults())


def test_an_entry_is_reversed_at_most_once() -> None:
    supplier = outside(Bucket.SUPPLIER, CLOCK)
    received = (an_entry(1, EntryCode.RECEIVE, SHELF, supplier, 5),)
    reversed_once = (an_entry(2, EntryCode.CORRECT, supplier, SHELF, 5, pending_position=1),)
    again = (
        an_entry(3, EntryCode.RECEIVE, SHELF, supplier, 5),
        an_entry(4, EntryCode.CORRECT, supplier, SHELF, 5, pending_position=1),
    )
    first = seal(GENESIS, 1, 1, Instant(1), received)
    second = seal(first.hash, 2, 2, Instant(2), reversed_once)
    third = seal(second.hash, 3, 4, Instant(4), again)
    sealed = ((first, received), (second, reversed_once), (third, again))
    balances: dict[Account, Balance] = {}
    fold(received + reversed_once + again, balances)

    assert Ledger(sealed, balances, (), (), ()).faults() == ("entry 4 reverses entry 1 once more",)


def a_stock_reservation(**changes: object) -> StockReservation:
    """The same three units, held without an order."""
    part = structs.replace(a_ledger().reservations[0], order_id=OrderId(""), shipment=0)
    settings: dict[str, object] = {
        "id": "cart-1",
        "number": 1,
        "reference": "",
        "state": ReservationState.HELD,
        "create_time": Instant(2),
        "expire_time": None,
        "lines": (AskedLine(line_id=LineId("1"), node_id=LYON, sku=CLOCK, quantity=3),),
        "parts": (part,),
    }
    return StockReservation(**{**settings, **changes})  # type: ignore[arg-type]


def audit_of(
    reservation: StockReservation, serials: Sequence[Serial] = (), lots: Sequence[Lot] = ()
) -> tuple[str, ...]:
    """The ledger's three units held by a cart instead of by an order; nobody waits."""
    ledger = a_ledger()
    received, (sealed, (reserved, _)), (_, (posted,)) = ledger.batches
    posted = structs.replace(posted, position=3)
    second = seal(received[0].hash, 2, 2, sealed.time, (reserved,))
    third = seal(second.hash, 3, 3, Instant(4), (posted,))
    batches = (received, (second, (reserved,)), (third, (posted,)))
    balances: dict[Account, Balance] = {}
    fold((*received[1], reserved, posted), balances)
    records = Records(balances=balances.items(), stock_reservations=[reservation], lots=lots)
    return audit(batches, records, serials).faults


def test_units_held_without_an_order_are_accounted_for() -> None:
    assert audit_of(a_stock_reservation()) == ()


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({"parts": (structs.replace(a_stock_reservation().parts[0], voided=1),)}, "reservation 2 has 1 left"),
        (
            {"lines": (AskedLine(line_id=LineId("1"), node_id=LYON, sku=CLOCK, quantity=2),)},
            "reservation `cart-1` line `1` holds more than was asked",
        ),
        (
            {
                "parts": (structs.replace(a_stock_reservation().parts[0], voided=2),),
                "state": ReservationState.EXPIRED,
            },
            "reservation `cart-1` was firm and expired",
        ),
    ],
)
def test_forged_stock_reservations_are_found_out(changes: dict[str, object], fault: str) -> None:
    assert any(fault in found for found in audit_of(a_stock_reservation(**changes)))


@pytest.mark.parametrize(
    ("position", "fault"),
    [
        (3, "entry 3 cannot have sent the serial numbers that name it"),
        (9, "serial numbers left by entry 9, which is not there"),
    ],
)
def test_serial_numbers_name_the_entry_that_they_left_by(position: int, fault: str) -> None:
    serial = Serial(sku=CLOCK, serial="S1", owner="cart-1", line_id=LineId("1"), position=position)

    assert audit_of(a_stock_reservation(), [serial]) == (fault,)


def test_more_serial_numbers_than_units_are_found_out() -> None:
    taken = picking(LYON, CLOCK)
    received = (
        an_entry(1, EntryCode.RECEIVE, SHELF, outside(Bucket.SUPPLIER, CLOCK), 5),
        an_entry(2, EntryCode.RESERVE, taken, SHELF, 1),
        an_entry(3, EntryCode.POST, taken, SHELF, 1, pending_position=2),
        an_entry(4, EntryCode.SHIP, at_node(Bucket.SHIPPED, LYON, CLOCK), taken, 1),
    )
    sealed = seal(GENESIS, 1, 4, Instant(4), received)
    balances: dict[Account, Balance] = {}
    fold(received, balances)
    serials = [
        Serial(sku=CLOCK, serial=name, owner="order-1", line_id=LineId("1"), position=4)
        for name in ("S1", "S2")
    ]

    def faults(serials: Sequence[Serial]) -> tuple[str, ...]:
        return audit([(sealed, received)], Records(balances=balances.items()), serials).faults

    assert faults(serials[:1]) == ()
    assert faults(serials) == ("entry 4 sent 1 units with 2 serial numbers",)


def test_a_lot_that_nobody_keeps_and_a_place_that_cannot_be_are_found_out() -> None:
    lost, nowhere = Account(LYON, CLOCK, "A", Bucket.LOST), on_hand(NodeId(""), CLOCK, "A")
    wrong = (an_entry(1, EntryCode.DISCREPANCY, nowhere, lost, 5),)
    balances: dict[Account, Balance] = {}
    fold(wrong, balances)
    batch = seal(GENESIS, 1, 1, Instant(1), wrong)

    assert set(audit([(batch, wrong)], Records(balances=balances.items())).faults) == {
        "entry 1: no account can be named /RED-CLOCK#A/on_hand",
        "entry 1: no account can be named lyon/RED-CLOCK#A/lost",
        "account /RED-CLOCK#A/on_hand is of a lot that is not kept",
        "account lyon/RED-CLOCK#A/lost is of a lot that is not kept",
    }


def test_a_bin_that_holds_fewer_than_no_units_is_found_out() -> None:
    wrong = (an_entry(1, EntryCode.SHIP, at_node(Bucket.SHIPPED, LYON, CLOCK), picking(LYON, CLOCK), 5),)
    balances: dict[Account, Balance] = {}
    fold(wrong, balances)
    batch = seal(GENESIS, 1, 1, Instant(1), wrong)

    assert audit([(batch, wrong)], Records(balances=balances.items())).faults == (
        "account lyon/RED-CLOCK/picking holds -5 units",
    )


def test_a_gift_account_that_once_paid_more_than_it_had_is_found_out() -> None:
    eur = Sku("EUR")
    has, held, payer = (
        gift(Bucket.GIFT, "G-1", eur),
        gift(Bucket.GIFT_HELD, "G-1", eur),
        money(Bucket.PAYER, eur),
    )
    entries = (
        an_entry(1, EntryCode.GIFT_ISSUE, has, payer, 500),
        an_entry(2, EntryCode.AUTHORIZE, held, has, 600),
        an_entry(3, EntryCode.RELEASE_AUTHORIZATION, has, held, 600),
    )
    balances: dict[Account, Balance] = {}
    fold(entries, balances)
    batch = seal(GENESIS, 1, 3, Instant(3), entries)
    numbers = {account: number for number, account in enumerate(balances, 1)}
    rows = (
        (
            *(one.position, one.time, int(one.code), numbers[one.debit], numbers[one.credit]),
            *(one.quantity, one.pending_position, one.reference, one.line_id),
        )
        for one in entries
    )

    assert audit([(batch, entries)], Records(balances=balances.items())).faults == (
        "entry 2 takes more than there is of G-1/EUR/gift",
    )
    assert not recount(Journal(), {number: account for account, number in numbers.items()}, [batch], rows)


def test_what_gift_accounts_were_given_is_counted_alike_by_both_readings() -> None:
    eur = Sku("EUR")
    has, payer = gift(Bucket.GIFT, "G-1", eur), money(Bucket.PAYER, eur)
    entries = (
        an_entry(1, EntryCode.GIFT_ISSUE, has, payer, 500),
        an_entry(2, EntryCode.GIFT_ISSUE, has, payer, 40),
        an_entry(3, EntryCode.CORRECT, payer, has, 40, pending_position=2),
    )
    batch = seal(GENESIS, 1, 3, Instant(3), entries)
    rows = (
        (
            *(one.position, one.time, int(one.code), *((1, 2) if one.debit == has else (2, 1))),
            *(one.quantity, one.pending_position, one.reference, one.line_id),
        )
        for one in entries
    )
    fast, slow = Journal(), Journal()

    assert recount(fast, {1: has, 2: payer}, [batch], rows)
    read_batch(slow, batch, entries)
    assert fast.issued == slow.issued == {has: 500}
