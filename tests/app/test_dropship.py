"""Suppliers that ship for us: what they do not acknowledge in time is rejected for them, once, and ships elsewhere."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from router.app.commands.deciding import RejectShipment
from router.app.dropship.acknowledgement_keeper import AcknowledgementKeeper
from router.domain.reasons import Reason, RouterError
from router.stores.memory.store import MemoryStore
from tests.app.builders import Shop, a_shop, digest, order_for, put_network
from tests.app.first_come import first_come
from tests.app.fulfillment_builders import acknowledge_shipment, release
from tests.app.purchase_builders import CLOCK
from tests.routing.builders import a_node

HOUR = 3_600


@pytest.fixture
def shop() -> Iterator[Shop]:
    """Lille is a supplier with three clocks; Nice, farther away, has one, too."""
    with a_shop(MemoryStore()) as shop:
        nodes = [
            replace(a_node("lille"), kind="SUPPLIER"),
            replace(a_node("nice"), handling_minor=900),
        ]
        shop.ask(put_network(*nodes, key="with a supplier"))
        shop.adjust("lille", CLOCK, 3)
        shop.adjust("nice", CLOCK, 1)
        yield shop
        assert shop.faults() == ()


def keeper(shop: Shop, seconds: int = 4 * HOUR) -> AcknowledgementKeeper:
    return AcknowledgementKeeper(
        shop.engine, shop.store, shop.queries.documents, shop.clock.now, within_seconds=seconds
    )


def shipments(shop: Shop, order_id: str = "order-1") -> list[tuple[str, str]]:
    with shop.store.reader() as reader:
        return [(one.node_id, one.state.name) for one in reader.list_shipments_of(order_id)]  # type: ignore[arg-type]


def told(shop: Shop) -> list[str]:
    kinds = ("SHIPMENT_ACKNOWLEDGED", "SHIPMENT_REJECTED")
    return [event.text for event in shop.queries.list_events(0, 999) if event.kind.name in kinds]


def test_what_is_overdue_is_so_by_its_release_alone() -> None:
    with a_shop(MemoryStore(), route=first_come) as shop:
        shop.ask(put_network(replace(a_node("lille"), kind="SUPPLIER"), key="a supplier alone"))
        shop.adjust("lille", CLOCK, 1)
        shop.route(order_for(CLOCK, 1))
        shop.clock.go_on(9 * HOUR)
        release(shop, "order-1/1")
        assert list(keeper(shop).overdue()) == []
        shop.clock.go_on(4 * HOUR + 1)
        assert [one.id for one in keeper(shop).overdue()] == ["order-1/1"]
        acknowledge_shipment(shop, "order-1/1")
        assert list(keeper(shop).overdue()) == []


def test_what_is_not_acknowledged_in_time_ships_from_elsewhere(shop: Shop) -> None:
    shop.route(order_for(CLOCK, 1))
    assert shipments(shop) == [("lille", "PLANNED")]
    release(shop, "order-1/1")
    shop.clock.go_on(4 * HOUR - 60)
    assert keeper(shop).work() == 0
    shop.clock.go_on(61)

    assert keeper(shop).work() == 1
    assert shipments(shop) == [("lille", "CANCELED"), ("nice", "PLANNED")]
    assert shop.figures(CLOCK, "lille")[2] == 0
    assert told(shop) == ["lille does not ship 1 unit: NOT_ACKNOWLEDGED"]
    assert keeper(shop).work() == 0


def test_what_is_acknowledged_stays_and_the_first_time_counts(shop: Shop) -> None:
    shop.route(order_for(CLOCK, 1))
    release(shop, "order-1/1")
    first = acknowledge_shipment(shop, "order-1/1").acknowledge_time
    shop.clock.go_on(9 * HOUR)
    assert acknowledge_shipment(shop, "order-1/1").acknowledge_time == first

    assert keeper(shop).work() == 0
    assert shipments(shop) == [("lille", "RELEASED")]
    assert told(shop) == ["lille will ship it"]


def test_an_acknowledgement_that_comes_first_wins(shop: Shop) -> None:
    shop.route(order_for(CLOCK, 1))
    release(shop, "order-1/1")
    acknowledge_shipment(shop, "order-1/1")

    with pytest.raises(RouterError) as refused:
        shop.ask(
            RejectShipment(
                request_id=shop.key(),
                body_digest=digest(1),
                shipment_id="order-1/1",
                reason_code="NOT_ACKNOWLEDGED",
                unless_acknowledged=True,
            )
        )
    assert refused.value.reason is Reason.ORDER_STATE_FORBIDS
    assert "was acknowledged, it ships from lille" in str(refused.value)


def test_nobody_else_has_to_acknowledge_and_nothing_that_is_not_released(shop: Shop) -> None:
    shop.route(order_for(CLOCK, 3, "planned"))
    shop.route(order_for(CLOCK, 1))
    assert shipments(shop) == [("nice", "PLANNED")]
    release(shop, "order-1/1")
    shop.clock.go_on(99 * HOUR)

    assert keeper(shop).work() == 0
    with pytest.raises(RouterError) as refused:
        acknowledge_shipment(shop, "planned/1")
    assert refused.value.reason is Reason.ORDER_STATE_FORBIDS


def test_an_order_that_nobody_acknowledges_is_an_exception_in_the_end(shop: Shop) -> None:
    shop.adjust("nice", CLOCK, -1)
    shop.route(order_for(CLOCK, 1))
    for number in (1, 2, 3):
        release(shop, f"order-1/{number}")
        shop.clock.go_on(4 * HOUR + 1)
        assert keeper(shop).work() == 1
        shop.adjust("lille", CLOCK, 1)
        if number < 3:
            shop.reroute("order-1")

    assert [one.order.order_id for one in shop.queries.pool.list_exceptions(0, "").items] == ["order-1"]
    assert shop.queries.get_order("order-1").state == "BACKORDERED"
