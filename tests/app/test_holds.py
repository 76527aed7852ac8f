"""An order that waits for a person: it holds nothing, nothing moves it, its release decides it again exactly once."""

from collections.abc import Iterator
from typing import Any

import pytest

from router.app.books.books import Books
from router.app.commands.deciding import Because
from router.app.commands.orders import HoldOrder, HoldReason, ReleaseOrder
from router.app.commands.rules import ActivateRules
from router.app.reading.pool import PoolFilter
from router.app.records.filters import OrderFilter
from router.domain.identifiers import NodeId, OrderId
from router.domain.plan import UnshippedAction
from router.domain.reasons import Reason, RouterError
from router.ledger.lifecycle import OrderState
from router.routing.decision import Release
from router.routing.replay import pack_decision, replay
from tests.app.builders import Shop, a_shop, digest, order_for
from tests.app.fulfillment_builders import release as begin
from tests.app.fulfillment_builders import start_wave
from tests.app.rule_builders import ready
from tests.routing.builders import an_order

CLOCK = "RED-CLOCK"
HOLD_ALL = """\
kind: RuleSet/v1
id: fraud
owner: logistics
priority: 10
currency: EUR
timezone: Europe/Paris
applies: true
holds:
  - {id: look, when: order.total > eur(0), because: fraud}
"""


@pytest.fixture
def shop() -> Iterator[Shop]:
    with a_shop(stock={"lille": {CLOCK: 5}}) as shop:
        yield shop
        assert shop.faults() == ()


def a_hold(shop: Shop, order_id: str = "order-1", key: str | None = None) -> HoldOrder:
    return HoldOrder(
        request_id=key or shop.key(),
        body_digest=digest(order_id),
        order_id=OrderId(order_id),
        reason=HoldReason.FRAUD,
        author="ann",
    )


def a_release(shop: Shop, order_id: str = "order-1", key: str | None = None) -> ReleaseOrder:
    return ReleaseOrder(
        request_id=key or shop.key(),
        body_digest=digest(order_id),
        order_id=OrderId(order_id),
        author="bob",
        note="called",
    )


def hold(shop: Shop, order_id: str = "order-1") -> Any:
    return shop.answer(a_hold(shop, order_id))


def release(shop: Shop, order_id: str = "order-1") -> Any:
    return shop.answer(a_release(shop, order_id))


def hold_by_rule(shop: Shop) -> None:
    command = ActivateRules(
        request_id=shop.key(), body_digest=b"", files={"fraud.yaml": HOLD_ALL.encode()}, author="ada"
    )
    shop.answer(ready(shop, command))


def state_of(shop: Shop, order_id: str = "order-1") -> str:
    return shop.queries.get_order(order_id).state


def ships_from(shop: Shop, order_id: str = "order-1") -> list[str]:
    return [shipment.node_id for shipment in shop.queries.get_order(order_id).plan.shipments]


def told(shop: Shop, *kinds: str) -> list[str]:
    return [one.kind.name for one in shop.queries.list_events(0, 1_000) if one.kind.name in kinds]


def refusal_of(shop: Shop, command: HoldOrder | ReleaseOrder) -> RouterError:
    with pytest.raises(RouterError) as refused:
        shop.answer(command)
    assert refused.value.reason is Reason.ORDER_STATE_FORBIDS
    return refused.value


def test_a_held_order_gives_back_what_it_reserved_and_its_place_of_the_day(shop: Shop) -> None:
    shop.route(order_for(CLOCK, 3))
    ship_day = shop.queries.get_order("order-1").plan.shipments[0].ship_day
    assert Books(shop.store).shipments_booked(NodeId("lille"))[ship_day] == 1

    answer = hold(shop)

    assert (answer.record.state, answer.released_quantity) == ("HELD", 3)
    assert shop.figures(CLOCK, "lille") == (5, 0, 5)
    assert Books(shop.store).shipments_booked(NodeId("lille")).get(ship_day, 0) == 0
    (event,) = [one for one in shop.queries.list_events(0, 100) if one.kind.name == "ORDER_HELD"]
    assert (event.subject, event.text) == ("FRAUD ann", "held, FRAUD: 3 units given back")


def test_nothing_moves_a_held_order_but_a_person(shop: Shop) -> None:
    shop.route(order_for(CLOCK, 3))
    hold(shop)
    shop.adjust("nice", CLOCK, 9)

    (again,) = shop.reroute("order-1", because=Because.RECEIPT)

    assert (again.reason, again.message) == (
        "ORDER_STATE_FORBIDS",
        "order `order-1` is HELD, release it before you reroute it",
    )
    for forbidden in (lambda: shop.dispatch("order-1/1"), lambda: begin(shop, "order-1/1")):
        with pytest.raises(RouterError) as refused:
            forbidden()
        assert refused.value.reason is Reason.ORDER_STATE_FORBIDS
    assert shop.queries.pool.list_pool(0, "", PoolFilter()).items == ()
    assert shop.queries.pool.list_pool(0, "", PoolFilter(waiting_only=True)).items == ()
    assert state_of(shop) == "HELD"


def test_a_release_decides_what_waits_on_the_stock_of_now(shop: Shop) -> None:
    shop.route(order_for(CLOCK, 3))
    hold(shop)
    shop.adjust("lille", CLOCK, -5)
    shop.adjust("nice", CLOCK, 3)

    answer = release(shop)

    assert answer.record.state == "ALLOCATED"
    assert ships_from(shop) == ["nice"]
    assert shop.queries.get_order("order-1").shipment_numbers == (2,), "order-1/1 never becomes another"
    assert shop.figures(CLOCK, "nice") == (3, 3, 0)
    assert shop.dispatch("order-1/2").record.state == "DISPATCHED"


def test_the_record_says_who_released_and_why_and_is_replayed_byte_for_byte(shop: Shop) -> None:
    hold_by_rule(shop)
    shop.route(order_for(CLOCK, 2))
    release(shop)

    found = shop.queries.get_decision(order_id="order-1")

    assert found.routed.because == "RELEASE"
    assert found.decision.inputs.replacing is not None
    assert found.decision.inputs.replacing.release == Release(author="bob", note="called")
    again = replay(found.decision, *shop.queries.documents.versions_of(found.decision))
    assert pack_decision(again) == pack_decision(found.decision)


def test_what_a_rule_holds_is_released_by_a_person_and_held_by_no_rule_again(shop: Shop) -> None:
    hold_by_rule(shop)
    shop.route(order_for(CLOCK, 9))
    assert (state_of(shop), shop.figures(CLOCK, "lille")) == ("HELD", (5, 0, 5))

    release(shop)
    assert state_of(shop) == "PARTIALLY_ALLOCATED"
    shop.adjust("lille", CLOCK, 4)
    shop.reroute("order-1", because=Because.RECEIPT)

    assert state_of(shop) == "ALLOCATED", "the rule would hold it still"
    shop.route(order_for(CLOCK, 1, "order-2"))
    assert state_of(shop, "order-2") == "HELD", "others it holds"


def test_an_order_that_a_new_rule_holds_when_it_is_decided_again_is_held(shop: Shop) -> None:
    shop.route(order_for(CLOCK, 2))
    hold_by_rule(shop)

    shop.reroute("order-1")

    assert state_of(shop) == "HELD"
    assert release(shop).record.state == "ALLOCATED"


def test_a_released_order_that_finds_no_stock_waits_for_stock(shop: Shop) -> None:
    shop.route(order_for(CLOCK, 9))
    hold(shop)
    shop.adjust("lille", CLOCK, -5)

    assert release(shop).record.state == "BACKORDERED"
    (waiting,) = shop.queries.get_order("order-1").plan.unshipped
    assert waiting.action is UnshippedAction.BACKORDER


def test_of_releases_at_once_one_decides_and_the_others_are_refused(shop: Shop) -> None:
    shop.route(order_for(CLOCK, 2))
    hold(shop)

    asked = [shop.engine.submit(a_release(shop)) for _ in range(8)]
    refused = [error for one in asked if (error := one.exception(60)) is not None]

    assert len(refused) == 7
    assert {str(error) for error in refused} == {
        "order `order-1` is ALLOCATED, it is not held and there is nothing to release"
    }
    assert told(shop, "ORDER_ROUTED", "ORDER_REROUTED", "ORDER_RELEASED") == [
        "ORDER_ROUTED",
        "ORDER_RELEASED",
    ]
    assert shop.figures(CLOCK, "lille") == (5, 2, 3)


def test_a_repeated_request_gets_its_answer_and_changes_nothing(shop: Shop) -> None:
    shop.route(order_for(CLOCK, 2))

    holds = [shop.ask(a_hold(shop, key="hold")) for _ in range(2)]
    releases = [shop.ask(a_release(shop, key="release")) for _ in range(2)]

    for first, second in (holds, releases):
        assert (first.replayed, second.replayed) == (False, True)
        assert first.answer == second.answer
    assert told(shop, "ORDER_HELD", "ORDER_RELEASED") == ["ORDER_HELD", "ORDER_RELEASED"]


def test_an_order_can_be_held_and_released_again_and_units_of_it_canceled_meanwhile(shop: Shop) -> None:
    shop.route(order_for(CLOCK, 3))
    hold(shop)
    release(shop)
    hold(shop)

    assert shop.cancel("order-1", {"1": 1}).record.state == "HELD"
    assert release(shop).record.state == "ALLOCATED"
    assert shop.figures(CLOCK, "lille") == (5, 2, 3)
    hold(shop)
    assert shop.cancel("order-1").record.state == "CANCELED"


def test_what_has_begun_cannot_be_held_and_the_refusal_names_the_shipment(shop: Shop) -> None:
    shop.adjust("nice", "TIN-LAMP", 1)
    shop.route(an_order(lines={CLOCK: 1, "TIN-LAMP": 1}))
    shop.dispatch("order-1/1")
    shop.route(order_for(CLOCK, 1, "order-2"))
    hold(shop, "order-2")

    assert refusal_of(shop, a_hold(shop)).message == (
        "shipment `order-1/1` is DISPATCHED, an order can be held until one of its shipments is being picked;"
        " cancel what has not left instead"
    )
    assert refusal_of(shop, a_hold(shop, "order-2")).message == (
        "order `order-2` is HELD, release it before you hold it"
    )
    assert state_of(shop) == "ALLOCATED"


def test_an_order_that_is_being_picked_cannot_be_held(shop: Shop) -> None:
    shop.route(order_for(CLOCK, 1))
    begin(shop, "order-1/1")
    start_wave(shop, "lille", ["order-1/1"])

    assert refusal_of(shop, a_hold(shop)).facts["state"] == "PICKING"


def test_held_orders_are_listed(shop: Shop) -> None:
    shop.route(order_for(CLOCK, 1), order_for(CLOCK, 1, "order-2"))
    hold(shop, "order-2")

    found = shop.queries.list_orders(0, "", OrderFilter(state=OrderState.HELD)).items

    assert [one.order.id for one in found] == ["order-2"]


def test_who_starts_again_finds_held_and_released_orders_as_they_were(shop: Shop) -> None:
    hold_by_rule(shop)
    shop.route(order_for(CLOCK, 1), order_for(CLOCK, 1, "order-2"))
    release(shop)

    books = Books(shop.store)

    assert books.get_order(OrderId("order-1")).release == Release(author="bob", note="called")
    assert books.get_order(OrderId("order-2")).account.state is OrderState.HELD
