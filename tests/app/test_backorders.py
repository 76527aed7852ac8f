"""Who may wait and how long: limits of a product, the order of service, pre-orders until their release."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from random import Random
from typing import Any

import pytest
from msgspec import structs

from router.app.commands.deciding import Because
from router.app.commands.documents import PutProducts
from router.app.commands.purchasing import PutBackorderLimits
from router.app.commands.questions import GetAvailableToPromise, QuotePromise
from router.app.commands.rules import ActivateRules
from router.app.purchasing.backorder_queries import Waiting
from router.app.records.ids import decision_number_of
from router.domain.identifiers import Day, Sku
from router.domain.plan import UnshippedAction
from router.domain.reasons import Reason, RouterError
from router.routing.network.dates import utc_day
from router.routing.network.prepared import prepare
from router.routing.replay import pack_decision, replay, unpack_decision
from router.rules.ruleset import no_rules
from router.stores.memory.store import MemoryStore
from router.stores.sqlite.store import SqliteStore
from tests.app.builders import Shop, a_shop, digest, order_for
from tests.app.first_come import first_come
from tests.app.purchase_builders import CLOCK, LAMP, a_supplier, arrive, place, put
from tests.app.rule_builders import ready
from tests.proving import seeds
from tests.routing.builders import MONDAY_TEN, a_product, an_order

MONDAY = utc_day(MONDAY_TEN)


@pytest.fixture
def shop() -> Iterator[Shop]:
    with a_shop(MemoryStore(), rules="") as shop:
        yield shop
        assert shop.faults() == ()


def limit(shop: Shop, units: int | None, sku: str = CLOCK) -> None:
    limits = {Sku(sku): units}
    shop.answer(PutBackorderLimits(request_id=shop.key(), body_digest=digest(limits), limits=limits))


def states(shop: Shop, *order_ids: str) -> list[str]:
    return [shop.queries.get_order(order_id).state for order_id in order_ids]


def row(shop: Shop, sku: str = CLOCK) -> Any:
    found: Any = shop.answer(GetAvailableToPromise(skus=(Sku(sku),)))
    return found.rows[0]


def backorders(shop: Shop, *tiers: str) -> tuple[Waiting, ...]:
    return shop.queries.backorders.list_backorders(row(shop), tiers, 100)


def test_no_more_wait_than_may_and_who_comes_too_late_is_told_why() -> None:
    with a_shop(MemoryStore(), rules="", route=first_come) as shop:
        limit(shop, 5)
        for order_id, units in (("a", 3), ("b", 3), ("c", 2)):
            shop.route(order_for(CLOCK, units, order_id))

        assert states(shop, "a", "b", "c") == ["BACKORDERED", "CANCELED", "BACKORDERED"]
        assert row(shop).waiting == 5
        (unshipped,) = shop.queries.get_decision(order_id="b").routed.plan.unshipped
        assert shop.faults() == ()
    assert (unshipped.action, unshipped.reason, unshipped.rule) == (
        UnshippedAction.CANCEL,
        "BACKORDER_LIMIT",
        "",
    )


def test_what_is_in_stock_ships_and_other_products_wait_as_before(shop: Shop) -> None:
    limit(shop, 0)
    shop.adjust("lyon", CLOCK, 2)
    shop.route(an_order("a", lines={CLOCK: 3, LAMP: 1}))

    account = shop.queries.get_order("a")
    assert [(line.reserved, line.backordered, line.canceled) for line in account.lines] == [
        (2, 0, 1),
        (0, 1, 0),
    ]


@pytest.mark.parametrize("seed", seeds(0, 10))
def test_orders_of_one_batch_are_limited_like_one_after_another(seed: int) -> None:
    chance = Random(seed)
    most, there = chance.randint(0, 9), chance.randint(0, 6)
    orders = [order_for(CLOCK, chance.randint(1, 4), f"order-{n}") for n in range(chance.randint(2, 12))]
    outcomes = []
    for together in (True, False):
        with a_shop(MemoryStore(), rules="", route=first_come) as shop:
            limit(shop, most)
            if there:
                shop.adjust("lille", CLOCK, there)
            for group in [orders] if together else [[order] for order in orders]:
                shop.route(*group)
            outcomes.append([shop.queries.get_order(order.id).lines for order in orders])
            assert row(shop).waiting <= most
            assert shop.faults() == ()
    assert outcomes[0] == outcomes[1]
    canceled = sum(line.canceled for (line,) in outcomes[0])
    asked = sum(line.quantity for order in orders for line in order.lines)
    assert canceled == 0 or asked > there + most - max(
        line.quantity for order in orders for line in order.lines
    )


def test_a_decision_that_was_limited_can_be_decided_again_to_the_same_bytes(shop: Shop) -> None:
    limit(shop, 1)
    shop.adjust("lyon", CLOCK, 1)
    shop.route(order_for(CLOCK, 3, "a"))

    with shop.store.reader() as reader:
        found = reader.find_decision(decision_number_of(shop.queries.get_order("a").decision_id))
    assert found is not None
    decision = unpack_decision(found.body)
    assert decision.inputs.capped == (CLOCK,)
    network = prepare(shop.queries.documents.get_network().network)
    assert pack_decision(replay(decision, network, no_rules())) == found.body


def test_whoever_is_served_makes_room_and_nobody_who_waits_is_sent_away(shop: Shop) -> None:
    limit(shop, 4)
    shop.route(order_for(CLOCK, 4, "a"))
    limit(shop, 1)
    shop.reroute("a")
    assert states(shop, "a") == ["BACKORDERED"]
    shop.adjust("lyon", CLOCK, 4)
    shop.reroute("a", because=Because.RECEIPT)
    shop.route(order_for(CLOCK, 1, "b"), order_for(CLOCK, 1, "c"))
    assert states(shop, "a", "b", "c") == ["ALLOCATED", "BACKORDERED", "CANCELED"]
    limit(shop, None)
    shop.route(order_for(CLOCK, 900, "d"))
    assert states(shop, "d") == ["BACKORDERED"]


def test_a_promise_says_what_the_limit_makes_of_it(shop: Shop) -> None:
    limit(shop, 1)
    quoted: Any = shop.answer(QuotePromise(order=order_for(CLOCK, 2)))

    (unshipped,) = quoted.promises[0].plan.unshipped
    assert (unshipped.action, unshipped.reason) == (UnshippedAction.CANCEL, "BACKORDER_LIMIT")
    assert quoted.promises[0].restocks == ()


def test_limits_are_kept_and_told_and_refuse_what_nobody_knows(tmp_path: Path) -> None:
    path = tmp_path / "books.db"
    with closing(SqliteStore(path)) as store, a_shop(store, rules="") as shop:
        limit(shop, 2)
        limit(shop, 3, LAMP)
        limit(shop, None, LAMP)
        told = [(event.subject, event.text) for event in shop.queries.list_events(0, 99)][-3:]
        assert told == [
            (CLOCK, "at most 2 may wait"),
            (LAMP, "at most 3 may wait"),
            (LAMP, "any number may wait"),
        ]
        with pytest.raises(RouterError) as refused:
            limit(shop, 1, "GHOST")
        assert refused.value.reason is Reason.INVALID_REQUEST
    with closing(SqliteStore(path)) as store, running(Shop(store)) as shop:
        assert shop.queries.purchases.list_backorder_limits() == ((CLOCK, 2),)
        assert row(shop).backorder_limit == 2


@contextmanager
def running(shop: Shop) -> Iterator[Shop]:
    shop.engine.start()
    yield shop
    shop.engine.stop()


def test_who_waits_is_listed_in_the_order_of_service_with_the_day_that_covers_it(shop: Shop) -> None:
    put(shop, a_supplier())
    place(shop, {CLOCK: 3}, expected_day=Day(MONDAY + 4))
    place(shop, {CLOCK: 2}, "po-2", expected_day=Day(MONDAY + 9))
    shop.route(order_for(CLOCK, 2, "old"))
    shop.route(order_for(CLOCK, 2, "gold", tier="GOLD"))
    shop.route(order_for(CLOCK, 2, "promised", promise_day=Day(MONDAY + 6)))

    assert [(one.order_id, one.quantity, one.expected_day) for one in backorders(shop, "GOLD")] == [
        ("promised", 2, MONDAY + 4),
        ("gold", 2, MONDAY + 9),
        ("old", 2, None),
    ]
    arrive(shop, {CLOCK: 2})
    shop.reroute("promised", because=Because.RECEIPT)
    assert [(one.order_id, one.expected_day) for one in backorders(shop)] == [
        ("old", MONDAY + 9),
        ("gold", None),
    ]


PRE_ORDERS = """\
kind: RuleSet/v1
id: launch
owner: logistics
priority: 10
currency: EUR
timezone: UTC
applies: true
constraints:
  - {id: not-before-the-release, when: line.is_preorder, ban: true, because: the publisher fines who is early}
backorder:
  - id: pre-orders
    when: line.is_preorder
    do: BACKORDER
    until: release
    penalty: eur(1)
    because: who orders before the release knows that it comes later
  - {id: default, do: BACKORDER, penalty: eur(50), because: the rest waits}
"""


def put_in_force(shop: Shop, text: str) -> None:
    command = ActivateRules(
        request_id=shop.key(), body_digest=digest(text), files={"launch.yaml": text.encode()}, author="ada"
    )
    shop.answer(ready(shop, command))


def test_a_pre_order_waits_for_its_release_and_ships_then(shop: Shop) -> None:
    release = Day(MONDAY + 3)
    game = structs.replace(a_product(CLOCK), release_day=release)
    shop.ask(PutProducts(request_id="game", body_digest=digest(game), products=(game,)))
    put_in_force(shop, PRE_ORDERS)
    put(shop, a_supplier())
    place(shop, {CLOCK: 5})
    limit(shop, 2)
    arrive(shop)
    for order_id in ("a", "b"):
        shop.route(order_for(CLOCK, 1, order_id))
    shop.route(order_for(CLOCK, 1, "one too many"))

    assert states(shop, "a", "b", "one too many") == ["BACKORDERED", "BACKORDERED", "CANCELED"]
    (unshipped,) = shop.queries.get_decision(order_id="a").routed.plan.unshipped
    assert (unshipped.rule, unshipped.until_day) == ("launch/pre-orders", release)
    shop.clock.go_on(86_400)
    shop.reroute("a", "b", because=Because.SCHEDULE)
    assert states(shop, "a", "b") == ["BACKORDERED", "BACKORDERED"]
    shop.clock.go_on(2 * 86_400)
    shop.reroute("a", "b", because=Because.SCHEDULE)
    assert states(shop, "a", "b") == ["ALLOCATED", "ALLOCATED"]
