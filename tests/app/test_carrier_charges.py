"""What carriers charge in the books: by the booking that a shipment left with, else by its plan."""

from collections.abc import Iterator

import pytest

from router.app.accounting.reconcile import reconcile
from router.domain.plan import CostKind
from router.domain.reasons import Reason
from router.ledger.accounting.chart import Chart, Role
from router.stores.memory.store import MemoryStore
from tests.app.carrier_builders import CarryingShop, a_carrying_shop
from tests.app.fulfillment_builders import release
from tests.app.test_return_money import refused
from tests.routing.builders import an_order

CLOCK = "RED-CLOCK"


@pytest.fixture
def shop() -> Iterator[CarryingShop]:
    """A-1 is released in Lille, for which the plan has another charge than the carrier will say."""
    with a_carrying_shop(stock={"lille": {CLOCK: 5}}) as shop:
        shop.shop.route(an_order("A-1", lines={CLOCK: 1}))
        release(shop.shop, "A-1/1")
        yield shop


def planned(shop: CarryingShop) -> int:
    (shipment,) = shop.shop.queries.get_order("A-1").plan.shipments
    return round(sum(part.amount_milli for part in shipment.costs if part.kind is CostKind.FREIGHT) / 1_000)


def charged(shop: CarryingShop) -> int:
    """What the books have; they agree with the ledger."""
    with shop.shop.store.reader() as reader:
        found = reconcile(reader, Chart())
    assert found.differences == ()
    return -found.balances[Role.CARRIERS, "EUR"]


def test_a_booked_shipment_is_charged_by_its_booking(shop: CarryingShop) -> None:
    booking = shop.book("A-1/1")
    shop.shop.dispatch("A-1/1")

    assert charged(shop) == booking.charge_minor != planned(shop)


def test_a_shipment_without_a_booking_is_charged_by_its_plan(shop: CarryingShop) -> None:
    shop.book("A-1/1")
    shop.void("A-1/1")
    shop.shop.dispatch("A-1/1")

    assert charged(shop) == planned(shop)


def test_what_leaves_on_a_manifest_is_charged_by_its_booking(shop: CarryingShop) -> None:
    booking = shop.book("A-1/1")
    shop.close("lille")

    assert charged(shop) == booking.charge_minor


def test_the_booking_of_what_has_left_is_not_voided(shop: CarryingShop) -> None:
    shop.book("A-1/1")
    shop.shop.dispatch("A-1/1")
    asked = len(shop.carrier.keys)

    late = refused(shop.void, "A-1/1")

    assert late.reason is Reason.ORDER_STATE_FORBIDS
    assert "its carrier has it and charges it" in late.message
    assert len(shop.carrier.keys) == asked, "the carrier is not even asked"


def test_a_booking_that_says_otherwise_than_the_vouchers_shows(shop: CarryingShop) -> None:
    booking = shop.book("A-1/1")
    shop.shop.dispatch("A-1/1")
    store = shop.shop.store
    assert isinstance(store, MemoryStore)
    store._bookings.clear()

    with shop.shop.store.reader() as reader:
        (found,) = reconcile(reader, Chart()).differences
    assert (found.of, found.vouchers_minor, found.books_minor) == ("carrier charges", booking.charge_minor, 0)


def test_what_an_order_costs_has_the_charge_of_its_booking(shop: CarryingShop) -> None:
    booking = shop.book("A-1/1")
    (shipment,) = shop.shop.queries.get_order("A-1").plan.shipments
    rest = sum(part.amount_milli for part in shipment.costs if part.kind is not CostKind.FREIGHT)
    shop.shop.dispatch("A-1/1")

    seen = shop.shop.queries.metrics.look(shop.shop.clock.now())

    (cost,) = seen.observations["cost_per_order"]
    assert cost.numerator == rest + 1_000 * booking.charge_minor
