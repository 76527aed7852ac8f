"""Recorded decisions for tests: of random retailers, and of the small French one."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from random import Random

from router.domain.order import Order
from router.planning.effects.effect import Sampled
from router.routing.route import route
from router.routing.world import World
from router.rules.ruleset import CompiledRules
from tests.routing.builders import MONDAY_TEN, a_world, decide, rules_from
from tests.routing.random_worlds import RULES, random_requests, random_shelf, random_world


@dataclass(frozen=True)
class History:
    """A world and what was decided in it."""

    world: World
    sample: Sequence[Sampled]

    def under(self, rules: CompiledRules) -> World:
        return replace(self.world, rules=rules)


def a_history(seed: int, count: int = 12, rules: CompiledRules | None = None) -> History:
    """Decisions of a random retailer, one after another; under the shop's rules unless others are given."""
    random = Random(seed)
    world = replace(random_world(random), rules=rules or rules_from(shop=RULES))
    shelf = random_shelf(random, world)
    decisions = route(random_requests(random, count), world, shelf, shelf)
    return History(world, sampled(decisions))


def sampled(decisions: Sequence[object]) -> list[Sampled]:
    return [
        Sampled(decision_id=f"d-{number:012d}", decision=decision)
        for number, decision in enumerate(decisions)
    ]


def recorded(
    *orders: Order, stock: Mapping[str, Mapping[str, int]], rules: CompiledRules, world: World | None = None
) -> History:
    """Each order decided for itself on the same stock."""
    world = replace(world or a_world(), rules=rules)
    return History(
        world, sampled([decide(order, stock=stock, world=world, at=MONDAY_TEN) for order in orders])
    )


def a_pack(*blocks: str, **header: str) -> CompiledRules:
    """One rule set of these blocks for orders to France."""
    return rules_from(shop=a_file(*blocks, **header))


def a_file(*blocks: str, **header: str) -> str:
    head = {
        "priority": "10",
        "revision": '"1"',
        "owner": "planning",
        "applies": 'dest.country == "FR"',
        "timezone": "Europe/Paris",
        **header,
    }
    lines = [
        "kind: RuleSet/v1",
        "id: shop",
        "currency: EUR",
        *(f"{key}: {head[key]}" for key in head),
        *blocks,
    ]
    return "\n".join(lines) + "\n"
