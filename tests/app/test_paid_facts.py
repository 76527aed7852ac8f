"""Payments as facts of rules: an order is held until it is paid for, and decided by when its authorization runs out."""

from collections.abc import Iterator
from typing import Any

import pytest
from msgspec.structs import replace

from router.app.books.books import Books
from router.app.commands.rules import ActivateRules
from router.app.steps.paid import paid_of
from router.domain.order import Order
from router.routing.decision import Paid
from router.routing.replay import pack_decision, replay
from tests.app.builders import Shop, order_for
from tests.app.payment_builders import CLOCK, PayingShop, a_paying_shop
from tests.app.rule_builders import ready

RULES = """\
kind: RuleSet/v1
id: money
owner: finance
priority: 10
currency: EUR
timezone: Europe/Paris
applies: true
holds:
  - id: wait-for-money
    when: order.payment in ["PENDING", "DECLINED", "PARTLY"]
    because: nothing is packed that nobody pays for
"""


@pytest.fixture
def paying() -> Iterator[PayingShop]:
    with a_paying_shop(route=None) as paying:
        yield paying


def an_order_of(order_id: str, quantity: int, price: int) -> Order:
    order = order_for(CLOCK, quantity)
    (line,) = order.lines
    return replace(order, id=order_id, lines=(replace(line, unit_price_minor=price),))


def activate(shop: Shop) -> None:
    command = ActivateRules(
        request_id=shop.key(), body_digest=b"", files={"money.yaml": RULES.encode()}, author="ada"
    )
    shop.answer(ready(shop, command))


def paid_in(paying: PayingShop, order_id: str = "A-1") -> Paid | None:
    return paying.shop.queries.get_decision(order_id=order_id).decision.inputs.paid


def routed(paying: PayingShop, *orders: Order) -> Any:
    (result,) = paying.shop.route(*orders).results
    return result


def test_an_order_without_payments_here_has_none(paying: PayingShop) -> None:
    routed(paying, an_order_of("A-1", 1, 500))

    assert paid_in(paying) is None


@pytest.mark.parametrize(
    ("amount", "token", "state", "covered"),
    [
        (1000, "", "COVERED", 1000),
        (400, "", "PARTLY", 400),
        (1000, "pending", "PENDING", 0),
        (1000, "decline:no", "DECLINED", 0),
    ],
)
def test_a_decision_keeps_how_its_order_was_paid_for(
    paying: PayingShop, amount: int, token: str, state: str, covered: int
) -> None:
    paying.authorize("P-1", amount, token=token)
    routed(paying, an_order_of("A-1", 2, 500))

    seen = paid_in(paying)

    assert seen is not None
    assert (seen.state, seen.covered_minor) == (state, covered)
    assert (seen.expire_time is not None) == (covered > 0)


def test_what_is_not_paid_for_waits_and_its_replay_gives_the_same_bytes(paying: PayingShop) -> None:
    activate(paying.shop)
    paying.authorize("P-1", 400)

    held = routed(paying, an_order_of("A-1", 2, 500))
    paying.authorize("P-2", 600)

    assert held.plan.is_held
    found = paying.shop.queries.get_decision(order_id="A-1").decision
    again = replay(found, *paying.shop.queries.documents.versions_of(found))
    assert pack_decision(again) == pack_decision(found)


def test_what_is_paid_for_goes(paying: PayingShop) -> None:
    activate(paying.shop)
    paying.authorize("P-1", 1_000)

    assert not routed(paying, an_order_of("A-1", 2, 500)).plan.is_held
    assert paying.shop.dispatch("A-1/1").record.state == "DISPATCHED"


def test_paid_is_counted_for_the_whole_order(paying: PayingShop) -> None:
    paying.authorize("P-1", 600, token="expire:3600")
    paying.authorize("P-2", 400)
    paying.capture("P-1", 600)
    books = Books(paying.shop.store)

    seen = paid_of(books, an_order_of("A-1", 2, 500))

    assert seen is not None
    assert (seen.state, seen.covered_minor) == ("COVERED", 1_000)
    assert seen.expire_time == paying.shop.queries.payments.get_payment("P-2").expire_time
