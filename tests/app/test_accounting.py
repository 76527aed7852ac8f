"""The accounting export: it balances, says the same twice, and agrees with the books; a fault in them shows."""

from collections.abc import Iterator, Mapping
from contextlib import suppress
from random import Random
from typing import Any

import pytest
from msgspec.structs import replace

from router.app.accounting.reconcile import Reconciliation, reconcile
from router.app.commands.accounting import PutUnitCosts
from router.app.commands.fulfillment import RecordCarrierReports, ReportOf
from router.app.commands.stock import CorrectEntry
from router.domain.identifiers import Sku
from router.domain.order import Order
from router.domain.plan import CostKind
from router.domain.reasons import Reason, RouterError
from router.ledger.accounting.chart import Chart, Recognition
from router.ledger.accounting.vouchers import Voucher
from router.ledger.flows import EntryCode
from router.ledger.payments import PaymentMethod
from router.ledger.tracking import CarrierStatus
from router.stores.memory.store import MemoryStore
from tests.app.builders import PAID_ELSEWHERE, SKUS, Shop, a_shop, activate, digest, order_for
from tests.app.fulfillment_builders import a_report
from tests.app.payment_builders import CLOCK, PayingShop, a_paying_shop
from tests.proving import seeds, under_seed
from tests.routing.builders import an_order

FRENCH = Chart(tax={"FR": 2_000})
AT_DELIVERY = Chart(recognition=Recognition.DELIVERY, tax={"FR": 2_000})


@pytest.fixture
def paying() -> Iterator[PayingShop]:
    with a_paying_shop() as paying:
        yield paying


def put_costs(shop: Shop, costs: Mapping[str, int]) -> Any:
    asked = tuple((Sku(sku), cost) for sku, cost in costs.items())
    return shop.answer(PutUnitCosts(request_id=shop.key(), body_digest=digest(asked), costs=asked))


def an_order_of(order_id: str, quantity: int, price: int, sku: str = CLOCK) -> Order:
    order = order_for(sku, quantity)
    (line,) = order.lines
    return replace(order, id=order_id, lines=(replace(line, unit_price_minor=price),))


def vouchers_of(shop: Shop, after: int = 0, until: int = 0, chart: Chart = FRENCH) -> list[Voucher]:
    queries = shop.queries.accounting
    queries.chart = chart
    end = queries.end_of_range(after, until)
    found: list[Voucher] = []
    while after < end:
        page, after = queries.read_vouchers(after, end)
        found += page
    return found


def reconciled(shop: Shop, chart: Chart = FRENCH) -> Reconciliation:
    with shop.store.reader() as reader:
        return reconcile(reader, chart)


def balances(shop: Shop, chart: Chart = FRENCH) -> dict[str, int]:
    return {role.value: amount for (role, _), amount in reconciled(shop, chart).balances.items() if amount}


def deliver(
    shop: Shop, shipment_id: str, status: CarrierStatus = CarrierStatus.DELIVERED, hour: int = 30
) -> None:
    one = ReportOf(shipment_id=shipment_id, tracking_number="", report=a_report(status, hour))
    shop.answer(
        RecordCarrierReports(request_id=shop.key(), body_digest=digest(shipment_id, status), reports=(one,))
    )


def test_a_sale_from_cost_to_refund(paying: PayingShop) -> None:
    shop = paying.shop
    put_costs(shop, {CLOCK: 250})
    shop.adjust("lyon", CLOCK, 2)
    paying.authorize("P-1", 1_800)
    shop.route(an_order_of("A-1", 3, 600))
    shop.dispatch("A-1/1")
    paying.capture("P-1", shipment_id="A-1/1")
    paying.refund("P-1", 600)

    # Ten clocks were there before anybody said what one costs, two were found, three left; 600 include 100 of tax.
    assert balances(shop) == {
        "inventory": 9 * 250,
        "revaluation": -10 * 250,
        "stock_differences": -2 * 250,
        "cost_of_goods": 3 * 250,
        "revenue": -1_500,
        "refunds": 500,
        "tax": -200,
        "clearing_card": 1_200,
    }
    assert reconciled(shop).differences == ()


def test_money_of_an_order_that_never_left_goes_back_without_touching_sales(paying: PayingShop) -> None:
    paying.authorize("P-1", 1_000, order_id="A-9")
    paying.capture("P-1", 700)
    paying.refund("P-1", 700)

    assert balances(paying.shop) == {"memo_authorized": 300, "memo_counter": -300}


def test_a_sale_at_delivery_waits_for_the_parcel(paying: PayingShop) -> None:
    shop = paying.shop
    activate(shop, PAID_ELSEWHERE)
    put_costs(shop, {CLOCK: 250})
    shop.route(an_order_of("A-1", 2, 600))
    shop.dispatch("A-1/1")
    on_its_way = balances(shop, AT_DELIVERY)
    deliver(shop, "A-1/1")

    assert on_its_way["goods_out"] == 500
    assert "revenue" not in on_its_way
    assert balances(shop, AT_DELIVERY)["revenue"] == -1_000
    assert balances(shop, AT_DELIVERY)["cost_of_goods"] == 500
    assert reconciled(shop, AT_DELIVERY).differences == ()


def test_the_carrier_is_owed_once_for_a_shipment_of_several_lines() -> None:
    with a_shop(stock={"lyon": {CLOCK: 5, "TIN-LAMP": 5}}) as shop:
        (routed,) = shop.route(an_order("A-1", lines={CLOCK: 1, "TIN-LAMP": 2})).results
        (shipment,) = routed.plan.shipments
        shop.dispatch("A-1/1")

        milli = sum(part.amount_milli for part in shipment.costs if part.kind is CostKind.FREIGHT)
        assert balances(shop)["carrier_charges"] == round(milli / 1_000) == -balances(shop)["carriers"]
        assert milli > 1_000
        assert reconciled(shop).differences == ()


def test_goods_that_change_their_cost_are_worth_it_at_once_and_sold_at_it(paying: PayingShop) -> None:
    shop = paying.shop
    activate(shop, PAID_ELSEWHERE)
    put_costs(shop, {CLOCK: 250})
    shop.route(an_order_of("A-1", 1, 600), an_order_of("A-2", 1, 600))
    shop.dispatch("A-1/1")
    put_costs(shop, {CLOCK: 100})
    put_costs(shop, {CLOCK: 300})
    shop.dispatch("A-2/1")

    costs = shop.queries.accounting.list_unit_costs([CLOCK])
    assert [(one.cost_minor, one.before_minor, one.held) for one in costs] == [(250, 0, 10), (300, 250, 9)]
    assert balances(shop)["cost_of_goods"] == 250 + 300
    assert balances(shop)["inventory"] == 8 * 300
    assert reconciled(shop).differences == ()


def test_a_cost_that_is_the_same_changes_nothing(paying: PayingShop) -> None:
    assert put_costs(paying.shop, {CLOCK: 250}).changed_count == 1
    assert put_costs(paying.shop, {CLOCK: 250}).changed_count == 0


def test_a_cost_of_an_unknown_product_is_refused_and_none_is_booked(paying: PayingShop) -> None:
    with pytest.raises(RouterError) as refused:
        put_costs(paying.shop, {CLOCK: 250, "GHOST": 1})

    assert refused.value.reason is Reason.UNKNOWN_SKU
    assert paying.shop.queries.accounting.list_unit_costs([CLOCK]) == []


def test_goods_of_which_nobody_said_a_cost_are_named(paying: PayingShop) -> None:
    found = reconciled(paying.shop)

    assert found.skus_without_cost == (CLOCK,)
    assert found.differences == ()

    put_costs(paying.shop, {CLOCK: 250})
    assert reconciled(paying.shop).skus_without_cost == (), "though no entry stands behind it yet"


def test_a_reservation_of_the_same_name_as_an_order_is_no_sale(paying: PayingShop) -> None:
    shop = paying.shop
    shop.route(an_order_of("A-1", 1, 600))
    shop.reserve(("lyon", CLOCK, 2), reservation_id="A-1")
    shop.post("A-1")

    assert "revenue" not in balances(shop)
    assert reconciled(shop).differences == ()


def test_a_range_that_is_not_there_is_refused(paying: PayingShop) -> None:
    last = paying.shop.queries.head().position
    for after, until in ((last + 1, 0), (0, last + 1), (2, 1)):
        with pytest.raises(RouterError) as refused:
            paying.shop.queries.accounting.end_of_range(after, until)
        assert refused.value.reason is Reason.INVALID_REQUEST


def test_a_payment_that_says_otherwise_than_the_journal_shows(paying: PayingShop) -> None:
    paying.authorize("P-1", 1_000)
    paying.capture("P-1", 700)
    store = paying.shop.store
    assert isinstance(store, MemoryStore)
    true = store._payments["P-1"]
    store._payments["P-1"] = replace(true, captured=600)
    try:
        (clearing, memo) = reconciled(paying.shop).differences
    finally:
        store._payments["P-1"] = true

    assert clearing.text == "clearing_card: the vouchers say 7.00 EUR, the books say 6.00 EUR"
    assert (memo.of, memo.vouchers_minor, memo.books_minor) == ("memo_authorized", 300, 400)


def test_a_cost_that_was_changed_behind_the_journal_shows(paying: PayingShop) -> None:
    put_costs(paying.shop, {CLOCK: 250})
    paying.shop.adjust("lyon", CLOCK, 1)
    store = paying.shop.store
    assert isinstance(store, MemoryStore)
    ((key, cost),) = store._unit_costs.items()
    store._unit_costs[key] = replace(cost, held=cost.held - 1)

    (difference,) = reconciled(paying.shop).differences
    store._unit_costs[key] = cost

    assert difference.of == "inventory"
    assert difference.books_minor - difference.vouchers_minor == 250


class Life:
    """Random goods and money of one shop."""

    def __init__(self, paying: PayingShop, random: Random) -> None:
        self.paying, self.shop, self.random = paying, paying.shop, random
        self.orders: list[str] = []
        self.payments: list[str] = []

    def step(self, number: int) -> None:
        goods = (self.order, self.dispatch, self.order, self.dispatch, self.report, self.goods, self.correct)
        money = (self.authorize, self.capture, self.refund, self.void)
        act = self.random.choice((*goods, *money, self.cost, self.reserve))
        with suppress(RouterError):
            act(number)

    def order(self, number: int) -> None:
        order = an_order_of(
            f"A-{number}", self.random.randint(1, 3), self.random.randint(0, 999), self.random.choice(SKUS)
        )
        self.shop.route(order)
        self.orders.append(order.id)

    def a_shipment(self) -> str:
        return f"{self.random.choice(self.orders[-4:] or ['A-0'])}/1"

    def dispatch(self, number: int) -> None:
        self.shop.dispatch(self.a_shipment())

    def report(self, number: int) -> None:
        statuses = (
            CarrierStatus.DELIVERED,
            CarrierStatus.LOST,
            CarrierStatus.RETURNING,
            CarrierStatus.IN_TRANSIT,
        )
        deliver(self.shop, self.a_shipment(), self.random.choice(statuses), 30 + number)

    def goods(self, number: int) -> None:
        sku, reason = self.random.choice(SKUS), self.random.choice(("COUNT", "RECEIPT", "RETURN"))
        self.shop.adjust(
            self.random.choice(("lyon", "nice")), sku, self.random.randint(-1, 9) or 5, reason=reason
        )

    def cost(self, number: int) -> None:
        put_costs(self.shop, {sku: self.random.randint(0, 500) for sku in self.random.sample(SKUS, 2)})

    def correct(self, number: int) -> None:
        with self.shop.store.reader() as reader:
            last = reader.head().position
        self.shop.answer(
            CorrectEntry(
                request_id=self.shop.key(),
                body_digest=digest(number),
                position=self.random.randint(1, last),
                author="ada",
                reason="typo",
            )
        )

    def authorize(self, number: int) -> None:
        order = self.random.choice([*self.orders[-3:], f"B-{number}"])
        methods = [one for one in PaymentMethod if one is not PaymentMethod.BANK_TRANSFER]
        payment = self.paying.authorize(
            f"P-{number}", self.random.choice((50, 5_000)), order_id=order, method=self.random.choice(methods)
        )
        self.payments.append(payment.id)

    def a_payment(self) -> str:
        return self.random.choice(self.payments[-4:] or ["P-0"])

    def capture(self, number: int) -> None:
        self.paying.capture(self.a_payment(), self.random.choice((40, 700)))

    def refund(self, number: int) -> None:
        self.paying.refund(self.a_payment(), self.random.choice((20, 600)))

    def void(self, number: int) -> None:
        self.paying.void(self.a_payment())

    def reserve(self, number: int) -> None:
        held = self.shop.reserve(("lyon", self.random.choice(SKUS), 1))
        self.shop.post(held.id)


@pytest.mark.parametrize("seed", seeds(1, 12))
def test_whatever_happens_vouchers_agree_with_the_books_and_never_change(seed: int) -> None:
    random = Random(seed)
    with under_seed("accounting", seed), a_paying_shop() as paying:
        life, said = Life(paying, random), dict[tuple[int, int], list[Voucher]]()
        for number in range(90):
            life.step(number)
            if number % 10 == 9:
                last = paying.shop.queries.head().position
                after = random.randint(0, last - 1)
                said[after, last] = vouchers_of(paying.shop, after, last)
        for (after, until), before in said.items():
            assert vouchers_of(paying.shop, after, until) == before
        for chart in (FRENCH, AT_DELIVERY):
            assert reconciled(paying.shop, chart).differences == ()
        whole = vouchers_of(paying.shop)
        assert {one.id for one in whole} == set(dict.fromkeys(one.id for one in whole))
        assert len({one.id for one in whole}) == len(whole)
        assert captured_by(whole) == paid_by(paying)


def captured_by(vouchers: list[Voucher]) -> int:
    """What came in less what went back, by the vouchers of money."""
    roles = ("clearing_card", "clearing_wallet", "clearing_bank", "clearing_cash", "gift_balances")
    return sum(
        line.debit_minor - line.credit_minor
        for voucher in vouchers
        for line in voucher.lines
        if line.role in roles
    )


def paid_by(paying: PayingShop) -> int:
    """The same by the entries of the journal."""
    with paying.shop.store.reader() as reader:
        entries = reader.list_entries(None, 10_000, "")
    signs = {EntryCode.CAPTURE: 1, EntryCode.REFUND: -1}
    return sum(signs.get(entry.code, 0) * entry.quantity for entry in entries)
