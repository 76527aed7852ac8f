"""Stock reservations: held, then posted, voided, expired or ordered, and nothing twice."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from router.app.engine.clock import SystemClock
from router.app.records.filters import ReservationFilter
from router.domain.reasons import Reason, RouterError
from router.ledger.event_kinds import EventKind
from router.ledger.stock_reservations import ReservationState
from router.stores.sqlite.store import SqliteStore
from tests.app.builders import Shop, StandingClock, a_shop, order_for, reserve_stock, route_orders
from tests.app.first_come import first_come

LYON, LILLE = "lyon", "lille"
CLOCK, LAMP = "RED-CLOCK", "TIN-LAMP"
STOCK = {LYON: {CLOCK: 10, LAMP: 3}, LILLE: {CLOCK: 5}}


@pytest.fixture
def shop() -> Iterator[Shop]:
    with a_shop(stock=STOCK, rules="", route=first_come) as shop:
        yield shop
        assert shop.faults() == ()


def refusal(do: Any, *arguments: Any, **more: Any) -> RouterError:
    with pytest.raises(RouterError) as refused:
        do(*arguments, **more)
    return refused.value


def told(shop: Shop) -> list[str]:
    return [event.kind.name for event in shop.queries.list_events(0, 100)][2:]


def test_reserved_units_are_nobody_elses(shop: Shop) -> None:
    held = shop.reserve((LYON, CLOCK, 8), (LILLE, CLOCK, 5))

    assert held.state is ReservationState.HELD
    assert shop.figures(CLOCK, LYON) == (10, 8, 2)
    (routed,) = shop.route(order_for(CLOCK, 5)).results
    assert [one.quantity for one in routed.plan.unshipped] == [3]


def test_all_lines_or_none_and_two_lines_never_hold_the_same_unit(shop: Shop) -> None:
    refused = refusal(shop.reserve, (LYON, CLOCK, 6), (LYON, CLOCK, 6))

    assert refused.reason is Reason.INSUFFICIENT_STOCK
    assert "line `2` asks for 6 of `RED-CLOCK` at `lyon`, 4 can be promised" in refused.message
    assert shop.figures(CLOCK, LYON) == (10, 0, 10)


def test_in_part_each_line_gets_what_there_is(shop: Shop) -> None:
    held = shop.reserve((LYON, CLOCK, 6), (LYON, CLOCK, 6), (LILLE, LAMP, 1), allow_partial=True)

    assert [held.left(line.line_id) for line in held.lines] == [6, 4, 0]
    nothing = refusal(shop.reserve, (LYON, CLOCK, 1), (LILLE, LAMP, 1), allow_partial=True)
    assert nothing.reason is Reason.INSUFFICIENT_STOCK


def test_posted_units_leave_and_the_rest_is_released_or_kept(shop: Shop) -> None:
    first, second = shop.reserve((LYON, CLOCK, 4)), shop.reserve((LYON, CLOCK, 4))

    released = shop.post(first.id, {"1": 1})
    kept = shop.post(second.id, {"1": 1}, keep_rest=True)

    assert (released.state, kept.state) == (ReservationState.POSTED, ReservationState.HELD)
    assert shop.figures(CLOCK, LYON) == (8, 3, 5)
    assert shop.post(second.id).state is ReservationState.POSTED
    assert shop.figures(CLOCK, LYON) == (5, 0, 5)


def test_voided_units_can_be_promised_again(shop: Shop) -> None:
    held = shop.reserve((LYON, CLOCK, 8), (LYON, LAMP, 2))

    assert shop.void(held.id, {"1": 3}).state is ReservationState.HELD
    assert shop.figures(CLOCK, LYON) == (10, 5, 5)
    assert shop.void(held.id).state is ReservationState.VOIDED
    assert shop.figures(LAMP, LYON) == (3, 0, 3)


@pytest.mark.parametrize("first", ["post", "void"])
@pytest.mark.parametrize("second", ["post", "void", "firm", "extend"])
def test_who_comes_second_finds_it_resolved_and_changes_nothing(shop: Shop, first: str, second: str) -> None:
    held = shop.reserve((LYON, CLOCK, 8))
    getattr(shop, first)(held.id)
    before = (shop.figures(CLOCK, LYON), shop.queries.head().position)

    arguments = (held.id, 60) if second == "extend" else (held.id,)
    assert refusal(getattr(shop, second), *arguments).reason is Reason.ALREADY_RESOLVED
    assert (shop.figures(CLOCK, LYON), shop.queries.head().position) == before


def test_more_than_is_held_cannot_be_posted(shop: Shop) -> None:
    held = shop.reserve((LYON, CLOCK, 8))
    shop.post(held.id, {"1": 6}, keep_rest=True)
    refused = refusal(shop.post, held.id, {"1": 3})

    assert refused.reason is Reason.ALREADY_RESOLVED
    assert "line `1` of reservation" in refused.message
    assert "holds 2 units, not 3" in refused.message
    assert refusal(shop.post, held.id, {"7": 1}).reason is Reason.INVALID_REQUEST


def test_its_limit_gives_the_units_back_to_the_very_next_command(shop: Shop) -> None:
    held = shop.reserve((LYON, CLOCK, 10), seconds=60)
    shop.clock.go_on(60)
    (routed,) = shop.route(order_for(CLOCK, 7)).results

    assert [one.quantity for one in routed.plan.unshipped] == []
    assert shop.queries.get_reservation(held.id).state is ReservationState.EXPIRED
    assert [entry.code.name for entry in shop.queries.ledger.list_entries(10, "", held.id).items] == [
        "RESERVE",
        "EXPIRE",
    ]
    assert told(shop) == ["STOCK_RESERVED", "RESERVATION_EXPIRED", "ORDER_ROUTED"]


@pytest.mark.parametrize("late", ["post", "void", "firm", "extend"])
def test_out_of_time_is_out_of_time(shop: Shop, late: str) -> None:
    held = shop.reserve((LYON, CLOCK, 10), seconds=60)
    shop.clock.go_on(60)

    arguments = (held.id, 60) if late == "extend" else (held.id,)
    assert refusal(getattr(shop, late), *arguments).reason is Reason.RESERVATION_EXPIRED


def test_a_post_after_the_limit_is_refused_before_anything_took_the_units_back(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    held = shop.reserve((LYON, CLOCK, 10), seconds=60)
    monkeypatch.setattr("router.app.books.books.Books.next_due", lambda books: None)
    shop.clock.go_on(60)

    assert refusal(shop.post, held.id).reason is Reason.RESERVATION_EXPIRED
    assert shop.figures(CLOCK, LYON) == (10, 10, 0)


def test_more_time_is_given_but_never_taken(shop: Shop) -> None:
    held = shop.reserve((LYON, CLOCK, 1), seconds=60)
    shop.clock.go_on(30)

    assert shop.extend(held.id, 10).expire_time == held.expire_time
    assert shop.extend(held.id, 60).expire_time == shop.clock.instant + 60_000_000
    shop.clock.go_on(59)
    assert shop.firm(held.id).expire_time is None
    shop.clock.go_on(10_000_000)
    assert shop.extend(held.id, 60).expire_time is None
    assert shop.post(held.id).state is ReservationState.POSTED


def test_a_firm_reservation_never_expires(shop: Shop) -> None:
    held = shop.reserve((LYON, CLOCK, 10), seconds=None)
    shop.clock.go_on(10_000_000)

    assert shop.post(held.id).state is ReservationState.POSTED


def test_a_repeated_request_reserves_once(shop: Shop) -> None:
    first = shop.ask(reserve_stock((LYON, CLOCK, 4), seconds=60, key="mine"))
    again = shop.ask(reserve_stock((LYON, CLOCK, 4), seconds=60, key="mine"))

    assert (first.answer, first.replayed, again.replayed) == (again.answer, False, True)
    assert shop.figures(CLOCK, LYON) == (10, 4, 6)


def test_unknown_nodes_products_and_reservations_are_refused(shop: Shop) -> None:
    refused = refusal(shop.reserve, ("oslo", CLOCK, 1), (LYON, "BLUE-CLOCK", 1))

    assert [one.field for one in refused.violations] == ["lines[0].node_id", "lines[1].sku"]
    assert refusal(shop.post, "r-000000000099").reason is Reason.RESERVATION_NOT_FOUND
    assert refusal(shop.void, "cart-7").message == "no reservation has the id `cart-7`"


def test_an_id_of_the_clients_own_is_used_once(shop: Shop) -> None:
    assert shop.reserve((LYON, CLOCK, 1), reservation_id="cart-7").id == "cart-7"
    shop.void("cart-7")
    refused = refusal(shop.reserve, (LYON, CLOCK, 1), reservation_id="cart-7")

    assert refused.reason is Reason.RESERVATION_EXISTS
    assert "`cart-7` was made already and is VOIDED" in refused.message


def test_reservations_are_listed_by_reference_and_state(shop: Shop) -> None:
    first = shop.reserve((LYON, CLOCK, 1), reference="cart-1")
    second = shop.reserve((LYON, CLOCK, 1), reference="cart-2")
    shop.void(second.id)

    def ids(**where: Any) -> list[str]:
        page = shop.queries.list_reservations(10, "", ReservationFilter(**where))
        return [one.id for one in page.items]

    assert ids() == [first.id, second.id]
    assert ids(reference="cart-2") == [second.id]
    assert ids(state=ReservationState.HELD) == [first.id]
    page = shop.queries.list_reservations(1, "", ReservationFilter())
    rest = shop.queries.list_reservations(1, page.next_page_token, ReservationFilter())
    assert [one.id for one in (*page.items, *rest.items)] == [first.id, second.id]


def test_limits_outlive_a_restart(tmp_path: Path) -> None:
    clock = StandingClock()
    with closing(SqliteStore(tmp_path / "router.sqlite")) as store:
        with a_shop(store, STOCK, rules="", route=first_come, clock=clock) as shop:
            held, firm = (
                shop.reserve((LYON, CLOCK, 4), seconds=60),
                shop.reserve((LYON, CLOCK, 2), seconds=None),
            )
        clock.go_on(3_600)
        with a_shop(store, rules="", route=first_come, clock=clock) as shop:
            assert shop.figures(CLOCK, LYON) == (10, 2, 8)
            assert shop.queries.get_reservation(held.id).state is ReservationState.EXPIRED
            assert shop.queries.get_reservation(firm.id).state is ReservationState.HELD
            assert shop.faults() == ()


def test_the_engine_wakes_by_itself_when_a_limit_comes() -> None:
    expired = []
    with a_shop(
        stock=STOCK,
        clock=SystemClock(),
        on_commit=lambda commit: expired.extend(
            event for event in commit.events if event.kind is EventKind.RESERVATION_EXPIRED
        ),
    ) as shop:
        held = shop.reserve((LYON, CLOCK, 4), seconds=1)
        waiting = shop.engine._thread
        for _ in range(100):
            waiting.join(0.05)
            if expired:
                break

        assert [event.subject for event in expired] == [held.id]
        assert expired[0].time >= held.expire_time  # type: ignore[operator]


def test_a_clock_that_leaps_ahead_expires_nothing_until_it_is_trusted(shop: Shop) -> None:
    held = shop.reserve((LYON, CLOCK, 10), seconds=900)
    shop.clock.instant += 3_600_000_000

    assert shop.figures(CLOCK, LYON) == (10, 10, 0)
    assert told(shop) == ["STOCK_RESERVED", "CLOCK_JUMPED"]
    assert "3600 s ahead of where it should be" in shop.queries.list_events(3, 1)[0].text
    assert shop.post(held.id, {"1": 4}, keep_rest=True).left(held.lines[0].line_id) == 6
    assert shop.trust_clock()
    assert shop.figures(CLOCK, LYON) == (6, 0, 6)
    assert not shop.trust_clock()


def test_whose_word_was_taken_for_the_clock_is_told_once(shop: Shop) -> None:
    shop.reserve((LYON, CLOCK, 10), seconds=900)
    shop.clock.instant += 3_600_000_000
    shop.figures(CLOCK, LYON)
    shop.trust_clock()
    shop.adjust(LYON, LAMP, 1)

    assert told(shop) == [
        "STOCK_RESERVED",
        "CLOCK_JUMPED",
        "CLOCK_TRUSTED",
        "RESERVATION_EXPIRED",
        "STOCK_ADJUSTED",
    ]


def test_a_clock_that_comes_back_is_believed_again(shop: Shop) -> None:
    held = shop.reserve((LYON, CLOCK, 10), seconds=900)
    shop.clock.instant += 3_600_000_000
    shop.figures(CLOCK, LYON)
    ahead = shop.queries.head().time
    shop.clock.instant -= 3_600_000_000
    shop.clock.go_on(60)

    assert shop.figures(CLOCK, LYON) == (10, 10, 0)
    assert told(shop) == ["STOCK_RESERVED", "CLOCK_JUMPED", "CLOCK_TRUSTED"]
    assert shop.queries.head().time > ahead
    shop.clock.go_on(840)
    assert refusal(shop.post, held.id).reason is Reason.RESERVATION_EXPIRED


def test_a_clock_that_falls_back_only_lets_promises_last_longer(shop: Shop) -> None:
    held = shop.reserve((LYON, CLOCK, 10), seconds=60)
    shop.clock.instant -= 3_600_000_000
    shop.clock.go_on(60)

    assert shop.firm(held.id).state is ReservationState.HELD
    assert told(shop) == ["STOCK_RESERVED", "RESERVATION_FIRMED"]


def test_a_small_leap_is_no_reason_for_doubt(shop: Shop) -> None:
    held = shop.reserve((LYON, CLOCK, 10), seconds=60)
    shop.clock.instant += 300_000_000

    assert refusal(shop.post, held.id).reason is Reason.RESERVATION_EXPIRED


def test_a_thousand_at_once_expire_in_batches_that_hold_nobody_up(shop: Shop) -> None:
    shop.adjust(LYON, CLOCK, 3_000)
    waiting = [
        shop.engine.submit(reserve_stock((LYON, CLOCK, 1), seconds=60, key=f"many {n}")) for n in range(2_500)
    ]
    for one in waiting:
        one.result(60)
    shop.clock.go_on(60)
    for _ in range(3):
        shop.adjust(LYON, LAMP, 1)

    assert shop.figures(CLOCK, LYON) == (3_010, 0, 3_010)


def test_a_reservation_becomes_an_order_and_nobody_can_come_between(shop: Shop) -> None:
    held = shop.reserve((LYON, CLOCK, 10), (LILLE, CLOCK, 5), reservation_id="cart-1")
    (none_left,) = shop.route(order_for(CLOCK, 1, "order-0")).results
    (routed,) = shop.route(order_for(CLOCK, 12), reservation_id="cart-1").results

    assert none_left.plan.shipments == ()
    assert routed.plan.unshipped == ()
    found = shop.queries.get_reservation(held.id)
    assert (found.state, found.order_id) == (ReservationState.ORDERED, "order-1")
    assert shop.figures(CLOCK, LYON) == (10, 7, 3)
    assert shop.figures(CLOCK, LILLE) == (5, 5, 0)
    assert told(shop)[-2:] == ["RESERVATION_ORDERED", "ORDER_ROUTED"]
    assert refusal(shop.post, held.id).reason is Reason.ALREADY_RESOLVED
    assert "ORDERED to order `order-1`" in refusal(shop.void, held.id).message


def test_an_order_may_ship_more_than_was_reserved_for_it(shop: Shop) -> None:
    shop.reserve((LYON, CLOCK, 4), reservation_id="cart-1")
    (routed,) = shop.route(order_for(CLOCK, 12), reservation_id="cart-1").results

    assert routed.plan.unshipped == ()


@pytest.mark.parametrize("spoil", ["post", "void", "wait"])
def test_an_order_on_a_reservation_that_is_over_is_refused_and_can_be_sent_without(
    shop: Shop, spoil: str
) -> None:
    shop.reserve((LYON, CLOCK, 4), seconds=60, reservation_id="cart-1")
    spoils = {"post": shop.post, "void": shop.void, "wait": lambda id: shop.clock.go_on(60)}
    spoils[spoil]("cart-1")
    reason = Reason.RESERVATION_EXPIRED if spoil == "wait" else Reason.ALREADY_RESOLVED

    refused = refusal(shop.route, order_for(CLOCK, 2), reservation_id="cart-1", key="with")
    assert refused.reason is reason
    (routed,) = shop.route(order_for(CLOCK, 2)).results
    assert routed.plan.unshipped == ()


def test_an_order_that_is_refused_leaves_its_reservation_alone(shop: Shop) -> None:
    shop.reserve((LYON, CLOCK, 4), reservation_id="cart-1")
    (refused,) = shop.route(order_for("BLUE-CLOCK", 2), reservation_id="cart-1").results

    assert refused.reason == "UNKNOWN_SKU"
    assert shop.queries.get_reservation("cart-1").state is ReservationState.HELD


def test_trying_an_order_on_a_reservation_changes_nothing(shop: Shop) -> None:
    shop.reserve((LYON, CLOCK, 10), (LILLE, CLOCK, 5), reservation_id="cart-1")
    before = shop.queries.head()
    (routed,) = shop.route(order_for(CLOCK, 12), reservation_id="cart-1", validate_only=True).results

    assert routed.plan.unshipped == ()
    assert shop.queries.head() == before


def test_a_short_shelf_gives_an_order_what_is_there_of_its_reservation(shop: Shop) -> None:
    shop.reserve((LYON, CLOCK, 10), reservation_id="cart-1")
    shop.reserve((LILLE, CLOCK, 5))
    shop.count({LYON: {CLOCK: 6}}, sequence=2)
    (routed,) = shop.route(order_for(CLOCK, 10), reservation_id="cart-1").results

    assert [one.quantity for one in routed.plan.unshipped] == [4]
    assert shop.figures(CLOCK, LYON) == (6, 6, 0)


def test_orders_sent_together_take_their_own_reservations_only(shop: Shop) -> None:
    for number in range(3):
        shop.reserve((LYON, CLOCK, 3), reservation_id=f"cart-{number}")
    waiting = [
        shop.engine.submit(
            route_orders(
                order_for(CLOCK, 9, f"order-{number}"), key=f"go {number}", reservation_id=f"cart-{number}"
            )
        )
        for number in range(3)
    ]
    shipped: Any = [one.result(60).answer for one in waiting]
    units = [
        sum(sum(shipment.quantities().values()) for shipment in answer.results[0].plan.shipments)
        for answer in shipped
    ]

    # The first has its own and the six that nobody reserved; each of the others its own.
    assert units == [9, 3, 3]
