"""An edit is shown before it is done, does exactly what was shown, and comes too late for what has begun."""

from collections.abc import Iterator
from typing import Any

import pytest
from msgspec.structs import replace

from router.app.commands.edits import EditOrder, LineEdit
from router.domain.identifiers import Day, LineId, OrderId, ServiceLevelId, Sku
from router.domain.order import Destination, Order, OrderLine
from router.domain.place import Point
from router.domain.plan import UnshippedAction
from router.domain.reasons import Reason, RouterError
from router.domain.recipient import Recipient
from router.ledger.lifecycle import ShipmentState
from router.routing.replay import pack_decision, replay
from tests.app.builders import Shop, a_shop, as_booked, digest
from tests.app.fulfillment_builders import release, start_wave
from tests.app.test_holds import a_hold, a_release
from tests.routing.builders import an_order

CLOCK, LAMP = "RED-CLOCK", "TIN-LAMP"
LYON = Destination(country="FR", postal_code="69001", point=Point(45_750_000, 4_850_000))


@pytest.fixture
def shop() -> Iterator[Shop]:
    with a_shop(stock={"lille": {CLOCK: 5}, "nice": {LAMP: 5}}) as shop:
        shop.route(order_of(clocks=2, lamps=1))
        yield shop
        assert shop.faults() == ()


def order_of(clocks: int, lamps: int, **changes: Any) -> Order:
    lines = (
        OrderLine(id=LineId("1"), sku=Sku(CLOCK), quantity=clocks, unit_price_minor=1_000),
        OrderLine(id=LineId("2"), sku=Sku(LAMP), quantity=lamps, unit_price_minor=500),
    )
    return replace(an_order("order-1", lines={CLOCK: 1}, **changes), lines=lines)


def line(line_id: str, quantity: int, sku: str | None = None) -> LineEdit:
    return LineEdit(line_id=LineId(line_id), quantity=quantity, sku=None if sku is None else Sku(sku))


def an_edit(
    shop: Shop, *lines: LineEdit, token: str = "", order_id: str = "order-1", **changes: Any
) -> EditOrder:
    named = digest(lines, changes)
    return EditOrder(
        request_id=shop.key() if token else "",
        body_digest=digest(named, token),
        edit_digest=named,
        order_id=OrderId(order_id),
        lines=lines,
        author="ann",
        confirm_token=token,
        **changes,
    )


def preview(shop: Shop, *lines: LineEdit, **changes: Any) -> Any:
    return shop.answer(an_edit(shop, *lines, **changes))


def edit(shop: Shop, *lines: LineEdit, **changes: Any) -> Any:
    token = preview(shop, *lines, **changes).confirm_token
    return shop.answer(an_edit(shop, *lines, token=token, **changes))


def refusal_of(shop: Shop, *lines: LineEdit, **changes: Any) -> RouterError:
    with pytest.raises(RouterError) as refused:
        shop.answer(an_edit(shop, *lines, **changes))
    return refused.value


def states(shop: Shop) -> list[ShipmentState]:
    return [one.state for one in shop.store.list_shipments_of(OrderId("order-1"))]


def units(record: Any) -> list[tuple[str, int, int, int, int]]:
    return [(one.line_id, one.ordered, one.reserved, one.backordered, one.canceled) for one in record.lines]


def test_a_preview_changes_nothing_and_its_token_does_exactly_what_it_showed(shop: Shop) -> None:
    before = (shop.queries.head(), shop.queries.get_order("order-1"))

    shown = preview(shop, line("1", 1))

    assert (shop.queries.head(), shop.queries.get_order("order-1")) == before
    assert not shown.is_booked
    done = shop.answer(an_edit(shop, line("1", 1), token=shown.confirm_token))
    assert done.is_booked
    assert (done.added_shipment_ids, done.withdrawn_shipment_ids, done.kept_shipment_ids) == (
        shown.added_shipment_ids,
        shown.withdrawn_shipment_ids,
        shown.kept_shipment_ids,
    )
    assert (done.cost_before_milli, done.cost_after_milli) == (
        shown.cost_before_milli,
        shown.cost_after_milli,
    )
    assert done.record.plan.shipments == shown.record.plan.shipments
    assert as_booked(shop.queries.get_order("order-1")) == done.record


def test_fewer_units_give_their_stock_back_and_other_shipments_stay(shop: Shop) -> None:
    answer = edit(shop, line("1", 1))

    assert units(answer.record) == [("1", 2, 1, 0, 1), ("2", 1, 1, 0, 0)]
    assert shop.figures(CLOCK, "lille") == (5, 1, 4)
    assert answer.kept_shipment_ids == ("order-1/2",)
    assert (answer.withdrawn_shipment_ids, answer.added_shipment_ids) == (("order-1/1",), ("order-1/3",))
    assert states(shop) == [ShipmentState.CANCELED, ShipmentState.PLANNED, ShipmentState.PLANNED]
    assert answer.goods_minor == 1_500


def test_more_units_than_there_are_wait(shop: Shop) -> None:
    answer = edit(shop, line("1", 7))

    assert units(answer.record) == [("1", 7, 5, 2, 0), ("2", 1, 1, 0, 0)]
    assert answer.record.state == "PARTIALLY_ALLOCATED"
    assert answer.record.order.lines[0].quantity == 7


def test_a_line_is_added_and_another_removed(shop: Shop) -> None:
    shop.adjust("lille", "OAK-CHAIR", 1)

    answer = edit(shop, line("2", 0), line("3", 1, "OAK-CHAIR"))

    assert units(answer.record) == [("1", 2, 2, 0, 0), ("2", 1, 0, 0, 1), ("3", 1, 1, 0, 0)]
    assert [one.node_id for one in answer.record.plan.shipments] == ["lille"]
    assert shop.figures(LAMP, "nice") == (5, 0, 5)
    assert [one.id for one in shop.queries.get_order("order-1").order.lines] == ["1", "2", "3"]


def test_an_edit_counts_from_what_is_wanted_not_from_what_was_canceled(shop: Shop) -> None:
    shop.cancel("order-1", {"1": 1})

    answer = edit(shop, line("1", 3))

    assert units(answer.record)[0] == ("1", 4, 3, 0, 1)


def test_another_address_makes_all_shipments_anew_with_other_numbers(shop: Shop) -> None:
    answer = edit(shop, destination=LYON)

    assert answer.kept_shipment_ids == ()
    assert answer.withdrawn_shipment_ids == ("order-1/1", "order-1/2")
    assert answer.added_shipment_ids == ("order-1/3", "order-1/4")
    assert answer.record.order.destination.postal_code == "69001"
    assert shop.figures(CLOCK, "lille") == (5, 2, 3)


def test_a_promise_is_changed_and_taken_away(shop: Shop) -> None:
    day = Day(shop.queries.get_order("order-1").plan.shipments[0].delivery_day + 9)

    assert edit(shop, promise=(day,)).record.order.promise_day == day
    assert edit(shop, promise=(None,)).record.order.promise_day is None


def test_the_record_says_who_edited_and_is_replayed_byte_for_byte(shop: Shop) -> None:
    edit(shop, line("1", 1), note="one is enough")

    found = shop.queries.get_decision(order_id="order-1")

    assert found.routed.because == "EDIT"
    replacing = found.decision.inputs.replacing
    assert replacing is not None
    assert replacing.edit is not None
    assert (replacing.edit.author, replacing.edit.note) == ("ann", "one is enough")
    again = replay(found.decision, *shop.queries.documents.versions_of(found.decision))
    assert pack_decision(again) == pack_decision(found.decision)
    (event,) = [one for one in shop.queries.list_events(0, 100) if one.kind.name == "ORDER_EDITED"]
    assert event.state == "ALLOCATED"


def test_what_was_edited_is_edited_again_and_rerouted_as_it_is_wanted(shop: Shop) -> None:
    edit(shop, line("1", 1))
    edit(shop, line("1", 4))
    shop.adjust("nice", CLOCK, 9)

    shop.reroute("order-1")

    record = shop.queries.get_order("order-1")
    assert units(record)[0] == ("1", 5, 4, 0, 1)
    assert record.order.lines[0].quantity == 5


def test_another_plan_than_was_shown_is_not_done(shop: Shop) -> None:
    token = preview(shop, line("1", 4)).confirm_token
    shop.adjust("lille", CLOCK, -2)

    refused = refusal_of(shop, line("1", 4), token=token)

    assert refused.reason is Reason.PREVIEW_OUTDATED
    assert units(shop.queries.get_order("order-1"))[0] == ("1", 2, 2, 0, 0)


def test_the_token_of_another_edit_is_refused(shop: Shop) -> None:
    token = preview(shop, line("1", 4)).confirm_token

    assert refusal_of(shop, line("1", 3), token=token).reason is Reason.PREVIEW_OUTDATED


def test_a_confirmed_edit_is_done_once(shop: Shop) -> None:
    command = an_edit(shop, line("1", 1), token=preview(shop, line("1", 1)).confirm_token)

    first, again = shop.ask(command), shop.ask(command)

    assert (first.replayed, again.replayed) == (False, True)
    assert first.answer == again.answer
    assert units(shop.queries.get_order("order-1"))[0] == ("1", 2, 1, 0, 1)


def test_units_that_a_node_has_begun_on_stay(shop: Shop) -> None:
    release(shop, "order-1/1")

    refused = refusal_of(shop, line("1", 1))
    answer = edit(shop, line("1", 3))

    assert refused.reason is Reason.ORDER_STATE_FORBIDS
    assert "line `1` of order `order-1` cannot have fewer than 2 units: 0 left and 2 are in shipments" in (
        refused.message
    )
    assert units(answer.record)[0] == ("1", 3, 3, 0, 0)
    assert states(shop)[0] is ShipmentState.RELEASED


def test_an_order_of_which_something_is_being_picked_goes_where_it_was_to(shop: Shop) -> None:
    release(shop, "order-1/1")
    start_wave(shop, "lille", ["order-1/1"])

    refused = refusal_of(shop, destination=LYON)

    assert refused.reason is Reason.ORDER_STATE_FORBIDS
    assert refused.message.startswith("shipment `order-1/1` is PICKING, so the order goes where")


def test_after_its_dispatch_the_rest_can_still_be_less(shop: Shop) -> None:
    shop.dispatch("order-1/1")

    late = refusal_of(shop, recipient=Recipient(name="Ann"))
    answer = edit(shop, line("2", 3))

    assert late.message.startswith("shipment `order-1/1` has left its node")
    assert units(answer.record) == [("1", 2, 0, 0, 0), ("2", 3, 3, 0, 0)]


def test_an_order_that_is_over_is_edited_no_more(shop: Shop) -> None:
    shop.cancel("order-1")

    refused = refusal_of(shop, line("1", 1))

    assert refused.message == "order `order-1` is CANCELED, nothing of it is left to edit; send a new order"


@pytest.mark.parametrize(
    ("lines", "changes", "says"),
    [
        ((line("9", 1),), {}, "order `order-1` has no line `9`, a new one needs a sku and a quantity"),
        ((line("9", 1, "NO-SUCH"),), {}, "names unknown products: `NO-SUCH`"),
        ((line("1", 1, LAMP),), {}, "line `1` is of product `RED-CLOCK`"),
        ((line("1", 2),), {}, "the edit changes nothing about order `order-1`"),
        ((line("1", 0), line("2", 0)), {}, "to drop units cancel them with CancelOrder"),
        ((), {"levels": ((ServiceLevelId("DHL/NONE"),),)}, "is to ship by service level `DHL/NONE`"),
        ((), {"destination": Destination(country="ZZ")}, "cannot be placed: `ZZ`"),
        ((), {"recipient": Recipient(name="Ann")}, "customer_id of the order is empty"),
    ],
)
def test_what_makes_no_sense_is_named(shop: Shop, lines: Any, changes: Any, says: str) -> None:
    assert says in refusal_of(shop, *lines, **changes).message


def test_a_held_order_is_edited_and_stays_held_until_its_release(shop: Shop) -> None:
    shop.answer(a_hold(shop))

    answer = edit(shop, line("1", 3), destination=LYON)

    assert answer.record.state == "HELD"
    assert units(answer.record) == [("1", 3, 0, 3, 0), ("2", 1, 0, 1, 0)]
    assert shop.figures(CLOCK, "lille") == (5, 0, 5)
    found = shop.queries.get_decision(order_id="order-1")
    assert {one.action for one in found.decision.plan.unshipped} == {UnshippedAction.HOLD}
    again = replay(found.decision, *shop.queries.documents.versions_of(found.decision))
    assert pack_decision(again) == pack_decision(found.decision)
    released = shop.answer(a_release(shop))
    assert (released.record.state, released.record.order.destination) == ("ALLOCATED", LYON)
    assert shop.figures(CLOCK, "lille") == (5, 3, 2)
