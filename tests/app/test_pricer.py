"""Looking ahead beside the engine: whose prices a decision gets, and that nobody waits for them."""

from threading import Event

import pytest

from router.app.look_ahead.past_orders import PastOrders
from router.app.look_ahead.pricer import Pricer
from router.app.ports.forecast_source import ForecastFails
from router.app.records.commit import Commit
from router.domain.identifiers import Instant
from router.routing.decision import Prices
from router.routing.look_ahead.forecast import Forecast
from router.routing.replay import pack_decision, replay
from router.stores.memory.store import MemoryStore
from tests.app.builders import Shop, a_shop, order_for
from tests.routing.look_ahead.forecasts import a_clock, expecting

STOCK = {"nice": {"RED-CLOCK": 1, "TIN-LAMP": 9}, "lille": {"RED-CLOCK": 9}}
SAFETY_SECONDS = 60


class Expects:
    """Always the same."""

    def __init__(self, forecast: Forecast) -> None:
        self.forecast = forecast
        self.asked = 0

    def expect(self, now: Instant) -> Forecast:
        self.asked += 1
        return self.forecast


def a_pricer(shop: Shop, source, **settings) -> Pricer:
    return Pricer(shop.engine, shop.store, source, shop.clock, **settings)


NICE_WANTS_THREE = expecting((3, a_clock("nice")))


def test_decisions_are_made_and_replayed_under_the_prices_of_their_time() -> None:
    with a_shop(stock=STOCK) as shop:
        prices = a_pricer(shop, Expects(NICE_WANTS_THREE)).refresh()
        shop.route(order_for("RED-CLOCK", 1, "one"))
        shop.engine.use_prices(Prices())
        shop.route(order_for("RED-CLOCK", 1, "two"))

        first, second = (shop.queries.get_decision(order_id=name).decision for name in ("one", "two"))
        assert prices.stock_milli["RED-CLOCK"] == {"nice": 299_700}
        assert first.inputs.prices == prices
        assert second.inputs.prices == Prices()
        assert pack_decision(replay(first, *shop.queries.documents.versions_of(first))) == pack_decision(
            first
        )


def test_goods_laid_in_for_a_season_are_expected_to_go_as_far_as_they_are_there() -> None:
    stock = {"nice": {"RED-CLOCK": 10}, "lille": {"RED-CLOCK": 90}}
    with a_shop(stock=stock) as shop:
        as_told = a_pricer(shop, Expects(NICE_WANTS_THREE)).refresh()
        sold = a_pricer(shop, Expects(NICE_WANTS_THREE), sells_percent=90).refresh()

    # Three of ten are no reason to keep any back; ninety are.
    assert as_told.stock_milli == {}
    assert sold.stock_milli["RED-CLOCK"]["nice"] > 0


def test_orders_are_answered_while_prices_are_being_made() -> None:
    class Slow(Expects):
        """Does not answer until it is told to."""

        begun, may_end = Event(), Event()

        def expect(self, now: Instant) -> Forecast:
            self.begun.set()
            assert self.may_end.wait(SAFETY_SECONDS)
            return super().expect(now)

    slow = Slow(NICE_WANTS_THREE)
    with a_shop(stock=STOCK) as shop:
        pricer = a_pricer(shop, slow)
        pricer.start()
        assert slow.begun.wait(SAFETY_SECONDS)

        shop.route(order_for("RED-CLOCK", 1, "one"))

        assert shop.queries.get_decision(order_id="one").decision.inputs.prices == Prices()
        slow.may_end.set()
        pricer.stop()


def test_a_receipt_and_a_big_order_are_jumps_and_a_small_order_is_none() -> None:
    commits: list[Commit] = []
    with a_shop(stock={"nice": {"RED-CLOCK": 20}}, on_commit=commits.append) as shop:
        pricer = a_pricer(shop, Expects(NICE_WANTS_THREE))
        pricer.refresh()
        del commits[:]
        shop.route(order_for("RED-CLOCK", 1, "one"))
        shop.route(order_for("RED-CLOCK", 7, "seven"))
        shop.adjust("nice", "TIN-LAMP", 50)
        shop.adjust("nice", "RED-CLOCK", 50)
        shop.engine.stop()

    assert [pricer.has_jumped(commit) for commit in commits] == [False, True, False, True]


def test_a_jump_makes_prices_anew() -> None:
    refreshed = Event()

    class Tells(Expects):
        def expect(self, now: Instant) -> Forecast:
            refreshed.set()
            return super().expect(now)

    pricers: list[Pricer] = []

    def tell(commit: Commit) -> None:
        for pricer in pricers:
            pricer.on_commit(commit)

    with a_shop(stock=STOCK, on_commit=tell) as shop:
        pricer = a_pricer(shop, Tells(NICE_WANTS_THREE), rest_seconds=0.0)
        pricers.append(pricer)
        pricer.start()
        assert refreshed.wait(SAFETY_SECONDS)
        pricer.refresh()
        refreshed.clear()

        shop.adjust("nice", "RED-CLOCK", 20)

        assert refreshed.wait(SAFETY_SECONDS)
        pricer.stop()


def test_a_forecast_that_fails_leaves_the_prices_as_they_are(caplog: pytest.LogCaptureFixture) -> None:
    class Fails(Expects):
        failed = Event()

        def expect(self, now: Instant) -> Forecast:
            if self.asked:
                self.failed.set()
                raise ForecastFails("the file is gone")
            return super().expect(now)

    source = Fails(NICE_WANTS_THREE)
    with a_shop(stock=STOCK) as shop:
        pricer = a_pricer(shop, source)
        prices = pricer.refresh()
        pricer.start()
        assert source.failed.wait(SAFETY_SECONDS)
        pricer.stop()

        shop.route(order_for("RED-CLOCK", 1, "one"))

        assert shop.queries.get_decision(order_id="one").decision.inputs.prices == prices
    assert "prices stay as they are: the file is gone" in caplog.text


def test_without_a_network_there_are_no_prices() -> None:
    store = MemoryStore()
    shop = Shop(store)
    shop.engine.start()

    assert a_pricer(shop, Expects(NICE_WANTS_THREE)).refresh() == Prices()
    shop.engine.stop()


def test_the_ledgers_own_orders_are_read_once_and_then_on() -> None:
    with a_shop(stock=STOCK) as shop:
        source = PastOrders(shop.store, 7)
        later = Instant(shop.clock.now() + 1_000_000)
        shop.route(order_for("RED-CLOCK", 1, "one"))
        assert [one.times_milli for one in source.expect(later).orders] == [1_000]

        shop.route(order_for("RED-CLOCK", 1, "two"))

        assert [one.times_milli for one in source.expect(later).orders] == [2_000]
        assert source.expect(Instant(later + 100 * 86_400_000_000)).orders == ()


def test_whole_orders_of_twice_as_many_weeks_are_repeated_for_a_season() -> None:
    with a_shop(stock=STOCK) as shop:
        by_week, whole = PastOrders(shop.store, 7), PastOrders(shop.store, 7, whole=True)
        shop.route(order_for("RED-CLOCK", 1, "one"))
        then = Instant(shop.clock.now() + 100 * 86_400_000_000)

        assert by_week.expect(then).orders == ()
        (found,) = whole.expect(then).orders

    assert found.order.id == "one"


def test_of_a_season_what_was_laid_in_is_what_is_there_and_what_its_orders_took() -> None:
    with a_shop(stock=STOCK) as shop:
        began = shop.clock.now()
        source = PastOrders(shop.store, 7, whole=True, since=began)
        before = PastOrders(shop.store, 7, whole=True, since=Instant(began + 86_400_000_000))
        shop.route(order_for("RED-CLOCK", 1, "one"))
        shop.route(order_for("RED-CLOCK", 4, "four"))
        left = {"RED-CLOCK": {"lille": 5}, "TIN-LAMP": {"nice": 9}}
        for each in (source, before):
            each.expect(shop.clock.now())
        season, none_yet = source.season(left), before.season(left)

    assert season is not None
    assert none_yet is not None
    taken = sum(sum(nodes.values()) for nodes in season.laid_in.values()) - 14
    assert (taken, [order.id for order in season.orders]) == (5, ["one", "four"])
    assert season.laid_in["TIN-LAMP"] == {"nice": 9}
    assert (none_yet.laid_in, none_yet.orders) == (left, ())
    assert PastOrders(shop.store, 7, whole=True).season(left) is None


def test_goods_laid_in_near_who_wants_them_are_priced_by_where_they_were_put() -> None:
    stock = {"nice": {"RED-CLOCK": 10}, "lille": {"RED-CLOCK": 90}}
    with a_shop(stock=stock) as shop:
        source = PastOrders(shop.store, 7, whole=True, since=shop.clock.now())
        shop.route(order_for("RED-CLOCK", 1, "one", to="nice"))
        anywhere = a_pricer(shop, source, sells_percent=50).refresh()
        near = a_pricer(shop, source, sells_percent=50, seasons=source).refresh()

    # The order went to one place; that all fifty would, nobody says who put ten there.
    assert anywhere.stock_milli != {}
    assert near.stock_milli == {}


def test_what_nobody_ordered_yet_is_of_the_season_too() -> None:
    class Notes(PastOrders):
        """Keeps what it was asked about."""

        def season(self, available):
            self.available = available
            return super().season(available)

    with a_shop(stock=STOCK) as shop:
        source = Notes(shop.store, 7, whole=True, since=shop.clock.now())
        shop.route(order_for("RED-CLOCK", 1, "one"))
        a_pricer(shop, source, sells_percent=90, seasons=source).refresh()

    assert source.available["TIN-LAMP"] == {"nice": 9}
