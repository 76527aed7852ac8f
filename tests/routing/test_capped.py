"""Products of which no more units may wait: what becomes of them, and that a decision's record keeps it."""

from msgspec.structs import replace

from router.domain.identifiers import Day, LineId, Sku
from router.domain.plan import Unshipped, UnshippedAction
from router.routing.capped import capped
from router.routing.replay import request_of
from router.routing.world import OrderToRoute
from tests.app.first_come import inputs_of
from tests.routing.builders import MONDAY_TEN, a_world, an_order

CLOCK, LAMP = Sku("RED-CLOCK"), Sku("TIN-LAMP")
WAITING = Unshipped(
    line_id=LineId("1"),
    sku=CLOCK,
    quantity=2,
    action=UnshippedAction.BACKORDER,
    rule="shop/default",
    reason="NO_STOCK",
    until_day=Day(739_000),
)


def test_what_would_wait_is_canceled_and_no_rule_says_so() -> None:
    assert capped(WAITING, (CLOCK,)) == replace(
        WAITING, action=UnshippedAction.CANCEL, rule="", reason="BACKORDER_LIMIT", until_day=None
    )


def test_other_products_and_what_waits_for_a_person_stay() -> None:
    held = replace(WAITING, action=UnshippedAction.HOLD)

    assert capped(WAITING, (LAMP,)) is WAITING
    assert capped(held, (CLOCK,)) is held


def test_a_replay_asks_with_the_same_limits() -> None:
    request = OrderToRoute(order=an_order(lines={CLOCK: 1}), decision_time=MONDAY_TEN)
    inputs = replace(inputs_of(request, a_world()), capped=(CLOCK,))

    assert request_of(inputs).capped == (CLOCK,)
