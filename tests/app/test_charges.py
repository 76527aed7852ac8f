"""An order that says its amounts, shipping and taxes: what is captured, given back and told the books, to the cent."""

from collections.abc import Iterator
from dataclasses import replace as changed
from random import Random
from typing import Any

import pytest
from msgspec.structs import replace

from router.app.accounting.reconcile import reconcile
from router.app.payments.dues import read_dues
from router.domain.charges import charged_for, line_charge, order_charge, shipping_of_lines
from router.domain.identifiers import LineId, OrderId, Sku
from router.domain.order import Order, OrderLine
from router.domain.reasons import Reason, RouterError
from router.ledger.accounting.chart import Chart, Role
from router.ledger.audit_returns import read_returns, refunds_beyond_charge
from router.ledger.returns import ClaimCause, Disposition, Return
from tests.app.builders import StandingClock, a_shop
from tests.app.payment_builders import PayingShop
from tests.app.return_builders import (
    CLOCK,
    DAY_SECONDS,
    a_policy,
    authorize,
    cancel,
    claim,
    deliver,
    found,
    inspect,
    put_policy,
    receive,
    refund,
)
from tests.app.test_edits import an_edit
from tests.app.test_edits import line as edit_line
from tests.app.test_return_money import MoodyProvider, refused
from tests.proving import seeds, under_seed
from tests.routing.builders import an_order

LAMP = "TIN-LAMP"
FRENCH = Chart(tax={"FR": 2_000})
ONE = LineId("1")


def an_order_of(
    *, amount: int | None = 1_000, tax: int | None = 167, units: int = 3, **changes: Any
) -> Order:
    """Three clocks for 10.00 with 1.67 of tax: no unit is charged the same as the next."""
    line = OrderLine(id=ONE, sku=Sku(CLOCK), quantity=units, unit_price_minor=350)
    line = replace(line, amount_minor=amount, tax_minor=tax)
    shipping = {"shipping_minor": 500, "shipping_tax_minor": 83}
    return an_order("order-1", lines=[line], **{**shipping, **changes})


@pytest.fixture
def paying() -> Iterator[PayingShop]:
    """order-1 is paid with 15.00 by P-1 (12.00) and P-2 (3.00), captured and delivered from Lyon."""
    clock = StandingClock()
    with a_shop(stock={"lyon": {CLOCK: 9, LAMP: 9}}, clock=clock) as shop:
        put_policy(shop, a_policy())
        paying = PayingShop(shop, MoodyProvider(clock.now))
        shop.route(an_order_of())
        for payment_id, amount in (("P-1", 1_200), ("P-2", 300)):
            paying.authorize(payment_id, amount, order_id="order-1")
            paying.capture(payment_id, amount)
        deliver(shop)
        clock.go_on(2 * DAY_SECONDS)
        yield paying
        assert shop.faults() == ()
        assert books(paying).differences == ()


def books(paying: PayingShop) -> Any:
    with paying.shop.store.reader() as reader:
        return reconcile(reader, FRENCH)


def balance(paying: PayingShop, role: Role) -> int:
    return int(books(paying).balances.get((role, "EUR"), 0))


def comes_back(paying: PayingShop, return_id: str, units: int, reason: str = "DEFECT") -> None:
    authorize(paying.shop, {"1": units}, return_id=return_id, reason_code=reason)
    receive(paying.shop, {CLOCK: units}, return_id)
    inspect(paying.shop, found(units, Disposition.RESTOCK), return_id=return_id)


def parts(one: Return) -> tuple[int, int, int | None]:
    done = one.refunds[-1]
    return done.lines_minor, done.shipping_minor, done.included_tax_minor


def test_units_are_given_back_one_by_one_and_the_last_one_has_the_rest(paying: PayingShop) -> None:
    given = []
    for number in (1, 2, 3):
        comes_back(paying, f"R-{number}", 1)
        given.append(parts(refund(paying, f"R-{number}")))

    assert given == [(333, 166, 55 + 27), (333, 167, 56 + 28), (334, 167, 56 + 28)]
    assert [sum(one) for one in zip(*given, strict=True)] == [1_000, 500, 167 + 83]
    assert sum(paying.shop.queries.payments.get_payment(one).refunded for one in ("P-1", "P-2")) == 1_500
    assert [balance(paying, role) for role in (Role.TAX, Role.SHIPPING_INCOME)] == [0, 0]
    assert balance(paying, Role.REVENUE) == -833 == -balance(paying, Role.REFUNDS)


def test_what_returns_and_a_lost_rest_give_back_never_passes_the_charge(paying: PayingShop) -> None:
    claim(paying.shop, ClaimCause.GOODWILL, goodwill_minor=100, return_id="C-2")
    comes_back(paying, "R-1", 2, "UNWANTED")
    first = refund(paying, "R-1")
    claim(paying.shop, ClaimCause.DAMAGED, shipment_id="order-1/1")
    second = refund(paying, "C-1")

    assert parts(first) == (666, 0, 111 * (666 - 66) // 666)
    assert first.refunds[0].total_minor == 600
    assert parts(second) == (334, 167, 56 + 27)
    beyond = refused(refund, paying, "C-2")
    assert (beyond.reason, beyond.facts["part"], beyond.facts["left"]) == (
        Reason.REFUND_EXCEEDS_CHARGE,
        "goods",
        "66",
    )


def test_goodwill_beyond_what_is_left_of_the_charge_is_refused_when_it_is_asked_for(
    paying: PayingShop,
) -> None:
    def asks(amount: int, return_id: str) -> RouterError:
        return refused(claim, paying.shop, ClaimCause.GOODWILL, goodwill_minor=amount, return_id=return_id)

    above = asks(1_001, "C-1")
    assert (above.reason, above.facts["left"]) == (Reason.REFUND_EXCEEDS_CHARGE, "1000")
    assert str(above).endswith("charged 1000, of which 0 were given back or are owed; ask for at most 1000")

    claim(paying.shop, ClaimCause.GOODWILL, goodwill_minor=300, return_id="C-1")
    assert asks(701, "C-2").facts["left"] == "700"
    refund(paying, "C-1")
    comes_back(paying, "R-1", 1)
    assert asks(368, "C-2").facts["left"] == "367"

    assert claim(paying.shop, ClaimCause.GOODWILL, goodwill_minor=367, return_id="C-2").owed_minor == 367
    assert asks(1, "C-3").facts["left"] == "0"
    cancel(paying.shop, "C-2")
    assert claim(paying.shop, ClaimCause.GOODWILL, goodwill_minor=1, return_id="C-4").owed_minor == 1


def test_the_caller_may_say_less_and_nothing_more_is_owed(paying: PayingShop) -> None:
    comes_back(paying, "R-1", 3)

    after = refund(paying, "R-1", lines_minor_max=500, shipping_minor_max=0)

    assert parts(after) == (500, 0, 83)
    assert (after.owed_minor, after.refunded_minor) == (0, 500)
    assert refused(refund, paying, "R-1").reason is Reason.NOTHING_TO_REFUND


@pytest.mark.parametrize(
    ("asked", "part"), [({"shipping_minor": 501}, "shipping"), ({"tax_minor": 1}, "tax beside its prices")]
)
def test_more_than_was_charged_for_a_part_is_refused(
    paying: PayingShop, asked: dict[str, int], part: str
) -> None:
    comes_back(paying, "R-1", 1)

    beyond = refused(refund, paying, "R-1", **asked)

    assert (beyond.reason, beyond.facts["part"]) == (Reason.REFUND_EXCEEDS_CHARGE, part)


def test_of_a_refund_that_is_declined_in_part_each_payment_keeps_its_parts(paying: PayingShop) -> None:
    comes_back(paying, "R-1", 3)
    provider = paying.provider
    assert isinstance(provider, MoodyProvider)
    provider.declines = "P-2"
    refused(refund, paying, "R-1")
    told = balance(paying, Role.TAX), balance(paying, Role.SHIPPING_INCOME)
    provider.declines = ""

    after = refund(paying, "R-1")

    assert [(one.total_minor, one.included_tax_minor) for one in after.refunds] == [(1_200, 200), (300, 50)]
    assert told == (-50, -83), "what was given back before stays told as it was"
    assert after.owed_minor == 0


def test_capturing_a_shipment_takes_its_share_and_shipping_once() -> None:
    stock = {"lyon": {CLOCK: 2}, "lille": {CLOCK: 1}}
    with a_shop(stock=stock, rules="") as shop:
        paying = PayingShop(shop, MoodyProvider(shop.clock.now))
        shop.route(an_order_of())
        paying.authorize("P-1", 1_499, order_id="order-1")
        record = shop.queries.get_order("order-1")
        values = [
            shop.queries.payments.value_of_shipment(f"order-1/{number}")
            for number in range(1, 1 + len(record.plan.shipments))
        ]
        shop.dispatch("order-1/1")
        with shop.store.reader() as reader:
            dues = read_dues(reader, OrderId("order-1"))
        with pytest.raises(RouterError) as missing:
            shop.dispatch("order-1/2")

        assert (len(values), sum(values)) == (2, 1_500)
        assert values[0] in (833, 1_166)
        assert [due.amount for due in dues.captures] == [values[0]]
        assert missing.value.facts["wanted"] == "1500"


def test_a_return_that_is_paid_back_twice_by_one_payment_tells_each_part_once(paying: PayingShop) -> None:
    authorize(paying.shop, {"1": 3}, reason_code="DEFECT")
    for units in (1, 2):
        receive(paying.shop, {CLOCK: units})
        inspect(paying.shop, found(units, Disposition.RESTOCK))
        after = refund(paying, lines_minor_max=300)

    assert [len(one.legs) for one in after.refunds] == [1, 1]
    told = sum(one.included_tax_minor or 0 for one in after.refunds)
    assert balance(paying, Role.TAX) == told - 250
    assert balance(paying, Role.SHIPPING_INCOME) == 0


def test_shipments_of_one_line_are_sold_for_what_it_is_charged() -> None:
    with a_shop(stock={"lyon": {CLOCK: 2}, "lille": {CLOCK: 1}}) as shop:
        shop.route(an_order_of())
        for number in (1, 2):
            shop.dispatch(f"order-1/{number}")
            with shop.store.reader() as reader:
                found = reconcile(reader, FRENCH)
            assert found.differences == ()

        roles = (Role.CUSTOMERS, Role.REVENUE, Role.SHIPPING_INCOME, Role.TAX)
        assert [found.balances[role, "EUR"] for role in roles] == [1_500, -833, -417, -250]


def test_an_edit_adds_units_at_the_same_charge_or_is_refused(paying: PayingShop) -> None:
    shop = paying.shop
    even = replace(an_order_of(amount=900, tax=150), id=OrderId("order-2"))
    with a_shop(stock={"lyon": {CLOCK: 9}}) as other:
        other.route(replace(even, id=OrderId("order-1")))
        record = other.answer(an_edit(other, edit_line("1", 4))).record

    assert (record.order.lines[0].amount_minor, record.order.lines[0].tax_minor) == (1_200, 200)
    shop.route(replace(an_order_of(), id=OrderId("order-2")))
    uneven = refused(shop.answer, changed(an_edit(shop, edit_line("1", 4)), order_id=OrderId("order-2")))
    assert [one.code for one in uneven.violations] == ["UNEVEN_CHARGE"]


@pytest.mark.parametrize(
    ("field", "part"), [("lines_minor", "goods"), ("shipping_minor", "shipping"), ("tax_minor", "tax")]
)
def test_a_part_given_back_beyond_its_charge_shows_in_the_audit(
    paying: PayingShop, field: str, part: str
) -> None:
    comes_back(paying, "R-1", 3)
    one = refund(paying, "R-1")
    assert one.charged is not None
    less = replace(one, charged=replace(one.charged, **{field: 1}))

    assert list(refunds_beyond_charge(read_returns([one]))) == []
    assert any(
        f"went back for {part}, 1 were charged" in fault
        for fault in refunds_beyond_charge(read_returns([less]))
    )


@pytest.mark.parametrize("seed", seeds(700, 30))
def test_shares_of_random_orders_add_up_in_every_order_of_leaving(seed: int) -> None:
    with under_seed("charges", seed):
        random = Random(seed)
        lines = [
            OrderLine(
                id=LineId(str(number)),
                sku=Sku(CLOCK),
                quantity=random.randint(1, 9),
                unit_price_minor=random.randint(0, 999),
                amount_minor=random.choice((None, random.randint(0, 9_999))),
            )
            for number in range(1, random.randint(2, 5))
        ]
        order = an_order("order-1", lines=lines, shipping_minor=random.choice((None, 0, 777)))
        waiting = [line.id for line in lines for _ in range(line.quantity)]
        random.shuffle(waiting)
        gone: dict[LineId, int] = {}
        owed = [0]
        for line_id in waiting:
            gone[line_id] = gone.get(line_id, 0) + 1
            owed.append(charged_for(order, gone))

        assert owed == sorted(owed)
        assert owed[-1] == order_charge(order) == sum(map(line_charge, lines)) + (order.shipping_minor or 0)
        assert sum(shipping_of_lines(order).values()) == (order.shipping_minor or 0)
