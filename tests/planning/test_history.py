"""What recorded orders show of rules: how often each decides, and what breaking a softened fence usually saves."""

from functools import reduce
from operator import add

import pytest
from msgspec import structs

from router.planning.effects.effect import solve
from router.planning.effects.history import GAINS_MIN, Shown, history_of, show_orders
from router.rules.lint.history import ORDERS_MIN
from router.rules.lint.lint import lint
from tests.planning.recorded import History as Recorded
from tests.planning.recorded import a_history, a_pack, recorded
from tests.proving import seeds
from tests.routing.builders import an_order

STOCK = {"lille": {"RED-CLOCK": 9}, "lyon": {"RED-CLOCK": 9}}


def pack(cost: str, per: str = "shipment"):
    """From Lille, forbidden or dear, a parcel costs 5.00; from Lyon 8.00."""
    return a_pack(
        "constraints:",
        '  - {id: not-lille, ban: node.id == "lille", because: it is full,'
        f" soften: {{cost: eur({cost}), per: {per}}}}}",
    )


def orders(count: int, quantity: int = 1):
    return [an_order(f"A-{number}", lines={"RED-CLOCK": quantity}) for number in range(count)]


def shown_by(history: Recorded) -> Shown:
    networks = {history.world.network.digest: history.world.network}
    return reduce(add, show_orders(history.sample, networks, history.world.rules), Shown())


def gain_of(history: Recorded) -> int | None:
    return history_of(history.sample, shown_by(history)).gain_minor.get("shop/not-lille")


def found(history: Recorded) -> list[str]:
    known = history_of(history.sample, shown_by(history))
    return [one.message for one in lint(history.world.rules, history=known) if one.code == "L210"]


def test_a_fence_that_is_broken_each_time_shows_what_that_saves():
    history = recorded(*orders(6), stock=STOCK, rules=pack("1"))

    assert gain_of(history) == 300
    assert found(history) == ["breaking `not-lille` costs eur(1) and usually saves eur(3)"]


def test_a_price_by_the_unit_is_held_against_what_each_unit_saves():
    history = recorded(*orders(6, quantity=2), stock=STOCK, rules=pack("1", per="unit"))

    assert gain_of(history) == 150


def test_a_fence_that_holds_at_its_price_is_not_accused():
    history = recorded(*orders(6), stock=STOCK, rules=pack("4"))

    assert gain_of(history) == 300
    assert found(history) == []


def test_a_few_orders_show_nothing_usual():
    assert gain_of(recorded(*orders(GAINS_MIN - 1), stock=STOCK, rules=pack("1"))) is None


def test_a_fence_whose_price_depends_on_facts_is_left_alone():
    rules = a_pack(
        "constraints:",
        '  - {id: not-lille, ban: node.id == "lille", because: it is full,'
        " soften: {cost: order.total * 0.01, per: shipment}}",
    )

    assert gain_of(recorded(*orders(6), stock=STOCK, rules=rules)) is None


@pytest.mark.parametrize("seed", seeds(100, 2))
def test_no_gain_is_above_what_leaving_the_fence_out_saves_and_each_broken_one_is_worth_its_price(seed):
    rules = pack("0.50")
    history = a_history(seed, rules=rules)
    gains = shown_by(history).gains_milli["shop/not-lille"]
    saved = [saving_of(one, history, rules) for one in history.sample]

    assert len(gains) == sum(saving > 0 for saving in saved)
    assert all(gain <= saving for gain, saving in zip(gains, [one for one in saved if one > 0], strict=True))


def saving_of(one, history: Recorded, rules) -> int:
    network = history.world.network
    hard, free = rules.hardened("shop/not-lille"), rules.without("shop/not-lille")
    costs = [solve([one], [0], network, pack)[0].objective_milli for pack in (hard, free)]
    return costs[0] - costs[1]


def test_rules_that_no_order_meets_are_counted_nowhere_and_days_are_at_least_one():
    rules = a_pack(
        "costs:",
        '  - {id: gold, when: order.tier == "GLOD", per: shipment, amount: eur(1)}',
        "  - {id: box, per: shipment, amount: eur(1)}",
    )
    history = recorded(*orders(3), stock=STOCK, rules=rules)
    known = history_of(history.sample, shown_by(history))

    assert (known.days, known.orders, known.fired.get("shop/gold")) == (1, 3, None)
    assert known.fired["shop/box"] == 3


def test_no_orders_show_nothing():
    known = history_of([], Shown())

    assert (known.orders, dict(known.fired), dict(known.gain_minor)) == (0, {}, {})


def test_words_that_rules_look_for_are_counted_by_order_and_held_against_their_lists():
    rules = a_pack(
        "attributes: {order.attr.store: string}",
        "lists: {clocks: [RED-CLOCK, BLUE-CLOKC], stores: [A, B]}",
        "costs:",
        "  - {id: clock, when: line.sku in lists.clocks, per: line, amount: eur(1)}",
        "  - id: store",
        '    when: default(order.attr.store, "A") in lists.stores',
        "    per: shipment",
        "    amount: eur(1)",
    )
    attributes = ({"store": "B"}, {"store": "other"}, {})
    some = [
        structs.replace(order, attributes=attributes[number % 3])
        for number, order in enumerate(orders(ORDERS_MIN))
    ]
    history = recorded(*some, stock=STOCK, rules=rules)
    known = history_of(history.sample, shown_by(history))
    messages = [one.message for one in lint(rules, history=known) if one.code == "L304"]

    assert known.words == {("line.sku", "RED-CLOCK"): 100, ("order.attr.store", "B"): 34}
    assert messages == [
        "`BLUE-CLOKC` in the list `clocks` matched none of 100 orders in 1 day; `line.sku` was `RED-CLOCK` in 100"
    ]


def test_an_order_with_a_word_on_two_lines_counts_once():
    rules = a_pack(
        "costs:",
        '  - {id: calm, when: \'line.hazmat in ["", "LITHIUM"]\', per: line, amount: eur(1)}',
    )
    two = an_order("A-1", lines={"RED-CLOCK": 1, "TIN-LAMP": 1})
    stock = {"lille": {"RED-CLOCK": 9, "TIN-LAMP": 9}}

    assert shown_by(recorded(two, stock=stock, rules=rules)).words == {("line.hazmat", ""): 1}


def test_words_of_parts_of_the_orders_add_up():
    one, other = (
        Shown(words={("line.sku", "A"): 2}),
        Shown(words={("line.sku", "A"): 3, ("line.sku", "B"): 1}),
    )

    assert (one + other).words == {("line.sku", "A"): 5, ("line.sku", "B"): 1}
