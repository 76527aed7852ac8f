"""Units of which no more may wait: what becomes of them, and that a decision's record keeps it."""

from msgspec.structs import replace

from router.domain.identifiers import Day, LineId, Sku
from router.domain.plan import Unshipped, UnshippedAction
from router.routing.decision import Cap
from router.routing.plan.capped import cap_waiting, within_caps
from router.routing.replay import pack_decision, replay, request_of, unpack_decision
from router.routing.world import OrderToRoute
from router.rules.ruleset import no_rules
from tests.app.first_come import inputs_of
from tests.routing.builders import MONDAY_TEN, a_world, an_order, decide

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
CANCELED = replace(WAITING, action=UnshippedAction.CANCEL, rule="", reason="BACKORDER_LIMIT", until_day=None)


def test_what_would_wait_is_canceled_and_no_rule_says_so() -> None:
    assert within_caps([WAITING], [Cap(sku=CLOCK)]) == (CANCELED,)


def test_other_products_other_rules_and_what_waits_for_a_person_stay() -> None:
    held = replace(WAITING, action=UnshippedAction.HOLD)
    caps = [Cap(sku=LAMP), Cap(sku=CLOCK, rule="shop/pre-orders")]

    assert within_caps([WAITING, held], caps) == (WAITING, held)
    assert within_caps([held], [Cap(sku=CLOCK)]) == (held,)


def test_a_rule_that_cuts_is_named_and_what_it_leaves_waits_first() -> None:
    second = replace(WAITING, line_id=LineId("2"))

    parts = within_caps([WAITING, second], [Cap(sku=CLOCK, rule="shop/default", units=3)])

    assert [(one.line_id, one.quantity, one.action.value, one.rule, one.reason) for one in parts] == [
        ("1", 2, "BACKORDER", "shop/default", "NO_STOCK"),
        ("2", 1, "BACKORDER", "shop/default", "NO_STOCK"),
        ("2", 1, "CANCEL", "shop/default", "BACKORDER_LIMIT"),
    ]


def test_a_replay_asks_with_the_same_limits() -> None:
    request = OrderToRoute(order=an_order(lines={CLOCK: 1}), decision_time=MONDAY_TEN)
    some = Cap(sku=LAMP, units=2)
    inputs = replace(inputs_of(request, a_world()), capped=(CLOCK,), caps=(some,))

    assert request_of(inputs).caps == (Cap(sku=CLOCK), some)


def test_a_decision_that_was_cut_in_part_is_repeated_to_the_same_bytes() -> None:
    decision = cap_waiting(
        decide(an_order(lines={CLOCK: 5}), stock={"lyon": {CLOCK: 1}}), [Cap(sku=CLOCK, units=3)]
    )

    recorded = pack_decision(decision)
    assert [one.quantity for one in decision.plan.unshipped] == [3, 1]
    assert pack_decision(replay(unpack_decision(recorded), a_world().network, no_rules())) == recorded
