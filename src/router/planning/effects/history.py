"""What recorded orders show of a pack, for the linter: how often each rule decided and each word of its lists was met,
and what breaking fences saves.

A softened fence is tried hard and left out: what the second saves over the first is the gain of breaking it.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from statistics import median_low

import numpy as np

from router.domain.identifiers import Digest
from router.domain.plan import Plan
from router.planning.cases.firing import fired_rules
from router.planning.effects.effect import Sampled, asked, groups_of, is_made_from, said_by, solve
from router.planning.effects.rule_costs import unsolved
from router.planning.effects.said import rules_differing
from router.planning.effects.sums import added_counts
from router.planning.effects.words_met import words_met
from router.routing.network.prepared import PreparedNetwork
from router.routing.round.round import Asked, pose_round
from router.rules.blocks.effects import Ban
from router.rules.expressions.scalar import constant
from router.rules.expressions.units import MILLI
from router.rules.lint.pack import History
from router.rules.ruleset import CompiledRules

GAINS_MIN = 5
"""Of so few orders that gain by breaking a fence nothing usual can be said."""
MICROSECONDS_PER_DAY = 86_400_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Fence:
    """A softened ban with a fixed price, and the pack with it hard and without it."""

    name: str
    price_milli: int
    hard: CompiledRules
    without: CompiledRules


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """What some orders show: how many each rule decided, and by fence what breaking it saved, order by order.

    `words` counts the orders of which a fact was a word that rules ask for.
    """

    orders: int = 0
    fired: Mapping[str, int] = field(default_factory=dict)
    gains_milli: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    words: Mapping[tuple[str, str], int] = field(default_factory=dict)

    def __add__(self, other: "Shown") -> "Shown":
        names = dict.fromkeys((*self.gains_milli, *other.gains_milli))
        return Shown(
            orders=self.orders + other.orders,
            fired=added_counts(self.fired, other.fired),
            gains_milli={
                name: (*self.gains_milli.get(name, ()), *other.gains_milli.get(name, ())) for name in names
            },
            words=added_counts(self.words, other.words),
        )


def show_orders(
    sample: Sequence[Sampled], networks: Mapping[Digest, PreparedNetwork], rules: CompiledRules
) -> Iterator[Shown]:
    """What some hundred orders of `sample` at a time show of `rules`; the parts add up."""
    fences = tuple(fences_of(rules))
    for group in groups_of(sample, networks):
        network = networks[group[0].decision.inputs.network_digest]
        posed = pose_round(*asked(group, network, rules))
        fired = fired_rules(unsolved(posed, group, network, rules))
        yield Shown(
            orders=len(group),
            fired={name: int(np.count_nonzero(rows)) for name, rows in fired.items()},
            gains_milli={fence.name: tuple(gains(fence, group, network, rules, posed)) for fence in fences},
            words=words_met(posed.batch, rules),
        )


def history_of(sample: Sequence[Sampled], shown: Shown) -> History:
    """What all orders of `sample` showed together, as the linter takes it."""
    times = [one.decision.inputs.decision_time for one in sample]
    days = -(-(max(times) - min(times)) // MICROSECONDS_PER_DAY) if times else 0
    return History(
        days=max(1, days),
        orders=shown.orders,
        fired=shown.fired,
        gain_minor={
            name: median_low(found) // MILLI
            for name, found in shown.gains_milli.items()
            if len(found) >= GAINS_MIN
        },
        words=shown.words,
    )


def fences_of(rules: CompiledRules) -> Iterator[Fence]:
    for one in rules.sets:
        for ban in one.constraints:
            price_milli = price_of(ban)
            if price_milli:
                name = ban.ref.name
                yield Fence(
                    name=name, price_milli=price_milli, hard=rules.hardened(name), without=rules.without(name)
                )


def price_of(ban: Ban) -> int:
    """Of breaking the ban once; 0 if it is hard, or if the price depends on facts."""
    return 0 if ban.soften is None or ban.soften.amount.facts else int(constant(ban.soften.amount))


def gains(
    fence: Fence,
    group: Sequence[Sampled],
    network: PreparedNetwork,
    rules: CompiledRules,
    posed: Asked,
) -> Iterator[int]:
    """What breaking the fence once saves, for each order for which it saves anything.

    Where the fence holds although it could be broken, it saves less than its price, by how much is not asked.
    """
    differing = rules_differing(posed.batch, posed.verdicts, said_by(fence.hard, posed.batch)).values()
    numbers = np.flatnonzero(np.logical_or.reduce(list(differing))).tolist() if differing else []
    made = {
        number: group[number].decision.plan
        for number in numbers
        if is_made_from(rules, group[number].decision)
    }
    priced = made | solve(group, [number for number in numbers if number not in made], network, rules)
    hard, free = solve(group, numbers, network, fence.hard), solve(group, numbers, network, fence.without)
    for number in numbers:
        gain = hard[number].objective_milli - free[number].objective_milli
        if gain <= 0:
            continue
        paid = charged(priced[number], fence.name)
        if paid:
            saved = hard[number].objective_milli - priced[number].objective_milli + paid
            yield saved * fence.price_milli // paid
        else:
            yield min(gain, fence.price_milli - 1)


def charged(plan: Plan, name: str) -> int:
    """What the rule charged in a plan."""
    return sum(part.amount_milli for part in plan.costs if part.rule == name)
