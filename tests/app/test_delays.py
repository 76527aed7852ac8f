"""Delays of what has not left: found by time, told once, agreed or canceled to the day, and their money goes back."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import date
from pathlib import Path
from random import Random
from typing import Any

import pytest

from router.app.delays.keeper import DelayKeeper
from router.app.ports.payment_provider import ProviderUnreachable
from router.domain.identifiers import Day
from router.domain.reasons import Reason, RouterError
from router.ledger.delays import DELAY_TRANSITIONS, OPEN, DelayEvent, DelayState
from router.ledger.event_kinds import EventKind
from router.ledger.payments import PaymentState
from router.ledger.tracking import CarrierReport, CarrierStatus
from router.routing.network.dates import day_start
from router.stores.sqlite.store import SqliteStore
from tests.app.builders import Shop, StandingClock, a_shop
from tests.app.delay_builders import CLOCK, answer, detect, report, state, wait
from tests.app.first_come import SHIP_DAY, first_come
from tests.app.fulfillment_builders import a_report, leave, release, start_wave, state_of
from tests.app.payment_builders import PayingShop
from tests.app.test_tracking import record
from tests.proving import seeds, under_seed
from tests.routing.builders import an_order, day


@pytest.fixture
def shop() -> Iterator[Shop]:
    """One order of three clocks, planned to leave lyon on Monday, the second of March."""
    with a_shop(stock={"lyon": {CLOCK: 5}}) as shop:
        shop.route(an_order("order-1", lines={CLOCK: 3}))
        yield shop
        assert shop.faults() == ()


@pytest.fixture
def waiting() -> Iterator[Shop]:
    """One order of three clocks that nobody has, promised for the tenth of March."""
    with a_shop(stock={"lyon": {"TIN-LAMP": 5}}) as shop:
        shop.route(an_order("order-1", lines={CLOCK: 3}, promise_day=day("2026-03-10")))
        yield shop
        assert shop.faults() == ()


def order_state(shop: Shop) -> str:
    return shop.queries.get_order("order-1").state


def told(shop: Shop) -> list[str]:
    events = shop.queries.list_events(0, 999, "order-1")
    return [
        one.kind.name for one in events if one.kind.name.startswith("DELAY") or "CANCELED" in one.kind.name
    ]


def refusal(do: Any, *arguments: Any, **more: Any) -> RouterError:
    with pytest.raises(RouterError) as refused:
        do(*arguments, **more)
    return refused.value


def test_a_first_short_delay_is_agreed_to_by_silence_until_the_new_day_is_over(shop: Shop) -> None:
    delay = report(shop, "2026-03-12")

    assert (delay.state, delay.answer_day) == (DelayState.TOLD, day("2026-03-12"))
    wait(shop, 10)
    assert (state(shop), order_state(shop)) == ("TOLD", "ALLOCATED")
    wait(shop, 1)
    assert (state(shop), order_state(shop)) == ("CANCELED", "CANCELED")
    assert told(shop) == ["DELAY_EXPECTED", "DELAY_TOLD", "ORDER_CANCELED"]


@pytest.mark.parametrize(
    ("expected", "after"), [("2026-04-01", "TOLD"), ("2026-04-02", "ASKED"), ("", "ASKED")]
)
def test_thirty_days_are_the_longest_that_silence_agrees_to(shop: Shop, expected: str, after: str) -> None:
    assert report(shop, expected).state.name == after


@pytest.mark.parametrize("expected", ["2026-05-01", ""])
def test_who_is_asked_and_silent_is_canceled_thirty_days_after_the_promise(shop: Shop, expected: str) -> None:
    assert report(shop, expected).answer_day == day("2026-04-01")
    wait(shop, 30)
    assert state(shop) == "ASKED"
    wait(shop, 1)
    assert (state(shop), order_state(shop)) == ("CANCELED", "CANCELED")


def test_who_agrees_waits_for_the_new_day_and_no_longer(shop: Shop) -> None:
    report(shop, "2026-05-01")
    assert answer(shop, consents=True).state is DelayState.AGREED
    wait(shop, 60)
    assert state(shop) == "AGREED"
    wait(shop, 1)
    assert state(shop) == "CANCELED"


def test_who_agrees_to_wait_for_as_long_as_it_takes_may_cancel_at_any_time(shop: Shop) -> None:
    report(shop)
    answer(shop, consents=True)
    wait(shop, 90)
    assert (state(shop), order_state(shop)) == ("AGREED", "ALLOCATED")

    answer(shop, consents=False)

    assert (state(shop), order_state(shop)) == ("CANCELED", "CANCELED")


def test_a_second_delay_needs_a_yes_before_the_day_that_was_agreed_is_over(shop: Shop) -> None:
    report(shop, "2026-03-06")
    delay = report(shop, "2026-03-09")

    assert (delay.state, delay.round, delay.answer_day) == (DelayState.ASKED, 2, day("2026-03-06"))
    wait(shop, 4)
    assert state(shop) == "ASKED"
    wait(shop, 1)
    assert state(shop) == "CANCELED"


def test_an_answer_to_an_earlier_notice_is_refused(shop: Shop) -> None:
    report(shop, "2026-03-06")
    report(shop, "2026-03-09")

    refused = refusal(answer, shop, consents=True, round=1)

    assert refused.reason is Reason.DELAY_MOVED
    assert "notice 2 is the last one" in refused.message
    assert answer(shop, consents=True, round=2).state is DelayState.AGREED


def test_goods_that_leave_end_it_and_nobody_is_asked_any_more(shop: Shop) -> None:
    report(shop)
    leave(shop)

    assert state(shop) == "OVER"
    wait(shop, 40)
    assert told(shop) == ["DELAY_EXPECTED", "DELAY_ASKED"]
    assert refusal(answer, shop, consents=False).reason is Reason.ORDER_STATE_FORBIDS


def test_an_order_that_is_canceled_otherwise_is_not_late_any_more(shop: Shop) -> None:
    report(shop)
    shop.cancel("order-1", {"1": 2})
    assert state(shop) == "ASKED"
    shop.cancel("order-1", {"1": 1})
    assert state(shop) == "OVER"


def test_a_day_that_is_no_delay_is_refused_with_the_day_that_is_expected_anyway(shop: Shop) -> None:
    refused = refusal(report, shop, "2026-03-02")
    assert (refused.reason, refused.violations[0].code) == (Reason.INVALID_REQUEST, "NO_DELAY")
    report(shop, "2026-03-12")
    assert "must be after 2026-03-12" in refusal(report, shop, "2026-03-12").message


def test_a_delay_by_more_than_a_year_is_a_slip_and_tells_nobody(shop: Shop) -> None:
    with pytest.raises(
        RouterError, match="must be at most 2027-03-03, a year later than expected"
    ) as refused:
        report(shop, "2027-03-04")

    assert refused.value.violations[0].code == "OUT_OF_RANGE"
    assert report(shop, "2027-03-03").expected_day == day("2027-03-03")


def test_of_an_order_that_has_left_nothing_can_be_late(shop: Shop) -> None:
    leave(shop)
    assert refusal(report, shop, "2026-03-12").reason is Reason.ORDER_STATE_FORBIDS


def test_what_misses_its_cut_off_is_found_and_has_its_day_to_leave(shop: Shop) -> None:
    assert detect(shop) == ([], [])
    shop.clock.go_on(8 * 3_600)
    assert detect(shop) == (["order-1"], [])
    assert state(shop) == "EXPECTED"
    assert detect(shop) == ([], [])

    leave(shop)
    wait(shop, 2)

    assert (state(shop), told(shop)) == ("OVER", ["DELAY_EXPECTED"])


def test_what_has_not_left_by_the_end_of_its_day_is_told_once(shop: Shop) -> None:
    shop.clock.go_on(8 * 3_600)
    detect(shop)
    wait(shop, 1)
    delay = shop.queries.delays.get_delay("order-1")

    assert (delay.state, delay.promised_day, delay.expected_day) == (
        DelayState.TOLD,
        day("2026-03-02"),
        day("2026-03-09"),
    )
    assert told(shop) == ["DELAY_EXPECTED", "DELAY_TOLD"]


def test_somebody_who_walks_for_it_is_not_late_before_the_day_is_over(shop: Shop) -> None:
    release(shop, "order-1/1")
    start_wave(shop, named=["order-1/1"])
    shop.clock.go_on(8 * 3_600)
    assert detect(shop) == ([], [])
    shop.clock.go_on(8 * 3_600)
    assert detect(shop) == (["order-1"], [])
    assert state(shop) == "TOLD"


def test_units_that_still_wait_on_their_day_are_asked_about(waiting: Shop) -> None:
    wait(waiting, 7)
    assert detect(waiting) == ([], [])
    wait(waiting, 1)
    assert detect(waiting) == (["order-1"], [])
    assert state(waiting) == "ASKED"
    wait(waiting, 31)
    assert (state(waiting), order_state(waiting)) == ("CANCELED", "CANCELED")


def test_who_is_asked_late_has_a_week_to_answer(waiting: Shop) -> None:
    wait(waiting, 90)
    detect(waiting)
    wait(waiting, 7)
    assert state(waiting) == "ASKED"
    wait(waiting, 1)
    assert state(waiting) == "CANCELED"


def test_a_shipment_under_way_that_nobody_scans_is_late_when_its_day_is_over_and_told_once(
    shop: Shop,
) -> None:
    leave(shop)
    arrives = shop.queries.shipments.get_shipment("order-1/1").account.journey.eta_day
    assert arrives is not None
    wait(shop, arrives - day("2026-03-02"))
    assert detect(shop) == ([], [])
    wait(shop, 1)
    assert detect(shop) == ([], ["order-1/1"])
    wait(shop, 1)
    assert detect(shop) == ([], [])
    assert state_of(shop) == "DISPATCHED"


def test_a_repeat_has_its_recorded_answer_and_a_restart_goes_on(shop: Shop) -> None:
    first = report(shop, "2026-03-12", key="late-1")
    assert report(shop, "2026-03-12", key="late-1") == first
    with a_shop_again(shop) as again:
        assert state(again) == "TOLD"
        wait(again, 11)
        assert state(again) == "CANCELED"


def a_shop_again(shop: Shop) -> Any:
    """Another engine on the same books, as after a kill."""

    @contextmanager
    def again() -> Iterator[Shop]:
        shop.engine.stop()
        other = Shop(shop.store, clock=shop.clock)
        other._count = 1_000
        other.engine.start()
        try:
            yield other
        finally:
            other.engine.stop()

    return again()


def test_what_a_file_holds_goes_on_in_another_process(tmp_path: Path) -> None:
    clock = StandingClock()
    first = SqliteStore(tmp_path / "r.sqlite")
    with a_shop(first, stock={"lyon": {CLOCK: 5}}, route=first_come, clock=clock) as shop:
        shop.route(an_order("order-1", lines={CLOCK: 3}))
        report(shop, order_id="order-1")
        answered = answer(shop, consents=True)
    first.close()

    again = Shop(SqliteStore(tmp_path / "r.sqlite"), route=first_come, clock=clock)
    again._count = 1_000
    again.engine.start()
    try:
        assert again.queries.delays.get_delay("order-1") == answered
        assert report(again, date.fromordinal(SHIP_DAY + 9).isoformat()).state is DelayState.ASKED
        assert again.faults() == ()
    finally:
        again.engine.stop()
        again.store.close()


def test_the_keeper_looks_for_what_is_late_when_it_is_to(paying: PayingShop) -> None:
    shop = paying.shop
    shop.route(an_order("order-2", lines={"TIN-LAMP": 9}, promise_day=day("2026-03-03")))
    wait(shop, 2)
    keeper_of(paying).work()
    assert shop.queries.delays.find_delay("order-2") is None
    looking = DelayKeeper(
        shop.engine, shop.store, shop.queries.delays, paying.cashier, shop.clock.now, is_looking=True
    )

    looking.work()
    looking.work()

    delay = shop.queries.delays.get_delay("order-2")
    assert (delay.state, delay.round, delay.cause) == (DelayState.ASKED, 1, "STILL_WAITING")


def test_every_state_but_the_ends_can_be_left_and_no_other_pair_has_a_row() -> None:
    left = {start for start, _ in DELAY_TRANSITIONS}
    assert {one for one in DelayState if one not in left} == {DelayState.REFUNDED, DelayState.OVER}
    assert all((one, DelayEvent.REFUSE) in DELAY_TRANSITIONS for one in OPEN)
    assert (DelayState.EXPECTED, DelayEvent.LAPSE) not in DELAY_TRANSITIONS


@pytest.fixture
def paying() -> Iterator[PayingShop]:
    from router.connectors.payments.fake import FakeProvider

    clock = StandingClock()
    with a_shop(stock={"lyon": {CLOCK: 10}}, route=first_come, clock=clock) as shop:
        yield PayingShop(shop, FakeProvider(clock.now))
        assert shop.faults() == ()


def keeper_of(paying: PayingShop) -> DelayKeeper:
    shop = paying.shop
    return DelayKeeper(
        shop.engine, shop.store, shop.queries.delays, paying.cashier, shop.clock.now, is_looking=False
    )


def an_order_at(price: int) -> Any:
    from msgspec.structs import replace

    order = an_order("order-1", lines={CLOCK: 3})
    (line,) = order.lines
    return replace(order, lines=(replace(line, unit_price_minor=price),))


def test_what_was_paid_for_what_a_delay_cancels_goes_back_once(paying: PayingShop) -> None:
    paying.shop.route(an_order_at(100))
    paying.authorize("P-1", 200, order_id="order-1")
    paying.authorize("P-2", 100, order_id="order-1")
    paying.capture("P-1", 200)
    report(paying.shop)
    answer(paying.shop, consents=False)

    keeper_of(paying).work()
    keeper_of(paying).work()

    payments = [paying.shop.queries.payments.get_payment(one) for one in ("P-1", "P-2")]
    assert [(one.refunded, one.released, one.state) for one in payments] == [
        (200, 0, PaymentState.CAPTURED),
        (0, 100, PaymentState.VOIDED),
    ]
    assert state(paying.shop) == "REFUNDED"
    assert told(paying.shop)[-1] == "DELAY_REFUNDED"


def test_an_authorization_that_runs_out_before_it_is_released_does_not_keep_the_delay_open(
    paying: PayingShop,
) -> None:
    paying.shop.route(an_order_at(100))
    for payment_id in ("P-1", "P-2"):
        paying.authorize(payment_id, 100, order_id="order-1")
    report(paying.shop)
    answer(paying.shop, consents=False)
    paying.shop.clock.go_on(8 * 86_400)

    keeper_of(paying).work()

    payments = [paying.shop.queries.payments.get_payment(one) for one in ("P-1", "P-2")]
    assert [one.open for one in payments] == [0, 0]
    assert state(paying.shop) == "REFUNDED"


def test_a_provider_that_does_not_answer_is_asked_again_under_the_same_key(
    paying: PayingShop, monkeypatch: pytest.MonkeyPatch
) -> None:
    paying.shop.route(an_order_at(100))
    paying.authorize("P-1", 300, order_id="order-1")
    paying.capture("P-1", 300)
    report(paying.shop)
    answer(paying.shop, consents=False)
    true_refund = paying.provider.refund

    def silent(provider_id: str, amount: int, key: str) -> None:
        true_refund(provider_id, amount, key)
        raise ProviderUnreachable("no answer")

    monkeypatch.setattr(paying.provider, "refund", silent)
    keeper_of(paying).work()
    assert state(paying.shop) == "CANCELED"
    monkeypatch.setattr(paying.provider, "refund", true_refund)

    keeper_of(paying).work()

    assert paying.provider.taken("fake-P-1") == 0
    assert (state(paying.shop), paying.shop.queries.payments.get_payment("P-1").refunded) == ("REFUNDED", 300)


@pytest.mark.parametrize(
    "ask",
    [
        lambda shop: report(shop, "2026-08-01"),
        lambda shop: answer(shop, consents=True),
        lambda shop: answer(shop, consents=False),
    ],
    ids=["reported again", "agreed", "refused again"],
)
def test_what_a_delay_canceled_stays_canceled_while_its_money_is_on_its_way(
    paying: PayingShop, ask: Any
) -> None:
    paying.shop.route(an_order_at(100))
    paying.authorize("P-1", 300, order_id="order-1")
    report(paying.shop)
    answer(paying.shop, consents=False)

    assert refusal(ask, paying.shop).reason is Reason.ORDER_STATE_FORBIDS
    assert state(paying.shop) == "CANCELED"


def test_what_left_stays_paid(paying: PayingShop) -> None:
    shop = paying.shop
    shop.adjust("lyon", CLOCK, -8)
    shop.route(an_order_at(100))
    paying.authorize("P-1", 300, order_id="order-1")
    paying.capture("P-1", 300)
    leave(shop)
    report(shop)
    answer(shop, consents=False)

    keeper_of(paying).work()

    assert shop.queries.payments.get_payment("P-1").refunded == 100
    assert (state(shop), order_state(shop)) == ("REFUNDED", "DISPATCHED")


@pytest.mark.parametrize("seed", seeds(9_300, 3))
def test_random_lives_keep_every_day_tell_every_notice_once_and_audit_clean(seed: int) -> None:
    """Delays reported and found, answers to old and new notices, goods that leave or are canceled, carriers' reports
    late, doubled and out of order, time, and now and then another engine on the same books.
    """
    random = Random(seed)
    with under_seed("keep_every_day", seed), a_shop(stock={"lyon": {CLOCK: 60}}) as shop:
        ids = [f"o-{number}" for number in range(12)]
        for order_id in ids:
            promise = day("2026-03-02") + random.randint(2, 40)
            shop.route(an_order(order_id, lines={CLOCK: random.randint(1, 9)}, promise_day=promise))
        reports = [a_report(status, hour) for hour, status in enumerate(CarrierStatus, start=9)]
        for step in range(150):
            with suppress(RouterError):
                live(shop, random, random.choice(ids), reports)
            if step % 50 == 49:
                with a_shop_again(shop) as again:
                    wait(again, 3)
                    assert again.faults() == ()
                shop.engine = Shop(shop.store, clock=shop.clock).engine
                shop.engine.start()
        assert shop.faults() == ()
        for order_id in ids:
            keeps_its_days(shop, order_id)


def live(shop: Shop, random: Random, order_id: str, reports: list[CarrierReport]) -> None:
    """Something happens; refused or not, what counts is what the books say in the end."""
    match random.randint(0, 7):
        case 0:
            ahead = shop.clock.now() // 86_400_000_000 + 719_163 + random.randint(1, 60)
            report(shop, date.fromordinal(ahead).isoformat() if random.random() < 0.7 else "", order_id)
        case 1:
            answer(shop, consents=random.random() < 0.8, order_id=order_id, round=random.randint(0, 2))
        case 2:
            leave(shop, f"{order_id}/1")
        case 3:
            shop.cancel(order_id, {"1": 1})
        case 4:
            detect(shop)
        case 5:
            record(shop, *random.choices(reports, k=3), shipment=f"{order_id}/1")
        case _:
            wait(shop, random.randint(1, 4))


def keeps_its_days(shop: Shop, order_id: str) -> None:
    """Each notice was told once, and nothing was canceled by date before the day that its last notice gave was over."""
    events = shop.queries.list_events(0, 999, order_id)
    notices = [one for one in events if one.kind in (EventKind.DELAY_TOLD, EventKind.DELAY_ASKED)]
    assert [one.subject for one in notices] == [str(number) for number in range(1, len(notices) + 1)]
    for one in events:
        if one.kind is EventKind.ORDER_CANCELED and one.subject == "DELAY_NOT_AGREED":
            delay = shop.queries.delays.get_delay(order_id)
            agreed = any(
                said.kind is EventKind.DELAY_AGREED and said.subject == str(delay.round) for said in events
            )
            silent = delay.silence_agrees or agreed
            last = delay.expected_day if silent else delay.agreed_day
            assert last is not None
            assert one.time >= day_start(Day(last + 1), delay.zone)
