"""What carriers report, in an engine on a store: late, doubled, out of order, and what it books."""

import random
from collections.abc import Sequence
from typing import Any

import pytest

from router.app.answers.fulfillment import ReportOutcome
from router.app.commands.fulfillment import RecordCarrierReports, ReportOf
from router.domain.identifiers import Instant
from router.ledger.accounts import Account, Bucket, at_node, outside
from router.ledger.lifecycle import ShipmentState
from router.ledger.tracking import CarrierReport, CarrierStatus, state_told, with_reports
from tests.app.builders import Shop, a_shop, digest
from tests.app.fulfillment_builders import a_report, leave
from tests.routing.builders import an_order, day

S = CarrierStatus
CLOCK = "RED-CLOCK"


def record(shop: Shop, *reports: CarrierReport, shipment: str = "order-1/1", number: str = "") -> list[str]:
    """What became of each report."""
    command = RecordCarrierReports(
        request_id=shop.key(),
        body_digest=digest(reports),
        reports=tuple(
            ReportOf(shipment_id="" if number else shipment, tracking_number=number, report=one)
            for one in reports
        ),
    )
    answer: Any = shop.answer(command)
    return [ReportOutcome(one).name for one in answer.outcomes]


def sent(shop: Shop, units: int = 2, number: str = "") -> None:
    """One order whose only shipment left lyon."""
    shop.route(an_order("order-1", lines={CLOCK: units}))
    leave(shop, number=number)


def state(shop: Shop) -> tuple[str, str]:
    """Of the shipment and of the order."""
    shipment = shop.queries.shipments.get_shipment("order-1/1").account
    return shipment.state.name, shop.queries.get_order("order-1").state


def units(shop: Shop, bucket: Bucket) -> int:
    accounts: dict[Account, Any] = dict(shop.queries.ledger.list_balances(0, "")[0].items)
    place: Any = "lyon"
    sku: Any = CLOCK
    account = outside(bucket, sku) if bucket is Bucket.LOST else at_node(bucket, place, sku)
    return accounts[account].units if account in accounts else 0


def kinds(shop: Shop) -> list[str]:
    return [event.kind.name for event in shop.queries.list_events(0, 99, "order-1")][2:]


def test_a_shipment_is_followed_to_its_customer() -> None:
    with a_shop(stock={"lyon": {CLOCK: 5}}) as shop:
        sent(shop, number="1Z999")

        record(shop, a_report(S.ACCEPTED, 8), number="1Z999")
        assert state(shop) == ("IN_TRANSIT", "DISPATCHED")
        record(shop, a_report(S.OUT_FOR_DELIVERY, 20), number="1Z999")
        record(shop, a_report(S.DELIVERED, 24), number="1Z999")

        assert state(shop) == ("DELIVERED", "DELIVERED")
        assert (units(shop, Bucket.SHIPPED), units(shop, Bucket.DELIVERED)) == (0, 2)
        assert [line.delivered for line in shop.queries.get_order("order-1").lines] == [2]
        assert kinds(shop) == ["SHIPMENT_IN_TRANSIT", "SHIPMENT_OUT_FOR_DELIVERY", "SHIPMENT_DELIVERED"]
        assert shop.faults() == ()


def test_a_doubled_report_is_known_and_changes_nothing() -> None:
    with a_shop(stock={"lyon": {CLOCK: 5}}) as shop:
        sent(shop)
        one = a_report(S.DELIVERED, 24)

        assert record(shop, one, one) == ["RECORDED", "KNOWN"]
        before = len(shop.queries.list_events(0, 99, ""))
        assert record(shop, one) == ["KNOWN"]

        assert len(shop.queries.list_events(0, 99, "")) == before
        assert units(shop, Bucket.DELIVERED) == 2


def test_a_late_report_is_kept_where_it_belongs_and_moves_nothing_back() -> None:
    with a_shop(stock={"lyon": {CLOCK: 5}}) as shop:
        sent(shop)
        record(shop, a_report(S.OUT_FOR_DELIVERY, 20))
        record(shop, a_report(S.IN_TRANSIT, 12))

        assert state(shop)[0] == "OUT_FOR_DELIVERY"
        reports = shop.queries.shipments.get_shipment("order-1/1").account.journey.reports
        assert [one.status for one in reports] == [S.IN_TRANSIT, S.OUT_FOR_DELIVERY]


def test_what_a_carrier_says_before_the_node_counts_from_the_moment_it_left() -> None:
    with a_shop(stock={"lyon": {CLOCK: 5}}) as shop:
        shop.route(an_order("order-1", lines={CLOCK: 2}))
        assert record(shop, a_report(S.DELIVERED, 24)) == ["RECORDED"]
        assert state(shop) == ("PLANNED", "ALLOCATED")
        assert shop.faults() == ()

        leave(shop)

        assert state(shop) == ("DELIVERED", "DELIVERED")
        assert (units(shop, Bucket.DELIVERED), shop.faults()) == (2, ())


def test_a_report_about_nothing_is_named_and_stops_no_other() -> None:
    with a_shop(stock={"lyon": {CLOCK: 5}}) as shop:
        sent(shop)

        assert record(shop, a_report(S.ACCEPTED, 1), number="GHOST") == ["NO_SHIPMENT"]
        assert record(shop, a_report(S.ACCEPTED, 1), shipment="order-9/1") == ["NO_SHIPMENT"]
        assert record(shop, a_report(S.ACCEPTED, 1), shipment="order-1/9") == ["NO_SHIPMENT"]


def test_what_cannot_have_happened_then_is_named_and_stops_no_other() -> None:
    month = 31 * 24
    with a_shop(stock={"lyon": {CLOCK: 5}}) as shop:
        sent(shop)

        told = record(
            shop,
            CarrierReport(time=Instant(915_148_800_000_000), status=S.DELIVERED),  # 1999
            a_report(S.DELIVERED, -month - 1),
            a_report(S.OUT_FOR_DELIVERY, 20),
            a_report(S.LOST, month + 1),
            CarrierReport(time=Instant(4_070_908_800_000_000), status=S.DELIVERED),  # 2099
        )

        assert told == ["OUT_OF_TIME", "OUT_OF_TIME", "RECORDED", "OUT_OF_TIME", "OUT_OF_TIME"]
        assert state(shop) == ("OUT_FOR_DELIVERY", "DISPATCHED")
        assert record(shop, a_report(S.ACCEPTED, -month), a_report(S.IN_TRANSIT, month)) == ["RECORDED"] * 2


def test_a_day_of_delivery_years_ahead_is_kept_and_not_believed() -> None:
    with a_shop(stock={"lyon": {CLOCK: 5}}) as shop:
        sent(shop)
        expected = shop.queries.shipments.get_shipment("order-1/1").account.journey.eta_day
        record(shop, a_report(S.IN_TRANSIT, 4, eta_day=day("2099-03-04")))

        journey = shop.queries.shipments.get_shipment("order-1/1").account.journey
        assert (journey.eta_day, journey.reports[0].eta_day) == (expected, day("2099-03-04"))
        assert "SHIPMENT_DELAYED" not in kinds(shop)


def test_a_lost_parcel_is_in_no_place_until_it_is_found() -> None:
    with a_shop(stock={"lyon": {CLOCK: 5}}) as shop:
        sent(shop)
        record(shop, a_report(S.LOST, 90))
        assert (state(shop)[0], units(shop, Bucket.SHIPPED), units(shop, Bucket.LOST)) == ("LOST", 0, 2)
        assert shop.faults() == ()

        record(shop, a_report(S.DELIVERED, 120))

        assert (units(shop, Bucket.LOST), units(shop, Bucket.DELIVERED)) == (0, 2)
        assert (state(shop), shop.faults()) == (("DELIVERED", "DELIVERED"), ())


def test_a_parcel_that_comes_back_is_expected_and_its_delivery_to_the_sender_is_none() -> None:
    with a_shop(stock={"lyon": {CLOCK: 5}}) as shop:
        sent(shop)
        record(shop, a_report(S.RETURNING, 50), a_report(S.DELIVERED, 90))

        assert state(shop) == ("RETURNING", "DISPATCHED")
        assert (units(shop, Bucket.RETURN_INBOUND), units(shop, Bucket.DELIVERED)) == (2, 0)
        assert shop.faults() == ()


@pytest.mark.parametrize(
    ("reports", "late"),
    [
        ([a_report(S.IN_TRANSIT, 4)], False),
        ([a_report(S.DELAYED, 4, eta_day=day("2026-04-01"))], True),
        ([a_report(S.IN_TRANSIT, 24 * 20)], True),
    ],
)
def test_a_customer_is_told_once_that_a_shipment_is_late(reports: Sequence[Any], late: bool) -> None:
    with a_shop(stock={"lyon": {CLOCK: 5}}) as shop:
        sent(shop)
        record(shop, *reports)
        record(shop, a_report(S.IN_TRANSIT, 24 * 30, code="hub") if late else a_report(S.IN_TRANSIT, 5))

        assert kinds(shop).count("SHIPMENT_DELAYED") == late


def test_what_leaves_late_is_expected_late() -> None:
    with a_shop(stock={"lyon": {CLOCK: 5}}) as shop:
        shop.route(an_order("order-1", lines={CLOCK: 2}))
        planned = shop.queries.shipments.get_shipment("order-1/1")
        shop.clock.go_on(3 * 86_400)
        leave(shop)

        late = shop.queries.shipments.get_shipment("order-1/1").account.journey.eta_day
        assert late is not None
        assert late >= planned.delivery_day + 3
        assert kinds(shop) == ["SHIPMENT_DELAYED"]


def test_an_order_is_delivered_when_its_last_shipment_is() -> None:
    with a_shop(stock={"lyon": {CLOCK: 1}, "lille": {"OAK-CHAIR": 1}}) as shop:
        shop.route(an_order("order-1", lines={CLOCK: 1, "OAK-CHAIR": 1}))
        leave(shop, "order-1/1")
        record(shop, a_report(S.DELIVERED, 24))
        assert state(shop) == ("DELIVERED", "ALLOCATED")
        leave(shop, "order-1/2")
        assert state(shop)[1] == "DISPATCHED"
        record(shop, a_report(S.DELIVERED, 30), shipment="order-1/2")

        assert (state(shop)[1], shop.faults()) == ("DELIVERED", ())


@pytest.mark.parametrize("seed", range(40))
def test_where_reports_put_a_shipment_does_not_hang_on_the_order_of_their_coming(seed: int) -> None:
    chance = random.Random(seed)
    reports = [a_report(chance.choice(list(S)), chance.randrange(100)) for _ in range(chance.randrange(1, 9))]
    told = state_told(with_reports((), reports))

    known: tuple[CarrierReport, ...] = ()
    shuffled = [*reports, chance.choice(reports)]
    chance.shuffle(shuffled)
    for one in shuffled:
        known = with_reports(known, [one])

    assert state_told(known) is told, f"seed {seed}"


@pytest.mark.parametrize("seed", range(6))
def test_random_reports_of_many_shipments_leave_the_books_clean(seed: int) -> None:
    chance = random.Random(seed)
    with a_shop(stock={"lyon": {CLOCK: 50}}) as shop:
        shop.route(*(an_order(f"order-{n}", lines={CLOCK: 1 + n % 3}) for n in range(8)))
        for _ in range(30):
            name = f"order-{chance.randrange(8)}/1"
            if chance.random() < 0.3 and n_left(shop, name):
                leave(shop, name)
            record(shop, a_report(chance.choice(list(S)), chance.randrange(200)), shipment=name)
        assert shop.faults() == (), f"seed {seed}"


def n_left(shop: Shop, name: str) -> bool:
    return shop.queries.shipments.get_shipment(name).account.state is ShipmentState.PLANNED
