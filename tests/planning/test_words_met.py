"""The shipped packs held against the orders of the simulated company: no word of their lists is accused."""

from functools import lru_cache

import pytest

from router.planning.effects.words_met import words_met
from router.routing.batch.batch import Batch, read_batch
from router.routing.network.prepared import prepare
from router.routing.world import OrderToRoute, World
from router.rules.lint.lint import lint
from router.rules.lint.pack import History
from router.rules.lint.unmet_words import words_asked
from router.rules.ruleset import CompiledRules, compile_rules, no_rules
from router.simulation.company import simulated_company
from tests.routing.builders import NO_PRICES, Shelf, by_sku
from tests.rules.test_packs import PACKS, changed_files, compiled

ORDERS = 1_000


@lru_cache
def a_week() -> Batch:
    """A week of orders of the company that `router demo` simulates."""
    company = simulated_company(7, ORDERS)
    products = {article.product.sku: article.product for article in company.articles}
    world = World(network=prepare(company.network), products=products, rules=no_rules(), prices=NO_PRICES)
    requests = [OrderToRoute(order=order, decision_time=order.place_time) for order in company.orders]
    return read_batch(requests, world, [Shelf(by_sku(company.stock))] * ORDERS)


def rules_of(pack: str) -> CompiledRules:
    rules = compiled(pack).rules
    assert rules is not None
    return rules


def accused(rules: CompiledRules) -> list[str]:
    """The words of lists that the week's orders accuse."""
    history = History(days=7, orders=ORDERS, fired={}, words=words_met(a_week(), rules))
    return [one.message for one in lint(rules, history=history) if "in the list" in one.message]


@pytest.mark.parametrize("pack", PACKS)
def test_no_word_of_a_shipped_pack_is_accused_by_a_week_of_simulated_orders(pack):
    assert accused(rules_of(pack)) == []


def test_the_week_matches_what_the_baseline_lists():
    rules = rules_of("baseline")
    met = words_met(a_week(), rules)

    assert {fact.name for fact in words_asked(rules.sets)} == {"line.hazmat", "dest.region"}
    assert {word for fact, word in met if fact == "line.hazmat"} == {"AEROSOL", "LITHIUM"}


def test_a_misspelled_word_of_the_baseline_is():
    files = changed_files("baseline", "[AEROSOL, LITHIUM]", "[AEROSOL, LITIHUM]")
    rules = compile_rules(files).rules
    assert rules is not None

    assert [one.split(" matched")[0] for one in accused(rules)] == ["`LITIHUM` in the list `no_flight`"]
