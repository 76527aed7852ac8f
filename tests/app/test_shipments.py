"""Shipments from their plan to their release, in an engine on a store."""

from collections.abc import Sequence
from typing import Any

import pytest

from router.app.answers.fulfillment import ShipmentsReleased
from router.app.commands.fulfillment import ReleaseShipments
from router.app.records.filters import ShipmentFilter
from router.domain.identifiers import Instant, NodeId
from router.domain.reasons import Reason, RouterError
from router.ledger.event_kinds import EventKind
from router.ledger.lifecycle import ShipmentState
from router.stores.memory.store import MemoryStore
from tests.app.builders import Shop, a_shop, digest
from tests.routing.builders import an_order

DAY = 86_400_000_000


def release(
    shop: Shop, place: str = "lyon", *, named: Sequence[str] = (), **changes: Any
) -> ShipmentsReleased:
    """All of a place within a week, unless changed."""
    begin_by = Instant(shop.clock.now() + 7 * DAY)
    command = ReleaseShipments(
        request_id=changes.pop("key", None) or shop.key(),
        body_digest=digest(place, named, changes),
        node_id=NodeId("" if named else place),
        begin_by=None if named else changes.pop("begin_by", begin_by),
        shipment_ids=tuple(named),
    )
    answer: Any = shop.answer(command)
    assert isinstance(answer, ShipmentsReleased)
    return answer


def state_of(shop: Shop, shipment_id: str) -> str:
    return shop.queries.shipments.get_shipment(shipment_id).account.state.name


def test_a_routed_shipment_is_planned_and_knows_until_when_its_node_can_begin() -> None:
    with a_shop(stock={"lyon": {"RED-CLOCK": 5}}) as shop:
        shop.route(an_order("order-1", lines={"RED-CLOCK": 2}))
        record = shop.queries.shipments.get_shipment("order-1/1")

    assert (record.account.state, record.account.node_id) == (ShipmentState.PLANNED, "lyon")
    assert [(one.line_id, one.sku, one.quantity) for one in record.units] == [("1", "RED-CLOCK", 2)]
    assert record.account.cut_off_time > 0


def test_only_what_a_node_must_begin_on_by_then_is_released() -> None:
    with a_shop(stock={"lyon": {"RED-CLOCK": 5}, "lille": {"OAK-CHAIR": 5}}) as shop:
        shop.route(an_order("order-1", lines={"RED-CLOCK": 1}), an_order("order-2", lines={"OAK-CHAIR": 1}))
        cut_off = shop.queries.shipments.get_shipment("order-1/1").account.cut_off_time

        early = release(shop, begin_by=Instant(cut_off - 1))
        due = release(shop, begin_by=cut_off)
        again = release(shop, begin_by=cut_off)

        assert (early.shipment_ids, due.shipment_ids, again.shipment_ids) == ((), ("order-1/1",), ())
        assert (state_of(shop, "order-1/1"), state_of(shop, "order-2/1")) == ("RELEASED", "PLANNED")
        told = shop.queries.list_events(0, 99, "order-1")
        assert [event.kind for event in told] == [EventKind.ORDER_ROUTED, EventKind.SHIPMENT_RELEASED]
        assert shop.faults() == ()


def test_named_shipments_are_released_all_or_none() -> None:
    with a_shop(stock={"lyon": {"RED-CLOCK": 5}}) as shop:
        shop.route(an_order("order-1", lines={"RED-CLOCK": 1}), an_order("order-2", lines={"RED-CLOCK": 1}))
        release(shop, named=["order-1/1"])

        with pytest.raises(RouterError) as refused:
            release(shop, named=["order-2/1", "order-1/1"])

        assert refused.value.reason is Reason.ORDER_STATE_FORBIDS
        assert "is RELEASED, to release it, it must be PLANNED" in refused.value.message
        assert state_of(shop, "order-2/1") == "PLANNED"


def test_a_repeated_release_gets_its_recorded_answer() -> None:
    with a_shop(stock={"lyon": {"RED-CLOCK": 5}}) as shop:
        shop.route(an_order("order-1", lines={"RED-CLOCK": 1}))
        first = release(shop, key="tick-1")
        shop.route(an_order("order-2", lines={"RED-CLOCK": 1}))

        assert release(shop, key="tick-1") == first
        assert state_of(shop, "order-2/1") == "PLANNED"


def test_a_shipment_that_lost_all_its_units_is_canceled_and_one_that_kept_some_is_not() -> None:
    with a_shop(stock={"lyon": {"RED-CLOCK": 5}}) as shop:
        shop.route(an_order("order-1", lines={"RED-CLOCK": 2}))
        release(shop)
        shop.cancel("order-1", {"1": 1})
        assert state_of(shop, "order-1/1") == "RELEASED"
        shop.cancel("order-1")
        assert state_of(shop, "order-1/1") == "CANCELED"
        assert shop.faults() == ()

        with pytest.raises(RouterError, match="is CANCELED, to release it, it must be PLANNED"):
            release(shop, named=["order-1/1"])


def test_a_shipment_leaves_released_or_not() -> None:
    with a_shop(stock={"lyon": {"RED-CLOCK": 5}}) as shop:
        shop.route(an_order("order-1", lines={"RED-CLOCK": 1}), an_order("order-2", lines={"RED-CLOCK": 1}))
        release(shop, named=["order-1/1"])
        shop.dispatch("order-1/1")
        shop.dispatch("order-2/1")

        assert [one.account.state.name for one in listed(shop)] == ["DISPATCHED", "DISPATCHED"]
        assert listed(shop, state=ShipmentState.RELEASED) == ()
        assert shop.faults() == ()


def test_shipments_of_an_order_are_listed_as_each_is_shown_and_the_order_is_read_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with a_shop(stock={"lyon": {"RED-CLOCK": 5}, "nice": {"TIN-LAMP": 5}}) as shop:
        shop.route(an_order("order-1", lines={"RED-CLOCK": 2, "TIN-LAMP": 1}))
        shown = [shop.queries.shipments.get_shipment(f"order-1/{number}") for number in (1, 2)]
        read: list[int] = []
        find = MemoryStore.find_decision
        monkeypatch.setattr(
            MemoryStore, "find_decision", lambda self, number: read.append(number) or find(self, number)
        )

        assert list(listed(shop, order_id="order-1")) == shown
        assert len(read) == 1


def listed(shop: Shop, **where: Any) -> Any:
    return shop.queries.shipments.list_shipments(0, "", ShipmentFilter(**where)).items
