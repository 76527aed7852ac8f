"""Returns: authorized by policy, received in full, in part or unannounced, inspected, canceled, run out of time."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from router.app.commands.returns import AuthorizeReturn
from router.domain.identifiers import LineId, NodeId, OrderId
from router.domain.reasons import Reason, RouterError
from router.ledger.accounts import EMPTY, Bucket, at_node
from router.ledger.feeds import Counting, FeedMark, Mark
from router.ledger.return_lifecycle import ReturnState
from router.ledger.returns import Disposition
from router.ledger.tracking import CarrierStatus
from tests.app.builders import Shop, StandingClock, a_shop, digest, put_network
from tests.app.fulfillment_builders import a_report, leave, report
from tests.app.return_builders import (
    CLOCK,
    DAY_SECONDS,
    a_policy,
    authorize,
    cancel,
    deliver,
    found,
    inspect,
    put_policy,
    receive,
)
from tests.app.test_corrections import correct
from tests.routing.builders import a_node, an_order

LAMP = "TIN-LAMP"


@pytest.fixture
def shop() -> Iterator[Shop]:
    """Three clocks of order-1 were delivered from Lyon on Tuesday; it is Wednesday."""
    clock = StandingClock()
    with a_shop(stock={"lyon": {CLOCK: 9}}, clock=clock) as shop:
        put_policy(shop, a_policy())
        shop.route(an_order("order-1", lines={CLOCK: 3}))
        deliver(shop)
        clock.go_on(2 * DAY_SECONDS)
        yield shop
        assert shop.faults() == ()


def units(shop: Shop, bucket: Bucket, node: str = "lyon", sku: str = CLOCK) -> int:
    with shop.store.reader() as reader:
        balances = dict(reader.read_balances())
    return balances.get(at_node(bucket, NodeId(node), sku), EMPTY).units  # type: ignore[arg-type]


def refused(call: Any, *args: Any, **changes: Any) -> RouterError:
    with pytest.raises(RouterError) as caught:
        call(*args, **changes)
    return caught.value


def test_what_comes_back_is_sold_again(shop: Shop) -> None:
    asked = authorize(shop, {"1": 2}).record
    assert (asked.state, asked.expected, units(shop, Bucket.RETURN_INBOUND)) == (ReturnState.AUTHORIZED, 2, 2)
    arrived = receive(shop, {CLOCK: 2})
    assert (arrived.state, units(shop, Bucket.INSPECT)) == (ReturnState.RECEIVED, 2)
    looked_at = inspect(shop, found(2, Disposition.RESTOCK))

    assert (looked_at.state, looked_at.lines[0].restocked) == (ReturnState.INSPECTED, 2)
    assert shop.figures(CLOCK, "lyon") == (8, 0, 8)
    assert units(shop, Bucket.DELIVERED) == 1


def test_each_unit_goes_where_it_was_found_to_belong(shop: Shop) -> None:
    authorize(shop, {"1": 3})
    receive(shop, {CLOCK: 3})
    inspect(
        shop, found(1, Disposition.SCRAP), found(1, Disposition.REFURBISH), found(1, Disposition.QUARANTINE)
    )

    assert [units(shop, one) for one in (Bucket.DAMAGED, Bucket.REFURBISH, Bucket.QUARANTINE)] == [1, 1, 1]
    after = inspect(shop, found(1, Disposition.RESTOCK, was_refurbished=True))
    assert (after.lines[0].refurbishing, after.lines[0].restocked) == (0, 1)
    assert shop.figures(CLOCK, "lyon") == (7, 0, 7)


def test_units_that_go_back_to_their_vendor_leave_the_books(shop: Shop) -> None:
    authorize(shop, {"1": 1})
    receive(shop, {CLOCK: 1})
    after = inspect(shop, found(1, Disposition.RETURN_TO_VENDOR))

    assert (after.lines[0].to_vendor, units(shop, Bucket.INSPECT)) == (1, 0)


def test_a_part_arrives_and_the_rest_is_given_up(shop: Shop) -> None:
    authorize(shop, {"1": 3})
    assert receive(shop, {CLOCK: 1}).state is ReturnState.RECEIVING
    assert inspect(shop, found(1, Disposition.RESTOCK)).state is ReturnState.RECEIVING

    after = cancel(shop)

    assert (after.state, after.lines[0].canceled) == (ReturnState.INSPECTED, 2)
    assert units(shop, Bucket.DELIVERED) == 2
    assert authorize(shop, {"1": 2}, return_id="R-2").record.expected == 2


def test_the_last_part_can_close_the_return(shop: Shop) -> None:
    authorize(shop, {"1": 3})

    after = receive(shop, {CLOCK: 1}, closes=True)

    assert (after.state, after.expected, units(shop, Bucket.DELIVERED)) == (ReturnState.RECEIVED, 0, 2)


def test_units_that_nobody_announced_are_extra(shop: Shop) -> None:
    authorize(shop, {"1": 1})

    after = receive(shop, {CLOCK: 4, LAMP: 1})

    extra = [(line.line_id, line.sku, line.authorized, line.extra, line.received) for line in after.lines]
    assert extra == [("1", CLOCK, 1, 0, 1), ("1", CLOCK, 0, 2, 2), ("", CLOCK, 0, 1, 1), ("", LAMP, 0, 1, 1)]
    assert (units(shop, Bucket.INSPECT), units(shop, Bucket.INSPECT, sku=LAMP)) == (4, 1)
    assert units(shop, Bucket.DELIVERED) == 0
    assert refused(authorize, shop, {"1": 1}, return_id="R-2").reason is Reason.RETURN_EXCEEDS_DELIVERED


def test_far_more_than_was_announced_is_refused_until_it_is_said_to_be_true(shop: Shop) -> None:
    authorize(shop, {"1": 1})

    slip = refused(receive, shop, {CLOCK: 1_000, LAMP: 10})

    assert [(one.field, one.code) for one in slip.violations] == [(f"lines[{CLOCK}]", "FAR_TOO_MANY")]
    assert slip.message.startswith("return `R-1` was to bring 1 of `RED-CLOCK`, with this 1,000 came")
    assert units(shop, Bucket.INSPECT) == 0
    assert receive(shop, {CLOCK: 11}).lines[0].received == 1
    assert refused(receive, shop, {CLOCK: 1}).message.endswith(
        "with this 12 came; where that is true, say `accept_extra`"
    )
    receive(shop, {CLOCK: 1_000}, accepts_extra=True)
    assert units(shop, Bucket.INSPECT) == 1_011


def test_units_that_were_given_up_are_no_slip_when_they_arrive(shop: Shop) -> None:
    shop.adjust("lyon", CLOCK, 40)
    shop.route(an_order("order-2", lines={CLOCK: 40}))
    deliver(shop, "order-2/1")
    authorize(shop, {"1": 40}, order_id="order-2")
    cancel(shop)

    after = receive(shop, {CLOCK: 40})

    assert sum(line.received for line in after.lines) == 40


def test_what_was_given_up_can_arrive_all_the_same(shop: Shop) -> None:
    authorize(shop, {"1": 2})
    assert cancel(shop).state is ReturnState.CANCELED

    after = receive(shop, {CLOCK: 2})

    assert (after.state, after.lines[1].extra) == (ReturnState.RECEIVED, 2)


def test_what_does_not_come_in_time_stays_with_its_customer(shop: Shop) -> None:
    authorize(shop, {"1": 2})
    shop.clock.go_on(15 * DAY_SECONDS)
    shop.trust_clock()
    shop.adjust("lyon", LAMP, 1)

    after = shop.queries.returns.get_return("R-1")

    assert (after.state, after.expected, units(shop, Bucket.DELIVERED)) == (ReturnState.EXPIRED, 0, 3)


def test_a_preview_changes_nothing(shop: Shop) -> None:
    answer: Any = shop.answer(
        AuthorizeReturn(
            request_id="",
            body_digest=digest(),
            order_id=OrderId("order-1"),
            lines={LineId("1"): 1},
            reason_code="DEFECT",
            validate_only=True,
        )
    )

    assert (answer.record.node_id, answer.options[0].node_id) == ("lille", "lille")
    assert shop.queries.returns.list_returns(10, "", "").items == ()


def test_the_window_is_counted_from_the_delivery_and_by_reason(shop: Shop) -> None:
    shop.clock.go_on(30 * DAY_SECONDS)
    shop.trust_clock()

    late = refused(authorize, shop, {"1": 1})

    assert late.reason is Reason.RETURN_WINDOW_OVER
    assert "could be returned until" in late.message
    assert authorize(shop, {"1": 1}, reason_code="DEFECT").record.expected == 1


def test_no_more_comes_back_than_was_delivered(shop: Shop) -> None:
    authorize(shop, {"1": 2})

    too_many = refused(authorize, shop, {"1": 2}, return_id="R-2")

    assert (too_many.reason, too_many.facts["returnable"]) == (Reason.RETURN_EXCEEDS_DELIVERED, "1")


def test_what_is_under_way_is_not_delivered(shop: Shop) -> None:
    shop.route(an_order("order-2", lines={CLOCK: 1}))
    leave(shop, "order-2/1")

    early = refused(authorize, shop, {"1": 1}, order_id="order-2")

    assert early.reason is Reason.RETURN_EXCEEDS_DELIVERED
    assert "1 are not delivered yet" in early.message


def test_a_parcel_that_its_carrier_brings_back_is_received(shop: Shop) -> None:
    shop.route(an_order("order-2", lines={CLOCK: 2}))
    leave(shop, "order-2/1")
    report(shop, "order-2/1", a_report(CarrierStatus.RETURNING, 40))

    authorize(shop, {"1": 2}, order_id="order-2")
    assert cancel(shop).state is ReturnState.CANCELED
    assert units(shop, Bucket.RETURN_INBOUND) == 2
    authorize(shop, {"1": 2}, order_id="order-2", return_id="R-2")
    receive(shop, {CLOCK: 2}, return_id="R-2")
    inspect(shop, found(2, Disposition.RESTOCK), return_id="R-2")

    assert shop.figures(CLOCK, "lyon") == (6, 0, 6)


def test_a_reason_that_the_policy_does_not_know_is_named(shop: Shop) -> None:
    unknown = refused(authorize, shop, {"1": 1}, reason_code="BORED")

    assert "the policy of every channel takes UNWANTED, DEFECT" in unknown.message


def test_without_a_policy_nothing_comes_back() -> None:
    with a_shop(stock={"lyon": {CLOCK: 1}}) as shop:
        shop.route(an_order("order-1", lines={CLOCK: 1}))
        deliver(shop)

        assert refused(authorize, shop, {"1": 1}).reason is Reason.RETURN_POLICY_MISSING


def test_units_can_arrive_elsewhere_but_only_together(shop: Shop) -> None:
    authorize(shop, {"1": 2})
    receive(shop, {CLOCK: 1}, node_id=NodeId("lille"))

    apart = refused(receive, shop, {CLOCK: 1}, node_id=NodeId("lyon"))

    assert units(shop, Bucket.INSPECT, "lille") == 1
    assert "units of return `R-1` are at `lille`" in apart.message


@pytest.mark.parametrize(
    ("ships", "policy", "asked", "goes_to"),
    [
        ("lyon", (), "", "lyon"),
        ("lille", (), "", "lille"),
        ("lyon", ("lille",), "", "lille"),
        ("lyon", (), "lille", "lille"),
    ],
)
def test_a_supplier_gets_back_what_it_shipped_or_is_sent(
    ships: str, policy: tuple[str, ...], asked: str, goes_to: str
) -> None:
    with a_shop(clock=StandingClock()) as shop:
        cheap = replace(a_node("lille"), kind="SUPPLIER", handling_minor=0)
        shop.ask(put_network(replace(a_node("lyon"), handling_minor=900), cheap, key="a cheap supplier"))
        put_policy(shop, a_policy(node_ids=tuple(map(NodeId, policy))))
        shop.adjust(ships, CLOCK, 1)
        shop.route(an_order("order-1", lines={CLOCK: 1}))
        deliver(shop)
        shop.clock.go_on(2 * DAY_SECONDS)

        authorized = authorize(shop, {"1": 1}, node_id=NodeId(asked)).record

        assert (authorized.node_id, authorized.service_level_id) == (goes_to, "POSTE/COLIS")
        assert shop.faults() == ()


def test_a_state_forbids_with_the_states_that_would_not(shop: Shop) -> None:
    authorize(shop, {"1": 1})

    early = refused(inspect, shop, found(1, Disposition.RESTOCK))

    assert early.reason is Reason.RETURN_STATE_FORBIDS
    assert "to inspect it, it must be RECEIVING, RECEIVED, INSPECTED" in early.message


def test_no_more_is_inspected_than_arrived(shop: Shop) -> None:
    authorize(shop, {"1": 2})
    receive(shop, {CLOCK: 1})

    assert (
        "1 units of `RED-CLOCK` of return `R-1` wait"
        in refused(inspect, shop, found(2, Disposition.RESTOCK)).message
    )


def test_what_came_back_to_quarantine_is_not_reversed_as_if_it_lay_on_the_shelf(shop: Shop) -> None:
    authorize(shop, {"1": 1})
    receive(shop, {CLOCK: 1})
    inspect(shop, found(1, Disposition.QUARANTINE))
    position = shop.queries.head().position

    assert refused(correct, shop, position).reason is Reason.ENTRY_NOT_CORRECTABLE


def test_units_of_a_lot_come_back_as_that_lot_and_strays_are_not_sold() -> None:
    clock = StandingClock()
    with a_shop(clock=clock) as shop:
        put_policy(shop, a_policy())
        shop.adjust("lyon", CLOCK, 5, lot="L-1", expiry_day=None)
        shop.route(an_order("order-1", lines={CLOCK: 2}))
        deliver(shop)
        clock.go_on(2 * DAY_SECONDS)
        authorize(shop, {"1": 2})
        back = receive(shop, {CLOCK: 3})
        assert [line.lot for line in back.lines] == ["L-1", ""]

        stray = refused(inspect, shop, found(3, Disposition.RESTOCK))
        inspect(shop, found(2, Disposition.RESTOCK), found(1, Disposition.QUARANTINE))

        assert shop.figures(CLOCK, "lyon") == (5, 0, 5)
        assert "lots of `RED-CLOCK` are kept at `lyon`" in stray.message
        assert shop.faults() == ()


def test_units_of_a_lot_are_sold_again() -> None:
    clock = StandingClock()
    with a_shop(clock=clock) as shop:
        put_policy(shop, a_policy())
        shop.adjust("lyon", CLOCK, 5, lot="L-1", expiry_day=None)
        shop.route(an_order("order-1", lines={CLOCK: 2}))
        deliver(shop)
        clock.go_on(2 * DAY_SECONDS)
        authorize(shop, {"1": 2})
        receive(shop, {CLOCK: 2})
        inspect(shop, found(2, Disposition.RESTOCK))

        assert shop.figures(CLOCK, "lyon") == (5, 0, 5)
        assert shop.faults() == ()


def test_what_a_snapshot_has_counted_is_not_counted_again(shop: Shop) -> None:
    authorize(shop, {"1": 2})
    receive(shop, {CLOCK: 2})
    shop.count({"lyon": {CLOCK: 8}}, sequence=5)

    inspect(
        shop,
        found(2, Disposition.RESTOCK),
        told=FeedMark(feed_id="wms", counting=Counting.SEQUENCE, mark=Mark(0, 4)),
    )

    assert shop.figures(CLOCK, "lyon") == (8, 0, 8)
