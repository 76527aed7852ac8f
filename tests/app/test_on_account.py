"""Goods leave when payments cover them, unless a rule let the order leave unpaid when it was decided."""

from collections.abc import Iterator, Sequence

import pytest
from msgspec import UNSET
from msgspec.structs import replace

from router.app.commands.orders import HoldOrder, HoldReason, ReleaseOrder
from router.domain.identifiers import OrderId
from router.domain.order import Order
from router.domain.reasons import Reason, RouterError
from router.routing.decision import Decision
from router.routing.replay import pack_decision, replay
from router.routing.world import CapacityView, OrderToRoute, StockView, World
from tests.app.builders import PAID_ELSEWHERE, Shop, activate, digest, order_for
from tests.app.first_come import first_come
from tests.app.payment_builders import CLOCK, PayingShop, a_paying_shop

BUSINESS = """\
kind: RuleSet/v1
id: finance
priority: 10
currency: EUR
applies: true
on_account:
  - {id: invoice, when: order.tier == "BUSINESS" && order.total < eur(20), because: they pay within 30 days}
"""


@pytest.fixture
def paying() -> Iterator[PayingShop]:
    with a_paying_shop(route=None, rules=BUSINESS) as paying:
        yield paying


def an_order_of(order_id: str, tier: str = "", price: int = 500) -> Order:
    order = order_for(CLOCK, 2, order_id, tier=tier)
    (line,) = order.lines
    return replace(order, lines=(replace(line, unit_price_minor=price),))


def refusal(shop: Shop, shipment_id: str) -> RouterError:
    with pytest.raises(RouterError) as refused:
        shop.dispatch(shipment_id)
    assert refused.value.reason is Reason.PAYMENT_MISSING
    return refused.value


def state_after_dispatch(shop: Shop, shipment_id: str) -> str:
    return str(shop.dispatch(shipment_id).record.state)


def test_an_order_without_any_payment_waits_for_one_and_is_told_how_much(paying: PayingShop) -> None:
    paying.shop.route(an_order_of("A-1"))

    refused = refusal(paying.shop, "A-1/1")

    assert (refused.facts["wanted"], refused.facts["covered"]) == ("1000", "0")
    assert "authorize the 10.00 EUR that are missing" in str(refused)
    assert "`on_account`" in str(refused)


def test_goods_that_cost_nothing_leave(paying: PayingShop) -> None:
    paying.shop.route(an_order_of("A-1", price=0))

    assert state_after_dispatch(paying.shop, "A-1/1") == "DISPATCHED"


def test_goods_leave_unpaid_where_a_rule_names_the_order(paying: PayingShop) -> None:
    paying.shop.route(an_order_of("A-1", "BUSINESS"), an_order_of("A-2", "BUSINESS", price=1_000))

    assert state_after_dispatch(paying.shop, "A-1/1") == "DISPATCHED"
    assert refusal(paying.shop, "A-2/1").facts["wanted"] == "2000"


def test_goods_on_account_leave_however_little_their_payments_cover(paying: PayingShop) -> None:
    paying.shop.route(an_order_of("A-1", "BUSINESS"))
    paying.authorize("P-1", 100, token="decline:stolen")

    assert state_after_dispatch(paying.shop, "A-1/1") == "DISPATCHED"


def test_what_was_decided_stands_when_rules_change(paying: PayingShop) -> None:
    paying.shop.route(an_order_of("A-1", "BUSINESS"), an_order_of("A-2"))
    activate(paying.shop, PAID_ELSEWHERE.replace("applies: true", 'applies: order.tier == ""'), key="later")

    assert state_after_dispatch(paying.shop, "A-1/1") == "DISPATCHED"
    refusal(paying.shop, "A-2/1")


def test_an_order_that_is_held_and_released_is_under_the_rules_of_now(paying: PayingShop) -> None:
    paying.shop.route(an_order_of("A-1"))
    activate(paying.shop, PAID_ELSEWHERE, key="later")
    paying.shop.answer(
        HoldOrder(
            request_id="hold",
            body_digest=digest("hold"),
            order_id=OrderId("A-1"),
            reason=HoldReason.PAYMENT,
            author="ann",
        )
    )
    paying.shop.answer(
        ReleaseOrder(
            request_id="release", body_digest=digest("release"), order_id=OrderId("A-1"), author="ann"
        )
    )

    assert state_after_dispatch(paying.shop, "A-1/2") == "DISPATCHED"


def test_a_decision_says_by_which_rule_and_its_replay_gives_the_same_bytes(paying: PayingShop) -> None:
    paying.shop.route(an_order_of("A-1", "BUSINESS"), an_order_of("A-2"))

    found = [paying.shop.queries.get_decision(order_id=one).decision for one in ("A-1", "A-2")]

    assert [one.plan.on_account for one in found] == ["finance/invoice", ""]
    for one in found:
        again = replay(one, *paying.shop.queries.documents.versions_of(one))
        assert pack_decision(again) == pack_decision(one)


def as_before(
    requests: Sequence[OrderToRoute], world: World, stock: StockView, capacity: CapacityView
) -> tuple[Decision, ...]:
    """Decisions as they were before rules could let goods leave unpaid."""
    decided = first_come(requests, world, stock, capacity)
    return tuple(replace(one, planned=replace(one.plan, on_account=UNSET)) for one in decided)


def test_an_order_decided_before_rules_were_asked_is_paid_elsewhere_unless_payments_say_otherwise() -> None:
    with a_paying_shop(route=as_before) as paying:
        paying.shop.route(an_order_of("A-1"), an_order_of("A-2"))
        paying.authorize("P-1", 999, order_id="A-2")

        assert state_after_dispatch(paying.shop, "A-1/1") == "DISPATCHED"
        assert refusal(paying.shop, "A-2/1").facts["covered"] == "999"
