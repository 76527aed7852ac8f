"""Orders decided again: what moves, what stays, what cannot move any more, and what the books say then."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from router.app.answers.decided import RerouteOutcome
from router.app.commands.deciding import Because
from router.app.commands.documents import PutNodes
from router.app.commands.fulfillment import ReleaseShipments
from router.domain.identifiers import Instant, NodeId, OrderId
from router.routing.decision import Decision
from router.routing.replay import pack_decision, replay
from tests.app.builders import Shop, a_shop, digest, order_for
from tests.app.fulfillment_builders import pick, start_wave
from tests.routing.builders import ALWAYS_OPEN, a_node, an_order, instant

MOVED, STAYED, FROZEN, REFUSED = RerouteOutcome


@pytest.fixture
def shop() -> Iterator[Shop]:
    with a_shop() as shop:
        yield shop
        assert shop.faults() == ()


def split(shop: Shop) -> None:
    """An order for a clock and a lamp that two nodes ship, because neither had both."""
    shop.adjust("lyon", "RED-CLOCK", 1)
    shop.adjust("lille", "TIN-LAMP", 1)
    shop.route(an_order(lines={"RED-CLOCK": 1, "TIN-LAMP": 1}))


def shipped(shop: Shop, order_id: str = "order-1") -> list[tuple[int, str]]:
    record = shop.queries.get_order(order_id)
    shipments = zip(record.shipment_numbers, record.plan.shipments, strict=True)
    return [(number, shipment.node_id) for number, shipment in shipments]


def decision_in_force(shop: Shop, order_id: str = "order-1") -> Decision:
    return shop.queries.get_decision(order_id=order_id).decision


def close(shop: Shop, place: str) -> None:
    node = a_node(place, is_open=False)
    shop.answer(PutNodes(request_id=shop.key(), body_digest=digest(node), nodes=(node,)))


def test_a_receipt_brings_two_shipments_together(shop: Shop) -> None:
    split(shop)
    shop.adjust("lyon", "TIN-LAMP", 1)

    (result,) = shop.reroute("order-1", because=Because.RECEIPT)

    assert (result.outcome, result.withdrawn_count, result.added_count) == (MOVED, 2, 1)
    assert result.saved_milli == 500_000, "the shipment from Lille"
    assert shipped(shop) == [(3, "lyon")]
    assert shop.figures("TIN-LAMP", "lille") == (1, 0, 1)
    assert shop.figures("TIN-LAMP", "lyon") == (1, 1, 0)
    record = shop.queries.get_order("order-1")
    assert (record.state, record.decision_id) == ("ALLOCATED", result.decision_id)
    assert [line.reserved for line in record.lines] == [1, 1]


def test_a_saving_below_the_price_of_the_changes_moves_nothing(shop: Shop) -> None:
    split(shop)
    shop.adjust("lyon", "TIN-LAMP", 1)
    before = shop.queries.get_order("order-1")

    (dear,) = shop.reroute("order-1", move_milli=250_000)
    assert (dear.outcome, shop.queries.get_order("order-1")) == (STAYED, before)

    (cheap,) = shop.reroute("order-1", move_milli=249_999)
    assert cheap.outcome is MOVED


def test_a_shipment_that_stays_keeps_its_number_and_its_units(shop: Shop) -> None:
    shop.adjust("lyon", "RED-CLOCK", 1)
    shop.route(an_order(lines={"RED-CLOCK": 1, "TIN-LAMP": 1}))
    assert shop.queries.get_order("order-1").state == "PARTIALLY_ALLOCATED"
    reserved = shop.store.list_reservations("order-1")
    shop.adjust("nice", "TIN-LAMP", 1)

    (result,) = shop.reroute("order-1", move_milli=50_000)

    assert (result.outcome, result.withdrawn_count, result.added_count) == (MOVED, 0, 1)
    assert shipped(shop) == [(1, "lyon"), (2, "nice")]
    assert list(shop.store.list_reservations("order-1"))[:1] == list(reserved)
    assert shop.queries.get_order("order-1").state == "ALLOCATED"


def test_an_order_that_stays_leaves_no_trace(shop: Shop) -> None:
    split(shop)
    before = shop.queries.head()

    (result,) = shop.reroute("order-1")

    assert result.outcome is STAYED
    assert shop.queries.head().position == before.position
    assert shop.queries.head().event_position == before.event_position


def test_a_decision_that_replaces_another_names_it_and_is_replayed(shop: Shop) -> None:
    split(shop)
    first = shop.queries.get_order("order-1").decision_id
    shop.adjust("lyon", "TIN-LAMP", 1)
    (result,) = shop.reroute("order-1", move_milli=100_000, because=Because.RECEIPT)

    decision = decision_in_force(shop)
    assert decision.inputs.replacing is not None
    assert (decision.inputs.replacing.decision_id, decision.inputs.replacing.because) == (first, "RECEIPT")
    assert result.replaces == first
    again = replay(decision, *shop.queries.documents.versions_of(decision))
    assert pack_decision(again) == pack_decision(decision)
    routed = shop.queries.get_decision(order_id="order-1").routed
    assert (routed.shipment_numbers, routed.replaces, routed.because) == ((3,), first, "RECEIPT")


def test_what_is_past_its_cut_off_is_frozen(shop: Shop) -> None:
    split(shop)
    shop.adjust("lyon", "TIN-LAMP", 1)
    shop.clock.instant = instant("2026-03-02T17:01")

    (result,) = shop.reroute("order-1")

    assert result.outcome is FROZEN
    assert shipped(shop) == [(1, "lille"), (2, "lyon")]


def test_until_the_minute_of_the_cut_off_it_can_move(shop: Shop) -> None:
    split(shop)
    shop.adjust("lyon", "TIN-LAMP", 1)
    shop.clock.instant = instant("2026-03-02T17:00")

    assert shop.reroute("order-1")[0].outcome is MOVED


def test_a_shipment_that_left_stays_and_the_rest_is_decided_again(shop: Shop) -> None:
    split(shop)
    shop.dispatch("order-1/2")
    shop.adjust("lyon", "TIN-LAMP", 1)
    shop.adjust("nice", "TIN-LAMP", 1)
    close(shop, "lille")

    (result,) = shop.reroute("order-1", because=Because.OUTAGE)

    assert result.outcome is MOVED
    assert shipped(shop) == [(2, "lyon"), (3, "lyon")]
    record = shop.queries.get_order("order-1")
    assert [(line.reserved, line.dispatched) for line in record.lines] == [(0, 1), (1, 0)]
    shop.dispatch("order-1/3")
    assert shop.queries.get_order("order-1").state == "DISPATCHED"


def test_a_closed_node_gives_its_work_away_even_past_the_cut_off(shop: Shop) -> None:
    shop.adjust("lyon", "RED-CLOCK", 1)
    shop.adjust("nice", "RED-CLOCK", 1)
    shop.route(order_for("RED-CLOCK", 1))
    (before,) = shipped(shop)
    close(shop, before[1])
    shop.clock.instant = Instant(instant("2026-03-02T18:00"))

    (result,) = shop.reroute("order-1", move_milli=10_000_000, because=Because.OUTAGE)

    assert (result.outcome, result.saved_milli) == (MOVED, None)
    assert {node for _, node in shipped(shop)} == {"lyon", "nice"} - {before[1]}


def test_what_is_picked_at_a_closed_node_stays_and_what_is_only_released_does_not(shop: Shop) -> None:
    shop.adjust("lyon", "RED-CLOCK", 2)
    shop.adjust("nice", "RED-CLOCK", 2)
    shop.route(order_for("RED-CLOCK", 1, "picked"), order_for("RED-CLOCK", 1, "released"))
    (node,) = {node for name in ("picked", "released") for _, node in shipped(shop, name)}
    release(shop, "picked/1")
    start_wave(shop, node)
    pick(shop, "picked/1", "RED-CLOCK")
    release(shop, "released/1")
    close(shop, node)

    kept, moved = shop.reroute("picked", "released", because=Because.OUTAGE)

    assert (kept.outcome, shipped(shop, "picked")) == (FROZEN, [(1, node)])
    assert (moved.outcome, [number for number, _ in shipped(shop, "released")]) == (MOVED, [2])
    shop.dispatch("picked/1")


def test_units_of_a_closed_node_wait_when_nobody_else_has_any(shop: Shop) -> None:
    shop.adjust("lyon", "RED-CLOCK", 2)
    shop.route(order_for("RED-CLOCK", 2))
    close(shop, "lyon")

    assert shop.reroute("order-1")[0].outcome is MOVED
    record = shop.queries.get_order("order-1")
    assert (record.state, record.plan.shipments, record.lines[0].backordered) == ("BACKORDERED", (), 2)
    assert shop.reroute("order-1")[0].outcome is STAYED

    shop.adjust("nice", "RED-CLOCK", 2)
    assert shop.reroute("order-1")[0].outcome is MOVED
    assert shipped(shop) == [(2, "nice")]


def test_units_that_are_not_there_any_more_are_found_elsewhere(shop: Shop) -> None:
    shop.adjust("lyon", "RED-CLOCK", 2)
    shop.route(order_for("RED-CLOCK", 2))
    shop.adjust("nice", "RED-CLOCK", 5)
    shop.adjust("lyon", "RED-CLOCK", -1)

    (result,) = shop.reroute("order-1", move_milli=5_000_000, because=Because.SHORTFALL)

    assert result.outcome is MOVED
    assert shop.figures("RED-CLOCK", "lyon")[1] <= 1
    assert sum(line.reserved for line in shop.queries.get_order("order-1").lines) == 2


def test_two_orders_are_decided_on_what_the_first_left(shop: Shop) -> None:
    shop.route(order_for("RED-CLOCK", 1, "first"), order_for("RED-CLOCK", 1, "second"))
    shop.adjust("lyon", "RED-CLOCK", 1)

    results = shop.reroute("second", "first")

    assert [one.outcome for one in results] == [MOVED, STAYED]
    assert shop.queries.get_order("first").state == "BACKORDERED"


def test_the_same_key_gets_the_recorded_answer(shop: Shop) -> None:
    split(shop)
    shop.adjust("lyon", "TIN-LAMP", 1)

    first = shop.reroute("order-1", key="once")
    assert shop.reroute("order-1", key="once") == first
    assert len(shipped(shop)) == 1


def test_only_asking_changes_nothing(shop: Shop) -> None:
    split(shop)
    shop.adjust("lyon", "TIN-LAMP", 1)
    before = shop.queries.head()

    (offered,) = shop.reroute("order-1", validate_only=True)

    assert (offered.outcome, offered.saved_milli) == (MOVED, 500_000)
    assert shop.queries.head() == before
    assert len(shipped(shop)) == 2


def test_orders_that_are_over_or_unknown_are_refused_alone(shop: Shop) -> None:
    split(shop)
    shop.cancel("order-1")

    results = shop.reroute("order-1", "nobody")

    assert [(one.outcome, one.reason) for one in results] == [
        (REFUSED, "ORDER_STATE_FORBIDS"),
        (REFUSED, "ORDER_NOT_FOUND"),
    ]


def test_a_canceled_part_is_not_decided_again(shop: Shop) -> None:
    shop.adjust("lyon", "RED-CLOCK", 3)
    shop.route(order_for("RED-CLOCK", 3))
    shop.cancel("order-1", {"1": 1})
    close(shop, "lyon")
    shop.adjust("nice", "RED-CLOCK", 3)

    assert shop.reroute("order-1")[0].outcome is MOVED
    (line,) = shop.queries.get_order("order-1").lines
    assert (line.ordered, line.reserved, line.canceled) == (3, 2, 1)
    assert shop.figures("RED-CLOCK", "nice") == (3, 2, 1)


def test_a_full_node_still_has_room_for_what_it_already_ships(shop: Shop) -> None:
    nodes = tuple(
        replace(a_node(place), shipments_per_day=1, calendar=ALWAYS_OPEN) for place in ("lyon", "nice")
    )
    shop.answer(PutNodes(request_id=shop.key(), body_digest=digest(nodes), nodes=nodes))
    shop.adjust("lyon", "RED-CLOCK", 2)
    shop.route(order_for("RED-CLOCK", 1))

    assert shop.reroute("order-1")[0].outcome is STAYED


def test_a_restarted_router_knows_what_was_decided_again(shop: Shop) -> None:
    split(shop)
    shop.adjust("lyon", "TIN-LAMP", 1)
    shop.reroute("order-1")
    shop.engine.stop()

    again = Shop(shop.store, clock=shop.clock)
    again.engine.start()
    try:
        assert shipped(again) == [(3, "lyon")]
        again.dispatch("order-1/3", key="after the restart")
        assert again.queries.get_order("order-1").state == "DISPATCHED"
    finally:
        again.engine.stop()


def release(shop: Shop, *shipment_ids: str) -> None:
    shop.answer(
        ReleaseShipments(
            request_id=shop.key(),
            body_digest=digest(shipment_ids),
            node_id=NodeId(""),
            shipment_ids=shipment_ids,
        )
    )


def test_a_released_shipment_is_its_nodes_unless_the_node_closes(shop: Shop) -> None:
    split(shop)
    release(shop, "order-1/1", "order-1/2")
    shop.adjust("lyon", "TIN-LAMP", 1)

    assert shop.reroute("order-1")[0].outcome is FROZEN

    close(shop, "lille")
    assert shop.reroute("order-1")[0].outcome is MOVED
    assert shipped(shop) == [(2, "lyon"), (3, "lyon")]
    states = [one.state.name for one in shop.store.list_shipments_of(OrderId("order-1"))]
    assert states == ["CANCELED", "RELEASED", "PLANNED"]
