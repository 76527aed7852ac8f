"""A plan that moves units first: reserved where they are, sent, received and dispatched, or something comes between."""

from collections.abc import Iterator
from typing import Any

import pytest
from msgspec.structs import replace

from router.app.commands.deciding import RejectShipment
from router.app.commands.stock import SendPlannedTransfer
from router.app.records.filters import ReservationFilter
from router.domain.identifiers import NodeId, Sku
from router.domain.reasons import Reason, RouterError
from router.ledger.transfers import TransferState
from tests.app.builders import Shop, a_shop, digest, get_availability, put_network
from tests.app.feed_builders import receive, take_back
from tests.app.fulfillment_builders import leave, release, state_of
from tests.routing.builders import an_order
from tests.routing.test_gatherings import a_lane

SHIPMENT = "order-1/1"
CLOCK, LAMP = "RED-CLOCK", "TIN-LAMP"
STOCK = {"lille": {"RED-CLOCK": 3}, "lyon": {"TIN-LAMP": 3}}


@pytest.fixture
def shop() -> Iterator[Shop]:
    with a_shop(stock=STOCK) as shop:
        shop.ask(put_network(key="lanes", transfer_lanes=(a_lane("lyon", "lille", cost_minor=100),)))
        shop.route(an_order(lines={"RED-CLOCK": 1, "TIN-LAMP": 2}))
        yield shop


def sent(shop: Shop, shipment_id: str = SHIPMENT, from_place: str = "lyon") -> Any:
    key = shop.key()
    answer: Any = shop.answer(
        SendPlannedTransfer(
            request_id=key,
            body_digest=digest(shipment_id, from_place),
            shipment_id=shipment_id,
            from_node_id=NodeId(from_place),
        )
    )
    return answer.transfer


def free(shop: Shop, place: str, sku: str) -> int:
    answer: Any = shop.answer(get_availability(sku, places=[place]))
    return sum(row.available for row in answer.rows)


def order_of(shop: Shop) -> Any:
    return shop.queries.get_order("order-1")


def assert_clean(shop: Shop) -> None:
    assert shop.queries.ledger.audit().faults == ()


def test_units_are_reserved_where_they_lie_until_they_are_sent(shop):
    assert (free(shop, "lyon", "TIN-LAMP"), free(shop, "lille", "RED-CLOCK")) == (1, 2)
    assert order_of(shop).state == "ALLOCATED"
    assert_clean(shop)


def test_a_shipment_says_what_it_awaits_until_that_arrives(shop):
    def awaited() -> list[tuple[str, int]]:
        record = shop.queries.shipments.get_shipment(SHIPMENT)
        return [(one.sku, one.quantity) for one in record.awaited]

    assert awaited() == [("TIN-LAMP", 2)]
    transfer = sent(shop)
    assert awaited() == [("TIN-LAMP", 2)]
    shop.answer(receive(transfer.id, key="in"))
    assert awaited() == []


def test_what_is_sent_is_the_orders_under_way_and_on_arrival(shop):
    transfer = sent(shop)

    assert (transfer.to_node_id, transfer.reference) == ("lille", SHIPMENT)
    assert [(line.sku, line.sent) for line in transfer.lines] == [("TIN-LAMP", 2)]
    assert_clean(shop)
    coming: Any = shop.answer(get_availability("TIN-LAMP"))
    assert [row.inbound for row in coming.rows if row.inbound] == []
    shop.answer(receive(transfer.id, key="in"))
    assert free(shop, "lille", "TIN-LAMP") == 0
    assert_clean(shop)
    release(shop, SHIPMENT)
    leave(shop, SHIPMENT)
    assert order_of(shop).state == "DISPATCHED"
    assert_clean(shop)


@pytest.mark.parametrize("is_sent", [False, True])
def test_a_shipment_that_awaits_units_is_not_released_and_does_not_leave(shop, is_sent):
    if is_sent:
        sent(shop)

    with pytest.raises(RouterError, match="awaits 2 units at lille") as refused:
        release(shop, SHIPMENT)
    with pytest.raises(RouterError, match="awaits 2 units at lille"):
        leave(shop, SHIPMENT)
    assert refused.value.reason is Reason.ORDER_STATE_FORBIDS
    assert state_of(shop, SHIPMENT) == "PLANNED"


def test_nothing_is_sent_twice_or_from_elsewhere(shop):
    with pytest.raises(RouterError, match="awaits nothing that is still at `nice`"):
        sent(shop, from_place="nice")
    sent(shop)
    with pytest.raises(RouterError, match="awaits nothing that is still at `lyon`"):
        sent(shop)


def test_units_that_arrive_broken_are_decided_again_in_the_same_commit(shop):
    transfer = sent(shop)

    shop.answer(receive(transfer.id, {"TIN-LAMP": (1, 1)}, key="in"))

    # One lamp is left at Lyon: it is promised instead.
    assert free(shop, "lyon", "TIN-LAMP") == 0
    assert order_of(shop).state == "ALLOCATED"
    assert_clean(shop)


def test_units_that_never_arrive_wait_where_nobody_else_has_any(shop):
    shop.adjust("lyon", "TIN-LAMP", -1)
    transfer = sent(shop)

    shop.answer(receive(transfer.id, {}, key="in", closes=True))

    lines = {line.sku: line for line in order_of(shop).lines}
    assert (lines["TIN-LAMP"].reserved, lines["TIN-LAMP"].backordered) == (0, 2)
    assert lines["RED-CLOCK"].reserved == 1
    assert_clean(shop)


@pytest.fixture
def kits() -> Iterator[Shop]:
    """Two kits of a clock, which lies at the hub, and two lamps, which are moved there."""
    with a_shop(stock={"lille": {CLOCK: 2}, "lyon": {LAMP: 4}}) as shop:
        shop.ask(put_network(key="lanes", transfer_lanes=(a_lane("lyon", "lille", cost_minor=100),)))
        order = an_order(lines={CLOCK: 2, LAMP: 4})
        shop.route(replace(order, lines=tuple(replace(line, kit_id="set") for line in order.lines)))
        yield shop


def reserved_and_waiting(shop: Shop) -> list[tuple[int, int]]:
    return [(line.reserved, line.backordered) for line in order_of(shop).lines]


@pytest.mark.parametrize(
    ("arrived", "kits_left"), [({LAMP: (3, 1)}, 1), ({LAMP: (1, 3)}, 0), ({LAMP: (2, 2)}, 1)]
)
def test_a_kit_of_which_a_part_arrives_broken_waits_whole(
    kits: Shop, arrived: dict[str, tuple[int, int]], kits_left: int
) -> None:
    transfer = sent(kits)

    kits.answer(receive(transfer.id, arrived, key="in"))

    lost = 2 - kits_left
    assert reserved_and_waiting(kits) == [(kits_left, lost), (2 * kits_left, 2 * lost)]
    assert (free(kits, "lille", CLOCK), free(kits, "lille", LAMP)) == (lost, arrived[LAMP][0] - 2 * kits_left)
    texts = [event.text for event in kits.queries.list_events(0, 99, "order-1")]
    torn = lost + arrived[LAMP][0] - 2 * kits_left
    assert any(text.endswith(f"as they were sent; with it {torn} of the same kit") for text in texts)
    assert state_of(kits, SHIPMENT) == ("PLANNED" if kits_left else "CANCELED")
    assert_clean(kits)


def test_a_kit_whose_transfer_is_lost_leaves_nothing_of_itself_at_the_hub(kits: Shop) -> None:
    transfer = sent(kits)
    kits.answer(receive(transfer.id, {LAMP: (2, 0)}, key="some"))
    assert reserved_and_waiting(kits) == [(2, 0), (4, 0)]

    kits.answer(receive(transfer.id, {}, key="lost", closes=True))

    assert reserved_and_waiting(kits) == [(1, 1), (2, 2)]
    assert_clean(kits)
    release(kits, SHIPMENT)
    leave(kits, SHIPMENT)
    assert_clean(kits)


SWAP = """\
kind: RuleSet/v1
id: swap
priority: 1
currency: EUR
applies: true
substitutes:
  - {id: lamps, when: line.sku == "RED-CLOCK", offer: [TIN-LAMP], consent: assumed}
"""


def test_a_substitute_that_never_arrives_waits_as_the_product_that_was_asked_for():
    with a_shop(stock={"lille": {"OAK-CHAIR": 1}, "lyon": {"TIN-LAMP": 2}}, rules=SWAP) as shop:
        shop.ask(put_network(key="lanes", transfer_lanes=(a_lane("lyon", "lille", cost_minor=1),)))
        shop.route(an_order(lines={"OAK-CHAIR": 1, "RED-CLOCK": 2}))
        transfer = sent(shop)
        assert [(line.sku, line.sent) for line in transfer.lines] == [("TIN-LAMP", 2)]

        shop.answer(receive(transfer.id, {}, key="in", closes=True))

        lines = {line.sku: line for line in order_of(shop).lines}
        assert (lines["RED-CLOCK"].reserved, lines["RED-CLOCK"].backordered) == (0, 2)
        assert_clean(shop)


def test_a_transfer_that_is_taken_back_is_the_orders_where_it_was(shop):
    transfer = sent(shop)

    shop.answer(take_back(transfer.id, key="back"))

    assert free(shop, "lyon", "TIN-LAMP") == 1
    assert_clean(shop)
    assert sent(shop).state is TransferState.OPEN
    assert_clean(shop)


@pytest.mark.parametrize("is_sent", [False, True])
def test_a_canceled_order_leaves_its_units_to_others(shop, is_sent):
    transfer = sent(shop) if is_sent else None

    shop.cancel("order-1")

    assert_clean(shop)
    if transfer is not None:
        shop.answer(receive(transfer.id, key="in"))
        assert free(shop, "lille", "TIN-LAMP") == 2
    else:
        assert free(shop, "lyon", "TIN-LAMP") == 3
    assert_clean(shop)


def test_more_than_was_sent_is_free_on_the_shelf(shop):
    transfer = sent(shop)

    shop.answer(receive(transfer.id, {"TIN-LAMP": (5, 0)}, key="in"))

    assert free(shop, "lille", "TIN-LAMP") == 3
    assert_clean(shop)


def test_an_order_decided_again_before_anything_is_sent_stays(shop):
    shop.reroute("order-1")

    assert state_of(shop, SHIPMENT) == "PLANNED"
    assert_clean(shop)
    assert sent(shop).lines[0].sent == 2


def test_an_order_whose_transfer_should_leave_by_now_is_not_decided_again(shop):
    shop.clock.go_on(8 * 3600)

    (outcome,) = shop.reroute("order-1")

    assert outcome.outcome.name == "FROZEN"


def test_what_is_under_way_stays_when_the_order_is_decided_again(shop):
    sent(shop)

    (outcome,) = shop.reroute("order-1")

    assert outcome.outcome.name == "FROZEN"
    assert_clean(shop)


def reject(shop: Shop, node: str = "", **changes: Any) -> Any:
    return shop.answer(
        RejectShipment(
            request_id=shop.key(),
            body_digest=digest(node, changes),
            shipment_id=SHIPMENT,
            reason_code="NOT_FOUND",
            node_id=NodeId(node),
            **changes,
        )
    )


def test_a_node_that_does_not_find_what_is_to_move_is_offered_none_of_it_for_a_time(shop):
    shop.adjust("nice", "TIN-LAMP", 2)

    reject(shop, "lyon", missing={Sku("TIN-LAMP"): 1})

    assert (free(shop, "lyon", "TIN-LAMP"), free(shop, "lille", "RED-CLOCK")) == (0, 2)
    (cooling,) = shop.queries.list_reservations(10, "", ReservationFilter()).items
    assert [(line.node_id, line.sku, line.quantity) for line in cooling.lines] == [("lyon", "TIN-LAMP", 2)]
    assert [shipment.node_id for shipment in order_of(shop).plan.shipments][-1] == "nice"
    assert_clean(shop)


def test_the_node_that_ships_cools_off_by_itself_and_nobody_else_can_reject(shop):
    with pytest.raises(RouterError, match="must be one of lille, lyon") as refused:
        reject(shop, "nice")
    assert refused.value.reason is Reason.INVALID_REQUEST
    assert [one.field for one in refused.value.violations] == ["node_id"]

    reject(shop)

    assert (free(shop, "lyon", "TIN-LAMP") > 0, free(shop, "lille", "RED-CLOCK")) == (True, 0)
    assert_clean(shop)


def test_no_more_is_missing_at_a_node_than_the_shipment_awaits_from_it(shop):
    with pytest.raises(RouterError, match="must be at most 0"):
        reject(shop, "lyon", missing={Sku("RED-CLOCK"): 1})
