"""Vouchers: each balances, every bucket has its account, and tax and refunds are divided exactly."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from router.domain.identifiers import Instant, NodeId, OrderId, Sku
from router.ledger.accounting.chart import (
    CLEARING,
    DEFAULT_ACCOUNTS,
    GOODS,
    Chart,
    Recognition,
    Role,
)
from router.ledger.accounting.refunds import Step, prepaid_at
from router.ledger.accounting.vouchers import Facts, Sale, UnitCost, Voucher, revaluation_of, voucher_of
from router.ledger.accounts import GIFTS, MONEY, OUTSIDE, Account, Bucket, gift, money
from router.ledger.entries import Entry
from router.ledger.flows import FLOWS, PHASES, SETTLING, EntryCode, Phase
from router.ledger.payments import Payment, PaymentMethod

CLOCK = Sku("RED-CLOCK")
COST = UnitCost(sku=CLOCK, position=0, cost_minor=250, currency="EUR")


def an_entry(code: EntryCode, gives: Bucket, receives: Bucket, quantity: int = 3) -> Entry:
    def account(bucket: Bucket) -> Account:
        if bucket in GIFTS:
            return gift(bucket, "G-1", Sku("EUR"))
        if bucket in MONEY:
            return money(bucket, Sku("EUR"))
        return Account(NodeId("" if bucket in OUTSIDE else "lyon"), CLOCK, "", bucket)

    return Entry(
        position=7,
        time=Instant(9),
        code=code,
        debit=account(receives),
        credit=account(gives),
        quantity=quantity,
        pending_position=1 if code in SETTLING else 0,
        reference="A-1",
    )


def a_payment(method: PaymentMethod = PaymentMethod.CARD) -> Payment:
    return Payment(id="P-1", number=1, order_id=OrderId("A-1"), method=method, currency="EUR", asked=10)


def amounts(voucher: Voucher | None) -> dict[str, int]:
    """Debits less credits by role."""
    assert voucher is not None
    found: dict[str, int] = {}
    for line in voucher.lines:
        found[line.role.value] = found.get(line.role.value, 0) + line.debit_minor - line.credit_minor
    return found


def test_every_bucket_of_goods_has_its_place_and_every_role_its_own_code() -> None:
    assert set(GOODS) == set(Bucket) - MONEY
    assert set(CLEARING) == set(PaymentMethod)
    assert set(DEFAULT_ACCOUNTS) == set(Role)
    assert len({account.code for account in DEFAULT_ACCOUNTS.values()}) == len(Role)


@pytest.mark.parametrize("recognition", Recognition)
@pytest.mark.parametrize(("code", "gives", "receives"), sorted(FLOWS))
def test_every_movement_that_can_be_booked_has_a_voucher_that_balances_or_none(
    code: EntryCode, gives: Bucket, receives: Bucket, recognition: Recognition
) -> None:
    chart = Chart(recognition=recognition)
    is_money = receives in MONEY
    facts = Facts(payment=a_payment()) if is_money else Facts(cost=COST)

    if is_money and code is EntryCode.CORRECT:
        return
    voucher = voucher_of(an_entry(code, gives, receives), facts, chart)

    is_moving = PHASES[code] in (Phase.POSTED, Phase.RESOLVE_POST)
    places = (chart.role_of(gives, code), chart.role_of(receives, code)) if not is_money else (1, 2)
    assert (voucher is not None) == (is_moving and None not in places and places[0] != places[1])
    if voucher is not None:
        assert sum(amounts(voucher).values()) == 0


def test_a_sale_takes_the_cost_out_of_stock_and_tells_revenue_from_tax() -> None:
    sale = Sale(order_id="A-1", currency="EUR", gross_minor=1_190, tax_minor=190)

    voucher = voucher_of(
        an_entry(EntryCode.SHIP, Bucket.PICKING, Bucket.SHIPPED), Facts(cost=COST, sale=sale), Chart()
    )

    assert amounts(voucher) == {
        "cost_of_goods": 750,
        "inventory": -750,
        "customers": 1_190,
        "revenue": -1_000,
        "tax": -190,
    }


def test_with_delivery_goods_on_their_way_are_still_the_companys() -> None:
    chart = Chart(recognition=Recognition.DELIVERY)

    left = voucher_of(an_entry(EntryCode.SHIP, Bucket.PICKING, Bucket.SHIPPED), Facts(cost=COST), chart)
    arrived = voucher_of(
        an_entry(EntryCode.DELIVER, Bucket.SHIPPED, Bucket.DELIVERED), Facts(cost=COST), chart
    )

    assert amounts(left) == {"goods_out": 750, "inventory": -750}
    assert amounts(arrived) == {"cost_of_goods": 750, "goods_out": -750}


def test_a_capture_turns_a_memo_into_money() -> None:
    entry = an_entry(EntryCode.CAPTURE, Bucket.AUTHORIZED, Bucket.CAPTURED, 500)

    voucher = voucher_of(entry, Facts(payment=a_payment(PaymentMethod.GIFT_BALANCE)), Chart())

    assert amounts(voucher) == {
        "memo_counter": 500,
        "memo_authorized": -500,
        "gift_balances": 500,
        "customers": -500,
    }


def test_what_a_gift_account_is_given_is_owed_until_it_is_taken_back() -> None:
    issued = voucher_of(an_entry(EntryCode.GIFT_ISSUE, Bucket.PAYER, Bucket.GIFT, 500), Facts(), Chart())
    reversed_ = voucher_of(an_entry(EntryCode.CORRECT, Bucket.GIFT, Bucket.PAYER, 500), Facts(), Chart())

    assert amounts(issued) == {"gifts_issued": 500, "gift_balances": -500}
    assert amounts(reversed_) == {"gifts_issued": -500, "gift_balances": 500}


def test_goods_that_become_cheaper_are_worth_less() -> None:
    cost = UnitCost(
        sku=CLOCK,
        position=6,
        cost_minor=200,
        currency="EUR",
        before_minor=250,
        held=4,
        in_transit=1,
        shipped=2,
    )

    voucher = revaluation_of(cost, Chart(), 1)
    with_delivery = revaluation_of(cost, Chart(recognition=Recognition.DELIVERY), 1)

    assert amounts(voucher) == {"revaluation": 250, "inventory": -200, "goods_in_transit": -50}
    assert amounts(with_delivery)["goods_out"] == -100
    assert voucher is not None
    assert (voucher.id, voucher.position) == ("v-000000000007-000001", 7)


@given(st.integers(0, 10**9), st.integers(0, 10_000))
def test_tax_is_the_part_of_a_price_rounded_to_the_nearest_minor_unit(gross: int, rate: int) -> None:
    tax = Chart(tax={"DE": rate}).tax_in(gross, "DE")

    assert 0 <= tax <= gross
    assert abs(tax * (10_000 + rate) - gross * rate) * 2 <= 10_000 + rate
    assert Chart().tax_in(gross, "DE") == 0


def test_a_refund_gives_back_what_was_never_sold_first() -> None:
    steps = [
        Step(position=1, taken=1_000),
        Step(position=2, sold=600),
        Step(position=3, refunded=300),
    ]

    assert prepaid_at(steps[:1]) == 1_000
    assert prepaid_at(steps[:2]) == 400
    assert prepaid_at(steps) == 100
    assert prepaid_at([Step(position=1, sold=5)]) == 0


def test_a_voucher_that_does_not_balance_cannot_be_made() -> None:
    whole = voucher_of(
        an_entry(EntryCode.RECEIVE, Bucket.SUPPLIER, Bucket.ON_HAND), Facts(cost=COST), Chart()
    )
    assert whole is not None

    with pytest.raises(AssertionError):
        Voucher(
            id=whole.id,
            position=whole.position,
            time=whole.time,
            kind=whole.kind,
            currency=whole.currency,
            lines=whole.lines[:1],
        )
