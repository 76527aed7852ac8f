"""What left is captured by itself, once, whatever fails in between; what nobody needs is released."""

import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from random import Random
from typing import Any

import pytest
from msgspec.structs import replace

from router.app.commands.fulfillment import RecordCarrierReports, ReportOf
from router.app.payments.collector import Collector, retry_seconds
from router.app.payments.dues import dues_of
from router.app.ports.payment_provider import ProviderDeclined
from router.app.records.payment_filter import PaymentFilter
from router.domain.identifiers import OrderId
from router.domain.order import Order
from router.domain.reasons import Reason, RouterError
from router.ledger.payments import Payment, PaymentMethod, PaymentState
from router.ledger.tracking import CarrierStatus
from tests.app.builders import digest, order_for
from tests.app.fulfillment_builders import a_report
from tests.app.payment_builders import CLOCK, PayingShop, a_paying_shop
from tests.proving import seeds, under_seed

A1 = OrderId("A-1")


@pytest.fixture
def paying() -> Iterator[PayingShop]:
    with a_paying_shop() as paying:
        yield paying


def an_order_of(order_id: str, quantity: int, price: int) -> Order:
    order = order_for(CLOCK, quantity)
    (line,) = order.lines
    return replace(order, id=order_id, lines=(replace(line, unit_price_minor=price),))


def collector_of(paying: PayingShop) -> Collector:
    return Collector(paying.shop.store, paying.cashier, paying.shop.clock.now)


def payment_of(paying: PayingShop, id: str = "P-1") -> Payment:
    return paying.shop.queries.payments.get_payment(id)


def told(paying: PayingShop) -> list[str]:
    return [
        event.text
        for event in paying.shop.queries.list_events(0, 1_000)
        if event.kind.name.startswith("PAYMENT_")
    ]


def reason_of(do: Callable[..., Any], *arguments: Any) -> Reason:
    with pytest.raises(RouterError) as refused:
        do(*arguments)
    return refused.value.reason


def deliver(paying: PayingShop, shipment_id: str) -> None:
    one = ReportOf(shipment_id=shipment_id, tracking_number="", report=a_report(CarrierStatus.DELIVERED, 30))
    paying.shop.answer(
        RecordCarrierReports(request_id=paying.shop.key(), body_digest=digest(shipment_id), reports=(one,))
    )


def test_nothing_is_due_before_goods_leave(paying: PayingShop) -> None:
    paying.authorize("P-1", 2_000)
    assert collector_of(paying).collect(A1).captures == ()
    paying.shop.route(an_order_of("A-1", 3, 500))

    collector_of(paying).collect(A1)

    assert (payment_of(paying).captured, payment_of(paying).open) == (0, 2_000)


def test_what_left_is_captured_once_and_the_rest_released(paying: PayingShop) -> None:
    paying.authorize("P-1", 2_000)
    paying.shop.route(an_order_of("A-1", 3, 500))
    paying.shop.dispatch("A-1/1")

    collector = collector_of(paying)
    collector.collect(A1)
    again = collector.collect(A1)

    payment = payment_of(paying)
    assert (payment.captured, payment.released, payment.state) == (1_500, 500, PaymentState.CAPTURED)
    assert paying.provider.taken("fake-P-1") == 1_500
    assert (again.captures, again.releases) == ((), ())
    captures = [
        e for e in paying.shop.queries.ledger.list_entries(100, "", "P-1").items if e.code.name == "CAPTURE"
    ]
    assert [entry.line_id for entry in captures] == ["A-1/1"]


def test_what_was_captured_by_hand_is_not_captured_again(paying: PayingShop) -> None:
    paying.authorize("P-1", 2_000)
    paying.shop.route(an_order_of("A-1", 3, 500))
    paying.shop.dispatch("A-1/1")
    paying.capture("P-1", shipment_id="A-1/1")

    collector_of(paying).collect(A1)

    assert payment_of(paying).captured == 1_500


def test_a_canceled_order_releases_everything(paying: PayingShop) -> None:
    paying.authorize("P-1", 2_000)
    paying.shop.route(an_order_of("A-1", 3, 500))
    paying.shop.cancel("A-1")

    collector_of(paying).collect(A1)

    assert payment_of(paying).state is PaymentState.VOIDED


def test_an_authorization_that_runs_out_before_it_is_released_is_no_fault(paying: PayingShop) -> None:
    paying.shop.route(an_order_of("A-1", 3, 500))
    paying.authorize("P-1", 2_000)
    paying.shop.cancel("A-1")
    paying.shop.clock.go_on(8 * 86_400)

    (released,) = collector_of(paying).collect(A1).releases

    assert (released.id, payment_of(paying).open) == ("P-1", 0)


def test_cash_is_taken_when_goods_arrive(paying: PayingShop) -> None:
    paying.authorize("P-1", 1_500, method=PaymentMethod.CASH_ON_DELIVERY)
    paying.shop.route(an_order_of("A-1", 3, 500))
    paying.shop.dispatch("A-1/1")
    collector_of(paying).collect(A1)
    on_its_way = payment_of(paying)
    deliver(paying, "A-1/1")
    collector_of(paying).collect(A1)

    assert (on_its_way.captured, on_its_way.open) == (0, 1_500)
    assert payment_of(paying).captured == 1_500


def test_several_payments_pay_in_the_order_of_asking(paying: PayingShop) -> None:
    paying.authorize("P-1", 600, method=PaymentMethod.GIFT_BALANCE)
    paying.authorize("P-2", 2_000)
    paying.shop.route(an_order_of("A-1", 3, 500))
    paying.shop.dispatch("A-1/1")

    collector_of(paying).collect(A1)

    assert [payment_of(paying, id).captured for id in ("P-1", "P-2")] == [600, 900]
    assert payment_of(paying, "P-2").released == 1_100


def test_a_provider_that_was_not_heard_took_it_once(paying: PayingShop) -> None:
    paying.authorize("P-1", 2_000)
    paying.shop.route(an_order_of("A-1", 3, 500))
    paying.shop.dispatch("A-1/1")
    collector = collector_of(paying)

    paying.provider.is_reachable = False
    assert reason_of(collector.collect, A1) is Reason.PROVIDER_UNREACHABLE
    paying.provider.is_reachable = True
    collector.collect(A1)

    assert payment_of(paying).captured == 1_500
    assert paying.provider.taken("fake-P-1") == 1_500


def test_a_capture_of_somebody_else_that_was_not_heard_is_counted_first(paying: PayingShop) -> None:
    paying.authorize("P-1", 4_000)
    paying.shop.route(an_order_of("A-1", 3, 500), an_order_of("A-2", 1, 1))
    paying.shop.dispatch("A-1/1")
    paying.provider.is_reachable = False
    with pytest.raises(RouterError):
        paying.capture("P-1", shipment_id="A-1/1")
    paying.provider.is_reachable = True
    collector = collector_of(paying)

    assert reason_of(collector.collect, A1) is Reason.PAYMENT_BUSY
    collector.collect(A1)

    assert payment_of(paying).captured == 1_500
    assert paying.provider.taken("fake-P-1") == 1_500


def test_a_decline_is_told_with_its_code_and_asked_again_under_another_key(
    paying: PayingShop, monkeypatch: pytest.MonkeyPatch
) -> None:
    paying.authorize("P-1", 1_500)
    paying.shop.route(an_order_of("A-1", 3, 500))
    paying.shop.dispatch("A-1/1")
    keys: list[str] = []
    capture = paying.provider.capture

    def decline_once(provider_id: str, amount: int, key: str) -> None:
        keys.append(key)
        if len(set(keys)) == 1:
            raise ProviderDeclined("do_not_honor")
        capture(provider_id, amount, key)

    monkeypatch.setattr(paying.provider, "capture", decline_once)
    monkeypatch.setattr("router.app.payments.collector.RETRY_SECONDS", 0.01)
    collector = collector_of(paying)
    collector.start()
    wait_for(lambda: payment_of(paying).captured == 1_500)
    collector.stop()

    assert told(paying) == [
        "15.00 EUR authorized, now AUTHORIZED",
        "15.00 EUR capture declined: do_not_honor, now AUTHORIZED",
        "15.00 EUR captured, now CAPTURED",
    ]


def test_a_collector_finds_what_became_due_while_nobody_looked_and_hears_of_more() -> None:
    heard: list[Any] = []
    with a_paying_shop(on_commit=lambda commit: [one.on_commit(commit) for one in heard]) as paying:
        for number in (1, 2):
            paying.authorize(f"P-{number}", 500, order_id=f"A-{number}")
            paying.shop.route(an_order_of(f"A-{number}", 1, 500))
        paying.shop.dispatch("A-1/1")
        collector = collector_of(paying)
        collector.start()
        wait_for(lambda: payment_of(paying, "P-1").captured == 500)
        heard.append(collector)
        paying.shop.dispatch("A-2/1")
        wait_for(lambda: payment_of(paying, "P-2").captured == 500)
        collector.stop()


@pytest.mark.parametrize(
    ("failures", "seconds"), [(1, 5.0), (2, 10.0), (5, 80.0), (11, 3_600.0), (5_000, 3_600.0)]
)
def test_a_provider_that_fails_for_months_is_still_asked_every_hour(failures: int, seconds: float) -> None:
    assert retry_seconds(failures) == seconds


def wait_for(is_so: Callable[[], bool], seconds: float = 10) -> None:
    end = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < end, "it did not happen"
        time.sleep(0.01)


@pytest.mark.parametrize("seed", seeds(1, 20))
def test_whatever_fails_what_left_is_paid_for_once(seed: int) -> None:
    random = Random(seed)
    with under_seed("collector", seed), a_paying_shop() as paying:
        collector = collector_of(paying)
        paying.shop.route(*(an_order_of(f"A-{n}", n, 100) for n in (1, 2, 3)))
        for step in range(30):
            paying.provider.is_reachable = random.random() < 0.6
            number = random.randint(1, 3)
            act: Any = random.choice(
                (
                    lambda n=number, s=step: paying.authorize(f"P-{n}-{s}", 150, order_id=f"A-{n}"),
                    lambda n=number: paying.shop.dispatch(f"A-{n}/1"),
                    lambda n=number: paying.shop.cancel(f"A-{n}", {"1": 1}),
                    lambda n=number: collector.collect(OrderId(f"A-{n}")),
                    lambda n=number: collector.collect(OrderId(f"A-{n}")),
                )
            )
            with suppress(RouterError):
                act()
        paying.provider.is_reachable = True
        for number in (1, 2, 3):
            for _ in range(3):
                with suppress(RouterError):
                    collector.collect(OrderId(f"A-{number}"))
        for number in (1, 2, 3):
            account = paying.shop.queries.get_order(f"A-{number}")
            payments = paying.shop.queries.payments.list_payments(
                100, "", PaymentFilter(order_id=f"A-{number}")
            ).items
            goods = sum(line.dispatched for line in account.lines) * 100
            taken = sum(payment.captured for payment in payments)
            assert taken == min(goods, sum(payment.covers for payment in payments))
            assert taken == sum(paying.provider.taken(f"fake-{payment.id}") for payment in payments)
            is_over = not any(line.reserved or line.backordered for line in account.lines)
            assert not (is_over and any(payment.open for payment in payments))


def test_cash_that_is_not_due_yet_keeps_its_place() -> None:
    cash = Payment(
        id="P-1",
        number=1,
        order_id=A1,
        method=PaymentMethod.CASH_ON_DELIVERY,
        currency="EUR",
        asked=500,
        authorized=500,
    )
    card = replace(cash, id="P-2", number=2, method=PaymentMethod.CARD)

    dues = dues_of((cash, card), left=700, arrived=0, is_over=True, shipment_id="A-1/1")

    assert [(due.payment.id, due.amount) for due in dues.captures] == [("P-2", 200)]
    assert [payment.id for payment in dues.releases] == ["P-2"]
    assert dues_of((cash,), left=700, arrived=0, is_over=True, shipment_id="").uncovered == 200
