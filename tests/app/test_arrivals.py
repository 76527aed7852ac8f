"""Estimates of arrival: learned from what arrived, given at hand-over, corrected by every report."""

from router.app.delays.transit_learner import TransitLearner
from router.domain.identifiers import Day
from router.ledger.shipments import Journey
from router.ledger.tracking import CarrierStatus
from router.routing.network.transit import TransitTimes, Trip, learn
from tests.app.builders import Shop, a_shop
from tests.app.first_come import first_come
from tests.app.fulfillment_builders import a_report, leave
from tests.app.test_tracking import record
from tests.routing.builders import an_order, day

S = CarrierStatus
CLOCK = "RED-CLOCK"


def sent(shop: Shop, times: TransitTimes | None = None) -> Journey:
    """One order whose shipment left lyon on Monday, the second of March."""
    if times is not None:
        shop.engine.use_transits(times)
    shop.route(an_order("order-1", lines={CLOCK: 2}, promise_day=day("2026-03-08")))
    leave(shop)
    return journey(shop)


def journey(shop: Shop, shipment_id: str = "order-1/1") -> Journey:
    return shop.queries.shipments.get_shipment(shipment_id).account.journey


def slow(shop: Shop, days: int) -> TransitTimes:
    """As if many shipments like those of the shop had taken so long."""
    services = [one.id for one in shop.queries.documents.get_network().network.service_levels]
    trips = [
        Trip(((service, planned),), weekday, days + spread)
        for service in services
        for planned in range(10)
        for weekday in range(7)
        for spread in (-1, 0, 0, 0, 1)
    ]
    return learn(trips)


def test_before_anything_arrived_the_plan_is_the_estimate_and_nobody_says_how_sure() -> None:
    with a_shop(stock={"lyon": {CLOCK: 5}}, route=first_come) as shop:
        found = sent(shop)
        planned = shop.queries.shipments.get_shipment("order-1/1").delivery_day
        assert (found.eta_day, found.eta_low_day, found.eta_high_day) == (planned, None, None)


def test_the_estimate_is_given_at_hand_over_with_its_bounds_and_breaks_a_promise_it_does_not_keep() -> None:
    with a_shop(stock={"lyon": {CLOCK: 5}}, route=first_come) as shop:
        found = sent(shop, slow(shop, 8))

        assert found.eta_day == day("2026-03-10")
        assert found.eta_low_day is not None
        assert found.eta_high_day is not None
        assert found.eta_low_day <= found.eta_day <= found.eta_high_day
        assert found.is_late_told
        assert [one.kind.name for one in shop.queries.list_events(0, 99, "order-1")][-1] == "SHIPMENT_DELAYED"
        assert shop.faults() == ()


def test_each_report_corrects_it_and_the_carriers_own_day_counts_more() -> None:
    with a_shop(stock={"lyon": {CLOCK: 5}}, route=first_come) as shop:
        sent(shop, slow(shop, 2))
        record(shop, a_report(S.IN_TRANSIT, 24 * 6))
        assert journey(shop).eta_day == day("2026-03-08")
        record(shop, a_report(S.IN_TRANSIT, 24 * 6 + 1, eta_day=Day(day("2026-03-15"))))
        assert (journey(shop).eta_day, journey(shop).eta_low_day) == (day("2026-03-15"), None)
        record(shop, a_report(S.DELIVERED, 24 * 10))
        came = day("2026-03-12")
        assert (journey(shop).eta_day, journey(shop).eta_low_day, journey(shop).eta_high_day) == (came,) * 3


def test_the_learner_reads_what_arrived_before_and_hears_of_what_arrives() -> None:
    with a_shop(stock={"lyon": {CLOCK: 99}}, route=first_come) as shop:
        learner = TransitLearner(shop.engine, shop.store)
        for number in range(40):
            shop.route(an_order(f"o-{number}", lines={CLOCK: 1}))
            leave(shop, f"o-{number}/1")
            record(shop, a_report(S.DELIVERED, 24 * 5 + number % 3), shipment=f"o-{number}/1")
        learner.read_past()
        assert learner.refresh() == 40
        assert learner.refresh() == 40

        shop.route(an_order("order-1", lines={CLOCK: 1}))
        leave(shop)

        found = journey(shop)
        assert (found.eta_day, found.eta_low_day) == (day("2026-03-07"), day("2026-03-07"))
        assert shop.faults() == ()
