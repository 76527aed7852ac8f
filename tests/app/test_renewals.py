"""A promise of money that runs out before its goods leave is renewed by itself, once; a no puts the order on hold."""

import time
from collections.abc import Iterator
from threading import Event

import pytest
from msgspec.structs import replace

from router.app.payments.collector import Collector
from router.app.payments.dues import Dues
from router.app.payments.renewals import BEFORE_SECONDS
from router.app.records.payment_filter import PaymentFilter
from router.domain.identifiers import Instant, OrderId
from router.domain.order import Order
from router.domain.reasons import Reason, RouterError
from router.ledger.lifecycle import OrderState
from router.ledger.payments import Payment, PaymentAct, PaymentMethod
from tests.app.builders import order_for
from tests.app.fulfillment_builders import release
from tests.app.payment_builders import CLOCK, PayingShop, a_paying_shop

A1 = OrderId("A-1")
DAY = 86_400
WEEK = 7 * DAY


@pytest.fixture
def paying() -> Iterator[PayingShop]:
    """A-1 is routed and paid by card: 20.00 for a week."""
    with a_paying_shop() as paying:
        paying.authorize("P-1", 2_000)
        paying.shop.route(an_order())
        yield paying


def an_order(quantity: int = 2) -> Order:
    order = order_for(CLOCK, quantity, "A-1")
    (line,) = order.lines
    return replace(order, lines=(replace(line, unit_price_minor=500),))


def collector_of(paying: PayingShop) -> Collector:
    return Collector(paying.shop.store, paying.cashier, paying.shop.clock.now)


def payment_of(paying: PayingShop, id: str = "P-1") -> Payment:
    return paying.shop.queries.payments.get_payment(id)


def seconds_left(paying: PayingShop, id: str = "P-1") -> int:
    return (payment_of(paying, id).expire_time - paying.shop.clock.now()) // 1_000_000


def told(paying: PayingShop, kind: str) -> list[str]:
    return [one.text for one in paying.shop.queries.list_events(0, 1_000) if one.kind.name == kind]


def state_of(paying: PayingShop) -> str:
    return paying.shop.queries.get_order("A-1").state


def test_a_promise_is_renewed_a_day_before_it_runs_out_and_not_before(paying: PayingShop) -> None:
    collector = collector_of(paying)
    collector.collect(A1)
    paying.shop.clock.go_on(WEEK - BEFORE_SECONDS - 10)
    collector.collect(A1)
    assert paying.provider.renewals("fake-P-1") == 0

    paying.shop.clock.go_on(20)
    collector.collect(A1)
    collector.collect(A1)

    assert paying.provider.renewals("fake-P-1") == 1
    assert seconds_left(paying) == WEEK
    assert (payment_of(paying).open, payment_of(paying).authorized) == (2_000, 2_000)
    assert len(told(paying, "PAYMENT_RENEWED")) == 1


def test_an_order_that_waits_for_months_stays_paid_for(paying: PayingShop) -> None:
    collector = collector_of(paying)
    for _ in range(60):
        paying.shop.clock.go_on(DAY)
        collector.collect(A1)
        paying.shop.trust_clock()

    assert payment_of(paying).open == 2_000
    assert told(paying, "PAYMENT_EXPIRED") == []
    assert paying.provider.renewals("fake-P-1") == 10


def test_what_left_is_taken_and_only_the_rest_is_renewed() -> None:
    with a_paying_shop() as paying:
        paying.authorize("P-1", 10_000)
        paying.shop.route(an_order(12))
        paying.shop.dispatch("A-1/1")
        collector = collector_of(paying)
        paying.shop.clock.go_on(WEEK - DAY)
        collector.collect(A1)

        payment = payment_of(paying)
        assert (payment.captured, payment.open) == (5_000, 5_000)
        assert paying.provider.renewals("fake-P-1") == 1
        assert seconds_left(paying) == WEEK


def test_nothing_is_renewed_for_goods_that_all_left_or_will_not(paying: PayingShop) -> None:
    collector = collector_of(paying)
    paying.shop.clock.go_on(WEEK - DAY)
    paying.shop.cancel("A-1")
    collector.collect(A1)

    assert paying.provider.renewals("fake-P-1") == 0
    assert payment_of(paying).open == 0


def test_after_a_crash_between_provider_and_booking_it_is_renewed_once(paying: PayingShop) -> None:
    paying.shop.clock.go_on(WEEK - DAY)
    paying.provider.is_reachable = False
    with pytest.raises(RouterError) as silent:
        collector_of(paying).collect(A1)
    assert silent.value.reason is Reason.PROVIDER_UNREACHABLE
    paying.shop.clock.go_on(2 * DAY)
    paying.shop.trust_clock()
    assert payment_of(paying).open == 2_000, "nothing runs out while somebody asks"
    paying.provider.is_reachable = True

    collector_of(paying).collect(A1)

    assert paying.provider.renewals("fake-P-1") == 1
    assert payment_of(paying).intent is None
    assert seconds_left(paying) == WEEK - 2 * DAY


def test_whoever_asks_next_ends_a_renewal_that_was_not_heard_of(paying: PayingShop) -> None:
    paying.shop.clock.go_on(WEEK - DAY)
    paying.provider.is_reachable = False
    with pytest.raises(RouterError):
        collector_of(paying).collect(A1)
    paying.provider.is_reachable = True

    paying.capture("P-1", 500)

    assert paying.provider.renewals("fake-P-1") == 1
    assert (payment_of(paying).captured, seconds_left(paying)) == (500, WEEK)


def test_a_no_puts_the_order_on_hold_is_kept_with_its_code_and_not_asked_for_again() -> None:
    with a_paying_shop() as paying:
        paying.authorize("P-1", 2_000, token=f"once:{WEEK}")
        paying.shop.route(an_order())
        paying.shop.clock.go_on(WEEK - DAY)

        collector_of(paying).collect(A1)
        collector_of(paying).collect(A1)

        payment = payment_of(paying)
        assert (payment.declined_act, payment.declined_act_code) == (PaymentAct.RENEW, "no_renewal")
        assert payment.open == 2_000, "it holds until it runs out"
        assert state_of(paying) == OrderState.HELD.name
        assert told(paying, "ORDER_HELD") == ["held, PAYMENT: 2 units given back"]
        assert len(told(paying, "PAYMENT_ACT_DECLINED")) == 1
        listed = paying.shop.queries.payments.list_payments(9, "", PaymentFilter(act_declined=True)).items
        assert [one.id for one in listed] == ["P-1"]


def test_of_what_runs_out_only_what_was_declined_is_listed_when_that_is_asked_for() -> None:
    with a_paying_shop() as paying:
        paying.authorize("P-1", 2_000, token=f"once:{WEEK}")
        paying.authorize("P-2", 500, token=f"expire:{WEEK}")
        paying.shop.route(an_order())
        paying.shop.clock.go_on(WEEK - DAY)
        collector_of(paying).collect(A1)
        until = Instant(paying.shop.clock.now() + 2 * WEEK * 1_000_000)

        every = paying.shop.queries.payments.list_expiring(until, 9)
        declined = paying.shop.queries.payments.list_expiring(until, 9, PaymentFilter(act_declined=True))

        assert {one.id for one in every.items} == {"P-1", "P-2"}
        assert [one.id for one in declined.items] == ["P-1"]


def test_an_order_is_held_also_after_a_crash_between_the_no_and_the_hold() -> None:
    with a_paying_shop() as paying:
        paying.authorize("P-1", 2_000, token=f"once:{WEEK}")
        paying.shop.route(an_order())
        paying.shop.clock.go_on(WEEK - DAY)
        collector = collector_of(paying)
        collector._hold = lambda payment: None  # type: ignore[method-assign]
        collector.collect(A1)
        assert state_of(paying) == OrderState.ALLOCATED.name

        collector_of(paying).collect(A1)

        assert state_of(paying) == OrderState.HELD.name


def test_what_is_being_picked_is_not_held() -> None:
    with a_paying_shop() as paying:
        paying.authorize("P-1", 2_000, token=f"once:{WEEK}")
        paying.shop.route(an_order())
        release(paying.shop, "A-1/1")
        paying.shop.dispatch("A-1/1")
        paying.shop.clock.go_on(WEEK - DAY)
        collector_of(paying).collect(A1)

        assert state_of(paying) == OrderState.DISPATCHED.name


def test_a_decline_is_listed_until_the_provider_says_yes(paying: PayingShop) -> None:
    def listed() -> list[tuple[str, PaymentAct | None]]:
        found = paying.shop.queries.payments.list_payments(9, "", PaymentFilter(act_declined=True)).items
        return [(one.id, one.declined_act) for one in found]

    paying.authorize("P-2", 500, token="expire:60")
    paying.provider._held["fake-P-2"] = _voided(paying, "fake-P-2")
    with pytest.raises(RouterError):
        paying.capture("P-2", 100)
    assert listed() == [("P-2", PaymentAct.CAPTURE)]
    paying.void("P-2")
    assert listed() == [("P-2", PaymentAct.CAPTURE)]
    paying.capture("P-1", 100)
    assert listed() == [("P-2", PaymentAct.CAPTURE)]


def _voided(paying: PayingShop, id: str) -> object:
    from dataclasses import replace as changed

    return changed(paying.provider._held[id], is_voided=True)


def test_a_short_promise_is_renewed_at_half_of_its_life_by_the_thread() -> None:
    with a_paying_shop() as paying:
        paying.authorize("P-1", 2_000, token="expire:2")
        paying.shop.route(an_order())
        collector = collector_of(paying)
        collector.start()
        try:
            paying.shop.clock.go_on(1)
            end = time.monotonic() + 20
            while paying.provider.renewals("fake-P-1") < 1:
                assert time.monotonic() < end, "nobody renewed it"
                time.sleep(0.01)
        finally:
            collector.stop()

        assert paying.provider.renewals("fake-P-1") == 1


def test_a_gift_account_and_cash_need_no_renewal(paying: PayingShop) -> None:
    paying.authorize("P-2", 100, method=PaymentMethod.CASH_ON_DELIVERY)
    paying.shop.clock.go_on(30 * DAY)

    assert payment_of(paying, "P-2").expire_time == 0


def test_an_order_that_comes_after_its_payment_is_renewed_by_the_thread_too(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with a_paying_shop() as paying:
        paying.authorize("P-1", 2_000, token="expire:3")
        collector, looked, collect = collector_of(paying), Event(), Collector.collect

        def collect_and_say_so(self: Collector, order_id: OrderId) -> Dues:
            dues = collect(self, order_id)
            looked.set()
            return dues

        monkeypatch.setattr(Collector, "collect", collect_and_say_so)
        collector.start()
        try:
            end = time.monotonic() + 20
            assert looked.wait(20), "nobody looks"
            paying.shop.route(an_order())
            paying.shop.clock.go_on(2)
            while paying.provider.renewals("fake-P-1") < 1:
                assert time.monotonic() < end, "nobody renewed it"
                time.sleep(0.01)
        finally:
            collector.stop()
