"""A node that does not ship: what is missing is booked, it cools off, the order is decided again, all in one commit."""

from collections.abc import Iterator
from typing import Any

import pytest

from router.app.answers.decided import RerouteOutcome
from router.app.commands.deciding import Because, RejectShipment
from router.app.commands.fulfillment import ReleaseShipments
from router.domain.identifiers import NodeId, OrderId
from router.domain.reasons import Reason, RouterError
from router.ledger.lifecycle import ShipmentState
from tests.app.builders import Shop, a_shop, digest, order_for
from tests.routing.builders import an_order

CLOCK = "RED-CLOCK"


@pytest.fixture
def shop() -> Iterator[Shop]:
    with a_shop() as shop:
        yield shop
        assert shop.faults() == ()


def reject(shop: Shop, shipment_id: str, key: str | None = None, **changes: Any) -> Any:
    settings = {"reason_code": "NOT_FOUND", **changes}
    return shop.answer(
        RejectShipment(
            request_id=key or shop.key(),
            body_digest=digest(shipment_id, changes),
            shipment_id=shipment_id,
            **settings,
        )
    )


def ships_from(shop: Shop, order_id: str = "order-1") -> list[str]:
    return [shipment.node_id for shipment in shop.queries.get_order(order_id).plan.shipments]


def test_what_a_node_does_not_find_ships_from_another(shop: Shop) -> None:
    shop.adjust("lille", CLOCK, 3)
    shop.adjust("nice", CLOCK, 3)
    shop.route(order_for(CLOCK, 2))
    before = shop.queries.head().batch_number

    answer = reject(shop, "order-1/1", missing={CLOCK: 2})

    assert (answer.rejection_count, answer.rerouted.outcome) == (1, RerouteOutcome.MOVED)
    assert ships_from(shop) == ["nice"]
    assert shop.figures(CLOCK, "lille")[0] == 1, "two are not there any more"
    assert shop.queries.head().batch_number == before + 1, "one commit"
    states = [one.state for one in shop.store.list_shipments_of(OrderId("order-1"))]
    assert states == [ShipmentState.CANCELED, ShipmentState.PLANNED]
    assert shop.queries.get_decision(order_id="order-1").routed.because == "REJECT"


def test_a_node_that_cools_off_is_offered_to_nobody_until_it_is_over(shop: Shop) -> None:
    shop.adjust("lille", CLOCK, 5)
    shop.route(order_for(CLOCK, 1))

    answer = reject(shop, "order-1/1", cool_off_seconds=3_600)

    assert answer.rerouted.outcome is RerouteOutcome.STAYED
    assert shop.figures(CLOCK, "lille") == (5, 5, 0)
    shop.route(order_for(CLOCK, 1, "order-2"))
    assert ships_from(shop, "order-2") == []
    shop.clock.go_on(3_601)
    assert shop.reroute("order-1")[0].outcome is RerouteOutcome.MOVED
    assert ships_from(shop) == ["lille"]


def test_goods_that_come_in_meanwhile_can_be_promised(shop: Shop) -> None:
    shop.adjust("lille", CLOCK, 1)
    shop.route(order_for(CLOCK, 1))
    reject(shop, "order-1/1", missing={CLOCK: 1})

    shop.adjust("lille", CLOCK, 1)

    assert shop.reroute("order-1")[0].outcome is RerouteOutcome.MOVED


def test_only_the_shipment_that_was_rejected_is_lost(shop: Shop) -> None:
    shop.adjust("lyon", CLOCK, 1)
    shop.adjust("lille", "TIN-LAMP", 1)
    shop.adjust("nice", "TIN-LAMP", 1)
    shop.route(an_order(lines={CLOCK: 1, "TIN-LAMP": 1}))
    number = ships_from(shop).index("lille") + 1

    reject(shop, f"order-1/{number}", move_milli=10_000_000)

    assert sorted(ships_from(shop)) == ["lyon", "nice"]
    assert shop.figures("TIN-LAMP", "lille") == (1, 1, 0)


def test_a_third_rejection_makes_an_exception_that_only_a_person_ends(shop: Shop) -> None:
    for place in ("lille", "lyon", "nice"):
        shop.adjust(place, CLOCK, 1)
    shop.route(order_for(CLOCK, 1))

    answers = [reject(shop, f"order-1/{number}", cool_off_seconds=60) for number in (1, 2, 3)]

    assert [answer.rejection_count for answer in answers] == [1, 2, 3]
    assert answers[2].rerouted is None
    (found,) = shop.queries.pool.list_exceptions(0, "").items
    assert (found.order.order_id, found.order.rejection_count, found.last.subject) == (
        "order-1",
        3,
        "order-1/3",
    )
    shop.clock.go_on(61)
    assert shop.reroute("order-1", because=Because.RECEIPT)[0].outcome is RerouteOutcome.FROZEN
    assert shop.reroute("order-1")[0].outcome is RerouteOutcome.MOVED
    assert shop.queries.pool.list_exceptions(0, "").items == ()


def test_a_released_shipment_can_be_rejected_and_one_that_left_cannot(shop: Shop) -> None:
    shop.adjust("lille", CLOCK, 2)
    shop.route(order_for(CLOCK, 1), order_for(CLOCK, 1, "order-2"))
    shop.answer(
        ReleaseShipments(
            request_id=shop.key(), body_digest=b"", node_id=NodeId(""), shipment_ids=("order-1/1",)
        )
    )
    reject(shop, "order-1/1")
    shop.dispatch("order-2/1")

    with pytest.raises(RouterError) as refused:
        reject(shop, "order-2/1")
    assert refused.value.reason is Reason.ORDER_STATE_FORBIDS


def test_more_missing_than_the_shipment_has_is_refused(shop: Shop) -> None:
    shop.adjust("lille", CLOCK, 5)
    shop.route(order_for(CLOCK, 1))
    before = shop.queries.head()

    with pytest.raises(RouterError) as refused:
        reject(shop, "order-1/1", missing={CLOCK: 2})

    assert [one.field for one in refused.value.violations] == [f"missing[{CLOCK}]"]
    assert shop.queries.head().position == before.position


def test_the_same_key_gets_the_recorded_answer(shop: Shop) -> None:
    shop.adjust("lille", CLOCK, 1)
    shop.adjust("nice", CLOCK, 1)
    shop.route(order_for(CLOCK, 1))

    first = reject(shop, "order-1/1", key="once")

    assert reject(shop, "order-1/1", key="once") == first
    assert ships_from(shop) == ["nice"]


def test_units_of_lots_are_rejected_and_held_back_too(shop: Shop) -> None:
    shop.adjust("lille", CLOCK, 2, lot="L-1")
    shop.adjust("lille", CLOCK, 2, lot="L-2")
    shop.route(order_for(CLOCK, 3))

    reject(shop, "order-1/1", missing={CLOCK: 2})

    assert shop.figures(CLOCK, "lille") == (2, 2, 0)
    assert shop.queries.get_order("order-1").state == "BACKORDERED"
