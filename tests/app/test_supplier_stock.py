"""Goods that lie with a supplier are the supplier's: bought when they leave, they change hands with their node."""

from collections.abc import Iterator
from dataclasses import replace
from random import Random

import pytest

from router.domain.identifiers import NodeId
from router.ledger.accounting.vouchers import Voucher
from router.stores.memory.store import MemoryStore
from tests.app.builders import PAID_ELSEWHERE, Shop, a_shop, activate, put_network
from tests.app.first_come import first_come
from tests.app.payment_builders import CLOCK, a_paying_shop
from tests.app.test_accounting import (
    AT_DELIVERY,
    FRENCH,
    Life,
    an_order_of,
    balances,
    deliver,
    put_costs,
    reconciled,
    vouchers_of,
)
from tests.proving import seeds, under_seed
from tests.routing.builders import a_node

LAMP = "TIN-LAMP"


def name_suppliers(shop: Shop, *suppliers: str) -> None:
    """The network as it is from now on: Lyon and Nice, each one's own or a supplier's."""
    nodes = [
        replace(a_node(place), kind="SUPPLIER" if place in suppliers else "WAREHOUSE")
        for place in ("lyon", "nice")
    ]
    shop.ask(put_network(*nodes, key=shop.key()))


@pytest.fixture
def shop() -> Iterator[Shop]:
    """Lyon is a supplier's from the beginning. A clock costs 2.50."""
    with a_shop(MemoryStore(), route=first_come) as shop:
        activate(shop, PAID_ELSEWHERE)
        name_suppliers(shop, "lyon")
        put_costs(shop, {CLOCK: 250})
        yield shop
        for chart in (FRENCH, AT_DELIVERY):
            assert reconciled(shop, chart).differences == ()
        assert shop.faults() == ()


def changed_hands(shop: Shop) -> list[tuple[str, str, int, dict[str, int]]]:
    """Node, SKU, units and debits less credits of the vouchers of nodes that changed their owner."""
    return [
        (one.reference, one.sku, one.quantity, amounts(one))
        for one in vouchers_of(shop)
        if one.kind == "OWNERSHIP"
    ]


def amounts(voucher: Voucher) -> dict[str, int]:
    return {line.role.value: line.debit_minor - line.credit_minor for line in voucher.lines}


def test_what_a_supplier_has_counts_finds_and_misses_is_worth_nothing_to_us(shop: Shop) -> None:
    shop.adjust("lyon", CLOCK, 5)
    shop.adjust("lyon", CLOCK, 3, reason="RECEIPT")
    shop.adjust("lyon", CLOCK, -1, reason="DAMAGE")

    assert balances(shop) == {}


def test_units_are_bought_of_a_supplier_when_they_leave_it(shop: Shop) -> None:
    shop.adjust("lyon", CLOCK, 5)
    shop.route(an_order_of("A-1", 2, 600))
    shop.dispatch("A-1/1")

    assert {role: balances(shop)[role] for role in ("cost_of_goods", "suppliers")} == {
        "cost_of_goods": 500,
        "suppliers": -500,
    }
    assert "inventory" not in balances(shop)


def test_with_delivery_units_of_a_supplier_are_ours_on_their_way(shop: Shop) -> None:
    shop.adjust("lyon", CLOCK, 5)
    shop.route(an_order_of("A-1", 2, 600))
    shop.dispatch("A-1/1")
    on_its_way = balances(shop, AT_DELIVERY)
    deliver(shop, "A-1/1")

    assert (on_its_way["goods_out"], on_its_way["suppliers"]) == (500, -500)
    assert balances(shop, AT_DELIVERY)["cost_of_goods"] == 500


def test_what_a_customer_brings_back_to_a_supplier_is_given_back_to_it(shop: Shop) -> None:
    shop.adjust("lyon", CLOCK, 2, reason="RETURN")

    assert balances(shop) == {"suppliers": 500, "cost_of_goods": -500}


def test_a_cost_that_changes_revalues_our_own_units_alone(shop: Shop) -> None:
    shop.adjust("lyon", CLOCK, 5)
    shop.adjust("nice", CLOCK, 2)
    put_costs(shop, {CLOCK: 300})
    shop.adjust("nice", CLOCK, 1)

    assert balances(shop) == {"inventory": 3 * 300, "stock_differences": -800, "revaluation": -100}


def test_a_product_that_only_a_supplier_has_is_named_when_nobody_said_what_it_costs(shop: Shop) -> None:
    shop.adjust("lyon", LAMP, 2)

    assert reconciled(shop).skus_without_cost == (LAMP,)


def test_goods_change_hands_with_their_node_at_what_they_cost_then(shop: Shop) -> None:
    shop.adjust("nice", CLOCK, 4)
    shop.adjust("nice", LAMP, 4)
    name_suppliers(shop, "lyon", "nice")
    put_costs(shop, {CLOCK: 300})
    shop.adjust("nice", CLOCK, 1)
    name_suppliers(shop, "lyon")
    shop.adjust("nice", CLOCK, 1)

    assert changed_hands(shop) == [
        ("nice", CLOCK, 4, {"ownership": 1_000, "inventory": -1_000}),
        ("nice", CLOCK, 5, {"inventory": 1_500, "ownership": -1_500}),
    ]
    assert balances(shop)["inventory"] == 6 * 300


def test_a_node_that_is_the_same_again_before_anything_moves_has_never_changed(shop: Shop) -> None:
    shop.adjust("nice", CLOCK, 4)
    name_suppliers(shop, "lyon", "nice")
    put_costs(shop, {CLOCK: 300})
    name_suppliers(shop, "lyon")
    shop.adjust("nice", CLOCK, 1)

    assert changed_hands(shop) == []
    assert balances(shop)["inventory"] == 5 * 300


def test_a_cost_that_was_put_just_before_a_node_changes_revalues_what_is_ours_then(shop: Shop) -> None:
    shop.adjust("nice", CLOCK, 4)
    put_costs(shop, {CLOCK: 300})
    name_suppliers(shop, "lyon", "nice")
    shop.adjust("nice", CLOCK, 1)

    assert changed_hands(shop) == [("nice", CLOCK, 4, {"ownership": 1_000, "inventory": -1_000})]
    assert "revaluation" not in balances(shop)
    assert "inventory" not in balances(shop)


def test_a_node_that_leaves_the_network_keeps_its_owner(shop: Shop) -> None:
    shop.adjust("lyon", CLOCK, 4)
    shop.ask(put_network(a_node("nice"), key=shop.key()))
    shop.adjust("nice", CLOCK, 1)

    assert changed_hands(shop) == []
    assert balances(shop)["inventory"] == 250


def test_books_of_before_keep_their_vouchers_until_the_network_is_put_again(shop: Shop) -> None:
    store = shop.store
    assert isinstance(store, MemoryStore)
    store._node_owners.clear()
    shop.adjust("lyon", CLOCK, 5)
    before = vouchers_of(shop)
    assert balances(shop)["inventory"] == 5 * 250

    name_suppliers(shop, "lyon")
    shop.adjust("lyon", CLOCK, 1)

    assert vouchers_of(shop)[: len(before)] == before
    assert changed_hands(shop) == [("lyon", CLOCK, 5, {"ownership": 1_250, "inventory": -1_250})]
    assert "inventory" not in balances(shop)


def test_units_that_are_promised_or_being_picked_change_hands_too(shop: Shop) -> None:
    name_suppliers(shop)
    shop.adjust("lyon", CLOCK, 5)
    shop.route(an_order_of("A-1", 2, 600))
    name_suppliers(shop, "lyon")
    shop.dispatch("A-1/1")

    assert changed_hands(shop) == [("lyon", CLOCK, 5, {"ownership": 1_250, "inventory": -1_250})]
    assert balances(shop)["suppliers"] == -500


class LifeOfNodes(Life):
    """The same, in which nodes become a supplier's and are one's own again, before and after costs change."""

    def step(self, number: int) -> None:
        super().step(number)
        if number % 6 == 0:
            name_suppliers(self.shop, *self.random.choice(((), ("lyon",), ("nice",), ("lyon", "nice"))))
            if self.random.random() < 0.5:
                self.cost(number)


@pytest.mark.parametrize("seed", seeds(300, 6))
def test_whoever_owns_nodes_vouchers_agree_with_the_books_and_never_change(seed: int) -> None:
    random = Random(seed)
    with under_seed("supplier_stock", seed), a_paying_shop() as paying:
        shop, said = paying.shop, dict[tuple[int, int], list[Voucher]]()
        put_costs(shop, {CLOCK: 250})
        life = LifeOfNodes(paying, random)
        for number in range(90):
            life.step(number)
            if number % 10 == 9:
                last = shop.queries.head().position
                after = random.randint(0, last - 1)
                said[after, last] = vouchers_of(shop, after, last)
        for (after, until), before in said.items():
            assert vouchers_of(shop, after, until) == before
        for chart in (FRENCH, AT_DELIVERY):
            assert reconciled(shop, chart).differences == ()
        whole = vouchers_of(shop)
        assert len({one.id for one in whole}) == len(whole)
        assert "OWNERSHIP" in {one.kind for one in whole}


def test_of_every_node_the_owner_that_was_said_last_is_known(shop: Shop) -> None:
    name_suppliers(shop, "nice")
    with shop.store.reader() as reader:
        last = {one.node_id: one.is_supplier for one in reader.read_node_owners()}

    assert last == {NodeId("lyon"): False, NodeId("nice"): True}
