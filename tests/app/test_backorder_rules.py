"""Limits that rules put on waiting: over all orders, beside those of products, and for edits as for new orders."""

from collections.abc import Iterator
from typing import Any

import pytest
from msgspec.structs import replace

from router.app.commands.edits import EditOrder, LineEdit
from router.app.commands.purchasing import PutBackorderLimits
from router.app.commands.questions import QuotePromise
from router.app.records.ids import decision_number_of
from router.domain.identifiers import LineId, OrderId, Sku
from router.domain.order import Order
from router.routing.explain.explain import explain
from router.routing.replay import pack_decision, recorded_world, replay, unpack_decision
from router.stores.memory.store import MemoryStore
from tests.app.builders import Shop, a_shop, activate, digest, order_for
from tests.app.purchase_builders import CLOCK, LAMP
from tests.routing.builders import an_order

LIMITED = """\
kind: RuleSet/v1
id: shop
owner: logistics
priority: 10
currency: EUR
timezone: UTC
applies: true
backorder:
  - id: not-on-the-marketplace
    when: order.channel == "marketplace"
    do: CANCEL
    penalty: eur(50)
    because: the marketplace fines who is late
  - id: gold
    when: order.tier == "GOLD"
    do: BACKORDER
    max_waiting: 8
    penalty: eur(50)
    because: gold customers may wait while eight units do
  - {id: default, do: BACKORDER, max_waiting: 5, max_units: 4, penalty: eur(50), because: few may wait}
"""


@pytest.fixture
def shop() -> Iterator[Shop]:
    with a_shop(MemoryStore(), rules="") as shop:
        activate(shop, LIMITED)
        yield shop
        assert shop.faults() == ()


def limit(shop: Shop, units: int, sku: str = CLOCK) -> None:
    limits: dict[Sku, int | None] = {Sku(sku): units}
    shop.answer(PutBackorderLimits(request_id=shop.key(), body_digest=digest(limits), limits=limits))


def left_out(shop: Shop, order_id: str) -> list[tuple[int, str, str, str]]:
    """Units, what becomes of them, the rule, and the reason unless it is that there is no stock."""
    plan = shop.queries.get_order(order_id).plan
    return [
        (one.quantity, one.action.value, one.rule, "" if one.reason == "NO_STOCK" else one.reason)
        for one in plan.unshipped
    ]


def an_edit(lines: dict[str, int], order_id: str, token: str = "") -> EditOrder:
    edits = tuple(LineEdit(line_id=LineId(line), quantity=units) for line, units in lines.items())
    return EditOrder(
        request_id=f"edit {order_id} {token}" if token else "",
        body_digest=digest(lines, token),
        edit_digest=digest(lines),
        order_id=OrderId(order_id),
        lines=edits,
        author="ann",
        confirm_token=token,
    )


def edit(shop: Shop, order_id: str, **lines: int) -> Any:
    """What was shown, done."""
    wanted = {line.removeprefix("line_"): units for line, units in lines.items()}
    preview: Any = shop.answer(an_edit(wanted, order_id))
    done: Any = shop.answer(an_edit(wanted, order_id, preview.confirm_token))
    assert done.record.plan == preview.record.plan
    return done


def test_each_rule_has_its_own_limit_of_all_units_that_wait_for_a_product(shop: Shop) -> None:
    for number, (units, changes) in enumerate(
        [
            (4, {}),
            (2, {}),
            (1, {}),
            (4, {"tier": "GOLD"}),
            (3, {"tier": "GOLD"}),
            (1, {"channel": "marketplace"}),
        ]
    ):
        shop.route(order_for(CLOCK, units, f"o-{number}", **changes))
    shop.route(order_for(LAMP, 4, "other"))

    assert [left_out(shop, f"o-{number}") for number in range(6)] == [
        [(4, "BACKORDER", "shop/backorder.default", "")],
        [(2, "CANCEL", "shop/backorder.default", "BACKORDER_LIMIT")],
        [(1, "BACKORDER", "shop/backorder.default", "")],
        [(4, "CANCEL", "shop/gold", "BACKORDER_LIMIT")],
        [(3, "BACKORDER", "shop/gold", "")],
        [(1, "CANCEL", "shop/not-on-the-marketplace", "")],
    ]
    assert left_out(shop, "other") == [(4, "BACKORDER", "shop/backorder.default", "")]


def test_orders_of_one_batch_count_together_and_a_promise_says_the_same_before(shop: Shop) -> None:
    quoted: Any = shop.answer(QuotePromise(order=order_for(CLOCK, 6)))
    shop.route(*(order_for(CLOCK, units, name) for name, units in (("a", 3), ("b", 3), ("c", 2))))

    assert [(one.quantity, one.action.value) for one in quoted.promises[0].plan.unshipped] == [
        (4, "BACKORDER"),
        (2, "CANCEL"),
    ]
    assert [[part[1] for part in left_out(shop, name)] for name in "abc"] == [
        ["BACKORDER"],
        ["CANCEL"],
        ["BACKORDER"],
    ]


def test_the_limit_of_a_product_holds_beside_those_of_rules(shop: Shop) -> None:
    limit(shop, 2)
    shop.route(order_for(CLOCK, 3, "a"), order_for(CLOCK, 2, "b"))

    assert left_out(shop, "a") == [(3, "CANCEL", "", "BACKORDER_LIMIT")]
    assert left_out(shop, "b") == [(2, "BACKORDER", "shop/backorder.default", "")]


def test_an_edit_that_wants_more_than_may_wait_gets_no_more_and_keeps_what_it_had(shop: Shop) -> None:
    shop.route(order_for(CLOCK, 2, "a"), order_for(CLOCK, 2, "b"))

    edit(shop, "a", line_1=4)
    assert left_out(shop, "a") == [
        (2, "BACKORDER", "shop/backorder.default", ""),
        (2, "CANCEL", "shop/backorder.default", "BACKORDER_LIMIT"),
    ]
    edit(shop, "b", line_1=3)
    assert left_out(shop, "b") == [(3, "BACKORDER", "shop/backorder.default", "")]
    (a,) = shop.queries.get_order("a").lines
    assert (a.ordered, a.backordered, a.canceled) == (4, 2, 2)


def test_an_edit_obeys_the_limit_of_the_product_as_a_new_order_does(shop: Shop) -> None:
    shop.route(order_for(LAMP, 1, "a"), order_for(CLOCK, 2, "b"))
    limit(shop, 1)

    edit(shop, "b", line_1=1)
    assert left_out(shop, "b") == [(1, "BACKORDER", "shop/backorder.default", "")]
    edit(shop, "b", line_1=3)
    assert left_out(shop, "b") == [
        (1, "BACKORDER", "shop/backorder.default", ""),
        (2, "CANCEL", "", "BACKORDER_LIMIT"),
    ]


def test_what_a_limit_cut_is_explained_and_replayed(shop: Shop) -> None:
    shop.route(order_for(CLOCK, 4, "a"), an_order("b", lines={CLOCK: 2, LAMP: 1}))

    decision_id = shop.queries.get_order("b").decision_id
    with shop.store.reader() as reader:
        found = reader.find_decision(decision_number_of(decision_id))
    assert found is not None
    decision = unpack_decision(found.body)
    network, rules = shop.queries.documents.versions_of(decision)
    explained = explain(decision, recorded_world(decision.inputs, network, rules))

    assert [rule.name for rule in explained.limit_rules] == ["shop/backorder.default"]
    assert left_out(shop, "b") == [
        (2, "CANCEL", "shop/backorder.default", "BACKORDER_LIMIT"),
        (1, "BACKORDER", "shop/backorder.default", ""),
    ]
    assert pack_decision(replay(decision, network, rules)) == found.body


def kits(count: int, order_id: str, clocks: int = 2) -> Order:
    """So many kits of some clocks and a lamp."""
    order = an_order(order_id, lines={CLOCK: clocks * count, LAMP: count})
    return replace(order, lines=tuple(replace(line, kit_id="set") for line in order.lines))


def waits_and_is_canceled(shop: Shop, order_id: str) -> dict[str, tuple[int, int, set[str]]]:
    """By product: the units that wait, those that are canceled, and by which rules."""
    found = {}
    for sku in (CLOCK, LAMP):
        left = [one for one in shop.queries.get_order(order_id).plan.unshipped if one.sku == sku]
        by = {
            action: sum(one.quantity for one in left if one.action.value == action)
            for action in ("BACKORDER", "CANCEL")
        }
        rules = {one.rule for one in left if one.reason == "BACKORDER_LIMIT"}
        found[sku] = (by["BACKORDER"], by["CANCEL"], rules)
    return found


def test_a_kit_does_not_wait_in_part_where_one_of_its_products_may_not(shop: Shop) -> None:
    limit(shop, 3)
    shop.route(kits(1, "one"), kits(1, "two"))

    assert waits_and_is_canceled(shop, "one") == {CLOCK: (2, 0, set()), LAMP: (1, 0, set())}
    assert waits_and_is_canceled(shop, "two") == {CLOCK: (0, 2, {""}), LAMP: (0, 1, {""})}


def test_a_kit_waits_as_often_as_the_units_of_a_line_that_may_wait_make_it_whole(shop: Shop) -> None:
    shop.route(kits(3, "three"))

    by = {"shop/backorder.default"}
    assert waits_and_is_canceled(shop, "three") == {CLOCK: (4, 2, by), LAMP: (2, 1, by)}


def test_a_limited_kit_is_decided_again_to_the_same_bytes(shop: Shop) -> None:
    limit(shop, 3)
    for order in (kits(1, "one"), kits(1, "two"), kits(3, "three", 1)):
        shop.route(order)
        decision = shop.queries.get_decision(order_id=order.id).decision
        network, rules = shop.queries.documents.versions_of(decision)
        assert pack_decision(replay(decision, network, rules)) == pack_decision(decision)
