"""Entries and reservations: what may exist at all."""

import pytest

from router.domain.identifiers import Instant, LineId, NodeId, OrderId, Sku
from router.ledger.accounts import Account, Balance, Bucket, at_node, on_hand, outside, picking
from router.ledger.balances import credited, debited, fold
from router.ledger.entries import Entry, balanced
from router.ledger.flows import FLOWS, PHASES, SETTLING, EntryCode
from router.ledger.reservations import Reservation

LYON = NodeId("lyon")
CLOCK = Sku("RED-CLOCK")


def an_entry(**changes: object) -> Entry:
    settings: dict[str, object] = {
        "position": 1,
        "time": Instant(1),
        "code": EntryCode.RECEIVE,
        "debit": on_hand(LYON, CLOCK),
        "credit": outside(Bucket.SUPPLIER, CLOCK),
        "quantity": 5,
    }
    return balanced(Entry(**{**settings, **changes}))  # type: ignore[arg-type]


def a_reservation(quantity: int) -> Reservation:
    return Reservation(
        position=1,
        account=on_hand(LYON, CLOCK),
        order_id=OrderId("order-1"),
        line_id=LineId("1"),
        shipment=1,
        quantity=quantity,
    )


@pytest.mark.parametrize(
    ("what", "changes"),
    [
        ("at least one unit", {"quantity": 0}),
        ("at least one unit", {"quantity": -5}),
        ("one SKU into another", {"credit": outside(Bucket.SUPPLIER, Sku("TIN-LAMP"))}),
        ("one lot into another", {"credit": Account(NodeId(""), CLOCK, "lot-7", Bucket.SUPPLIER)}),
        ("no such movement", {"credit": outside(Bucket.CUSTOMER, CLOCK)}),
        ("no such movement", {"code": EntryCode.SHIP}),
        ("settle an earlier entry", {"pending_position": 1}),
    ],
)
def test_an_entry_that_does_not_balance_cannot_exist(what: str, changes: dict[str, object]) -> None:
    with pytest.raises(AssertionError, match=what):
        an_entry(**changes)


def test_a_post_names_the_reservation_it_resolves() -> None:
    with pytest.raises(AssertionError, match="settle an earlier entry"):
        an_entry(code=EntryCode.POST, debit=picking(LYON, CLOCK), credit=on_hand(LYON, CLOCK))


def test_every_code_says_how_it_counts_and_what_it_moves() -> None:
    assert set(PHASES) == set(EntryCode)
    assert {code for code, _, _ in FLOWS} == set(EntryCode)


def test_every_bucket_can_be_filled_and_emptied() -> None:
    assert {receives for _, _, receives in FLOWS} == set(Bucket)
    assert {gives for _, gives, _ in FLOWS} == set(Bucket)


def test_a_correction_is_the_mirror_of_what_was_counted_for_good_and_of_nothing_else() -> None:
    shelf, customer = on_hand(LYON, CLOCK), outside(Bucket.CUSTOMER, CLOCK)
    back = an_entry(position=2, code=EntryCode.CORRECT, debit=customer, credit=shelf, pending_position=1)

    assert back.pending_position == 1
    with pytest.raises(AssertionError, match="settle an earlier entry"):
        an_entry(position=2, code=EntryCode.CORRECT, debit=customer, credit=shelf)
    with pytest.raises(AssertionError, match="no such movement"):
        an_entry(
            position=2,
            code=EntryCode.CORRECT,
            debit=outside(Bucket.SUPPLIER, CLOCK),
            credit=outside(Bucket.LOST, CLOCK),
            pending_position=1,
        )


def test_only_places_of_a_node_carry_its_id() -> None:
    with pytest.raises(AssertionError, match="LOST belongs to no node"):
        at_node(Bucket.LOST, LYON, CLOCK)
    with pytest.raises(AssertionError, match="IN_TRANSIT belongs to a node"):
        outside(Bucket.IN_TRANSIT, CLOCK)


def test_numbers_that_journals_hold_keep_their_meaning() -> None:
    assert [code.name for code in sorted(EntryCode)] == [
        *("SNAPSHOT_TRUE_UP", "ADJUST", "RECEIVE", "RETURN", "RESERVE", "POST", "VOID", "SHIP"),
        *("BACKORDER_OPEN", "BACKORDER_CLOSE", "EXPIRE", "BACKORDER_FILL", "DELIVER", "MOVE_OUT", "MOVE_IN"),
        *("DISCREPANCY", "RETURN_EXPECT", "RETURN_RECEIVE", "RETURN_RESTOCK", "RETURN_SCRAP", "QUARANTINE"),
        *("RELEASE", "WRITE_OFF", "CORRECT"),
        *("PURCHASE", "PURCHASE_RECEIVE", "PURCHASE_CLOSE"),
        *("AUTHORIZE", "CAPTURE", "RELEASE_AUTHORIZATION", "REFUND", "GIFT_ISSUE"),
        *("REFURBISH", "RETURN_TO_VENDOR", "RETURN_RELEASE", "CLAIM"),
    ]
    assert [bucket.name for bucket in sorted(Bucket)] == [
        *("ON_HAND", "PICKING", "SHIPPED", "SUPPLIER", "ADJUSTMENT", "CUSTOMER", "DEMAND_OPEN", "BACKORDER"),
        *("IN_TRANSIT", "DELIVERED", "RETURN_INBOUND", "INSPECT", "DAMAGED", "QUARANTINE", "LOST"),
        *("ON_ORDER",),
        *("PAYER", "AUTHORIZED", "CAPTURED"),
        *("REFURBISH", "GIFT", "GIFT_HELD"),
    ]


def test_the_receiving_account_is_debited() -> None:
    balances: dict[Account, Balance] = {}
    fold([an_entry(quantity=5)], balances)

    assert balances[on_hand(LYON, CLOCK)] == Balance(debits_posted=5, version=1)
    assert balances[outside(Bucket.SUPPLIER, CLOCK)] == Balance(credits_posted=5, version=1)


@pytest.mark.parametrize("code", EntryCode)
def test_an_entry_changes_each_side_as_its_function_says(code: EntryCode) -> None:
    gives, receives = next((gives, receives) for of, gives, receives in sorted(FLOWS) if of is code)
    debit, credit = Account(LYON, CLOCK, "", receives), Account(LYON, CLOCK, "", gives)
    before = {debit: Balance(90, 80, 70, 60, 5), credit: Balance(9, 8, 7, 6, 4)}
    entry = an_entry(
        code=code, debit=debit, credit=credit, quantity=3, pending_position=int(code in SETTLING)
    )
    posted, pending = PHASES[code].posted * 3, PHASES[code].pending * 3

    after = dict(before)
    fold([entry], after)

    assert after[debit] == debited(before[debit], posted, pending)
    assert after[credit] == credited(before[credit], posted, pending)


def test_a_reservation_holds_units_until_it_is_posted_or_voided() -> None:
    held = {"debit": picking(LYON, CLOCK), "credit": on_hand(LYON, CLOCK)}
    balances: dict[Account, Balance] = {}
    fold(
        [
            an_entry(quantity=5),
            an_entry(position=2, code=EntryCode.RESERVE, quantity=4, **held),
            an_entry(position=3, code=EntryCode.VOID, quantity=1, pending_position=2, **held),
            an_entry(position=4, code=EntryCode.POST, quantity=2, pending_position=2, **held),
        ],
        balances,
    )

    shelf = balances[on_hand(LYON, CLOCK)]
    assert shelf == Balance(debits_posted=5, credits_posted=2, credits_pending=1, version=4)
    assert (shelf.units, shelf.free) == (3, 2)
    assert balances[picking(LYON, CLOCK)] == Balance(debits_posted=2, debits_pending=1, version=3)


def test_a_reservation_resolves_at_most_once_in_total() -> None:
    voided = a_reservation(5).void(2)

    assert (voided.left, voided.post().left, voided.post().posted) == (3, 0, 3)
    with pytest.raises(AssertionError, match="at most once"):
        voided.void(4)
    with pytest.raises(AssertionError, match="at most once"):
        voided.post().void(1)


def test_accounts_read_node_sku_bucket() -> None:
    assert str(on_hand(LYON, CLOCK)) == "lyon/RED-CLOCK/on_hand"
    assert str(outside(Bucket.BACKORDER, CLOCK)) == "/RED-CLOCK/backorder"
    assert str(Account(LYON, CLOCK, "lot-7", Bucket.PICKING)) == "lyon/RED-CLOCK#lot-7/picking"
